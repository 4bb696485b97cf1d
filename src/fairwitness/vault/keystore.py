"""The keystore: 32-byte shred keys in a database of its own, made in batches, overwritten to erase.

Without its shred key a report cannot be read by anyone, whatever else they hold.
"""

import secrets
import time
import uuid
from collections.abc import Collection, Iterable

from django.db import connections, transaction

from fairwitness.inserting import as_column
from fairwitness.vault.models import BurnedSlot, ShredKey
from fairwitness.vault.router import KEYSTORE

MANY = 500  # rows that one statement names
_KEY_OF = "SELECT key FROM vault_shredkey WHERE slot = %s"
CLEANING_TRIES = 30
CLEANING_PAUSE = 0.1  # seconds


def add_keys(slots: Iterable[uuid.UUID]) -> None:
    """Make a shred key for each of these slots."""
    with transaction.atomic(using=KEYSTORE):
        ShredKey.objects.bulk_create(
            ShredKey(slot=slot, key=secrets.token_bytes(32)) for slot in slots
        )


def key_of(slot: uuid.UUID) -> bytes | None:
    """The shred key of a slot, or none when it was shredded."""
    connection = connections[KEYSTORE]
    with connection.cursor() as cursor:  # of every report that is sent, opened or shown
        cursor.execute(_KEY_OF, [as_column(ShredKey, slot)])
        row = cursor.fetchone()
    return bytes(row[0]) if row else None


def shred(slot: uuid.UUID) -> None:
    """Overwrite a shred key, delete it, and clean the files of what they remember.

    On SQLite `secure_delete` zeroes the page and the write-ahead log is truncated; on
    PostgreSQL VACUUM removes the dead rows. The slot is written down as burned, so
    that a restored keystore shreds it again.
    """
    with transaction.atomic(using=KEYSTORE):
        BurnedSlot.objects.get_or_create(pk=slot)
        ShredKey.objects.filter(pk=slot).update(key=bytes(32))
        ShredKey.objects.filter(pk=slot).delete()
    _clean()


def burn(slots: Iterable[uuid.UUID]) -> int:
    """Shred all of these at once and remember them. Returns how many keys there still were."""
    wanted = list(slots)
    with transaction.atomic(using=KEYSTORE):
        BurnedSlot.objects.bulk_create(
            (BurnedSlot(slot=slot) for slot in wanted), ignore_conflicts=True
        )
        gone = _drop(wanted)
    _clean()
    return gone


def mark_of(name: str) -> uuid.UUID:
    """How a row in clear with a random hexadecimal name stands among what was burned."""
    return uuid.UUID(hex=name[:32])


def drop_unused(used: Collection[uuid.UUID]) -> int:
    """After a restore: drop every key that belongs to nothing here. Returns how many."""
    keys = ShredKey.objects.values_list("slot", flat=True)
    unused = [slot for slot in keys.iterator() if slot not in used]
    with transaction.atomic(using=KEYSTORE):
        gone = _drop(unused)
    _clean()
    return gone


def without_key(slots: Iterable[uuid.UUID]) -> list[uuid.UUID]:
    """Those of these slots whose key is not here, burned or lost."""
    kept = set(ShredKey.objects.values_list("slot", flat=True))
    return [slot for slot in slots if slot not in kept]


def _drop(slots: list[uuid.UUID]) -> int:
    gone = 0
    for start in range(0, len(slots), MANY):
        keys = ShredKey.objects.filter(pk__in=slots[start : start + MANY])
        keys.update(key=bytes(32))
        gone += keys.delete()[0]
    return gone


def _clean() -> None:
    """Clean the files; a reader in the way is waited for, and the next shredding cleans again."""
    connection = connections[KEYSTORE]
    if connection.in_atomic_block:  # a test's transaction: there is nothing to clean
        return
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute("VACUUM vault_shredkey")
            return
        for _try in range(CLEANING_TRIES):
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            is_busy = cursor.fetchone()[0]
            if not is_busy:
                return
            time.sleep(CLEANING_PAUSE)
