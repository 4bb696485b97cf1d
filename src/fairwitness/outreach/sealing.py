"""How an address lies in the database: under its batch's key, bound to its contact.

One random key seals up to 1,000 contacts and is wrapped once to the mailer. What is
sealed is filled up to a multiple of 64 bytes, so that its length says little.
"""

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from fairwitness.vault.envelope import Context, Encloser

STEP = 64
KEY_BYTES = 32


def wrap_context(batch: uuid.UUID) -> Context:
    """What the wrap of a batch key is bound to."""
    return Context("batch", str(batch), "")


@dataclass(frozen=True, repr=False)
class BatchKey:
    """The key of one batch while it is needed. Printing it prints nothing."""

    raw: bytes
    _encloser: Encloser = field(init=False)

    def __post_init__(self) -> None:
        encloser = Encloser(self.raw, purpose="contact")
        object.__setattr__(self, "_encloser", encloser)

    def __repr__(self) -> str:
        return "<a batch key>"

    @classmethod
    def new(cls) -> "BatchKey":
        """Draw a key for a new batch."""
        return cls(secrets.token_bytes(KEY_BYTES))

    def seal(self, contact: uuid.UUID | str, parts: Mapping[str, str]) -> list[bytes]:
        """Seal the parts ("address", "name") of one contact, in their order."""
        filled = {}
        for part, text in parts.items():
            plain = text.encode()
            filled[part] = plain.ljust(-(-len(plain) // STEP) * STEP, b"\0")
        return self._encloser.enclose(str(contact), filled)

    def open(self, sealed: bytes, *, contact: uuid.UUID, part: str) -> str:
        """Undo `seal`. Error: `CannotOpen`."""
        plain = self._encloser.disclose(sealed, subject=str(contact), section=part)
        return plain.rstrip(b"\0").decode()
