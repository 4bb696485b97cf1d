"""Records a complaint's way through the institution, step by step; silence is a step."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from fairwitness.casework.models import Complaint, Incident, Step
from fairwitness.casework.ring import case_chest
from fairwitness.intake.payloads import pack
from fairwitness.ledger.actions import record
from fairwitness.refusal import Refused
from fairwitness.staff.models import User
from fairwitness.staff.roles import May
from fairwitness.vault.opening import Ring


class NotAStep(Refused):
    """A step that cannot have been: before the complaint, or on a day to come."""

    status = 400


@dataclass(frozen=True, repr=False)
class StepTold:
    """A step as somebody tells it."""

    kind: Step.Kind
    on: date
    known_from: Step.Known
    note: str = ""
    due_on: date | None = None

    def __repr__(self) -> str:
        return "[step]"


@transaction.atomic
def put_complaint(
    incident: Incident,
    *,
    institution: str,
    put_on: date,
    known_from: Step.Known,
    ring: Ring,
    by: User,
    today: date,
) -> Complaint:
    """Take down that something was put to an institution; its name is sealed."""
    by.must(May.WORK_ON_CASES)
    if not institution.strip():
        raise NotAStep(_("Name the institution."))
    sealed = case_chest(incident, ring).seal(
        "complaint", pack({"text": institution.strip()})
    )
    complaint = Complaint.objects.create(
        incident=incident, institution=sealed, put_on=put_on
    )
    record("casework.complaint_put", complaint, by=by)
    told = StepTold(Step.Kind.PUT, put_on, known_from)
    record_step(complaint, told=told, ring=ring, by=by, today=today)
    return complaint


@transaction.atomic
def record_step(
    complaint: Complaint, *, told: StepTold, ring: Ring, by: User, today: date
) -> Step:
    """Add a step. Refused before the complaint was put, or on a day to come."""
    by.must(May.WORK_ON_CASES)
    _require_possible(complaint, told, today)
    note = None
    if told.note.strip():
        chest = case_chest(complaint.incident, ring)
        note = chest.seal("complaint", pack({"text": told.note.strip()}))
    step = Step.objects.create(
        complaint=complaint,
        kind=told.kind,
        on=told.on,
        due_on=told.due_on,
        known_from=told.known_from,
        note=note,
        recorded_by=by,
    )
    record(f"casework.step.{told.kind.value}", step, by=by)
    return step


def record_silence(complaint: Complaint, *, ring: Ring, by: User, today: date) -> Step:
    """Record that a promised day passed and nothing came."""
    told = StepTold(Step.Kind.SILENCE, today, Step.Known.OURSELVES)
    return record_step(complaint, told=told, ring=ring, by=by, today=today)


@transaction.atomic
def undo_step(step: Step, *, by: User, on: date) -> None:
    """Take a step back; it stays in the row, and out of every count of days."""
    by.must(May.WORK_ON_CASES)
    if step.kind == Step.Kind.PUT:
        raise Refused(_("This step began the complaint and cannot be taken back."))
    if step.undone_on is not None:
        raise Refused(_("This step was taken back before."))
    step.undone_on = on
    step.save(update_fields=["undone_on"])
    record("casework.step_undone", step, by=by)


def _require_possible(complaint: Complaint, told: StepTold, today: date) -> None:
    if told.on > today:
        raise NotAStep(_("This day has not come yet."))
    if told.on < complaint.put_on:
        raise NotAStep(_("That was before the complaint was put."))
    is_promise = told.kind == Step.Kind.PROMISED
    if is_promise and (told.due_on is None or told.due_on < told.on):
        raise NotAStep(_("Say for which day the decision was promised."))
    if not is_promise and told.due_on is not None:
        raise NotAStep(_("Only a promise names a day to come."))
