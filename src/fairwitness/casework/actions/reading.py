"""Opens what is sealed, with the keys of the one who reads, and a line in the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fairwitness.casework.headers import Header, header_in, headers_of
from fairwitness.casework.models import Complaint, Incident, Step
from fairwitness.casework.ring import case_chest
from fairwitness.casework.why import Why
from fairwitness.governance.actions import count_promise
from fairwitness.governance.models import PromiseKept
from fairwitness.intake.actions import mark_read
from fairwitness.intake.models import Report, Section
from fairwitness.intake.payloads import File, unpack, unpack_file
from fairwitness.ledger.actions import record
from fairwitness.refusal import NotAllowed, Refused
from fairwitness.staff.models import User
from fairwitness.staff.roles import May
from fairwitness.vault.opening import Ring, recorded


class NothingThere(Refused):
    """The report has no such part."""

    status = 404


class NeedsConsent(NotAllowed):
    """Staff alone cannot open this: it takes a signed consent, and the gate."""


@dataclass(frozen=True, repr=False)
class Opened:
    """A section that was opened. Printing it prints nothing of it."""

    section: str
    answers: dict[str, Any] = field(default_factory=dict)
    messages: tuple[dict[str, Any], ...] = ()
    files: tuple[File, ...] = ()

    def __repr__(self) -> str:
        return "[opened]"


def read_header(report: Report, *, ring: Ring, by: User) -> Header:
    """Open what stands above an account."""
    by.must(May.READ_NEW_REPORTS)
    with recorded("header", report, by=by):
        section = report.sections.get(kind=Section.Kind.HEADER)
        return header_in(case_chest(report, ring), bytes(section.envelope))


@transaction.atomic
def read_headers(
    reports: Sequence[Report], *, ring: Ring, by: User
) -> dict[UUID, Header]:
    """Open the headers of a list; one line in the ledger, with their number and hash."""
    by.must(May.READ_NEW_REPORTS)
    opened = headers_of(reports, ring)
    if opened:
        listed = sha256("".join(sorted(map(str, opened))).encode()).digest()
        record(
            "vault.opened.headers",
            "intake.report",
            by=by,
            count=len(opened),
            content=listed,
        )
    return opened


def open_section(
    report: Report, section: str, *, ring: Ring, by: User, reason: Why
) -> Opened:
    """Open a section, say why, and mark what was read as read.

    Errors: `NeedsConsent` for whoever is named there, `NothingThere`, `NoKey`, `Shredded`.
    """
    by.must(May.READ_NEW_REPORTS)
    _require_openable(section)
    with recorded(f"{section}.{Why(reason).value}", report, by=by):
        opened = _OPENERS[section](report, ring)
        if section == "narrative":
            _mark_first_reading(report, ring)
        if section == "messages":
            mark_read(report, is_from_reporter=True)
    return opened


def _mark_first_reading(report: Report, ring: Ring) -> None:
    """Move a new report on, and count whether it was read by the day we had promised."""
    unread = Report.objects.filter(pk=report.pk, state=Report.State.NEW)
    if unread.update(state=Report.State.READ):
        section = report.sections.get(kind=Section.Kind.HEADER)
        header = header_in(case_chest(report, ring), bytes(section.envelope))
        today = timezone.localdate()
        count_promise(PromiseKept.Kind.READ, due_on=header.read_by, on=today)


def read_incident(incident: Incident, *, ring: Ring, by: User) -> dict[UUID, str]:
    """What we wrote of an incident's complaints, by the id of each complaint or step."""
    by.must(May.WORK_ON_CASES)
    complaints = list(Complaint.objects.filter(incident=incident))
    steps = Step.objects.filter(complaint__in=complaints).exclude(note=None)
    sealed = [(one.pk, one.institution) for one in complaints]
    sealed += [(one.pk, one.note) for one in steps if one.note is not None]
    if not sealed:
        return {}
    with recorded("complaints", incident, by=by, count=len(sealed)):
        chest = case_chest(incident, ring)
        return {
            key: str(unpack(chest.open("complaint", bytes(envelope)))["text"])
            for key, envelope in sealed
        }


def _require_openable(section: str) -> None:
    if section == "identity":
        raise NeedsConsent(
            _("Who told us opens only for a release that the reporter has signed for.")
        )
    if section == "others":
        raise NeedsConsent(
            _("Who it happened to opens only with that person's own signed consent.")
        )
    if section not in _OPENERS:
        raise NothingThere(_("A report has no such part."))


def _open_narrative(report: Report, ring: Ring) -> Opened:
    section = report.sections.filter(kind=Section.Kind.NARRATIVE).first()
    if section is None:
        raise NothingThere(_("Nothing was written here."))
    plain = case_chest(report, ring).open("narrative", bytes(section.envelope))
    return Opened("narrative", answers=unpack(plain)["answers"])


def _open_messages(report: Report, ring: Ring) -> Opened:
    chest = case_chest(report, ring)
    messages = tuple(
        {
            **unpack(chest.open("messages", bytes(message.envelope))),
            "is_from_reporter": message.is_from_reporter,
        }
        for message in report.messages.order_by("number")
    )
    return Opened("messages", messages=messages)


def _open_evidence(report: Report, ring: Ring) -> Opened:
    chest = case_chest(report, ring)
    files = tuple(
        unpack_file(chest.open("evidence", bytes(one.envelope)))
        for one in report.evidence.order_by("pk")
    )
    return Opened("evidence", files=files)


_OPENERS = {
    "narrative": _open_narrative,
    "messages": _open_messages,
    "evidence": _open_evidence,
}
