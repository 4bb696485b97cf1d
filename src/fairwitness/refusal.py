"""How the house says no: a refusal is a sentence for the person who asked."""


class Refused(Exception):
    """A rule forbids this. The message is written for the person who asked."""

    status = 409


class NotAllowed(Refused):
    """The rule is about who is asking."""

    status = 403


class NotOpen(Refused):
    """The centre takes nothing at this moment: not set up, or its keys are not trusted."""

    status = 503
