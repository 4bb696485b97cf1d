"""What a reporter signs with the key of their receipt code: a consent, and its withdrawal.

Both are canonical JSON in one line, signed with Ed25519. A consent:

    {"agreement_hash":"<64 hex>","given_on":"2026-11-22","notice_hash":"<64 hex>",
     "purpose":"…","recipient":"…","report":"…","sections":["identity","narrative"],
     "statement":"consent","until":"2027-11-22","version":1,"wording_hash":"<64 hex>"}

A withdrawal: {"consent":"<64 hex>","on":"…","report":"…","statement":"withdrawal","version":1},
where `consent` is the SHA-256 of the consent's bytes. The signature proves that nobody
could add a consent later; it does not prove who typed the code.
"""

import json
import re
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from typing import ClassVar, Self, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fairwitness.vault.trust import Json, canonical_json, is_signed

_VERSION = 1
_SHA256 = re.compile(r"[0-9a-f]{64}")

_S = TypeVar("_S", bound="_Statement")


class NotSigned(Exception):
    """The signature is not the reporter's, or is under other words."""


class MalformedStatement(Exception):
    """These bytes are no statement of this kind and version."""


@dataclass(frozen=True)
class _Statement:
    """Something that is signed as a whole."""

    KIND: ClassVar[str]

    def to_bytes(self) -> bytes:
        """Return the bytes that are signed."""
        fields: dict[str, Json] = {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in asdict(self).items()
        }
        return canonical_json({"statement": self.KIND, **fields})

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, in hex: the name of this statement."""
        return sha256(self.to_bytes()).hexdigest()

    def sign(self, key: Ed25519PrivateKey) -> bytes:
        """Return the 64 bytes of the signature."""
        return key.sign(self.to_bytes())

    def verify(self, public: bytes, signature: bytes) -> None:
        """Raise NotSigned unless the holder of this raw public key signed exactly this."""
        if not is_signed(self.to_bytes(), signature, public):
            raise NotSigned("This was not signed with the reporter's code.")


@dataclass(frozen=True)
class ConsentStatement(_Statement):
    """One recipient may have these sections of one report, for this purpose, until that day.

    Hashes are SHA-256 in hex: of the agreement with the recipient, of the notice in
    force and of the wording that stood beside the question. `sections` are sorted.
    """

    report: str
    recipient: str
    agreement_hash: str
    sections: tuple[str, ...]
    purpose: str
    until: date
    notice_hash: str
    wording_hash: str
    given_on: date
    version: int = _VERSION

    KIND: ClassVar[str] = "consent"

    def __post_init__(self) -> None:
        hashes = (self.agreement_hash, self.notice_hash, self.wording_hash)
        if not all(_SHA256.fullmatch(one) for one in hashes):
            raise ValueError("a hash is 64 small hex digits")
        if not self.sections or list(self.sections) != sorted(set(self.sections)):
            raise ValueError("sections are named, sorted, each once")
        _require_texts(self.report, self.recipient, self.purpose, *self.sections)
        _require_days(self.until, self.given_on)
        if self.version != _VERSION:
            raise ValueError("this version of a consent is not known here")

    @classmethod
    def from_bytes(cls, signed: bytes) -> Self:
        """Read what was signed. Raises MalformedStatement."""
        try:
            found = json.loads(signed)
            del found["statement"]
            found["sections"] = tuple(found["sections"])
            for day in ("until", "given_on"):
                found[day] = date.fromisoformat(found[day])
            statement = cls(**found)
            return _exactly(statement, signed)
        except (ValueError, KeyError, TypeError) as broken:
            raise MalformedStatement("These bytes are no consent.") from broken


@dataclass(frozen=True)
class WithdrawalStatement(_Statement):
    """A consent ends on that day; `consent` is the digest of the consent."""

    report: str
    consent: str
    on: date
    version: int = _VERSION

    KIND: ClassVar[str] = "withdrawal"

    def __post_init__(self) -> None:
        if not _SHA256.fullmatch(self.consent):
            raise ValueError("a hash is 64 small hex digits")
        _require_texts(self.report)
        _require_days(self.on)
        if self.version != _VERSION:
            raise ValueError("this version of a withdrawal is not known here")

    @classmethod
    def from_bytes(cls, signed: bytes) -> Self:
        """Read what was signed. Raises MalformedStatement."""
        try:
            found = json.loads(signed)
            del found["statement"]
            found["on"] = date.fromisoformat(found["on"])
            statement = cls(**found)
            return _exactly(statement, signed)
        except (ValueError, KeyError, TypeError) as broken:
            raise MalformedStatement("These bytes are no withdrawal.") from broken


def _require_texts(*values: object) -> None:
    if not all(isinstance(value, str) and value for value in values):
        raise ValueError("every field is a text that is not empty")


def _require_days(*values: date) -> None:
    if any(type(value) is not date for value in values):
        raise ValueError("a statement names days, not moments")


def _exactly(statement: _S, signed: bytes) -> _S:
    """Return the statement, if these bytes are the one way to write it."""
    if statement.to_bytes() != signed:
        raise ValueError("the bytes are not canonical")
    return statement
