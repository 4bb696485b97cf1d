"""Receipt codes: the one key that a reporter holds, and all that grows from it.

    code        a number below N**9, where N = len(words()): nine words, or 35 digits
    key         HKDF-SHA-256(number as 15 bytes, big-endian; label), 32 bytes each
                  "fairwitness/receipt/locator/1"     under which the report is found
                  "fairwitness/receipt/read/1"        which opens the reporter's own wraps
                  "fairwitness/receipt/consent/1"     seed of the Ed25519 key that signs consents
                  "fairwitness/receipt/count-code/1"  big-endian number, modulo N**6
    count code  a number below N**6: six words, or 25 digits
    seed        HKDF-SHA-256(number as 10 bytes, big-endian; "fairwitness/count/seed/1")
    leaf        SHA-256("fairwitness/leaf/1" || HKDF-SHA-256(seed; "leaf"))
    tag         HKDF-SHA-256(seed; "fairwitness/tag/1" || framed(edition, table))

Nine words carry 115.5 bits, above the 112 at which a fast derivation is right (OWASP ASVS
5.0.0, 6.5.2). Six words carry 77: enough that nobody guesses the seed of a given
sending, and they open nothing, neither the report nor the nine words.
"""

from dataclasses import dataclass
from hashlib import sha256
from secrets import randbelow
from typing import ClassVar, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fairwitness.vault.derivation import derive, framed
from fairwitness.vault.words import Shape, UnreadableCode, dial, read, spell

__all__ = ["CountCode", "ReceiptCode", "UnreadableCode", "leaf_of", "tag_of"]


@dataclass(frozen=True, repr=False)
class _Code:
    """A secret number that can be written down. Printing it prints nothing of it."""

    number: int

    SHAPE: ClassVar[Shape]
    NUMBER_BYTES: ClassVar[int]

    def __post_init__(self) -> None:
        if not 0 <= self.number < self.SHAPE.limit:
            raise ValueError("the number is outside of what the code can hold")

    @classmethod
    def new(cls) -> Self:
        """Draw a code at random."""
        return cls(randbelow(cls.SHAPE.limit))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a code as people type it, words or digits. Raises UnreadableCode."""
        return cls(read(text, cls.SHAPE))

    @property
    def words(self) -> tuple[str, ...]:
        """The code as words of the list."""
        return spell(self.number, self.SHAPE)

    @property
    def digits(self) -> tuple[str, ...]:
        """The same code as digits, in groups of five."""
        return dial(self.number, self.SHAPE)

    def __repr__(self) -> str:
        return f"{type(self).__name__}([secret])"

    def _derive(self, label: bytes) -> bytes:
        return derive(self.number.to_bytes(self.NUMBER_BYTES, "big"), label)


class CountCode(_Code):
    """Six words that prove that an answer was counted, and open nothing."""

    SHAPE = Shape(words=6, digits=25)
    NUMBER_BYTES = 10

    @property
    def seed(self) -> bytes:
        """The 32-byte count seed, of which leaf and tags are made."""
        return self._derive(b"fairwitness/count/seed/1")


class ReceiptCode(_Code):
    """Nine words with which a reporter finds, reads, permits and erases."""

    SHAPE = Shape(words=9, digits=35)
    NUMBER_BYTES = 15

    @property
    def locator(self) -> bytes:
        """Under which the report is found; stored, and of no use without the code."""
        return self._derive(b"fairwitness/receipt/locator/1")

    @property
    def read_key(self) -> bytes:
        """The symmetric key of the reporter's own wraps; never stored."""
        return self._derive(b"fairwitness/receipt/read/1")

    def consent_key(self) -> Ed25519PrivateKey:
        """Return the key that signs consents; only its public half is stored."""
        seed = self._derive(b"fairwitness/receipt/consent/1")
        return Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def count_code(self) -> CountCode:
        """The six words of this sending; the way back to the nine is closed."""
        wide = int.from_bytes(self._derive(b"fairwitness/receipt/count-code/1"), "big")
        return CountCode(wide % CountCode.SHAPE.limit)

    @property
    def seed(self) -> bytes:
        """The count seed, the same that the count code gives."""
        return self.count_code.seed


def leaf_of(seed: bytes) -> bytes:
    """Return the 32 bytes that enter the public tree for a sending."""
    return sha256(b"fairwitness/leaf/1" + derive(seed, b"leaf")).digest()


def tag_of(seed: bytes, edition: str, table: str) -> bytes:
    """Return the 32 bytes that stand under a cell of a table; no two tables share one."""
    return derive(seed, b"fairwitness/tag/1" + framed(edition, table))
