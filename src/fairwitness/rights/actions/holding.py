"""Holds: that a report must not expire yet, by two people, for six months at most."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from fairwitness.governance.promises import months_after
from fairwitness.governance.wording import require_plain
from fairwitness.intake.models import Report
from fairwitness.ledger.actions import record
from fairwitness.refusal import Refused
from fairwitness.rights.models import Hold
from fairwitness.staff.models import User
from fairwitness.staff.roles import May

LONGEST_MONTHS = 6


class SecondPersonNeeded(Refused):
    """The same person cannot be both hands."""


@transaction.atomic
def ask_hold(
    report: Report, *, reason: str, review_on: date, by: User, on: date
) -> Hold:
    """Ask that a report is not erased when it expires; nothing is held before a second yes."""
    if not by.may(May.ANSWER_REQUESTS):
        by.must(May.WORK_ON_CASES)
    if not reason.strip():
        raise Refused(_("Say why this report must not expire yet."))
    require_plain(reason)
    if not on < review_on <= months_after(on, LONGEST_MONTHS):
        raise Refused(_("Name a day within six months on which you look at it again."))
    hold = Hold.objects.create(
        report=report, reason=reason.strip(), review_on=review_on, asked_by=by
    )
    record("rights.hold_asked", hold, by=by)
    return hold


@transaction.atomic
def approve_hold(hold: Hold, *, by: User) -> None:
    """Be the second hand of a hold."""
    by.must(May.ANSWER_REQUESTS)
    hold = Hold.objects.select_for_update().get(pk=hold.pk)
    if hold.asked_by_id == by.pk:
        raise SecondPersonNeeded(
            _("You asked for this hold yourself. A colleague has to look at it.")
        )
    if hold.lifted_on is not None:
        raise Refused(_("This hold was lifted."))
    hold.approved_by = by
    hold.save(update_fields=["approved_by"])
    record("rights.hold_approved", hold, by=by)


@transaction.atomic
def lift_hold(hold: Hold, *, by: User, on: date) -> None:
    """Let a report expire again."""
    if not by.may(May.ANSWER_REQUESTS):
        by.must(May.WORK_ON_CASES)
    hold.lifted_on = on
    hold.save(update_fields=["lifted_on"])
    record("rights.hold_lifted", hold, by=by)
