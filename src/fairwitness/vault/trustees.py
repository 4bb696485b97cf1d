"""A trustee's key file, the card they give to the centre, and the file in which it keeps the cards.

The key file, on the trustee's own machine, is JSON: `{"trustee_key": 1, "name": …, "sign":
<Ed25519 seed, hex>, "recover": <seed of suite 2, hex>}`. A file of one line, the Ed25519 seed
in hex, is an earlier one: it signs, and helps to recover nothing.

The card holds the public halves, signed by the trustee: `{"trustee": 1, "name", "sign",
"recover", "signature"}`; what is signed is canonical JSON of `statement` ("trustee"),
`version`, `name`, `verify_key` and `recovery_key`. Whoever believes the first key so
believes the second.
"""

import json
import os
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fairwitness.refusal import Refused
from fairwitness.vault.escrow import TRUSTEES
from fairwitness.vault.suites import (
    DEFAULT_SUITE,
    MalformedKey,
    PrivateKey,
    PublicKey,
)
from fairwitness.vault.trust import canonical_json, is_signed
from fairwitness.vault.words import Shape, spell

_VERSION = 1
_CHECK = Shape(words=5)
_CHECK_BYTES = 8  # 64 bits fit into five words
_ROOT_HEX = 64


def check_words(told: bytes) -> str:
    """Five words that two people can compare on the telephone: 64 bits of SHA-256."""
    digest = sha256(b"fairwitness/check-words/1" + told).digest()
    return " ".join(spell(int.from_bytes(digest[:_CHECK_BYTES], "big"), _CHECK))


@dataclass(frozen=True)
class TrusteeCard:
    """The public halves of a trustee's keys, bound together by their own signature."""

    name: str
    root: bytes
    recovery: PublicKey
    signature: bytes = field(repr=False)

    def __post_init__(self) -> None:
        signed = _signed(self.name, self.root, self.recovery)
        if not self.name or not is_signed(signed, self.signature, self.root):
            raise Refused("This card of a trustee was altered. Ask for it again.")

    @property
    def trustee_id(self) -> str:
        """What the pairs of an escrow are named by: the id of the recovery key."""
        return self.recovery.key_id.hex()

    @property
    def check(self) -> str:
        """Five words to compare with the trustee, so that nobody's card is put in its place."""
        return check_words(_signed(self.name, self.root, self.recovery))

    def to_json(self) -> dict[str, str | int]:
        """The card as it is kept and handed over."""
        return {
            "trustee": _VERSION,
            "name": self.name,
            "sign": self.root.hex(),
            "recover": self.recovery.to_bytes().hex(),
            "signature": self.signature.hex(),
        }

    @classmethod
    def from_json(cls, told: object) -> Self:
        """Read a card. Error: `Refused` when it is none, or was altered."""
        try:
            if not isinstance(told, dict) or told["trustee"] != _VERSION:
                raise _no_card()
            return cls(
                name=str(told["name"]),
                root=bytes.fromhex(told["sign"]),
                recovery=PublicKey.from_bytes(bytes.fromhex(told["recover"])),
                signature=bytes.fromhex(told["signature"]),
            )
        except (ValueError, KeyError, TypeError, MalformedKey):
            raise _no_card() from None


@dataclass(frozen=True, repr=False)
class TrusteeKey:
    """What a trustee keeps to themselves: a key that signs, and one that helps to recover."""

    name: str
    sign: Ed25519PrivateKey
    recovery: PrivateKey | None = None

    @classmethod
    def new(cls, name: str) -> Self:
        """Make the keys of a trustee."""
        plain = " ".join(name.split())
        if not plain:
            raise Refused("A trustee needs a name.")
        return cls(plain, Ed25519PrivateKey.generate(), PrivateKey.generate())

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a key file, of this form or of the earlier one. Error: `Refused`."""
        try:
            if not text.lstrip().startswith("{"):
                seed = bytes.fromhex(text.strip())
                return cls("", Ed25519PrivateKey.from_private_bytes(seed))
            told = json.loads(text)
            return cls(
                told["name"],
                Ed25519PrivateKey.from_private_bytes(bytes.fromhex(told["sign"])),
                PrivateKey.from_seed(DEFAULT_SUITE, bytes.fromhex(told["recover"])),
            )
        except (ValueError, KeyError, TypeError, MalformedKey):
            raise Refused("That is not the key file of a trustee.") from None

    @property
    def text(self) -> str:
        """The key file."""
        return json.dumps(
            {
                "trustee_key": _VERSION,
                "name": self.name,
                "sign": self.sign.private_bytes_raw().hex(),
                "recover": self.recovery_key.seed.hex(),
            }
        )

    @property
    def recovery_key(self) -> PrivateKey:
        """The key that takes off one seal. Error: `Refused` for an earlier file."""
        if self.recovery is None:
            raise Refused(
                "This key file is an earlier one: it signs, but cannot help to recover. "
                "Make a new one with: fairwitness keys trustee."
            )
        return self.recovery

    @property
    def card(self) -> TrusteeCard:
        """The public halves, to be given to the centre."""
        root = self.sign.public_key().public_bytes_raw()
        recovery = self.recovery_key.public
        signature = self.sign.sign(_signed(self.name, root, recovery))
        return TrusteeCard(self.name, root, recovery, signature)

    def __repr__(self) -> str:
        return f"TrusteeKey({self.name!r})"


@dataclass(frozen=True)
class Believed:
    """Whose signatures over keys count (`roots`), and who helps to recover (`cards`)."""

    roots: tuple[bytes, ...] = ()
    cards: tuple[TrusteeCard, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `trustees.json`; the form without cards is the earlier one."""
        told = json.loads(text)
        return cls(
            tuple(bytes.fromhex(root) for root in told["roots"]),
            tuple(TrusteeCard.from_json(card) for card in told.get("cards", ())),
        )

    @property
    def helpers(self) -> dict[str, PublicKey]:
        """The recovery keys of the three by their ids; empty while they are fewer."""
        if len(self.cards) != TRUSTEES:
            return {}
        return {card.trustee_id: card.recovery for card in self.cards}

    @property
    def names(self) -> dict[str, str]:
        """What each trustee is called, by their id."""
        return {card.trustee_id: card.name for card in self.cards}

    def and_root(self, line: str) -> "Believed":
        """Believe the signatures of one more trustee. Error: `Refused`."""
        try:
            root = bytes.fromhex(line)
        except ValueError:
            root = b""
        if len(root.hex()) != _ROOT_HEX:
            raise Refused("That is no trustee's line: it has 64 letters and digits.")
        return Believed(tuple(sorted({*self.roots, root})), self.cards)

    def and_card(self, card: TrusteeCard, *, signs: bool) -> "Believed":
        """Let one more trustee help to recover, and vouch for keys where `signs` is true."""
        others = tuple(one for one in self.cards if one.root != card.root)
        if len(others) >= TRUSTEES:
            names = ", ".join(one.name for one in others)
            raise Refused(
                f"There are three already: {names}. Let one go first with: fairwitness keys distrust NAME."
            )
        if card.name in {one.name for one in others}:
            raise Refused(f"Another trustee is called {card.name} already.")
        cards = tuple(sorted((*others, card), key=lambda one: one.name))
        roots = {*self.roots, card.root} if signs else set(self.roots) - {card.root}
        return Believed(tuple(sorted(roots)), cards)

    def without(self, who: str) -> "Believed":
        """Let a trustee go, by name or by the line of an earlier key. Error: `Refused`."""
        gone = {card.root for card in self.cards if card.name == who}
        gone |= {root for root in self.roots if root.hex() == who.lower()}
        if not gone:
            raise Refused(f"No trustee is called {who}.")
        return Believed(
            tuple(root for root in self.roots if root not in gone),
            tuple(card for card in self.cards if card.root not in gone),
        )

    def write(self, place: Path) -> None:
        """Keep this in a file that is read-only, whole or not at all."""
        fresh = place.with_name(f".{place.name}.{os.getpid()}")
        cards = [card.to_json() for card in self.cards]
        roots = [root.hex() for root in self.roots]
        fresh.write_text(json.dumps({"roots": roots, "cards": cards}, indent=1))
        fresh.chmod(0o444)
        fresh.replace(place)


def _no_card() -> Refused:
    return Refused(
        "That is no card of a trustee. They make one with: fairwitness keys trustee."
    )


def _signed(name: str, root: bytes, recovery: PublicKey) -> bytes:
    return canonical_json(
        {
            "statement": "trustee",
            "version": _VERSION,
            "name": name,
            "verify_key": root.hex(),
            "recovery_key": recovery.to_bytes().hex(),
        }
    )
