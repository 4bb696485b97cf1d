"""Offline proofs that a leaf stands in a log, as files of C2SP (tlog-proof)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from fairwitness.ledger import tree
from fairwitness.ledger.base_64 import decoded, encoded
from fairwitness.ledger.notes import (
    HASH_LENGTH,
    NUMBER,
    NotVerified,
    Verified,
    Verifier,
    verify_note,
)

HEAD = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True)
class Proof:
    """That a leaf stands in a log, to be checked offline (tlog-proof)."""

    index: int
    path: tuple[bytes, ...]
    note: str
    extra: bytes = b""

    @property
    def text(self) -> str:
        """The proof file."""
        extra = [f"extra {encoded(self.extra)}"] if self.extra else []
        head = [HEAD, *extra, f"index {self.index}", *map(encoded, self.path)]
        return "\n".join(head) + "\n\n" + self.note

    @classmethod
    def read(cls, text: str) -> Self:
        """Take a proof file apart; NotVerified when it is not one."""
        head, _, note = text.partition("\n\n")
        first, *lines = head.split("\n")
        extra: bytes | None = b""
        if lines and lines[0].startswith("extra "):
            extra = decoded(lines.pop(0).removeprefix("extra "))
        number = lines.pop(0).removeprefix("index ") if lines else ""
        path = [decoded(line) for line in lines]
        sound = tuple(step for step in path if step and len(step) == HASH_LENGTH)
        if first != HEAD or extra is None or not NUMBER.fullmatch(number):
            raise NotVerified("This is not a proof file.")
        if len(sound) != len(path):
            raise NotVerified("A line of this proof file is damaged.")
        return cls(int(number), sound, note, extra)


def prove_inclusion(leaves: Sequence[bytes], index: int, *, note: str) -> Proof:
    """The proof that one of these leaves stands in the log that the checkpoint note states."""
    return Proof(index, tuple(tree.inclusion_proof(leaves, index)), note)


def verify_proof(
    proof: Proof,
    leaf: bytes,
    verifiers: Iterable[Verifier],
    *,
    witnesses: Iterable[Verifier] = (),
) -> Verified:
    """Check that a leaf stands in the log of these keys; NotVerified says what is wrong."""
    verified = verify_note(proof.note, verifiers, witnesses=witnesses)
    checkpoint = verified.checkpoint
    if checkpoint is None or not tree.verify_inclusion(
        leaf,
        index=proof.index,
        size=checkpoint.size,
        proof=proof.path,
        root=checkpoint.root,
    ):
        raise NotVerified("This proof is not of this leaf, or not of this log.")
    return verified
