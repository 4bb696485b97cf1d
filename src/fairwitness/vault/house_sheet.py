"""The recovery sheet of the house: a paper that brings back every file of secrets.

The keys of the gate, the release and the mailer lie in files, and so do the secrets without
which nobody signs in and no list of those who left is known again. A broken disk would lose
them. Each is locked in the database by the sheet's 32 random bytes; the sheet alone opens no
report, and no identity without the other half.
"""

import os
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from fairwitness import environment
from fairwitness.ledger.actions import record
from fairwitness.ledger.actors import SYSTEM
from fairwitness.refusal import Refused
from fairwitness.vault.actions import (
    lock_by_sheet,
    lock_secret_by_sheet,
    public_key_of,
)
from fairwitness.vault.founding import KEPT_IN_FILES, private_key
from fairwitness.vault.models import KeyPair, LockedKey, LockedSecret
from fairwitness.vault.passphrase import RecoverySheet
from fairwitness.vault.suites import PrivateKey, Suite

SECRETS = ("pepper.key", "fields.key", "suppression.key", "checkpoint.key")


@transaction.atomic
def lock_house_keys() -> RecoverySheet:
    """Lock what lies in files by one new sheet, which is given back once.

    Error: `Refused` when a file holds another key than the one that stands here.
    """
    sheet = RecoverySheet.new()
    for key in _house_keys():
        private = private_key(KeyPair.Purpose(key.purpose))
        if private.public != public_key_of(key):
            raise Refused(
                f"{_file_of(key)} holds another key than the one that stands here. "
                "Bring the right file back first: fairwitness keys restore."
            )
        lock_by_sheet(key, private, sheet=sheet)
    for name in SECRETS:
        lock_secret_by_sheet(name, environment.secret(_place(name)), sheet=sheet)
    record("vault.house_sheet_made", "house", by=SYSTEM)
    return sheet


def open_house_keys(words: str) -> list[tuple[LockedKey, PrivateKey]]:
    """Open the keys that lie in files with the sheet. Errors: `UnreadableCode`, `WrongSheet`."""
    sheet = RecoverySheet.parse(words)
    locked = LockedKey.objects.filter(key__in=_house_keys()).select_related("key")
    if not locked:
        raise Refused(
            "The house has no sheet yet. Make it on the server: fairwitness keys sheet."
        )
    return [
        (
            one,
            PrivateKey.from_seed(
                Suite(one.key.suite), sheet.unlock(bytes(one.by_sheet))
            ),
        )
        for one in locked.order_by("key__purpose")
    ]


def altered_secrets(words: str) -> list[str]:
    """The files that are there and hold something else than the sheet would bring back."""
    return [
        name
        for name, secret in _secrets(words).items()
        if _place(name).exists() and _place(name).read_bytes() != secret
    ]


def restore_house_keys(words: str) -> list[str]:
    """Write the files that are missing or hold something else. Returns their names.

    A file that held something else is kept beside, with `.other` at its end.
    """
    found = {_file_of(one.key): private.seed for one, private in open_house_keys(words)}
    written = []
    for name, secret in (found | _secrets(words)).items():
        place = _place(name)
        if place.exists() and place.read_bytes() == secret:
            continue
        if place.exists():
            place.replace(place.with_name(f"{name}.other"))
        _write(place, secret)
        written.append(name)
    record("vault.house_keys_restored", "house", by=SYSTEM, count=len(written))
    return written


def _secrets(words: str) -> dict[str, bytes]:
    sheet = RecoverySheet.parse(words)
    return {
        one.name: sheet.unlock(bytes(one.by_sheet))
        for one in LockedSecret.objects.order_by("name")
    }


def _write(place: Path, secret: bytes) -> None:
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(secret)
        opened.flush()
        os.fsync(opened.fileno())


def _file_of(key: KeyPair) -> str:
    return KEPT_IN_FILES[KeyPair.Purpose(key.purpose)]


def _place(name: str) -> Path:
    return Path(settings.SECRETS) / name


def _house_keys() -> QuerySet[KeyPair]:
    return KeyPair.objects.filter(purpose__in=KEPT_IN_FILES, retired_on=None)
