"""Two of three trustees open what one cannot; two halves open what one cannot (CRY-7, DIS-5)."""

from itertools import combinations, permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.vault.envelope import CannotOpen
from fairwitness.vault.escrow import (
    TooFewTrustees,
    escrow,
    recover,
    take_off_inner,
    take_off_outer,
)
from fairwitness.vault.halves import join, split
from fairwitness.vault.suites import PrivateKey, Suite
from tests.vault_vectors import known

SECRET = bytes(range(96))
KEYS = {name: PrivateKey.generate() for name in ("ada", "ben", "cai")}
PUBLIC = {name: key.public for name, key in KEYS.items()}
ESCROWED = escrow(SECRET, PUBLIC, subject="triage-1")


@pytest.mark.parametrize("answer", known("escrows"))
@pytest.mark.parametrize("names", list(combinations(("ada", "ben", "cai"), 2)))
def test_what_was_escrowed_once_is_recovered_for_ever(
    answer: dict[str, Any], names: tuple[str, str]
):
    keys = {
        name: PrivateKey.from_seed(
            Suite.HYBRID, bytes.fromhex(answer["trustees"][name])
        )
        for name in names
    }
    escrowed = {pair: bytes.fromhex(one) for pair, one in answer["envelopes"].items()}

    secret = recover(escrowed, keys, subject=answer["subject"])

    assert secret.hex() == answer["secret"]


@pytest.mark.parametrize("names", list(permutations(KEYS, 2)))
def test_any_two_trustees_recover_the_secret(names: tuple[str, str]):
    keys = {name: KEYS[name] for name in names}

    assert recover(ESCROWED, keys, subject="triage-1") == SECRET


def test_three_trustees_recover_it_as_well():
    assert recover(ESCROWED, KEYS, subject="triage-1") == SECRET


@pytest.mark.parametrize("name", list(KEYS))
def test_one_trustee_alone_opens_nothing(name: str):
    with pytest.raises(TooFewTrustees, match="Two of the three"):
        recover(ESCROWED, {name: KEYS[name]}, subject="triage-1")


@pytest.mark.parametrize("pair", list(ESCROWED))
def test_one_trustee_in_both_roles_opens_nothing(pair: str):
    for name in pair.split("+"):
        pretended = dict.fromkeys(pair.split("+"), KEYS[name])

        with pytest.raises(CannotOpen):
            recover(ESCROWED, pretended, subject="triage-1")


def test_two_trustees_far_apart_each_take_off_one_seal():
    envelope, where = ESCROWED["ada+cai"], {"pair": "ada+cai", "subject": "triage-1"}

    handed_over = take_off_outer(envelope, KEYS["ada"], **where)

    assert SECRET not in handed_over
    assert take_off_inner(handed_over, KEYS["cai"], **where) == SECRET


def test_an_escrow_of_one_key_is_not_one_of_another():
    with pytest.raises(CannotOpen):
        recover(ESCROWED, KEYS, subject="triage-2")


@pytest.mark.parametrize(
    "names",
    [("ada", "ben"), ("ada", "ben", "cai", "dov"), ("ada", "ben", "c+d")],
)
def test_an_escrow_has_exactly_three_trustees(names: tuple[str, ...]):
    trustees = {name: PrivateKey.generate(Suite.X25519).public for name in names}

    with pytest.raises(ValueError, match="trustee"):
        escrow(SECRET, trustees, subject="triage-1")


def test_three_names_of_one_person_are_not_three_trustees():
    trustees = dict.fromkeys(("ada", "ben", "cai"), PUBLIC["ada"])

    with pytest.raises(ValueError, match="their own"):
        escrow(SECRET, trustees, subject="triage-1")


@given(st.binary(max_size=96))
def test_two_halves_make_the_secret(secret: bytes):
    a, b = split(secret)

    assert join(a, b) == join(b, a) == secret


def test_a_half_alone_says_nothing():
    halves = [split(bytes(32)) for _ in range(50)]

    assert len({a for a, _ in halves}) == 50
    assert all(a == b != bytes(32) for a, b in halves)


def test_halves_of_different_length_are_not_joined():
    with pytest.raises(ValueError, match="same length"):
        join(bytes(32), bytes(31))
