"""Makes the keys of the house, once, when a centre is founded.

The private halves of the worker's and the gate's keys go to files that only those
processes can read. The triage key's private half is given back, to be wrapped to the
first members and put in escrow; it is stored nowhere in clear. What lies in files is locked by
a printed sheet of the house as well, so that a lost machine does not lose it.
"""

import os
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from fairwitness import environment
from fairwitness.ledger.actions import record
from fairwitness.ledger.actors import SYSTEM
from fairwitness.refusal import Refused
from fairwitness.vault.actions import add_key, lock_by_sheet, public_key_of
from fairwitness.vault.models import KeyPair, LockedKey
from fairwitness.vault.passphrase import RecoverySheet
from fairwitness.vault.suites import DEFAULT_SUITE, PrivateKey, Suite
from fairwitness.vault.trust import KeyStatement

Sign = Callable[[KeyStatement], Sequence[bytes]]

SEED_BYTES = 96
KEPT_IN_FILES = {
    KeyPair.Purpose.GATE: "gate.key",
    KeyPair.Purpose.RELEASE: "release.key",
    KeyPair.Purpose.MAILER: "mailer.key",
}


def private_key(purpose: KeyPair.Purpose) -> PrivateKey:
    """The private half that the worker or the gate keeps in a file of its own."""
    return PrivateKey.from_seed(DEFAULT_SUITE, _seed(KEPT_IN_FILES[purpose]))


def found_keys(*, sign: Sign, not_after: date) -> tuple[KeyPair, PrivateKey]:
    """Make and sign all keys of the house. Returns the triage key and its private half."""
    for purpose in KEPT_IN_FILES:
        _add(private_key(purpose), purpose, sign=sign, not_after=not_after)
    triage = PrivateKey.generate()
    row = _add(triage, KeyPair.Purpose.TRIAGE, sign=sign, not_after=not_after)
    return row, triage


@transaction.atomic
def lock_house_keys() -> RecoverySheet:
    """Lock the keys that lie in files by one new sheet, which is given back once."""
    sheet = RecoverySheet.new()
    for key in _house_keys():
        private = private_key(KeyPair.Purpose(key.purpose))
        if private.public != public_key_of(key):
            raise Refused(
                f"{KEPT_IN_FILES[KeyPair.Purpose(key.purpose)]} holds another key than the one that stands here. "
                "Bring the right file back first: fairwitness keys restore."
            )
        lock_by_sheet(key, private, sheet=sheet)
    record("vault.house_sheet_made", "house", by=SYSTEM)
    return sheet


def open_house_keys(words: str) -> list[tuple[LockedKey, PrivateKey]]:
    """Open the keys that lie in files with the sheet of the house. Errors: `UnreadableCode`, `WrongSheet`."""
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


def restore_house_keys(words: str) -> list[str]:
    """Write the key files that are missing or hold another key. Returns their names.

    A file that held another key is kept beside, with `.other` at its end.
    """
    written = []
    for locked, private in open_house_keys(words):
        place = (
            Path(settings.SECRETS) / KEPT_IN_FILES[KeyPair.Purpose(locked.key.purpose)]
        )
        if place.exists() and place.read_bytes() == private.seed:
            continue
        if place.exists():
            place.replace(place.with_name(f"{place.name}.other"))
        _write(place, private.seed)
        written.append(place.name)
    record("vault.house_keys_restored", "house", by=SYSTEM, count=len(written))
    return written


def _write(place: Path, seed: bytes) -> None:
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(seed)
        opened.flush()
        os.fsync(opened.fileno())


def _house_keys() -> QuerySet[KeyPair]:
    return KeyPair.objects.filter(purpose__in=KEPT_IN_FILES, retired_on=None)


def _add(
    private: PrivateKey, purpose: KeyPair.Purpose, *, sign: Sign, not_after: date
) -> KeyPair:
    statement = KeyStatement(
        purpose=purpose,
        public_key=private.public,
        epoch=1,
        not_after=not_after,
    )
    return add_key(
        private.public,
        purpose=purpose,
        not_after=not_after,
        signatures=sign(statement),
    )


def _seed(name: str) -> bytes:
    return environment.secret(Path(settings.SECRETS) / name, size=SEED_BYTES)
