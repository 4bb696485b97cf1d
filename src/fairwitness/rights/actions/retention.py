"""Executes the policy every night: what has expired goes, unless two people hold it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from fairwitness.governance.models import Purpose
from fairwitness.intake.models import Report
from fairwitness.ledger.actions import record
from fairwitness.ledger.actors import SYSTEM
from fairwitness.rights.actions.erasing import erase_report, finish_erasures
from fairwitness.rights.models import Hold, SubjectRequest
from fairwitness.rights.policy import TablePolicy, read_policy
from fairwitness.rights.rules import After, Until
from fairwitness.vault.actions import forget_wraps

BATCH = 1000
MONTH_LENGTH, WEEK_LENGTH = 7, 8  # "2026-11", "2026-W47"


@dataclass(frozen=True)
class Expired:
    """What one night took: rows by table, reports that are held, erasures finished."""

    on: date
    gone: Mapping[str, int] = field(default_factory=dict)
    held: int = 0
    finished: int = 0


def apply_retention(on: date) -> Expired:
    """Erase and delete whatever has expired on this day, as the policy says."""
    finished = finish_erasures(on=on)
    gone: dict[str, int] = {}
    held = 0
    for policy in read_policy().values():
        for rule in policy.rules:
            if isinstance(rule, After | Until):
                rows = _expired(policy, rule, on=on)
                if policy.erase == "shred":
                    count, held = _shred(rows, on=on)
                else:
                    count = _delete(policy.label, rows)
                gone[policy.label] = gone.get(policy.label, 0) + count
    gone = {label: count for label, count in gone.items() if count}
    record(
        "rights.retention_applied", "day", by=SYSTEM, count=sum(gone.values()), on=on
    )
    return Expired(on=on, gone=gone, held=held, finished=finished)


def _expired(
    policy: TablePolicy, rule: After | Until, *, on: date
) -> "models.QuerySet[models.Model]":
    model = apps.get_model(policy.label)
    rows: models.QuerySet[models.Model] = model._default_manager.all()
    column = _column(model, rule.field)
    if isinstance(rule, Until):
        return rows.filter(**{f"{rule.field}__lt": _as_in(column, on)})
    months = 0
    if rule.purpose:
        purpose = Purpose.objects.filter(pk=rule.purpose).first()
        if purpose is None:
            return rows.none()
        months = purpose.kept_months
    cutoff = rule.cutoff(on, purpose_months=months)
    rows = rows.filter(**{f"{rule.field}__lte": _as_in(column, cutoff)})
    if rule.unless:
        rows = rows.filter(**{f"{rule.unless}__isnull": True})
    return rows


def _column(model: type[models.Model], path: str) -> "models.Field[object, object]":
    """The column at the end of a path."""
    *through, last = path.split("__")
    for step in through:
        reached = model._meta.get_field(step).related_model
        assert isinstance(reached, type)  # noqa: S101 # the check has read the policy
        model = reached
    column = model._meta.get_field(last)
    assert isinstance(column, models.Field)  # noqa: S101 # the same
    return column


def _as_in(column: "models.Field[object, object]", day: date) -> object:
    """A day as this column writes it: a day, its first moment, a month, or an ISO week."""
    if isinstance(column, models.DateTimeField):
        return timezone.make_aware(datetime.combine(day, time.min))
    if not isinstance(column, models.CharField):
        return day
    if column.max_length == WEEK_LENGTH:
        return f"{day:%G-W%V}"
    return f"{day:%Y-%m}"


def _shred(rows: "models.QuerySet[models.Model]", *, on: date) -> tuple[int, int]:
    """Erase expired reports, each for itself; what is held stays."""
    held = set(Hold.objects.standing().values_list("report_id", flat=True))
    count = kept = 0
    for pk in list(rows.values_list("pk", flat=True)):
        if pk in held:
            kept += 1
            continue
        for report in Report.objects.filter(pk=pk):  # none, if somebody was faster
            erase_report(report, by=SYSTEM, on=on)
            count += 1
    return count, kept


def _delete(label: str, rows: "models.QuerySet[models.Model]") -> int:
    """Delete expired rows, some at a time, so that nobody waits for it."""
    count = 0
    while some := list(rows.values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic(using=rows.db):
            if label == SubjectRequest._meta.label:
                for pk in some:
                    forget_wraps(pk)
            rows.model._default_manager.filter(pk__in=some).delete()
        count += len(some)
    return count
