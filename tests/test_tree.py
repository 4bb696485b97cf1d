"""The tree is the one that everybody else computes."""

from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.ledger.tree import (
    EMPTY_ROOT,
    Peaks,
    Tree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

# The seven leaves of RFC 6962's test vectors, and the roots of their beginnings.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

logs = st.lists(st.binary(min_size=32, max_size=32), max_size=40)


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_of_the_published_vectors(size):
    assert root(LEAVES[:size]).hex() == ROOTS[size]


def test_a_path_is_that_of_the_published_vectors():
    path = [step.hex() for step in inclusion_proof(LEAVES, 0)]

    assert path == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


def test_a_consistency_proof_is_that_of_the_published_vectors():
    proof = [step.hex() for step in consistency_proof(LEAVES, 6)]

    assert proof == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_the_root_of_nothing_is_the_hash_of_nothing():
    assert root([]) == EMPTY_ROOT == Peaks().root == sha256(b"").digest()


@given(logs)
def test_the_tree_is_the_one_that_the_rfc_splits_from_the_top(leaves):
    def split(part: list[bytes]) -> bytes:
        if len(part) < 2:
            return leaf_hash(part[0]) if part else EMPTY_ROOT
        cut = 1 << (len(part) - 1).bit_length() - 1
        return node_hash(split(part[:cut]), split(part[cut:]))

    assert root(leaves) == split(leaves)


@given(logs, st.integers(0, 40))
def test_a_log_that_grows_needs_nothing_but_its_peaks(leaves, cut):
    grown = Peaks().appended(leaves[:cut]).appended(leaves[cut:])

    assert (grown.root, grown.size) == (root(leaves), len(leaves))
    assert len(grown.hashes) == len(leaves).bit_count()


@given(logs.filter(len), st.randoms())
def test_every_leaf_has_a_path_and_no_other_leaf_has_it(leaves, chance):
    index = chance.randrange(len(leaves))
    tree = Tree(leaves)
    path = tree.inclusion_proof(index)

    def holds(leaf: bytes, **changed: Any) -> bool:
        facts: dict[str, Any] = {
            "index": index,
            "size": len(leaves),
            "proof": path,
            "root": tree.root,
        }
        return verify_inclusion(leaf, **(facts | changed))

    assert holds(leaves[index])
    assert not holds(sha256(leaves[index]).digest())
    assert not holds(leaves[index], proof=[*path, bytes(32)])
    assert not holds(leaves[index], index=len(leaves))
    assert not holds(leaves[index], root=bytes(32))
    assert not path or not holds(leaves[index], proof=path[1:])


@given(logs, st.randoms())
def test_a_log_that_only_grew_can_prove_it(leaves, chance):
    first = chance.randint(0, len(leaves))
    tree = Tree(leaves)
    proof = tree.consistency_proof(first)
    facts: dict[str, Any] = {
        "first_size": first,
        "first_root": root(leaves[:first]),
        "second_size": len(leaves),
        "second_root": tree.root,
        "proof": proof,
    }

    assert verify_consistency(**facts)
    assert not verify_consistency(**facts | {"first_root": bytes(32)})
    assert not verify_consistency(**facts | {"proof": [*proof, bytes(32)]})
    assert first == 0 or not verify_consistency(**facts | {"second_root": bytes(32)})


@given(logs.filter(lambda log: len(log) > 2), st.randoms())
def test_a_log_that_lost_or_changed_a_leaf_cannot_prove_that_it_grew(leaves, chance):
    first = chance.randint(1, len(leaves) - 1)
    changed = list(leaves)
    changed[chance.randrange(first)] = sha256(b"another").digest()
    tree = Tree(changed)

    assert not verify_consistency(
        first_size=first,
        first_root=root(leaves[:first]),
        second_size=len(changed),
        second_root=tree.root,
        proof=tree.consistency_proof(first),
    )


def test_a_shorter_log_is_no_continuation():
    assert not verify_consistency(
        first_size=3,
        first_root=root(LEAVES[:3]),
        second_size=2,
        second_root=root(LEAVES[:2]),
        proof=[],
    )


def test_there_is_no_path_to_a_leaf_that_is_not_there():
    with pytest.raises(IndexError):
        inclusion_proof(LEAVES, 8)
    with pytest.raises(IndexError):
        consistency_proof(LEAVES, 9)
