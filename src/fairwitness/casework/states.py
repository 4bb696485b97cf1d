"""Which state of an incident, and of a referral, may follow which: two tables."""

from enum import StrEnum

from fairwitness.refusal import Refused


class State(StrEnum):
    """Where our work on an incident stands."""

    OPEN = "open"
    ASSESSED = "assessed"
    CLOSED = "closed"


class Taken(StrEnum):
    """Whether a referral was taken up."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DONE = "done"


NEXT: dict[State, frozenset[State]] = {
    State.OPEN: frozenset({State.ASSESSED, State.CLOSED}),
    State.ASSESSED: frozenset({State.OPEN, State.CLOSED}),
    State.CLOSED: frozenset({State.OPEN}),
}

NEXT_OF_REFERRAL: dict[Taken, frozenset[Taken]] = {
    Taken.OFFERED: frozenset({Taken.ACCEPTED, Taken.DECLINED}),
    Taken.ACCEPTED: frozenset({Taken.DONE, Taken.OFFERED}),
    Taken.DECLINED: frozenset({Taken.OFFERED}),
    Taken.DONE: frozenset({Taken.ACCEPTED}),
}


def require_step(here: State, there: State) -> None:
    """Refuse a step that the table does not have."""
    if there not in NEXT[here]:
        raise Refused(f"An incident that is {here} cannot become {there}.")


def require_referral_step(here: Taken, there: Taken) -> None:
    """The same of a referral."""
    if there not in NEXT_OF_REFERRAL[here]:
        raise Refused(f"A referral that is {here} cannot become {there}.")
