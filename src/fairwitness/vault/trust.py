"""Which public keys to believe: those that the trustees signed, offline, with Ed25519.

What is signed is canonical JSON, so that a trustee can read it before signing:

    {"epoch":3,"holder":"","not_after":"2027-06-30","public_key":"<hex>","purpose":"triage",
     "statement":"key","suite":2,"verify_key":"","version":1}

(in one line). `statement` says what kind of thing it is, so that no signature can be
passed off as one under something else. Signatures are Ed25519 (RFC 8032), 64 bytes.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Self, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from fairwitness.vault.suites import MalformedKey, PublicKey, Suite

Json: TypeAlias = (
    bool | int | str | list["Json"] | tuple["Json", ...] | dict[str, "Json"] | None
)

_VERSION = 1
_LARGEST = 2**53 - 1
_NAME = re.compile(r"[a-z][a-z0-9_]*")


class NotTrusted(Exception):
    """A public key that nobody vouches for, or no longer. A web process answers 503."""


def canonical_json(value: Json) -> bytes:
    """Return the one way to write this value: keys sorted, no spaces, UTF-8, no floats.

    A subset of RFC 8785 (JSON Canonicalization Scheme): keys are small ASCII names, whole
    numbers lie within ±(2**53 - 1). Raises ValueError for all else.
    """
    _require_plain(value)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def _require_plain(value: object) -> None:
    match value:
        case None | bool() | str():
            return
        case int() if abs(value) <= _LARGEST:
            return
        case list() | tuple():
            for one in value:
                _require_plain(one)
        case dict():
            for name, one in value.items():
                if not (isinstance(name, str) and _NAME.fullmatch(name)):
                    raise ValueError("a key of canonical JSON is a small ASCII name")
                _require_plain(one)
        case _:
            raise ValueError("canonical JSON holds no floats, bytes, dates or objects")


@dataclass(frozen=True)
class KeyStatement:
    """What a trustee signs: this public key serves that purpose, until that day.

    `holder` is the random id of the person whose key it is, and `verify_key` the raw
    Ed25519 key with which that person signs; both are empty for a key of the house.
    """

    purpose: str
    public_key: PublicKey
    epoch: int
    not_after: date
    holder: str = ""
    verify_key: bytes = b""

    def __post_init__(self) -> None:
        if type(self.not_after) is not date:
            raise ValueError("a key ends with a day, not at a moment")

    def to_bytes(self) -> bytes:
        """Return the bytes that are signed."""
        return canonical_json(
            {
                "statement": "key",
                "version": _VERSION,
                "purpose": self.purpose,
                "suite": int(self.public_key.suite),
                "public_key": self.public_key.raw.hex(),
                "verify_key": self.verify_key.hex(),
                "holder": self.holder,
                "epoch": self.epoch,
                "not_after": self.not_after.isoformat(),
            }
        )

    @classmethod
    def from_bytes(cls, signed: bytes) -> Self:
        """Read a statement to show it before signing. Raises NotTrusted."""
        try:
            found = json.loads(signed)
            suite, raw = Suite(found["suite"]), bytes.fromhex(found["public_key"])
            statement = cls(
                purpose=found["purpose"],
                public_key=PublicKey(suite, raw),
                epoch=found["epoch"],
                not_after=date.fromisoformat(found["not_after"]),
                holder=found["holder"],
                verify_key=bytes.fromhex(found["verify_key"]),
            )
            is_exact = statement.to_bytes() == signed
        except (ValueError, KeyError, TypeError, AttributeError, MalformedKey):
            is_exact = False
        if not is_exact:
            raise NotTrusted("These bytes are no statement about a key.")
        return statement


def sign_key(statement: KeyStatement, signer: Ed25519PrivateKey) -> bytes:
    """Vouch for a key; a trustee does this on a machine of their own."""
    return signer.sign(statement.to_bytes())


def verify_key(
    statement: KeyStatement,
    signatures: Iterable[bytes],
    roots: Iterable[bytes],
    *,
    on: date,
    need: int = 1,
) -> None:
    """Raise NotTrusted unless `need` different roots signed this and it has not ended `on` that day.

    `roots` are raw Ed25519 public keys of the trustees, from the configuration.
    """
    if need < 1:
        raise ValueError("a key needs at least one signature")
    signers = _signers(statement.to_bytes(), frozenset(signatures), frozenset(roots))
    if signers < need:
        raise NotTrusted(
            f"The {statement.purpose} key {statement.public_key.key_id.hex()} has {signers} of {need} signatures."
        )
    if on > statement.not_after:
        raise NotTrusted(
            f"The {statement.purpose} key {statement.public_key.key_id.hex()} ended on {statement.not_after}."
        )


@lru_cache(maxsize=256)
def _signers(
    signed: bytes, signatures: frozenset[bytes], roots: frozenset[bytes]
) -> int:
    """Count the roots that signed; kept, because the same few keys are checked at each submission."""
    return sum(
        any(is_signed(signed, signature, root) for signature in signatures)
        for root in roots
    )


def is_signed(signed: bytes, signature: bytes, public: bytes) -> bool:
    """Whether this is the Ed25519 signature of a raw public key under these bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True
