"""Signed notes and checkpoints, in the text formats of C2SP.

A note is text, an empty line, and signature lines (c2sp.org/signed-note). A note
whose text is a log's origin, size and root is a checkpoint (tlog-checkpoint).

Every note of ours bears two signatures of one signer, so that it outlives either:

* type 0x01, Ed25519 over the text;
* on a checkpoint, type 0x06, ML-DSA-44 over the `cosigned_message` of
  tlog-cosignature, with the timestamp 0 (we publish days, not times);
* on any other text, type 0xff followed by `fairwitness/ml-dsa-44/1`, since C2SP
  assigns no byte to ML-DSA over free text: ML-DSA-44 over the text, with the
  context string `fairwitness/note/1`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.mldsa import (
    MLDSA44PrivateKey,
    MLDSA44PublicKey,
)
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from fairwitness.ledger.base_64 import decoded, encoded
from fairwitness.refusal import Refused

MOST_SIGNATURES = 64
SEED_LENGTH = 32
HASH_LENGTH = 32
_DASH = "\N{EM DASH} "
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")
NUMBER = re.compile("0|[1-9][0-9]{0,18}")
_CHECKPOINT = re.compile(
    rf"(?P<origin>.+)\n(?P<size>{NUMBER.pattern})\n(?P<root>.+)\n(?:.+\n)*"
)


class NotVerified(Refused):
    """A note, a checkpoint or a proof does not hold."""


class Kind(Enum):
    """How a signature line was made: the signature type of C2SP."""

    ED25519 = b"\x01"
    COSIGNED_ED25519 = b"\x04"
    COSIGNED_ML_DSA_44 = b"\x06"
    ML_DSA_44 = b"\xfffairwitness/ml-dsa-44/1"


_CONTEXTS = {Kind.ML_DSA_44: b"fairwitness/note/1"}
_OF_CHECKPOINTS = frozenset(
    {Kind.ED25519, Kind.COSIGNED_ED25519, Kind.COSIGNED_ML_DSA_44}
)
_OF_OTHER_TEXTS = frozenset({Kind.ED25519, Kind.ML_DSA_44})


@dataclass(frozen=True)
class Checkpoint:
    """How long a log is, and the root of its tree."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The note text (tlog-checkpoint): origin, size, root, without extension lines."""
        return f"{self.origin}\n{self.size}\n{encoded(self.root)}\n"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The checkpoint that a note text states, or nothing when it states none.

        Extension lines are tolerated and not kept.
        """
        match = _CHECKPOINT.fullmatch(text)
        root = decoded(match["root"]) if match else None
        if not match or root is None or len(root) != HASH_LENGTH:
            return None
        return cls(match["origin"], int(match["size"]), root)


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    """The text to sign for a log of this length and root."""
    return Checkpoint(origin, size, root).text


@dataclass(frozen=True)
class Signature:
    """A signature line, as it stands."""

    name: str
    key_id: bytes
    blob: bytes

    @property
    def line(self) -> str:
        """The line without its newline."""
        return f"{_DASH}{self.name} {encoded(self.key_id + self.blob)}"


@dataclass(frozen=True)
class Note:
    """A text and the signatures under it, not yet verified."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def read(cls, note: str) -> Self:
        """Take a note apart; NotVerified when it is not one."""
        text, gap, below = note.rpartition("\n\n")
        text += "\n"
        lines = below.split("\n")
        if not gap or lines.pop() or not lines or _CONTROL.search(note):
            raise NotVerified("This is not a signed note.")
        if len(lines) > MOST_SIGNATURES:
            raise NotVerified("This note has too many signatures.")
        return cls(text, tuple(map(_read_signature, lines)))


@dataclass(frozen=True)
class Verifier:
    """A public key with the name it signs under and the kind of its signatures."""

    name: str
    kind: Kind
    public: bytes

    @classmethod
    def from_vkey(cls, vkey: str) -> Self:
        """Read a published key line, `name+id+base64(type and key)`; NotVerified when it is not one."""
        name, key_id, key = [*vkey.strip().split("+", 2), "", ""][:3]
        raw = decoded(key) or b""
        for kind in Kind:
            public = raw.removeprefix(kind.value)
            if len(raw) == len(kind.value) + _public_length(kind) and public != raw:
                verifier = cls(name, kind, public)
                if name and verifier.key_id.hex() == key_id:
                    return verifier
        raise NotVerified(
            "This is not the line of a published key. Copy the whole line."
        )

    @property
    def key_id(self) -> bytes:
        """The first four bytes of the hash that names this key (signed-note)."""
        told = self.name.encode() + b"\n" + self.kind.value + self.public
        return sha256(told).digest()[:4]

    @property
    def vkey(self) -> str:
        """The line to publish."""
        return (
            f"{self.name}+{self.key_id.hex()}+{encoded(self.kind.value + self.public)}"
        )

    def is_of(self, signature: Signature) -> bool:
        """Whether a line claims to be of this key."""
        return (signature.name, signature.key_id) == (self.name, self.key_id)

    def check(self, text: str, signature: Signature) -> int | None:
        """Check a line; return its time as seconds since 1970, if the kind has one.

        NotVerified when the signature is not of this text.
        """
        is_timed = self.kind in {Kind.COSIGNED_ED25519, Kind.COSIGNED_ML_DSA_44}
        time = int.from_bytes(signature.blob[:8]) if is_timed else None
        blob = signature.blob[8:] if is_timed else signature.blob
        message = _message(self.kind, text, name=self.name, time=time or 0)
        try:
            if self.kind in {Kind.ED25519, Kind.COSIGNED_ED25519}:
                Ed25519PublicKey.from_public_bytes(self.public).verify(blob, message)
            else:
                key = MLDSA44PublicKey.from_public_bytes(self.public)
                key.verify(blob, message, _CONTEXTS.get(self.kind))
        except (InvalidSignature, ValueError):
            raise NotVerified(
                f"The signature of {self.name} is not of this text: one of the two was changed."
            ) from None
        return time


@dataclass(frozen=True, repr=False)
class Signer:
    """Both signing keys of a name, made from one 32-byte seed."""

    seed: bytes
    name: str

    def __post_init__(self) -> None:
        if len(self.seed) != SEED_LENGTH:
            raise ValueError("The seed of a signer is 32 bytes.")
        if not self.name or "+" in self.name or self.name.split() != [self.name]:
            raise ValueError("The name of a signer has no spaces and no plus sign.")

    def __repr__(self) -> str:
        return f"<Signer {self.name}>"

    @property
    def verifiers(self) -> tuple[Verifier, ...]:
        """The public half: one verifier for each kind of line that this signer writes."""
        ed25519 = self._ed25519.public_key().public_bytes_raw()
        ml_dsa = self._ml_dsa_44.public_key().public_bytes_raw()
        return (
            Verifier(self.name, Kind.ED25519, ed25519),
            Verifier(self.name, Kind.COSIGNED_ML_DSA_44, ml_dsa),
            Verifier(self.name, Kind.ML_DSA_44, ml_dsa),
        )

    @property
    def vkeys(self) -> tuple[str, ...]:
        """The lines to publish, one for each verifier."""
        return tuple(verifier.vkey for verifier in self.verifiers)

    def signatures(self, text: str) -> tuple[Signature, ...]:
        """An Ed25519 and an ML-DSA-44 line for a text."""
        classic, *others = self.verifiers
        modern = next(v for v in others if v.kind in _kinds_for(text))
        message = _message(modern.kind, text, name=self.name, time=0)
        signed = self._ml_dsa_44.sign(message, _CONTEXTS.get(modern.kind))
        untimed = bytes(8) if modern.kind is Kind.COSIGNED_ML_DSA_44 else b""
        return (
            Signature(self.name, classic.key_id, self._ed25519.sign(text.encode())),
            Signature(self.name, modern.key_id, untimed + signed),
        )

    @property
    def _ed25519(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._derive(b"ed25519"))

    @property
    def _ml_dsa_44(self) -> MLDSA44PrivateKey:
        return MLDSA44PrivateKey.from_seed_bytes(self._derive(b"ml-dsa-44"))

    def _derive(self, label: bytes) -> bytes:
        label = b"fairwitness/signer/1/" + label
        return HKDF(hashes.SHA256(), 32, None, label).derive(self.seed)


@dataclass(frozen=True)
class Signed:
    """One verified signature: who, how, and when if they said so."""

    name: str
    kind: Kind
    time: int | None


@dataclass(frozen=True)
class Verified:
    """A text whose signatures hold, those who signed it, and the witnesses who saw it."""

    text: str
    signed: tuple[Signed, ...]
    cosigned: tuple[Signed, ...]

    @property
    def checkpoint(self) -> Checkpoint | None:
        """The checkpoint that the text states, if it does."""
        return Checkpoint.read(self.text)


def sign_note(text: str, signer: Signer) -> str:
    """The note: the text and both signature lines. ValueError when the text cannot be one.

    The Ed25519 line is the same each time; the ML-DSA-44 line is not (FIPS 204
    adds randomness), so a note is signed once and kept.
    """
    if not text.endswith("\n") or _CONTROL.search(text):
        raise ValueError("A note text ends in a newline and has no control characters.")
    return _note(text, signer.signatures(text))


def cosign(note: str, witness: Signer, *, time: int) -> str:
    """Add a witness's line (type 0x06) to a checkpoint; `time` in seconds since 1970.

    The witness has checked before that the log only grew. ValueError when the note
    is no checkpoint.
    """
    read = Note.read(note)
    if Checkpoint.read(read.text) is None:
        raise ValueError("Witnesses sign checkpoints only.")
    kind = Kind.COSIGNED_ML_DSA_44
    verifier = next(v for v in witness.verifiers if v.kind is kind)
    message = _message(kind, read.text, name=witness.name, time=time)
    blob = time.to_bytes(8) + witness._ml_dsa_44.sign(message)
    line = Signature(witness.name, verifier.key_id, blob)
    return _note(read.text, (*read.signatures, line))


def verify_note(
    note: str, verifiers: Iterable[Verifier], *, witnesses: Iterable[Verifier] = ()
) -> Verified:
    """Check a note against the keys of its author; list the witnesses who signed too.

    Every verifier that can sign such a text must have signed it, so that taking the
    stronger line away is noticed; lines of unknown keys count for nothing. A
    witness need not have signed, but where one did the line must hold. NotVerified
    says what is wrong.
    """
    read = Note.read(note)
    kinds = _kinds_for(read.text)
    needed = [verifier for verifier in verifiers if verifier.kind in kinds]
    if not needed:
        raise NotVerified("None of the given keys can sign this note.")
    signed = [_signed_by(verifier, read) for verifier in needed]
    if None in signed:
        missing = needed[signed.index(None)]
        raise NotVerified(
            f"The signature of {missing.name} ({missing.kind.name}) is missing."
        )
    seen = [_signed_by(witness, read) for witness in witnesses if witness.kind in kinds]
    return Verified(
        read.text,
        tuple(line for line in signed if line),
        tuple(line for line in seen if line),
    )


def _signed_by(verifier: Verifier, note: Note) -> Signed | None:
    for signature in note.signatures:
        if verifier.is_of(signature):
            time = verifier.check(note.text, signature)
            return Signed(verifier.name, verifier.kind, time)
    return None


def _kinds_for(text: str) -> frozenset[Kind]:
    return _OF_CHECKPOINTS if Checkpoint.read(text) else _OF_OTHER_TEXTS


def _message(kind: Kind, text: str, *, name: str, time: int) -> bytes:
    """The bytes that a signature of this kind covers."""
    if kind is Kind.COSIGNED_ED25519:
        return f"cosignature/v1\ntime {time}\n{text}".encode()
    if kind is not Kind.COSIGNED_ML_DSA_44:
        return text.encode()
    checkpoint = Checkpoint.read(text)
    if checkpoint is None:
        raise NotVerified("Only a checkpoint can bear a cosignature.")
    return b"".join(
        [
            b"subtree/v1\n\0",
            _short(name),
            time.to_bytes(8),
            _short(checkpoint.origin),
            bytes(8),
            checkpoint.size.to_bytes(8),
            checkpoint.root,
        ]
    )


def _short(text: str) -> bytes:
    raw = text.encode()
    return len(raw).to_bytes(1) + raw


def _public_length(kind: Kind) -> int:
    return 32 if kind in {Kind.ED25519, Kind.COSIGNED_ED25519} else 1312


def _note(text: str, signatures: Iterable[Signature]) -> str:
    lines = "".join(f"{signature.line}\n" for signature in signatures)
    return f"{text}\n{lines}"


def _read_signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    raw = decoded(encoded)
    if not line.startswith(_DASH) or not name or "+" in name or not raw:
        raise NotVerified("A signature line of this note is damaged.")
    return Signature(name, raw[:4], raw[4:])
