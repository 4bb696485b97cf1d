"""Sealed bytes: one layout for whatever is secret, bound to the place where it belongs.

    byte 0        version, 1
    byte 1        suite: 1 and 2 sealed to a key pair, 3 enclosed under a symmetric key
    bytes 2-9     key id
    from byte 10  suite 1: encapsulated key (32)    || AES-256-GCM ciphertext || tag (16)
                  suite 2: encapsulated key (1,120) || AES-256-GCM ciphertext || tag (16)
                  suite 3: nonce (12)               || AES-256-GCM ciphertext || tag (16)

What binds an envelope to its place is `Context.to_bytes`: HPKE's `info` in suites 1 and
2 (RFC 9180 §8.1), the associated data of AES-GCM in suite 3. It holds the first ten bytes
too, so no byte of an envelope can be changed. Sealing hides what, not how much: pad first.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fairwitness.vault.derivation import derive, framed
from fairwitness.vault.suites import KEY_ID_BYTES, PrivateKey, PublicKey, Suite

__all__ = [
    "OVERHEAD",
    "Altered",
    "CannotOpen",
    "Context",
    "Encloser",
    "Header",
    "Opened",
    "UnknownVersion",
    "WrongKey",
    "derive",
    "disclose",
    "enclose",
    "key_id_of",
    "open_with",
    "read_header",
    "seal_to",
]

VERSION = 1
_HEADER_BYTES = 2 + KEY_ID_BYTES
_NONCE_BYTES, _TAG_BYTES = 12, 16
_SYMMETRIC_KEY_BYTES = 32
_BEFORE_TEXT = {Suite.X25519: 32, Suite.HYBRID: 1120, Suite.BODY: _NONCE_BYTES}

OVERHEAD: Mapping[Suite, int] = {
    suite: _HEADER_BYTES + before + _TAG_BYTES for suite, before in _BEFORE_TEXT.items()
}
"""How many bytes an envelope is longer than what it holds: 58, 1,146 and 38."""


class CannotOpen(Exception):
    """An envelope stays closed. The message never holds any of its content."""


class UnknownVersion(CannotOpen):
    """The envelope is of a version or suite that this program does not know."""


class WrongKey(CannotOpen):
    """The envelope is for another key."""


class Altered(CannotOpen):
    """Something was changed: the envelope, or the place where it lies."""


@dataclass(frozen=True)
class Header:
    """What an envelope says of itself before it is opened."""

    version: int
    suite: Suite
    key_id: bytes

    def to_bytes(self) -> bytes:
        """Return the first ten bytes of the envelope."""
        return bytes([self.version, self.suite]) + self.key_id


@dataclass(frozen=True)
class Context:
    """Where an envelope belongs: it opens nowhere else.

    `purpose` says what it is for ("wrap", "body", "escrow"), `subject` whose it is (the
    random id of a report or a key), `section` which part of that.
    """

    purpose: str
    subject: str
    section: str

    def to_bytes(self, header: Header) -> bytes:
        """Return "fairwitness/envelope/1" || the header (10) || each field with its length (2)."""
        place = framed(self.purpose, self.subject, self.section)
        return b"fairwitness/envelope/1" + header.to_bytes() + place


@dataclass(frozen=True, repr=False)
class Opened:
    """Text that was sealed. Printing or logging it prints "[sealed]"; say `.text` to read it."""

    text: str

    def __repr__(self) -> str:
        return "[sealed]"


def read_header(envelope: bytes) -> Header:
    """Read version, suite and key id. Raises UnknownVersion, and Altered when bytes are missing."""
    if len(envelope) < _HEADER_BYTES:
        raise Altered("The envelope is cut off.")
    version, suite = envelope[0], envelope[1]
    if version != VERSION or suite not in tuple(Suite):
        raise UnknownVersion(f"Version {version}, suite {suite} is not known here.")
    header = Header(version, Suite(suite), bytes(envelope[2:_HEADER_BYTES]))
    if len(envelope) < OVERHEAD[header.suite]:
        raise Altered("The envelope is cut off.")
    return header


def seal_to(public_key: PublicKey, plaintext: bytes, context: Context) -> bytes:
    """Seal for the holder of a key pair (HPKE, base mode). Nobody else can open it, we neither."""
    header = Header(VERSION, public_key.suite, public_key.key_id)
    return header.to_bytes() + public_key.encrypt(plaintext, context.to_bytes(header))


def open_with(private_key: PrivateKey, envelope: bytes, context: Context) -> bytes:
    """Open what was sealed to this key. Raises UnknownVersion, WrongKey or Altered."""
    header = read_header(envelope)
    mine = private_key.public
    if (header.suite, header.key_id) != (mine.suite, mine.key_id):
        raise WrongKey(_for_another(header, mine.key_id))
    try:
        return private_key.decrypt(envelope[_HEADER_BYTES:], context.to_bytes(header))
    except InvalidTag:
        raise Altered("The envelope, or where it lies, was changed.") from None


def key_id_of(key: bytes) -> bytes:
    """Return the id of a symmetric key: 8 bytes of HKDF, from which the key cannot be found."""
    return derive(key, b"fairwitness/key-id/1", KEY_ID_BYTES)


def enclose(
    key: bytes, plaintext: bytes, context: Context, *, key_id: bytes | None = None
) -> bytes:
    """Enclose under a symmetric key of 32 bytes, with a random nonce.

    One key serves for at most 2**32 envelopes (NIST SP 800-38D §8.3). `key_id` stands in
    the envelope in place of the key's own id, where that must not be seen.
    """
    _require_key(key)
    header = Header(VERSION, Suite.BODY, key_id_of(key) if key_id is None else key_id)
    if len(header.key_id) != KEY_ID_BYTES:
        raise ValueError("a key id has eight bytes")
    nonce = os.urandom(_NONCE_BYTES)
    body = AESGCM(key).encrypt(nonce, plaintext, context.to_bytes(header))
    return header.to_bytes() + nonce + body


class Encloser:
    """Encloses many small texts under one key, as `enclose` does, without beginning anew each time.

    `disclose`, here and by itself, opens each with `Context(purpose, subject, section)`.
    """

    def __init__(self, key: bytes, *, purpose: str) -> None:
        _require_key(key)
        header = Header(VERSION, Suite.BODY, key_id_of(key)).to_bytes()
        self._header = header
        self._place = b"fairwitness/envelope/1" + header + framed(purpose)
        self._key, self._purpose = key, purpose
        self._cipher = AESGCM(key)
        self._sections: dict[str, bytes] = {}

    def enclose(self, subject: str, sections: Mapping[str, bytes]) -> list[bytes]:
        """Enclose the sections of one subject, each with a random nonce, in their order."""
        chance = os.urandom(_NONCE_BYTES * len(sections))
        place = self._place_of(subject)
        sealed = []
        for start, (section, plaintext) in enumerate(sections.items()):
            nonce = chance[_NONCE_BYTES * start : _NONCE_BYTES * (start + 1)]
            bound_to = place + self._ending(section)
            body = self._cipher.encrypt(nonce, plaintext, bound_to)
            sealed.append(self._header + nonce + body)
        return sealed

    def disclose(self, envelope: bytes, *, subject: str, section: str) -> bytes:
        """Open what was enclosed under this key. Raises UnknownVersion, WrongKey or Altered."""
        start = _HEADER_BYTES + _NONCE_BYTES
        nonce, body = envelope[_HEADER_BYTES:start], envelope[start:]
        if envelope.startswith(self._header) and len(body) >= _TAG_BYTES:
            try:
                bound_to = self._place_of(subject) + self._ending(section)
                return self._cipher.decrypt(nonce, body, bound_to)
            except InvalidTag:
                raise Altered("The envelope, or where it lies, was changed.") from None
        return disclose(self._key, envelope, Context(self._purpose, subject, section))

    def _place_of(self, subject: str) -> bytes:
        whose = subject.encode()
        return self._place + len(whose).to_bytes(2, "big") + whose

    def _ending(self, section: str) -> bytes:
        ending = self._sections.get(section)
        if ending is None:
            ending = self._sections[section] = framed(section)
        return ending


def disclose(key: bytes, envelope: bytes, context: Context) -> bytes:
    """Open what was enclosed under this key. Raises UnknownVersion, WrongKey or Altered."""
    _require_key(key)
    header = read_header(envelope)
    if header.suite is not Suite.BODY:
        raise WrongKey("The envelope is sealed to a key pair.")
    start = _HEADER_BYTES + _NONCE_BYTES
    nonce, body = envelope[_HEADER_BYTES:start], envelope[start:]
    try:
        return AESGCM(key).decrypt(nonce, body, context.to_bytes(header))
    except InvalidTag:
        mine = key_id_of(key)
        if header.key_id != mine:
            raise WrongKey(_for_another(header, mine)) from None
        raise Altered("The envelope, or where it lies, was changed.") from None


def _require_key(key: bytes) -> None:
    if len(key) != _SYMMETRIC_KEY_BYTES:
        raise ValueError("a symmetric key has 32 bytes")


def _for_another(header: Header, mine: bytes) -> str:
    return f"The envelope is for key {header.key_id.hex()}; this is key {mine.hex()}."
