"""Takes the order of arrival out of a table: its rows written anew, all at once, in random order.

Rows that came one after the other tell it by their place on disk, the number of their
transaction and the log of writes. Rows that were written anew together tell none.
"""

import random
from collections.abc import Collection
from typing import TypeVar

from django.db import connection, models, transaction

ALONE = "ACCESS EXCLUSIVE"
Row = TypeVar("Row", bound=models.Model)


def take_all(kind: type[Row]) -> list[Row]:
    """Every row of a table, in random order; the table is empty until the transaction ends.

    Nobody adds to it meanwhile. Only for small tables to which no foreign key points.
    PostgreSQL gives an emptied table new files, so that not even a dead row is left;
    SQLite overwrites what it deletes (`secure_delete`).
    """
    table = kind._meta.db_table
    hold(kind, ALONE)
    rows = list(kind._base_manager.all())
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f'TRUNCATE TABLE "{table}"')
    else:
        kind._base_manager.all().delete()
    random.SystemRandom().shuffle(rows)
    return rows


@transaction.atomic
def mix(kind: type[Row], more: Collection[Row] = ()) -> None:
    """Write every row of a table anew, with `more` among them, in random order."""
    rows = [*take_all(kind), *more]
    random.SystemRandom().shuffle(rows)
    kind._base_manager.bulk_create(rows)


def hold(kind: type[models.Model], mode: str = "SHARE ROW EXCLUSIVE") -> None:
    """Let nobody write to a table until the transaction ends. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f'LOCK TABLE "{kind._meta.db_table}" IN {mode} MODE')


def write_files_anew(*kinds: type[models.Model]) -> int:
    """Give tables new files, without the bytes of dead rows between the living. Once a day.

    PostgreSQL leaves them there until they are written over, with the number of their
    transaction. It takes seconds for a million rows, and gives up at once rather than
    keep others waiting. Returns how many tables have new files; none on SQLite, which
    overwrites what it deletes.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '1s'")
        try:
            for kind in kinds:
                cursor.execute(f'VACUUM FULL "{kind._meta.db_table}"')
        finally:
            cursor.execute("RESET lock_timeout")
    return len(kinds)


def clean_files(*kinds: type[models.Model]) -> bool:
    """Clean the files of what they remember of the order; false when a reader is in the way.

    SQLite's write-ahead log, which holds every write in its order, is cut to nothing;
    PostgreSQL forgets the dead rows of these tables (its own log it keeps: docs/keys.md).
    """
    if connection.in_atomic_block:  # inside a transaction there is nothing to clean
        return True
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for kind in kinds:
                cursor.execute(f'VACUUM "{kind._meta.db_table}"')
            return True
        cursor.execute("PRAGMA busy_timeout")
        patience = cursor.fetchone()[0]
        cursor.execute("PRAGMA busy_timeout = 0")  # nobody waits for tidiness
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            is_busy = bool(cursor.fetchone()[0])
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(patience)}")
    return not is_busy
