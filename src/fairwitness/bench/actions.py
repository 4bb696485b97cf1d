"""What the bench writes: a large archive with real envelopes, and the floor's one row."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from fairwitness.governance import notices, promises
from fairwitness.intake import consents
from fairwitness.intake.actions import receive_report
from fairwitness.intake.actions.receiving import (
    clear_of,
    full_header,
    house_keys,
    seal_report,
)
from fairwitness.intake.models import Report, Section
from fairwitness.ledger.actions import name_of
from fairwitness.ledger.actors import REPORTER
from fairwitness.ledger.models import Entry, Leaf
from fairwitness.surveys.models import Draft
from fairwitness.surveys.published import newest_version
from fairwitness.vault import keystore
from fairwitness.vault.actions import make_slots
from fairwitness.vault.models import ShredKey, Slot, Wrap
from fairwitness.vault.receipt import ReceiptCode, leaf_of

ROW = 2048  # bytes
BATCH = 250
STOCK = 2000
DAYS = 3
WORDS = "They shut the door of the reading room when I came, and said it was full. " * 4
Progress = Callable[[int], object]


def stock_slots(count: int) -> None:
    """Lay in shred keys for all that a run may send; in a centre the worker does it."""
    for stock in range(STOCK, count + STOCK, STOCK):
        make_slots(min(stock, count))


def fill(count: int, *, on: date, progress: Progress) -> None:
    """Store this many reports, each with real envelopes under keys and a code of its own.

    Rows are those that `receive_report` writes, in larger transactions; their leaves
    have entered the log, as after a release.
    """
    for start in range(0, count, BATCH):
        number = min(BATCH, count - start)
        _fill_batch(number, on=on)
        progress(number)


def _fill_batch(number: int, *, on: date) -> None:
    house, version = house_keys(), newest_version()
    notice = notices.current("en")
    slots = [Slot(is_taken=True) for _each in range(number)]
    keystore.add_keys(slot.pk for slot in slots)
    kept = ShredKey.objects.filter(slot__in=[slot.pk for slot in slots])
    shred_keys = {one.slot: bytes(one.key) for one in kept}
    size = Leaf.objects.count()
    reports: list[Report] = []
    sections: list[Section] = []
    wraps: list[Wrap] = []
    leaves: list[Leaf] = []
    entries: list[Entry] = []
    for slot in slots:
        code = ReceiptCode.new()
        report = Report(
            slot=slot, version=version, notice=notice, **clear_of(code, on=on)
        )
        filled = {"header": full_header(_header(on), code, on), **_told(WORDS)}
        sealed = seal_report(report, filled, code, house=house)
        reports.append(report)
        sections += sealed.sections(shred_keys[slot.pk])
        wraps += sealed.wraps
        leaves.append(Leaf(index=size + len(leaves), digest=leaf_of(code.seed)))
        entries.append(_entry(report, on=on))
    with transaction.atomic():
        Slot.objects.bulk_create(slots)
        Report.objects.bulk_create(reports)
        Section.objects.bulk_create(sections)
        Wrap.objects.bulk_create(wraps)
        Leaf.objects.bulk_create(leaves)
        Entry.objects.bulk_create(entries)


def _entry(report: Report, *, on: date) -> Entry:
    return Entry(
        day=on.replace(day=1),
        act=consents.RECEIVED,
        subject=name_of(report),
        by=REPORTER.actor_id,
        content=consents.commitment(bytes(report.consent_key)),
    )


def take_report(what: str, *, on: date) -> ReceiptCode:
    """Seal and keep one report by the house's own action. Returns its code."""
    code = ReceiptCode.new()
    receive_report(
        code=code,
        version=newest_version(),
        notice=notices.current("en"),
        header=_header(on),
        sections=_told(what),
        on=on,
    )
    return code


def _header(on: date) -> dict[str, Any]:
    due = promises.due(on)
    return {
        "language": "en",
        "role": "victim",
        "is_young": False,
        "door": "open",
        "read_by": due.read_by.isoformat(),
        "answer_by": due.answer_by.isoformat(),
    }


def _told(what: str) -> dict[str, dict[str, Any]]:
    answers = {"role": "happened_to_me", "what_happened": what}
    return {"narrative": {"questionnaire": newest_version().pk, "answers": answers}}


def write_row(name: str, *, is_durable: bool) -> None:
    """Put 2 kB into the one row of a visit. What need not last is not waited for."""
    expires_on = timezone.localdate() + timedelta(days=DAYS)
    body = secrets.token_bytes(ROW)
    with connection.cursor() as cursor, _lasting(cursor, is_durable=is_durable):
        changed = Draft.objects.filter(pk=name).update(body=body)
        if not changed:
            Draft.objects.create(
                pk=name, journey=Draft.Journey.REPORT, body=body, expires_on=expires_on
            )


@contextmanager
def _lasting(cursor: CursorWrapper, *, is_durable: bool) -> Iterator[None]:
    is_sqlite = connection.vendor == "sqlite"
    word = "synchronous" if is_sqlite else "synchronous_commit"
    set_to = "PRAGMA {}={}" if is_sqlite else "SET {}={}"
    less, whole = ("NORMAL", "FULL") if is_sqlite else ("off", "on")
    if is_durable:
        yield
        return
    cursor.execute(set_to.format(word, less))
    try:
        yield
    finally:
        cursor.execute(set_to.format(word, whole))
