"""What follows from a case: answers to the reporter, referrals, tasks."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from fairwitness.casework.headers import header_in
from fairwitness.casework.models import Incident, Referral, Task
from fairwitness.casework.ring import case_chest
from fairwitness.casework.states import Taken, require_referral_step
from fairwitness.governance.actions import count_promise
from fairwitness.governance.models import PromiseKept, Recipient
from fairwitness.intake.actions import write_message
from fairwitness.intake.models import Message, Report, Section
from fairwitness.ledger.actions import record
from fairwitness.refusal import Refused
from fairwitness.staff.models import User
from fairwitness.staff.roles import May
from fairwitness.vault.opening import Ring


@transaction.atomic
def answer_reporter(
    report: Report, *, text: str, ring: Ring, by: User, on: date
) -> Message:
    """Write to the reporter; only their code and our case key open it."""
    by.must(May.WORK_ON_CASES)
    if not text.strip():
        raise Refused(_("Write your message first."))
    chest = case_chest(report, ring)
    if not report.messages.filter(is_from_reporter=False).exists():
        section = report.sections.get(kind=Section.Kind.HEADER)
        header = header_in(chest, bytes(section.envelope))
        count_promise(PromiseKept.Kind.ANSWER, due_on=header.answer_by, on=on)
    return write_message(
        report,
        case_chest=chest,
        text=text.strip(),
        is_from_reporter=False,
        by=by,
        on=on,
    )


@transaction.atomic
def refer(incident: Incident, *, recipient: Recipient, by: User, on: date) -> Referral:
    """Point the reporter to somebody who can help. Nothing of the case is passed on by this."""
    by.must(May.WORK_ON_CASES)
    if recipient.ended_on is not None:
        raise Refused(_("The agreement with this recipient has ended."))
    referral = Referral.objects.create(
        incident=incident, recipient=recipient, referred_by=by, referred_on=on
    )
    record("casework.referred", referral, by=by)
    return referral


@transaction.atomic
def move_referral(referral: Referral, *, to: Taken, by: User) -> None:
    """Note whether a referral was taken up."""
    by.must(May.WORK_ON_CASES)
    require_referral_step(Taken(referral.state), to)
    referral.state = Referral.State(to.value)
    referral.save(update_fields=["state"])
    record(f"casework.referral.{to.value}", referral, by=by)


@transaction.atomic
def give_task(
    incident: Incident, *, kind: Task.Kind, due_on: date, to: User, by: User
) -> Task:
    """Give somebody something to do about an incident, by a day."""
    by.must(May.WORK_ON_CASES)
    to.must(May.WORK_ON_CASES)
    task = Task.objects.create(
        incident=incident, kind=kind, due_on=due_on, given_to=to, given_by=by
    )
    record("casework.task_given", task, by=by)
    return task


@transaction.atomic
def finish_task(task: Task, *, by: User, on: date) -> None:
    """Note that a task is done."""
    by.must(May.WORK_ON_CASES)
    if task.done_on is not None:
        raise Refused(_("This was done before."))
    task.done_on = on
    task.save(update_fields=["done_on"])
    record("casework.task_done", task, by=by)


@transaction.atomic
def undo_task(task: Task, *, by: User) -> None:
    """Take back that a task is done."""
    by.must(May.WORK_ON_CASES)
    task.done_on = None
    task.save(update_fields=["done_on"])
    record("casework.task_undone", task, by=by)
