"""Takes a list of addresses from the desk, sealed; the worker reads it, and returns what stayed out."""

import csv
import io
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from fairwitness.ledger.actions import record
from fairwitness.outreach.actions.arrival import OPEN, Arrival
from fairwitness.outreach.actions.importing import (
    SourceWithdrawn,
    TooLate,
    begin,
    finish,
    mark_of,
    require_time_to_tell,
    stop,
)
from fairwitness.outreach.addresses import looks_like_a_formula
from fairwitness.outreach.arriving import Import, RefusedSheet, Upload
from fairwitness.outreach.models import Source
from fairwitness.outreach.rows import Refusal, told
from fairwitness.outreach.sheets import NotAContactList, opened_rows
from fairwitness.refusal import NotAllowed, NotOpen
from fairwitness.staff.models import User
from fairwitness.staff.roles import May
from fairwitness.vault.actions import public_key_of, standing_key
from fairwitness.vault.envelope import Context, open_with, seal_to
from fairwitness.vault.founding import private_key
from fairwitness.vault.models import KeyPair
from fairwitness.vault.suites import PrivateKey

ROWS_A_ROUND = 10_000  # for the worker, which has other things to do
HEADINGS = ("row", "column", "why it stayed out", "how to mend it")


class NotYours(NotAllowed):
    """A sheet of refused rows is read by whoever brought the file, and by nobody else."""


def upload_context(importing: Import) -> Context:
    """What a sealed file is bound to."""
    return Context("import", str(importing.pk), "file")


def sheet_context(importing: Import) -> Context:
    """What a sealed sheet of refused rows is bound to."""
    return Context("import", str(importing.pk), "refused")


def take_upload(content: bytes, *, source: Source, by: User, on: date) -> Import:
    """Take a file for the worker, sealed so that this process cannot read it again.

    The same file twice waits once. Errors: `NotAContactList` when its first rows show
    that it is none, `TooLate`, `SourceWithdrawn`.
    """
    by.must(May.RUN_CAMPAIGNS)
    require_time_to_tell(source, on=on)
    with opened_rows(content) as rows:
        next(rows, None)
    _key, mailer = standing_key(KeyPair.Purpose.MAILER)
    with transaction.atomic():
        waiting = Import.State.WAITING
        importing = begin(source, mark_of(content), by=by, on=on, state=waiting)
        if not Upload.objects.filter(importing=importing).exists():
            importing.rows_expected = _lines_in(content)
            importing.save(update_fields=["rows_expected"])
            sealed = seal_to(mailer, content, upload_context(importing))
            Upload.objects.create(importing=importing, envelope=sealed, came_on=on)
    return importing


def _lines_in(content: bytes) -> int | None:
    """About how many rows a text has; nobody knows it of a workbook before it is read."""
    return None if content.startswith(b"PK") else content.count(b"\n")


def is_upload_waiting() -> bool:
    """Whether the worker has a file to read."""
    return Import.objects.filter(state__in=OPEN, upload__isnull=False).exists()


def work_on_upload(*, on: date, most: int = ROWS_A_ROUND) -> int:
    """Read `most` more rows of one file that waits; for the worker. Returns how many came in.

    A few at a time, so that nothing else waits for the end of a long file.
    """
    waiting = Import.objects.filter(state__in=OPEN, upload__isnull=False)
    importing = waiting.select_related("source", "by").order_by("began_on").first()
    if importing is None:
        return 0
    before = importing.added
    sealed = bytes(Upload.objects.get(importing=importing).envelope)
    content = open_with(_mailer(), sealed, upload_context(importing))
    arrival = Arrival(importing, on=on)
    try:
        require_time_to_tell(importing.source, on=on)
        with opened_rows(content) as rows:
            if not arrival.take(rows, most=most):
                return importing.added - before
    except (NotAContactList, TooLate, SourceWithdrawn) as refusal:
        with transaction.atomic():
            stop(importing, str(refusal), on=on)
            Upload.objects.filter(importing=importing).delete()
        return importing.added - before
    with transaction.atomic():
        _return_refused(importing, content, on=on)
        finish(importing, on=on)
        Upload.objects.filter(importing=importing).delete()
    return importing.added - before


def _mailer() -> PrivateKey:
    """The private half of the mailer's key, which lies beside the worker and nowhere else."""
    private = private_key(KeyPair.Purpose.MAILER)
    if private.public.key_id != standing_key(KeyPair.Purpose.MAILER)[1].key_id:
        raise NotOpen(_("No file is read: the mailer's key is not on this machine."))
    return private


def _return_refused(importing: Import, content: bytes, *, on: date) -> None:
    """Keep the rows that stayed out for whoever brought them, if they have a key."""
    key = importing.by.key
    if not importing.refused or key is None or key.retired_on is not None:
        return
    reasons = {
        row: told(row, why) for row, why in importing.refusals.values_list("row", "why")
    }
    sheet = _sheet_of(content, reasons)
    sealed = seal_to(public_key_of(key), sheet, sheet_context(importing))
    RefusedSheet.objects.create(importing=importing, envelope=sealed, made_on=on)


def _sheet_of(content: bytes, reasons: dict[int, Refusal]) -> bytes:
    """A CSV file with the reason beside each row; no cell of it is a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow((*HEADINGS, "email", "language", "name"))
    with opened_rows(content) as rows:
        for row in rows:
            if reason := reasons.get(row.number):
                cells = row.cells if row.trouble else row[1:4]
                known = (str(reason.row), reason.column, reason.why, reason.mend)
                writer.writerow([*known, *map(_shown, cells)])
    return text.getvalue().encode("utf-8-sig")


def _shown(cell: str) -> str:
    """A cell as a spreadsheet shows it, and never calculates it.

    Where commas stand in numbers, office programs part cells at each semicolon.
    """
    return ";".join(
        f"'{part}" if looks_like_a_formula(part.lstrip(" \"'")) else part
        for part in cell.split(";")
    )


@transaction.atomic
def open_refused(importing: Import, *, by: User, private: PrivateKey) -> bytes:
    """The sheet of rows that stayed out, for whoever brought the file. Errors: `NotYours`."""
    by.must(May.RUN_CAMPAIGNS)
    if importing.by_id != by.pk:
        raise NotYours(_("Only whoever brought this file can read it."))
    sealed = bytes(RefusedSheet.objects.get(importing=importing).envelope)
    record("outreach.refused_rows_opened", importing, by=by, count=importing.refused)
    return open_with(private, sealed, sheet_context(importing))
