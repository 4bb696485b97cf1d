"""The keystore: 32-byte shred keys in a database of its own, made in batches, overwritten to erase.

Without its shred key a report cannot be read by anyone, whatever else they hold.
"""

import secrets
import time
import uuid
from collections.abc import Iterable

from django.db import connections, transaction

from fairwitness.refusal import NotOpen
from fairwitness.vault.models import BurnedSlot, ShredKey
from fairwitness.vault.router import KEYSTORE

CLEANING_TRIES = 30
CLEANING_PAUSE = 0.1  # seconds


class KeystoreGone(NotOpen):
    """The keystore does not answer or lacks a key: nothing can be taken."""


def add_keys(slots: Iterable[uuid.UUID]) -> None:
    """Make a shred key for each of these slots."""
    with transaction.atomic(using=KEYSTORE):
        ShredKey.objects.bulk_create(
            ShredKey(slot=slot, key=secrets.token_bytes(32)) for slot in slots
        )


def key_of(slot: uuid.UUID) -> bytes | None:
    """The shred key of a slot, or none when it was shredded."""
    row = ShredKey.objects.filter(pk=slot).first()
    return bytes(row.key) if row else None


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


def replay_burned() -> int:
    """Shred again what was shredded before; a restored keystore needs it. Returns how many."""
    burned = BurnedSlot.objects.values_list("slot", flat=True)
    revived = ShredKey.objects.filter(slot__in=list(burned))
    slots = list(revived.values_list("slot", flat=True))
    for slot in slots:
        shred(slot)
    return len(slots)


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
