"""Merkle trees and their proofs, as RFC 6962 §2.1 and RFC 9162 §2.1 define them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from hashlib import sha256
from itertools import pairwise

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """The hash under which a leaf value stands in the tree."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees, the older one at the left."""
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """The root of the tree over these leaf values, in their order."""
    return Tree(leaves).root


class Tree:
    """All hashes of a tree, so that many proofs cost little each.

    Level 0 holds the leaf hashes. On each level above, neighbours are joined and a
    last one without a neighbour is carried up: the same tree that RFC 6962 splits
    from the top.
    """

    def __init__(self, leaves: Iterable[bytes]) -> None:
        self._levels = [[leaf_hash(leaf) for leaf in leaves]]
        while len(self._levels[-1]) > 1:
            self._levels.append(_joined(self._levels[-1]))

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return len(self._levels[0])

    @property
    def root(self) -> bytes:
        """The hash of the whole tree; that of nothing when it is empty."""
        return self._levels[-1][0] if self.size else EMPTY_ROOT

    def inclusion_proof(self, index: int) -> list[bytes]:
        """The path from a leaf to the root (RFC 9162 §2.1.3.1). IndexError when there is none."""
        if not 0 <= index < self.size:
            raise IndexError(index)
        path = []
        for level in self._levels[:-1]:
            sibling = index ^ 1
            if sibling < len(level):
                path.append(level[sibling])
            index >>= 1
        return path

    def consistency_proof(self, first: int) -> list[bytes]:
        """That the tree of the `first` leaves is the beginning of this one (RFC 9162 §2.1.4.1).

        Empty for `first` 0 and for the whole size; IndexError beyond it.
        """
        if not 0 <= first <= self.size:
            raise IndexError(first)
        if first in {0, self.size}:
            return []
        return self._subproof(first, 0, self.size, is_known=True)

    def _subproof(
        self, first: int, start: int, end: int, *, is_known: bool
    ) -> list[bytes]:
        if first == end - start:
            return [] if is_known else [self._range(start, end)]
        split = start + _largest_power_below(end - start)
        if first <= split - start:
            return [
                *self._subproof(first, start, split, is_known=is_known),
                self._range(split, end),
            ]
        rest = first - (split - start)
        return [
            *self._subproof(rest, split, end, is_known=False),
            self._range(start, split),
        ]

    def _range(self, start: int, end: int) -> bytes:
        """The hash of a subtree; every one that a proof names is a node of some level."""
        height = (end - start - 1).bit_length()
        return self._levels[height][start >> height]


@dataclass(frozen=True)
class Peaks:
    """As much of a tree as appending needs: one hash per bit of its size.

    Appending a leaf and stating the root cost at most log2(size) hashes, so a log
    of any length grows without being read again.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = field(default=())

    def appended(self, leaves: Iterable[bytes]) -> "Peaks":
        """The peaks of the tree that has these leaves at its end."""
        size, hashes = self.size, list(self.hashes)
        for leaf in leaves:
            top, rest = leaf_hash(leaf), size
            while rest & 1:
                top, rest = node_hash(hashes.pop(), top), rest >> 1
            hashes.append(top)
            size += 1
        return Peaks(size, tuple(hashes))

    @property
    def root(self) -> bytes:
        """The root of the tree, the same as `Tree.root`."""
        if not self.hashes:
            return EMPTY_ROOT
        return reduce(lambda right, left: node_hash(left, right), self.hashes[::-1])


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The path from the leaf at `index` to the root of these leaves."""
    return Tree(leaves).inclusion_proof(index)


def consistency_proof(leaves: Sequence[bytes], first: int) -> list[bytes]:
    """That the first `first` of these leaves were the whole tree once."""
    return Tree(leaves).consistency_proof(first)


def verify_inclusion(
    leaf: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether a leaf value stands at `index` in the tree with this root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, running = index, size - 1, leaf_hash(leaf)
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            running = node_hash(sibling, running)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            running = node_hash(running, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and running == root


def verify_consistency(
    *,
    first_size: int,
    first_root: bytes,
    second_size: int,
    second_root: bytes,
    proof: Sequence[bytes],
) -> bool:
    """Whether the second tree only added to the first (RFC 9162 §2.1.4.2)."""
    if not 0 <= first_size <= second_size:
        return False
    if first_size == 0:
        return not proof and first_root == EMPTY_ROOT
    if first_size == second_size:
        return not proof and first_root == second_root
    if not first_size & (first_size - 1):
        proof = [first_root, *proof]
    if not proof:
        return False
    return _both_roots(proof, first_size - 1, second_size - 1) == (
        first_root,
        second_root,
    )


def _both_roots(
    proof: Sequence[bytes], node: int, last: int
) -> tuple[bytes, bytes] | None:
    """The roots of the older and of the newer tree that a proof leads to."""
    while node & 1:
        node, last = node >> 1, last >> 1
    older = newer = proof[0]
    for sibling in proof[1:]:
        if last == 0:
            return None
        if node & 1 or node == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            newer = node_hash(newer, sibling)
        node, last = node >> 1, last >> 1
    return (older, newer) if last == 0 else None


def _joined(level: list[bytes]) -> list[bytes]:
    above = [node_hash(left, right) for left, right in list(pairwise(level))[::2]]
    return above + level[-1:] if len(level) % 2 else above


def _largest_power_below(size: int) -> int:
    """The largest power of two smaller than `size`, where RFC 6962 splits."""
    return 1 << (size - 1).bit_length() - 1
