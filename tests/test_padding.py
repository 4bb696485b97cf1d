"""Lengths say little: what was padded comes back, and what was not is refused (CRY-9)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.vault.padding import (
    MalformedPadding,
    pad_evidence,
    pad_text,
    padme,
    unpad_evidence,
    unpad_text,
)

contents = st.one_of(
    st.binary(max_size=64),
    st.integers(0, 20_000).map(lambda length: b"a" * length),
)


@given(contents)
def test_a_text_comes_back_as_it_was(text: bytes):
    assert unpad_text(pad_text(text)) == text


@given(contents)
def test_evidence_comes_back_as_it_was(evidence: bytes):
    assert unpad_evidence(pad_evidence(evidence)) == evidence


@given(contents)
def test_every_text_is_as_long_as_many_others(text: bytes):
    assert len(pad_text(text)) in {2048, 4096, 8192, 16384, 32768}


@pytest.mark.parametrize(
    ("length", "padded"), [(0, 2048), (2044, 2048), (2045, 4096), (4093, 8192)]
)
def test_texts_grow_by_powers_of_two(length: int, padded: int):
    assert len(pad_text(bytes(length))) == padded


@pytest.mark.parametrize(
    ("length", "padded"),
    [(1, 2048), (2048, 2048), (2049, 2176), (10_000, 10_240), (1_000_000, 1_015_808)],
)
def test_files_grow_by_padme(length: int, padded: int):
    assert padme(length) == padded


@given(st.integers(2048, 2**40))
def test_padme_costs_at_most_an_eighth_and_is_settled_at_once(length: int):
    padded = padme(length)

    assert length <= padded <= length * 1.12
    assert padme(padded) == padded


@given(st.binary(max_size=40), st.integers(0, 2047), st.integers(1, 255))
def test_padding_that_was_changed_is_refused_or_changes_nothing_but_the_text(
    text: bytes, position: int, mask: int
):
    padded = bytearray(pad_text(text))
    padded[position] ^= mask

    try:
        unpadded = unpad_text(bytes(padded))
    except MalformedPadding:
        return

    assert len(unpadded) >= len(text)
    assert pad_text(unpadded) == bytes(padded)


@pytest.mark.parametrize(
    "padded",
    [
        b"",
        b"\0\0",
        b"\0\0\0\x05hello",
        pad_text(b"hello") + b"\0",
        pad_text(b"hello") + bytes(2048),
        pad_text(b"hello")[:-1] + b"x",
        b"\xff" * 2048,
    ],
)
def test_bytes_that_we_never_padded_are_refused(padded: bytes):
    with pytest.raises(MalformedPadding):
        unpad_text(padded)
    with pytest.raises(MalformedPadding):
        unpad_evidence(padded)
