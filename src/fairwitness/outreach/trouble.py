"""What a mail server that takes no letter has said, as a sentence that says what to do."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from fairwitness.mail import NO_EXTRA, NO_TLS
from fairwitness.outreach.models import Campaign, Delivery
from fairwitness.outreach.speed import MailTrouble

_SHUT_OUT = {"401", "402", "403", "407"}  # RFC 9110 §15.5
_SIGN_IN = {"530", "534", "535", "538"}  # RFC 4954 §6


@dataclass(frozen=True)
class Trouble:
    """Why no letter leaves, since when, and what to do. No address."""

    since_on: date
    sentence: str


def trouble_of(campaign: Campaign) -> Trouble | None:
    """What holds the letters of a campaign back at the mail server, or nothing."""
    row = MailTrouble.objects.first()
    if row is None or campaign.state != Campaign.State.RUNNING:
        return None
    waiting = Delivery.objects.filter(
        wave__campaign=campaign, state=Delivery.State.WAITING
    )
    if not waiting.exists():
        return None
    return Trouble(row.since_on, sentence_for(row.said))


def sentence_for(said: str) -> str:
    """What a mail server meant by its codes (RFC 5321 §4.2, RFC 4954 §6), and what to do."""
    if not said:
        return _(
            "The mail server could not be reached, or it hung up. The worker tries again "
            "by itself. If it lasts, look whether the server runs, and whether EMAIL_HOST "
            "and EMAIL_PORT are right."
        )
    if said == NO_EXTRA:
        return _(
            "This machine cannot speak to a mail service yet. Whoever runs it types: "
            "pip install fairwitness[esp]."
        )
    if settings.ESP and said[:3] in _SHUT_OUT:
        return _(
            "The mail service does not let us in (%(said)s). Look whether "
            "FAIRWITNESS_ESP_KEY is right, and whether the service is paid for."
        ) % {"said": said}
    if said == NO_TLS:
        return _(
            "No encrypted line to the mail server came about. Look whether its certificate "
            "is valid and for the name in EMAIL_HOST, and whether EMAIL_PORT is the one "
            "for STARTTLS."
        )
    if said[:3] in _SIGN_IN:
        sentence = _(
            "The mail server does not let us sign in (%(said)s). Look whether EMAIL_USER "
            "and EMAIL_PASSWORD are right."
        )
    elif said.startswith("5"):
        sentence = _(
            "The mail server takes no letter of ours (%(said)s). Ask whoever runs it whether "
            "we may send from the domain of FAIRWITNESS_MAIL_FROM, with return paths that "
            "begin with b+ at it."
        )
    else:
        sentence = _(
            "The mail server asks to wait (%(said)s). The worker tries again by itself. If "
            "it lasts longer than a day, ask whoever runs it; fewer letters a day may help."
        )
    return sentence % {"said": said}
