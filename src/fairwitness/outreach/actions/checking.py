"""Keeps what was found of the records of our mail, and of a letter that was brought back."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from fairwitness.ledger.actions import record
from fairwitness.outreach.checked import MailCheck
from fairwitness.outreach.preflight import house
from fairwitness.outreach.preflight.arrived import Arrived, read_arrived
from fairwitness.outreach.preflight.domain import Names, is_aligned
from fairwitness.outreach.preflight.finding import Finding
from fairwitness.outreach.preflight.mail import Letter, NotALetter, read_letter
from fairwitness.outreach.preflight.records import Looked
from fairwitness.outreach.sender import (
    NothingToLookUp,
    about,
    look_at_all,
    names_of_now,
    the_sender,
    why_not,
)
from fairwitness.refusal import Refused
from fairwitness.staff.models import User
from fairwitness.staff.roles import May

SECONDS = 8.0  # for all records together
LETTER, BACK = "letter", "back"  # a letter from elsewhere, and one to ourselves

Verdict = MailCheck.Verdict


class NotOurLetter(Refused):
    """What was brought is no letter of this centre."""


def check_records(
    *, by: User, on: date, names: Names | None = None, seconds: float = SECONDS
) -> dict[str, Looked]:
    """Look every record up and keep what was found. Error: `NothingToLookUp`."""
    by.must(May.RUN_CAMPAIGNS)
    if because := why_not():
        raise NothingToLookUp(because)
    sender = the_sender()
    told = look_at_all(sender, names or names_of_now(), seconds=seconds)
    with transaction.atomic():
        for step, looked in told.items():
            MailCheck.objects.update_or_create(
                step=step,
                defaults={
                    "about": about(step, sender),
                    "verdict": looked.verdict,
                    "found": looked.found,
                    "findings": as_kept(looked.findings),
                    "checked_on": on,
                },
            )
        record("outreach.mail_checked", "day", by=by, on=on)
    house.the_resolver.cache_clear()
    return told


def read_back(content: bytes, *, by: User, on: date) -> Arrived:
    """Read a test letter that somebody brought, and keep what was found; the letter itself is not kept.

    Error: `NotOurLetter`.
    """
    by.must(May.RUN_CAMPAIGNS)
    arrived = keep_reading(LETTER, _ours(content), on=on)
    record("outreach.test_letter_read", "day", by=by, on=on)
    return arrived


@transaction.atomic
def keep_reading(step: str, letter: Letter, *, on: date) -> Arrived:
    """Keep what the headers of a letter say: codes and names of ours, nothing of who got it."""
    arrived = read_arrived(letter)
    has_stop = any(one.level == "STOP" for one in arrived.findings)
    MailCheck.objects.update_or_create(
        step=step,
        defaults={
            "about": about(step, the_sender()),
            "verdict": Verdict.DIFFERS if has_stop else Verdict.STANDS,
            "found": "; ".join(arrived.well),
            "findings": as_kept(arrived.findings),
            "checked_on": on,
        },
    )
    return arrived


def _ours(content: bytes) -> Letter:
    """The letter, if it comes from our domain."""
    try:
        letter = read_letter(content)
    except NotALetter as wrong:
        raise NotOurLetter(
            _(
                "This cannot be read as a letter: %(why)s. Save it as a file (.eml), or copy all of its source, beginning with the headers."
            )
            % {"why": wrong}
        ) from None
    ours = the_sender().domain
    if not is_aligned(letter.head.domain, ours):
        raise NotOurLetter(
            _(
                "This letter comes from %(theirs)s. Bring the test letter, which comes from %(ours)s."
            )
            % {"theirs": letter.head.domain or _("nobody"), "ours": ours}
        )
    return letter


def as_kept(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """Findings as they are kept until the next look."""
    return [
        {
            "level": one.level.lower(),
            "code": one.code,
            "words": one.message,
            "place": one.place if one.place.startswith("header") else "",
            "mend": one.fix,
            "rule": f"{one.rule}: {one.law}",
        }
        for one in findings
    ]
