"""Takes lists of addresses in, some thousand rows at a time, and goes on where it was stopped.

What a transaction takes in and how far the file has come are written together: whoever
brings the same file again after a crash goes on behind the last row that is safely in.
"""

import hashlib
import hmac
import secrets
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from itertools import dropwhile, islice
from pathlib import Path
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from fairwitness.ledger.actions import record
from fairwitness.outreach.actions.laying_down import (
    Look,
    insert_contacts,
    no_search_for_circles,
    room_for_pages,
)
from fairwitness.outreach.arriving import Import, RefusedRow
from fairwitness.outreach.matching import match_key
from fairwitness.outreach.models import AlsoFrom, Batch, Source
from fairwitness.outreach.rows import (
    REASONS,
    CannotTake,
    Person,
    Reader,
    Refusal,
    told,
)
from fairwitness.outreach.sealing import BatchKey, wrap_context
from fairwitness.outreach.sheets import NotAContactList, Row, opened_rows
from fairwitness.refusal import Refused
from fairwitness.staff.models import User
from fairwitness.staff.roles import May
from fairwitness.vault.actions import standing_key
from fairwitness.vault.envelope import seal_to
from fairwitness.vault.models import KeyPair
from fairwitness.vault.suites import PublicKey

BATCH_SIZE = 1_000  # addresses under one key
CHUNK = 25 * BATCH_SIZE  # rows that go in together at most
FIRST = 2 * BATCH_SIZE  # and at first
HELD = 0.15  # seconds that others who write to SQLite may wait for one transaction
TRIES = 5
OPEN = (Import.State.WAITING, Import.State.RUNNING)


class TooLate(Refused):
    """These people can no longer hear of it within a month of the day on which we were given them."""


class Overtaken(Refused):
    """Somebody else is importing the same file just now."""


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
    file, `Overtaken`, `TooLate`.
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
    """Refuse a list that was given to us too long ago for its people to hear of it in time (INV-3)."""
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


def fitting(rows: int, *, seconds: float) -> int:
    """How many rows go in together next, when so many took so long: whole batches, as `HELD` allows."""
    wished = min(rows * HELD / max(seconds, 0.001), rows * 2)
    return max(int(wished) // BATCH_SIZE, 1) * BATCH_SIZE


class Arrival:
    """One import while it runs."""

    def __init__(self, importing: Import, *, on: date) -> None:
        self.importing, self.on = importing, on
        self.reader = Reader(match_key())
        self.mailer: PublicKey = standing_key(KeyPair.Purpose.MAILER)[1]
        self.has_uuids = connection.features.has_native_uuid_field
        self.together = FIRST if connection.vendor == "sqlite" else CHUNK
        self.longest = 0.0  # seconds that a transaction kept others waiting

    def take(
        self,
        rows: Iterator[Row],
        *,
        progress: Callable[[int], object] = lambda rows: None,
        most: int | None = None,
    ) -> bool:
        """Take what is left of the rows, or of `most` rows. Returns whether that was the end."""
        done = self.importing.rows_done
        left = dropwhile(lambda row: row.number <= done, rows)
        if done:
            progress(done)
        taken = 0
        with room_for_pages(), no_search_for_circles():
            while some := list(islice(left, self._so_many(most, taken))):
                self._take_together(some)
                progress(len(some))
                taken += len(some)
                if most is not None and taken >= most:
                    return False
        return True

    def _so_many(self, most: int | None, taken: int) -> int:
        return min(self.together, CHUNK, CHUNK if most is None else most - taken)

    def _take_together(self, rows: list[Row]) -> None:
        """Check some rows and keep those that are new."""
        people: dict[bytes, Person] = {}
        refused: list[tuple[int, str]] = []
        read = self.reader.read
        for row in rows:
            try:
                match, person = read(row)
            except CannotTake as reason:
                refused.append((row.number, str(reason)))
                continue
            if people.setdefault(match, person) is not person:
                refused.append((row.number, "again"))
        for _try in range(TRIES):
            try:
                self._keep(people, refused, last=rows[-1].number)
            except IntegrityError:  # another import brought one of them meanwhile
                continue
            return
        raise Overtaken(_("Another import is under way. Begin this one again later."))

    def _keep(
        self, people: dict[bytes, Person], refused: list[tuple[int, str]], *, last: int
    ) -> None:
        """Seal what is new, then write it down together with how far we have come."""
        look = Look(list(people), self.importing)
        fresh = sorted(people.keys() - look.known.keys() - look.left)
        twice = [(people[match].row, "again") for match in look.ours - look.left]
        stays_out = [*refused, *twice]
        batches = self._sealed([(match, people[match]) for match in fresh])
        with transaction.atomic():
            began = time.monotonic()
            self._go_on(
                last,
                added=len(fresh),
                unchanged=len(look.known.keys() - look.ours - look.left),
                suppressed=len(look.left),
                refused=len(stays_out),
            )
            Batch.objects.bulk_create(batch for batch, _rows in batches)
            for _batch, lines in batches:
                insert_contacts(lines)
            self._also_from(look)
            RefusedRow.objects.bulk_create(
                RefusedRow(
                    importing=self.importing,
                    row=row,
                    why=why,
                    column=REASONS[why].column,
                )
                for row, why in stays_out
            )
        held = time.monotonic() - began
        self.longest = max(self.longest, held)
        if connection.vendor == "sqlite":  # elsewhere nobody waits for it
            self.together = fitting(len(people) + len(refused), seconds=held)
        self.importing.refresh_from_db()

    def _go_on(self, last: int, **counts: int) -> None:
        """Write down how far we have come, unless somebody else came further."""
        ours = Import.objects.filter(
            pk=self.importing.pk, rows_done=self.importing.rows_done, state__in=OPEN
        )
        more = {name: F(name) + count for name, count in counts.items()}
        if not ours.update(rows_done=last, state=Import.State.RUNNING, **more):
            raise Overtaken(
                _("Somebody else is importing this file just now. Wait for its end.")
            )

    def _also_from(self, look: "Look") -> None:
        source = self.importing.source_id
        AlsoFrom.objects.bulk_create(
            [
                AlsoFrom(contact_id=contact, source_id=source, since_on=self.on)
                for match, (contact, first) in look.known.items()
                if first != source and match not in look.left
            ],
            ignore_conflicts=True,
        )

    def _sealed(
        self, fresh: list[tuple[bytes, Person]]
    ) -> list[tuple[Batch, list[tuple[Any, ...]]]]:
        """Batches with the rows of `_INSERT`, in the order of their hashes."""
        return [
            self._batch(fresh[start : start + BATCH_SIZE])
            for start in range(0, len(fresh), BATCH_SIZE)
        ]

    def _batch(
        self, some: list[tuple[bytes, Person]]
    ) -> tuple[Batch, list[tuple[Any, ...]]]:
        key = BatchKey.new()
        batch = Batch(
            source_id=self.importing.source_id,
            imported_on=self.on,
            brought_by=self.importing,
        )
        batch.wrapped_key = seal_to(self.mailer, key.raw, wrap_context(batch.pk))
        source, ours = self._stored(self.importing.source_id), self._stored(batch.pk)
        # The ids of a batch lie beside each other, which an index thanks by a third of its pages.
        start, seal, has_uuids = batch.pk.hex[:16], key.seal, self.has_uuids
        lines = []
        chance = secrets.token_hex(8 * len(some))
        for place, (match, person) in enumerate(some):
            pk = start + chance[16 * place : 16 * place + 16]
            name = f"{pk[:8]}-{pk[8:12]}-{pk[12:16]}-{pk[16:20]}-{pk[20:]}"
            lines.append(
                (
                    name if has_uuids else pk,
                    source,
                    ours,
                    match,
                    seal(person.address.sendable, contact=name, part="address"),
                    seal(person.name, contact=name, part="name")
                    if person.name
                    else None,
                    person.language,
                )
            )
        return batch, lines

    def _stored(self, pk: uuid.UUID) -> str:
        """An id as this database stores it."""
        return str(pk) if self.has_uuids else pk.hex
