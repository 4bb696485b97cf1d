"""Lays the rows of one list down, some thousand at a time, in the order of their hashes.

A stretch of the file is read and sorted by hash, and goes in by parts: each part falls on
pages of the index that lie beside each other, so it is short, and others who write wait
little. Until a stretch is whole, its import remembers where it ends and the last hash that
is in; whoever goes on after a crash reads the same stretch and goes on behind that hash.
"""

import secrets
import time
import uuid
from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import date
from itertools import dropwhile, islice
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from fairwitness.outreach.actions.laying_down import (
    Line,
    Look,
    insert_contacts,
    insert_refused,
    no_search_for_circles,
    room_for_pages,
)
from fairwitness.outreach.arriving import Import
from fairwitness.outreach.matching import match_key
from fairwitness.outreach.models import AlsoFrom, Batch
from fairwitness.outreach.rows import CannotTake, Person, Reader
from fairwitness.outreach.sealing import BatchKey, wrap_context
from fairwitness.outreach.sheets import Row
from fairwitness.refusal import Refused
from fairwitness.vault.actions import standing_key
from fairwitness.vault.envelope import seal_to
from fairwitness.vault.models import KeyPair
from fairwitness.vault.suites import PublicKey

BATCH_SIZE = 1_000  # addresses under one key
STRETCH = 50 * BATCH_SIZE  # rows that are read and sorted together
FIRST = 2 * BATCH_SIZE  # of them in the first part
HELD = 0.15  # seconds that others who write to SQLite may wait for one part
TRIES = 5
OPEN = (Import.State.WAITING, Import.State.RUNNING)


class Overtaken(Refused):
    """Somebody else is importing the same file just now."""


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
        self.together = FIRST if connection.vendor == "sqlite" else STRETCH
        self.longest = 0.0  # seconds that a transaction kept others waiting

    def take(
        self,
        rows: Iterator[Row],
        *,
        progress: Callable[[int], object] = lambda rows: None,
        most: int | None = None,
    ) -> bool:
        """Take what is left of the rows, or about `most` rows. Returns whether that was the end."""
        done = self.importing.rows_done
        left = dropwhile(lambda row: row.number <= done, rows)
        if done:
            progress(done)
        taken = 0
        with room_for_pages(), no_search_for_circles():
            while stretch := self._stretch(left, most=most):
                self._take_stretch(stretch, progress=progress)
                taken += len(stretch)
                if most is not None and taken >= most:
                    return False
        return True

    def _stretch(self, left: Iterator[Row], *, most: int | None) -> list[Row]:
        """The next rows; after a crash in the middle of a stretch, the very same again."""
        ends = self.importing.stretch_ends
        if ends is None:
            return list(islice(left, min(STRETCH, most or STRETCH)))
        rows = []
        for row in left:
            rows.append(row)
            if row.number >= ends:
                break
        return rows

    def _take_stretch(
        self, rows: list[Row], *, progress: Callable[[int], object]
    ) -> None:
        """Check the rows of a stretch, and keep those that are new, part by part."""
        people, refused = self._read(rows)
        order = sorted(people)
        start = bisect_right(order, bytes(self.importing.laid_to or b""))
        if start:
            progress(start)
        while True:
            part = order[start : start + self.together]
            start += len(part)
            is_last = start == len(order)
            self._keep(
                {match: people[match] for match in part},
                refused if is_last else [],
                stretch_ends=rows[-1].number,
                laid_to=None if is_last else part[-1],
            )
            progress(len(part) + (len(refused) if is_last else 0))
            if is_last:
                return

    def _read(
        self, rows: list[Row]
    ) -> tuple[dict[bytes, Person], list[tuple[int, str]]]:
        """Who can be taken, by the hash of the address, and which rows cannot, with why."""
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
        return people, refused

    def _keep(
        self,
        people: dict[bytes, Person],
        refused: list[tuple[int, str]],
        *,
        stretch_ends: int,
        laid_to: bytes | None,
    ) -> None:
        """Keep a part of a stretch. Without `laid_to` it was the last one."""
        for _try in range(TRIES):
            try:
                self._lay_down(
                    people, refused, stretch_ends=stretch_ends, laid_to=laid_to
                )
            except IntegrityError:  # another import brought one of them meanwhile
                continue
            return
        raise Overtaken(_("Another import is under way. Begin this one again later."))

    def _lay_down(
        self,
        people: dict[bytes, Person],
        refused: list[tuple[int, str]],
        *,
        stretch_ends: int,
        laid_to: bytes | None,
    ) -> None:
        """Seal what is new, then write it down together with how far we have come."""
        look = Look(list(people), self.importing)
        fresh = sorted(people.keys() - look.known.keys() - look.left)
        twice = [(people[match].row, "again") for match in look.ours - look.left]
        stays_out = [*refused, *twice]
        sealed = self._sealed([(match, people[match]) for match in fresh])
        is_sqlite = connection.vendor == "sqlite"
        ready = list(sealed) if is_sqlite else []  # nobody else writes while it is held
        where: dict[str, Any] = (
            {"rows_done": stretch_ends, "stretch_ends": None, "laid_to": None}
            if laid_to is None
            else {"stretch_ends": stretch_ends, "laid_to": laid_to}
        )
        with transaction.atomic():
            began = time.monotonic()
            self._go_on(
                where,
                added=len(fresh),
                unchanged=len(look.known.keys() - look.ours - look.left),
                suppressed=len(look.left),
                refused=len(stays_out),
            )
            Batch.objects.bulk_create(batch for batch, _lines in ready)
            laid = insert_contacts(ready or sealed)
            Batch.objects.bulk_create(laid[len(ready) :])
            self._also_from(look)
            insert_refused(self.importing, stays_out)
        if is_sqlite:  # elsewhere nobody waits for it
            held = time.monotonic() - began
            self.longest = max(self.longest, held)
            if people:
                self.together = fitting(len(people), seconds=held)
        self.importing.refresh_from_db()

    def _go_on(self, where: dict[str, Any], **counts: int) -> None:
        """Write down how far we have come, unless somebody else came further."""
        before = self.importing.laid_to
        ours = Import.objects.filter(
            pk=self.importing.pk,
            rows_done=self.importing.rows_done,
            laid_to=before and bytes(before),
            state__in=OPEN,
        )
        more = {name: F(name) + count for name, count in counts.items()}
        if not ours.update(state=Import.State.RUNNING, **where, **more):
            raise Overtaken(
                _("Somebody else is importing this file just now. Wait for its end.")
            )

    def _also_from(self, look: Look) -> None:
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
    ) -> Iterator[tuple[Batch, list[Line]]]:
        """Batches with their rows, in the order of their hashes."""
        for start in range(0, len(fresh), BATCH_SIZE):
            yield self._batch(fresh[start : start + BATCH_SIZE])

    def _batch(self, some: list[tuple[bytes, Person]]) -> tuple[Batch, list[Line]]:
        key = BatchKey.new()
        batch = Batch(
            source_id=self.importing.source_id,
            imported_on=self.on,
            brought_by=self.importing,
        )
        batch.wrapped_key = seal_to(self.mailer, key.raw, wrap_context(batch.pk))
        source, ours = self._stored(self.importing.source_id), self._stored(batch.pk)
        # The ids of a batch lie beside each other, which an index thanks by a third of its pages.
        start, has_uuids = batch.pk.hex[:16], self.has_uuids
        lines = []
        chance = secrets.token_hex(8 * len(some))
        for place, (match, person) in enumerate(some):
            pk = start + chance[16 * place : 16 * place + 16]
            uid = f"{pk[:8]}-{pk[8:12]}-{pk[12:16]}-{pk[16:20]}-{pk[20:]}"
            parts = {"address": person.address.sendable}
            if person.name:
                parts["name"] = person.name
            address, *name = key.seal(uid, parts)
            lines.append(
                (
                    uid if has_uuids else pk,
                    source,
                    ours,
                    match,
                    address,
                    name[0] if name else None,
                    person.language,
                )
            )
        return batch, lines

    def _stored(self, pk: uuid.UUID) -> str:
        """An id as this database stores it."""
        return str(pk) if self.has_uuids else pk.hex
