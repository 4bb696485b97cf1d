"""Takes a report that somebody tells by phone, written down by a member of staff."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from fairwitness.governance.models import Notice
from fairwitness.intake.actions.receiving import receive_report
from fairwitness.intake.models import Report
from fairwitness.ledger.actions import record
from fairwitness.staff.models import User
from fairwitness.staff.roles import May
from fairwitness.surveys.models import Version
from fairwitness.vault.receipt import ReceiptCode


@dataclass(frozen=True, repr=False)
class Told:
    """What a caller told, and what it was told with. Printing it prints nothing of it."""

    code: ReceiptCode
    version: Version
    notice: Notice
    header: Mapping[str, Any]
    sections: Mapping[str, Mapping[str, Any]]


@transaction.atomic
def take_call(
    told: Told, *, on: date, by: User, along: Callable[[], object] = lambda: None
) -> Report:
    """Take what a caller told, as from the open form; the ledger says who wrote it down.

    Staff have heard the code: until the caller changes it, what is signed with it counts
    as told by phone. `along` is done in the same transaction. Errors: those of
    `receive_report`.
    """
    by.must(May.TAKE_CALLS)
    report = receive_report(
        code=told.code,
        version=told.version,
        notice=told.notice,
        header=told.header,
        sections=told.sections,
        on=on,
        along=along,
    )
    report.is_code_heard = True
    report.save(update_fields=["is_code_heard"])
    record("intake.taken_by_phone", report, by=by, on=on.replace(day=1))
    return report
