"""The paper that goes from the centre to two trustees and back, to recover one key.

Who asks holds 20 one-time words; a key pair grows from them. The first trustee takes off the
outer seals that are for them. The second takes off an inner one, and seals what is in it to
the asking key at once. So what comes back to the centre opens with the one-time words alone,
and whoever carries the paper reads nothing.

The seed of the asking key: HKDF-SHA-256(the words' 32 bytes; "fairwitness/recovery/1"), 96
bytes, suite 2. The answer's context is ("recovery", SHA-256 of the ask in hex, key id): an
ask that was altered on the way has another one.

A rehearsal gives the key to nobody. Its ask holds a test envelope, sealed to the key that is
tried; the second trustee opens it with what the two recovered, and answers with its text
alone, which the centre knows: HKDF-SHA-256(the words' 32 bytes; "fairwitness/rehearsal/1").
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from typing import Self

from fairwitness.refusal import Refused
from fairwitness.vault.derivation import derive
from fairwitness.vault.envelope import (
    CannotOpen,
    Context,
    open_with,
    read_header,
    seal_to,
)
from fairwitness.vault.escrow import take_off_inner, take_off_outer
from fairwitness.vault.passphrase import RecoverySheet
from fairwitness.vault.suites import (
    DEFAULT_SUITE,
    MalformedKey,
    PrivateKey,
    PublicKey,
)
from fairwitness.vault.trust import canonical_json
from fairwitness.vault.trustees import check_words

_VERSION = 1
_SEED_BYTES = 96
_AND = "+"


class NotYourTurn(Refused):
    """This trustee can do nothing with the paper as it is; the message says who can."""


class WrongWords(Refused):
    """The one-time words do not open what the trustees sent back."""

    status = 403


def asking_key(words: RecoverySheet) -> PrivateKey:
    """The key pair that grows from one-time words."""
    seed = derive(words.key, b"fairwitness/recovery/1", _SEED_BYTES)
    return PrivateKey.from_seed(DEFAULT_SUITE, seed)


def rehearsal_text(words: RecoverySheet) -> bytes:
    """What a rehearsal's test envelope holds."""
    return derive(words.key, b"fairwitness/rehearsal/1")


def rehearsal_envelope(
    public: PublicKey, words: RecoverySheet, *, number: str
) -> bytes:
    """Seal the text of a rehearsal to the key whose recovery is tried."""
    return seal_to(
        public, rehearsal_text(words), _test_context(number, public.key_id.hex())
    )


@dataclass(frozen=True)
class Ask:
    """Whose key is asked for, by whom, what for, and to which key the answer goes."""

    number: str
    centre: str
    member: str
    purpose: str
    key_id: str
    answer_to: PublicKey
    asked_on: date
    test: bytes = field(default=b"", repr=False)

    @property
    def is_rehearsal(self) -> bool:
        """Whether this is to be tried only: the key stays where it is."""
        return bool(self.test)

    def to_bytes(self) -> bytes:
        """The ask as canonical JSON."""
        return canonical_json(
            {
                "statement": "recovery",
                "version": _VERSION,
                "number": self.number,
                "centre": self.centre,
                "member": self.member,
                "purpose": self.purpose,
                "key_id": self.key_id,
                "answer_to": self.answer_to.to_bytes().hex(),
                "asked_on": self.asked_on.isoformat(),
                "test": self.test.hex(),
            }
        )

    @classmethod
    def from_bytes(cls, encoded: bytes) -> Self:
        """Read an ask. Error: `Refused`."""
        try:
            told = json.loads(encoded)
            ask = cls(
                number=told["number"],
                centre=told["centre"],
                member=told["member"],
                purpose=told["purpose"],
                key_id=told["key_id"],
                answer_to=PublicKey.from_bytes(bytes.fromhex(told["answer_to"])),
                asked_on=date.fromisoformat(told["asked_on"]),
                test=bytes.fromhex(told["test"]),
            )
            is_exact = ask.to_bytes() == encoded
        except (ValueError, KeyError, TypeError, MalformedKey):
            is_exact = False
        if not is_exact:
            raise _no_paper()
        return ask

    @property
    def check(self) -> str:
        """Five words that the member who asks reads to each trustee."""
        return check_words(self.to_bytes())

    @property
    def what(self) -> str:
        """What is asked for, in a sentence."""
        whose = (
            "the key to new reports" if self.purpose == "triage" else "their own key"
        )
        act = "tries the recovery of" if self.is_rehearsal else "asks to have again"
        return f"{self.member} of {self.centre} {act} {whose} ({self.key_id}), since {self.asked_on}."

    @property
    def context(self) -> Context:
        """What the answer is bound to."""
        return Context("recovery", sha256(self.to_bytes()).hexdigest(), self.key_id)

    def answer_from(self, secret: bytes) -> bytes:
        """What goes back: the secret itself or, in a rehearsal, only what it opens."""
        if not self.is_rehearsal:
            return secret
        private = PrivateKey.from_seed(read_header(self.test).suite, secret)
        return open_with(private, self.test, _test_context(self.number, self.key_id))


@dataclass(frozen=True)
class Paper:
    """An ask with the escrowed envelopes, and how far the trustees have come."""

    ask: Ask
    names: dict[str, str]
    sealed: dict[str, bytes] = field(repr=False)
    opened: dict[str, bytes] = field(default_factory=dict, repr=False)
    answer: bytes = field(default=b"", repr=False)

    def to_text(self) -> str:
        """The paper as a file."""
        return json.dumps(
            {
                "recovery_paper": _VERSION,
                "ask": self.ask.to_bytes().decode(),
                "trustees": self.names,
                "sealed": {pair: one.hex() for pair, one in self.sealed.items()},
                "opened": {pair: one.hex() for pair, one in self.opened.items()},
                "answer": self.answer.hex(),
            },
            indent=1,
        )

    @classmethod
    def read(cls, text: str | bytes) -> Self:
        """Read the file. Error: `Refused`."""
        try:
            told = json.loads(text)
            if told["recovery_paper"] != _VERSION:
                raise _no_paper()
            return cls(
                ask=Ask.from_bytes(told["ask"].encode()),
                names={str(one): str(name) for one, name in told["trustees"].items()},
                sealed=_envelopes(told["sealed"]),
                opened=_envelopes(told["opened"]),
                answer=bytes.fromhex(told["answer"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise _no_paper() from None

    def helped_by(self, key: PrivateKey) -> "Paper":
        """The paper after this trustee did what they can: took off a seal, or answered.

        Errors: `NotYourTurn`; `CannotOpen` when the paper was altered.
        """
        if self.answer:
            raise NotYourTurn("Two have helped already. Bring this back to the centre.")
        mine = key.public.key_id.hex()
        for pair in self._second_of(mine):
            secret = take_off_inner(
                self.opened[pair], key, pair=pair, subject=self.ask.key_id
            )
            told = self.ask.answer_from(secret)
            answer = seal_to(self.ask.answer_to, told, self.ask.context)
            return replace(self, sealed={}, opened={}, answer=answer)
        opened = {
            pair: take_off_outer(one, key, pair=pair, subject=self.ask.key_id)
            for pair, one in self.sealed.items()
            if pair.split(_AND)[0] == mine and pair not in self.opened
        }
        if not opened:
            raise NotYourTurn(self._who_next(mine))
        return replace(self, opened={**self.opened, **opened})

    def open_answer(self, words: RecoverySheet) -> bytes:
        """What the trustees sent: the secret, or a rehearsal's text. Errors: `NotYourTurn` before two helped; `WrongWords`."""
        if not self.answer:
            raise NotYourTurn(
                "Two trustees have to help first; this paper holds no answer yet."
            )
        try:
            return open_with(asking_key(words), self.answer, self.ask.context)
        except CannotOpen:
            raise WrongWords(
                "These words do not open what the trustees sent back. Take those that were shown when you asked."
            ) from None

    def _second_of(self, trustee: str) -> Iterator[str]:
        return (pair for pair in self.opened if pair.split(_AND)[1] == trustee)

    def _who_next(self, mine: str) -> str:
        if mine not in self.names:
            return "This was not sealed for your key file: another trustee has to help."
        if any(pair.split(_AND)[0] == mine for pair in self.opened):
            return "You have helped already. Hand the paper to another trustee."
        first = {pair.split(_AND)[0] for pair in self.sealed} - {mine}
        who = " or ".join(sorted(self.names.get(one, one) for one in first))
        return f"Another seal lies above yours. Let {who} go first, then bring what they hand back."


def _test_context(number: str, key_id: str) -> Context:
    return Context("rehearsal", number, key_id)


def _envelopes(told: dict[str, str]) -> dict[str, bytes]:
    return {
        pair: bytes.fromhex(one) for pair, one in told.items() if pair.count(_AND) == 1
    }


def _no_paper() -> Refused:
    return Refused(
        "That file is no paper of a recovery, or it was altered. Take the one that the centre gave out."
    )
