"""Makes the keys of the house, once, when a centre is founded.

The private halves of the worker's and the gate's keys go to files that only those
processes can read. The triage key's private half is given back, to be wrapped to the
first members and put in escrow; it is stored nowhere in clear.
"""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from django.conf import settings

from fairwitness import environment
from fairwitness.vault.actions import add_key
from fairwitness.vault.models import KeyPair
from fairwitness.vault.suites import DEFAULT_SUITE, PrivateKey
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
