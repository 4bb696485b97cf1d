"""What staff keep in their heads and in a drawer: the two ways to a private key's seed.

A seed locked by a passphrase:

    byte 0        version, 1
    byte 1        1: Argon2id, version 0x13 (RFC 9106)
    bytes 2-5     memory in KiB, big-endian
    bytes 6-9     iterations, big-endian
    byte 10       lanes
    bytes 11-26   salt
    from byte 27  an envelope of suite 3 that holds the seed, context ("lock", "passphrase", "seed"), under
                  HKDF-SHA-256(Argon2id(NFKC passphrase, salt) || pepper; "fairwitness/passphrase/1")

A seed locked by a recovery sheet is an envelope of suite 3, context ("lock", "sheet", "seed"),
under HKDF-SHA-256(the sheet's 32 bytes; "fairwitness/sheet/1"): those 32 bytes were drawn at
random, so they need neither Argon2id nor pepper, and still help when the pepper is lost.
"""

import struct
import unicodedata
from dataclasses import dataclass
from secrets import token_bytes
from threading import BoundedSemaphore
from typing import Self

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from fairwitness.refusal import Refused
from fairwitness.vault.derivation import derive
from fairwitness.vault.envelope import (
    Altered,
    Context,
    UnknownVersion,
    WrongKey,
    disclose,
    enclose,
)
from fairwitness.vault.words import Shape, UnreadableCode, read, spell

LEAST_CHARACTERS = 15
PEPPER_BYTES = 32

_VERSION, _ARGON2ID = 1, 1
_HEAD = struct.Struct(">BBIIB16s")
_SALT_BYTES = 16
_BY_PASSPHRASE = Context("lock", "passphrase", "seed")
_BY_SHEET = Context("lock", "sheet", "seed")
# So that many who unlock at the same moment take 128 MiB, not all of the memory.
_MOST_AT_ONCE = BoundedSemaphore(2)

_LEAST_LEFT, _LEAST_DIFFERENT, _LEAST_RUN = 8, 5, 4
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "azertyuiop",
)
_WORN = (
    "correcthorsebatterystaple", "passphrase", "password", "passwort", "letmein", "changeme",
    "iloveyou", "welcome", "fairwitness", "administrator", "admin", "secret", "sunshine",
    "football", "princess", "dragon", "monkey", "master", "login", "qwerty", "azerty",
)  # fmt: skip
_DISGUISES = str.maketrans("013457@$", "oieastas")


@dataclass(frozen=True)
class Cost:
    """What one guess costs: memory in KiB, iterations, lanes."""

    memory: int
    iterations: int
    lanes: int


COST = Cost(memory=64 * 1024, iterations=3, lanes=1)
"""RFC 9106 §4, the second recommended option, with one lane (PROTECTION CRY-5)."""

_DEAREST = Cost(memory=512 * 1024, iterations=16, lanes=8)


class WrongPassphrase(Refused):
    """The passphrase does not open this key."""

    status = 403


class WrongSheet(Refused):
    """The recovery sheet belongs to another key, or to an earlier lock of this one."""

    status = 403


class WeakPassphrase(Refused):
    """A guesser would try this early. `kind` is "too_short", "repeats" or "worn"."""

    status = 400

    def __init__(self, message: str, *, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


def check_passphrase(text: str, *, centre: str = "") -> None:
    """Refuse what is too short or easily guessed; `centre` is the name of this centre.

    Raises WeakPassphrase. What passes is not proven strong: this asks for length (NIST SP
    800-63B-4) and turns away what everybody tries first.
    """
    plain = _normalise(text)
    if len(plain) < LEAST_CHARACTERS:
        raise WeakPassphrase(
            f"Please take at least {LEAST_CHARACTERS} characters: four or five words that do not belong together are easy to keep.",
            kind="too_short",
        )
    typed = "".join(plain.casefold().split())
    if len(set(typed)) < _LEAST_DIFFERENT or typed in (typed * 2)[1:-1]:
        raise WeakPassphrase(
            "That repeats the same few characters. Please take words that do not belong together.",
            kind="repeats",
        )
    names = [_letters(name) for name in (centre, *centre.split())]
    worn = [name for name in names if len(name) >= _LEAST_RUN] + list(_WORN)
    spellings = (_letters(typed), _letters(typed.translate(_DISGUISES)))
    signs = len({c for c in typed if not c.isalnum()})
    if signs + min(len(_without(one, worn)) for one in spellings) < _LEAST_LEFT:
        raise WeakPassphrase(
            "Little is left of that without names, rows of keys and common words. Please add words that nobody would expect.",
            kind="worn",
        )


def lock_seed(seed: bytes, passphrase: str, pepper: bytes) -> bytes:
    """Lock a seed. The pepper, 32 bytes, lies outside of the database and its backups."""
    salt = token_bytes(_SALT_BYTES)
    key = _stretch(passphrase, salt, pepper, COST)
    head = _HEAD.pack(
        _VERSION, _ARGON2ID, COST.memory, COST.iterations, COST.lanes, salt
    )
    return head + enclose(key, seed, _BY_PASSPHRASE)


def unlock_seed(blob: bytes, passphrase: str, pepper: bytes) -> bytes:
    """Return the seed. Raises WrongPassphrase, and CannotOpen when the blob is not whole."""
    cost, salt = _read_head(blob)
    key = _stretch(passphrase, salt, pepper, cost)
    try:
        return disclose(key, blob[_HEAD.size :], _BY_PASSPHRASE)
    except WrongKey:
        raise WrongPassphrase(
            "That passphrase does not open your key. Please look at capitals and the layout of the keyboard, and try again."
        ) from None


def is_current(blob: bytes) -> bool:
    """Whether a guess costs as much as we ask today; if not, lock again at the next unlock."""
    return _read_head(blob)[0] == COST


@dataclass(frozen=True, repr=False)
class RecoverySheet:
    """A key on paper: 20 words that open a seed when the passphrase is forgotten."""

    key: bytes

    SHAPE = Shape(words=20)

    def __post_init__(self) -> None:
        if len(self.key) != 32:  # noqa: PLR2004 - 256 bits
            raise ValueError("the key of a recovery sheet has 32 bytes")

    @classmethod
    def new(cls) -> Self:
        """Draw a sheet at random."""
        return cls(token_bytes(32))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the words of a sheet as people type them. Raises UnreadableCode."""
        number = read(text, cls.SHAPE)
        if number >> 256:
            raise UnreadableCode(
                "These are not the words of a recovery sheet. Please compare each with the paper.",
                kind="not_a_code",
            )
        return cls(number.to_bytes(32, "big"))

    @property
    def words(self) -> tuple[str, ...]:
        """The sheet as words of the same list as receipt codes."""
        return spell(int.from_bytes(self.key, "big"), self.SHAPE)

    def lock(self, seed: bytes) -> bytes:
        """Lock a seed under this sheet."""
        return enclose(derive(self.key, b"fairwitness/sheet/1"), seed, _BY_SHEET)

    def unlock(self, blob: bytes) -> bytes:
        """Return the seed. Raises WrongSheet, and CannotOpen when the blob is not whole."""
        try:
            return disclose(derive(self.key, b"fairwitness/sheet/1"), blob, _BY_SHEET)
        except WrongKey:
            raise WrongSheet(
                "This recovery sheet does not open your key. Please look whether a newer one was printed."
            ) from None

    def __repr__(self) -> str:
        return "RecoverySheet([secret])"


def _read_head(blob: bytes) -> tuple[Cost, bytes]:
    if len(blob) < _HEAD.size:
        raise Altered("The locked key is cut off.")
    version, kdf, memory, iterations, lanes, salt = _HEAD.unpack_from(blob)
    if (version, kdf) != (_VERSION, _ARGON2ID):
        raise UnknownVersion(f"Lock version {version}, {kdf} is not known here.")
    is_possible = (
        0 < lanes <= _DEAREST.lanes
        and 0 < iterations <= _DEAREST.iterations
        and 8 * lanes <= memory <= _DEAREST.memory
    )
    if not is_possible:  # else one changed byte would take all memory of the machine
        raise Altered("The locked key asks for a cost that we never set.")
    return Cost(memory, iterations, lanes), salt


def _stretch(passphrase: str, salt: bytes, pepper: bytes, cost: Cost) -> bytes:
    if len(pepper) != PEPPER_BYTES:
        raise ValueError("the pepper has 32 bytes")
    argon = Argon2id(
        salt=salt,
        length=32,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory,
    )
    with _MOST_AT_ONCE:
        stretched = argon.derive(_normalise(passphrase).encode())
    return derive(stretched + pepper, b"fairwitness/passphrase/1")


def _normalise(text: str) -> str:
    """Make the same bytes of what looks the same: NFKC, and one space for each run of spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _without(letters: str, worn: list[str]) -> str:
    """Return what is left when worn words and rows of keys are taken out."""
    for word in sorted(worn, key=len, reverse=True):
        letters = letters.replace(word, "")
    left, start = [], 0
    while start < len(letters):
        run = _run_at(letters, start)
        if run < _LEAST_RUN:
            left.append(letters[start : start + run])
        start += run
    return "".join(left)


def _run_at(letters: str, start: int) -> int:
    """Return how many characters from here on stand side by side in a row, or are the same."""
    longest = 1
    for row in (*_ROWS, letters[start] * len(letters)):
        for way in (row, row[::-1]):
            end = start + longest + 1
            while end <= len(letters) and letters[start:end] in way:
                longest, end = end - start, end + 1
    return longest
