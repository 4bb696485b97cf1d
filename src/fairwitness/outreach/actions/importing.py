"""Takes lists of addresses in, and goes on where it was stopped.

What a transaction takes in and how far the file has come are written together: whoever
brings the same file again after a crash goes on behind what is safely in.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from fairwitness.ledger.actions import record
from fairwitness.outreach.actions.arrival import OPEN, Arrival
from fairwitness.outreach.arriving import Import
from fairwitness.outreach.matching import match_key
from fairwitness.outreach.models import Source
from fairwitness.outreach.rows import Refusal, told
from fairwitness.outreach.sheets import NotAContactList, opened_rows
from fairwitness.refusal import Refused
from fairwitness.staff.models import User
from fairwitness.staff.roles import May


class SourceWithdrawn(Refused):
    """These addresses may not be used any more."""


class TooLate(Refused):
    """These people can no longer hear of it within a month of the day on which we were given them."""


class ImportReport:
    """What became of the rows of a file. Refused rows are read again when asked for."""

    def __init__(self, importing: Import, *, longest: float = 0.0) -> None:
        self.importing = importing
        self.longest = longest  # seconds that a transaction kept other writers waiting
        self.added = importing.added
        self.unchanged = importing.unchanged
        self.suppressed = importing.suppressed
        self.refused_count = importing.refused

    @property
    def refused(self) -> list[Refusal]:
        """Every row that stayed out, in the order of the file."""
        return list(self.each_refused())

    def each_refused(self) -> Iterator[Refusal]:
        """One after the other, for lists of any length."""
        rows = self.importing.refusals.order_by("row", "pk")
        for row, why in rows.values_list("row", "why").iterator():
            yield told(row, why)

    def as_json(self) -> dict[str, Any]:
        """For machines: the counts, and each refused row."""
        return {
            "added": self.added,
            "unchanged": self.unchanged,
            "suppressed": self.suppressed,
            "refused": [refusal._asdict() for refusal in self.each_refused()],
        }

    def __repr__(self) -> str:
        return f"<{self.added} added, {self.refused_count} refused>"


def import_contacts(
    file: Path | bytes,
    *,
    source: Source,
    by: User,
    on: date | None = None,
    progress: Callable[[int], object] = lambda rows: None,
) -> ImportReport:
    """Take the addresses of a CSV or spreadsheet file; a second time nothing changes.

    Some thousand rows go in at once and are safe then; `progress` is told their number,
    and first of all the number of those that an import of this file before it was killed
    has left safe. A row that cannot be taken is kept by its number and the reason, the
    rest go in. Nobody who left is brought back. Errors: `NotAContactList` about the whole
    file, `Overtaken`, `TooLate`, `SourceWithdrawn`.
    """
    by.must(May.RUN_CAMPAIGNS)
    day = on or timezone.localdate()
    require_time_to_tell(source, on=day)
    mark = mark_of(file)
    arrival = Arrival(begin(source, mark, by=by, on=day), on=day)
    importing = arrival.importing
    try:
        with opened_rows(file) as rows:
            arrival.take(rows, progress=progress)
    except NotAContactList as refusal:
        stop(importing, str(refusal), on=day)
        raise
    finish(importing, on=day)
    return ImportReport(importing, longest=arrival.longest)


def require_time_to_tell(source: Source, *, on: date) -> None:
    """Refuse a list that was given to us too long ago for its people to hear of it in time (INV-3).

    Errors: `TooLate`, and `SourceWithdrawn` when it may not be used at all.
    """
    if source.withdrawn_on is not None:
        raise SourceWithdrawn(
            _("This source was withdrawn: nothing is imported from it any more.")
        )
    if on <= source.last_day:
        return
    raise TooLate(
        _(
            "These addresses were given to you on %(day)s. People must hear from whoever"
            " holds their address within a month of that day, and it has passed. Ask"
            " %(giver)s for a fresh list, and write it down as a source of its own."
        )
        % {
            "day": formats.date_format(source.given_on, "j F Y"),
            "giver": source.given_by,
        }
    )


def mark_of(file: Path | bytes) -> bytes:
    """By what the same file is known again: a keyed hash, which tells nobody what is in it."""
    if isinstance(file, bytes):
        digest = hashlib.sha256(file).digest()
    else:
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").digest()
    return hmac.digest(match_key(), b"file" + digest, "sha256")


def begin(
    source: Source,
    mark: bytes,
    *,
    by: User,
    on: date,
    state: Import.State = Import.State.RUNNING,
) -> Import:
    """The import of a file that was not brought to its end, or a new one."""
    importing, _new = Import.objects.get_or_create(
        source=source,
        mark=mark,
        state__in=OPEN,
        defaults={"by": by, "began_on": on, "state": state},
    )
    return importing


@transaction.atomic
def finish(importing: Import, *, on: date) -> None:
    """Write down that every row of a file was looked at."""
    _end(importing, Import.State.DONE, on=on)
    record(
        "outreach.imported", importing.source, by=importing.by, count=importing.added
    )


@transaction.atomic
def stop(importing: Import, trouble: str, *, on: date) -> None:
    """Write down that a file as a whole could not be read; what is in stays in."""
    importing.trouble = trouble[:400]
    _end(importing, Import.State.STOPPED, on=on)
    if importing.added:
        record(
            "outreach.imported",
            importing.source,
            by=importing.by,
            count=importing.added,
        )


def _end(importing: Import, state: Import.State, *, on: date) -> None:
    importing.state, importing.ended_on = state, on
    importing.save(update_fields=["state", "ended_on", "trouble"])
