"""The key pairs of the house: which suites there are, and how each key is written down.

Suite 1 is HPKE (RFC 9180) in base mode with X25519, HKDF-SHA-256 and AES-256-GCM.
Suite 2, the default, is the same with the hybrid ML-KEM-768 + X25519 (X-Wing, KEM id
0x647a, draft-ietf-hpke-pq), so that what is sealed today stays sealed when quantum
computers come. Suite 3 is no key pair: AES-256-GCM under a symmetric key.

    suite   public key                                     private key (the seed)
    1       32 bytes, X25519                               32 bytes, X25519
    2       1,216 bytes: ML-KEM-768 (1,184) || X25519      96 bytes: ML-KEM-768 seed d || z (64) || X25519
"""

from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from hashlib import sha256
from secrets import token_bytes
from typing import Self

from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import (
    MLKEM768PrivateKey,
    MLKEM768PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)

from fairwitness.vault.derivation import derive

KEY_ID_BYTES = 8


class Suite(IntEnum):
    """How an envelope is sealed; the number is its second byte."""

    X25519 = 1
    HYBRID = 2
    BODY = 3


DEFAULT_SUITE = Suite.HYBRID

_MLKEM_PUBLIC, _MLKEM_SEED, _X25519 = 1184, 64, 32
_PUBLIC_BYTES = {Suite.X25519: _X25519, Suite.HYBRID: _MLKEM_PUBLIC + _X25519}
_SEED_BYTES = {Suite.X25519: _X25519, Suite.HYBRID: _MLKEM_SEED + _X25519}
_HPKE = {
    Suite.X25519: hpke.Suite(
        hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM
    ),
    Suite.HYBRID: hpke.Suite(
        hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM
    ),
}
_ANY_SCALAR = X25519PrivateKey.from_private_bytes(b"\x40" * _X25519)

_Recipient = X25519PublicKey | hpke.MLKEM768X25519PublicKey
_Holder = X25519PrivateKey | hpke.MLKEM768X25519PrivateKey


class MalformedKey(Exception):
    """These bytes are no key of that suite."""


@dataclass(frozen=True)
class PublicKey:
    """The half that seals. It may lie anywhere; `trust` says whether to believe it.

    Raises MalformedKey when the bytes are no key of that suite (wrong length,
    coefficients out of range, a point of low order).
    """

    suite: Suite
    raw: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _parse(self.suite, self.raw)

    @classmethod
    def from_bytes(cls, encoded: bytes) -> Self:
        """Read what `to_bytes` wrote: the suite in one byte, then the raw key."""
        if not encoded or encoded[0] not in tuple(_HPKE):
            raise MalformedKey("The first byte names no suite of key pairs.")
        return cls(Suite(encoded[0]), bytes(encoded[1:]))

    def to_bytes(self) -> bytes:
        """Return the suite in one byte, then the raw key."""
        return bytes([self.suite]) + self.raw

    @property
    def key_id(self) -> bytes:
        """Eight bytes: the first of SHA-256("fairwitness/key-id/1" || suite byte || raw key)."""
        digest = sha256(b"fairwitness/key-id/1" + self.to_bytes()).digest()
        return digest[:KEY_ID_BYTES]

    def encrypt(self, plaintext: bytes, info: bytes) -> bytes:
        """Return HPKE's encapsulated key and ciphertext. Use `envelope.seal_to` instead."""
        return _HPKE[self.suite].encrypt(plaintext, _parse(self.suite, self.raw), info)


@dataclass(frozen=True, eq=False, repr=False)
class PrivateKey:
    """The half that opens, and the signing key that comes with it. Printing it prints its id."""

    suite: Suite
    seed: bytes
    public: PublicKey = field(init=False)
    _holder: _Holder = field(init=False)

    def __post_init__(self) -> None:
        if self.suite not in _SEED_BYTES or len(self.seed) != _SEED_BYTES[self.suite]:
            raise MalformedKey("The seed has not the length that its suite asks for.")
        holder, raw = _expand(self.suite, self.seed)
        object.__setattr__(self, "_holder", holder)
        object.__setattr__(self, "public", PublicKey(self.suite, raw))

    @classmethod
    def generate(cls, suite: Suite = DEFAULT_SUITE) -> Self:
        """Make a new key pair."""
        return cls(suite, token_bytes(_SEED_BYTES[suite]))

    @classmethod
    def from_seed(cls, suite: Suite, seed: bytes) -> Self:
        """Make the key pair of a seed that was kept. Raises MalformedKey."""
        return cls(suite, bytes(seed))

    def signing_key(self) -> Ed25519PrivateKey:
        """Return the Ed25519 key of the same holder, who so has one secret to keep."""
        return Ed25519PrivateKey.from_private_bytes(
            derive(self.seed, b"fairwitness/sign/1")
        )

    def decrypt(self, ciphertext: bytes, info: bytes) -> bytes:
        """Undo `PublicKey.encrypt`. Use `envelope.open_with` instead. Raises InvalidTag."""
        return _HPKE[self.suite].decrypt(ciphertext, self._holder, info)

    def __repr__(self) -> str:
        return f"PrivateKey({self.suite.name}, key_id={self.public.key_id.hex()})"


@lru_cache(maxsize=256)
def _parse(suite: Suite, raw: bytes) -> _Recipient:
    """Turn bytes into a key, once: the same few keys are used at each submission."""
    if suite not in _PUBLIC_BYTES or len(raw) != _PUBLIC_BYTES[suite]:
        raise MalformedKey("The key has not the length that its suite asks for.")
    curve_point = X25519PublicKey.from_public_bytes(raw[-_X25519:])
    try:
        _ANY_SCALAR.exchange(curve_point)  # fails for every point of low order
        if suite == Suite.X25519:
            return curve_point
        lattice = MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM_PUBLIC])
    except ValueError as broken:
        raise MalformedKey("These bytes are no key of that suite.") from broken
    return hpke.MLKEM768X25519PublicKey(lattice, curve_point)


def _expand(suite: Suite, seed: bytes) -> tuple[_Holder, bytes]:
    """Return the private key of a seed and the raw public key."""
    curve = X25519PrivateKey.from_private_bytes(seed[-_X25519:])
    point = curve.public_key().public_bytes_raw()
    if suite == Suite.X25519:
        return curve, point
    lattice = MLKEM768PrivateKey.from_seed_bytes(seed[:_MLKEM_SEED])
    raw = lattice.public_key().public_bytes_raw() + point
    return hpke.MLKEM768X25519PrivateKey(lattice, curve), raw
