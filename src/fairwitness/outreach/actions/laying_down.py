"""Asks for and lays down many contacts at a time, by plain statements."""

import gc
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from fairwitness.outreach.arriving import Import
from fairwitness.outreach.models import Batch
from fairwitness.outreach.rows import REASONS

Line = tuple[Any, ...]  # a row of `_INSERT`
ASKED_AT_ONCE = 900  # hashes in one question to the database
CACHE_KILOBYTES = 65_536


class Look:
    """What the house knows of some addresses: who stands here already, who left."""

    def __init__(self, matches: list[bytes], importing: Import) -> None:
        self.known: dict[bytes, tuple[uuid.UUID, uuid.UUID]] = {}
        self.ours: set[bytes] = set()  # brought by this very import
        self.left: set[bytes] = set()
        mine = importing.pk.hex
        with connection.cursor() as cursor:
            cursor.execute(_ANYBODY_LEFT)
            has_anybody_left = cursor.fetchone() is not None
            for start in range(0, len(matches), ASKED_AT_ONCE):
                some = matches[start : start + ASKED_AT_ONCE]
                marks = ", ".join(["%s"] * len(some))
                cursor.execute(_KNOWN.format(marks), some)
                for match, contact, source, brought_by in cursor.fetchall():
                    found = uuid.UUID(str(contact)), uuid.UUID(str(source))
                    self.known[bytes(match)] = found
                    if brought_by and uuid.UUID(str(brought_by)).hex == mine:
                        self.ours.add(bytes(match))
                if has_anybody_left:
                    cursor.execute(_LEFT.format(marks), some)
                    self.left.update(bytes(match) for (match,) in cursor.fetchall())


# Plain statements: a million rows through the frame would take three times as long.
_KNOWN = """
SELECT c.match, c.id, c.source_id, b.brought_by_id
FROM outreach_contact c JOIN outreach_batch b ON b.id = c.batch_id
WHERE c.match IN ({})
"""
_ANYBODY_LEFT = "SELECT 1 FROM outreach_suppression LIMIT 1"
_LEFT = "SELECT match FROM outreach_suppression WHERE match IN ({})"
_INSERT = """
INSERT INTO outreach_contact (id, source_id, batch_id, match, address, name, language)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
_REFUSE = """
INSERT INTO outreach_refusedrow (importing_id, row, why, "column") VALUES (%s, %s, %s, %s)
"""
_COPY = """
COPY outreach_contact (id, source_id, batch_id, match, address, name, language) FROM STDIN
"""


def insert_contacts(batches: Iterable[tuple[Batch, list[Line]]]) -> list[Batch]:
    """Add the contacts of some batches. Returns the batches, which the caller adds too.

    PostgreSQL is given them as one text, and works on it while the next batch is sealed.
    """
    laid = []
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            for batch, lines in batches:
                cursor.executemany(_INSERT, lines)
                laid.append(batch)
            return laid
        with cursor.copy(_COPY) as copy:
            for batch, lines in batches:
                copy.write(_as_text(lines))
                laid.append(batch)
    return laid


def _as_text(lines: list[Line]) -> str:
    return "".join(
        f"{pk}\t{source}\t{batch}\t\\\\x{match.hex()}\t\\\\x{address.hex()}\t"
        f"{_NOTHING if name is None else _BYTES + name.hex()}\t{language}\n"
        for pk, source, batch, match, address, name, language in lines
    )


def insert_refused(importing: Import, stays_out: list[tuple[int, str]]) -> None:
    """Write down the numbers of rows that stayed out, each with its reason."""
    ours = Import._meta.pk.get_db_prep_value(importing.pk, connection)
    lines = [(ours, row, why, REASONS[why].column) for row, why in stays_out]
    if lines:
        with connection.cursor() as cursor:
            cursor.executemany(_REFUSE, lines)


_NOTHING, _BYTES = "\\N", "\\\\x"


@contextmanager
def no_search_for_circles() -> Iterator[None]:
    """Spare Python its search for circles among a million rows that have none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def room_for_pages() -> Iterator[None]:
    """Let SQLite keep the pages of its indexes in memory meanwhile: hashes fall everywhere."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size")
        before = int(cursor.fetchone()[0])
        cursor.execute(f"PRAGMA cache_size = -{CACHE_KILOBYTES}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {before}")
