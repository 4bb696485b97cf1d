"""A receipt code is read back however people type it, and all keys grow from it for ever (REP-4)."""

import hashlib
import math
import subprocess
import sys
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.refusal import Refused
from fairwitness.vault.receipt import (
    CountCode,
    ReceiptCode,
    UnreadableCode,
    leaf_of,
    tag_of,
)
from fairwitness.vault.words import WORDS_SHA256, words
from tests.vault_vectors import known

CODE = ReceiptCode(987_654_321_987_654_321_987_654_321)
WORDS = " ".join(CODE.words)
DIGITS = " ".join(CODE.digits)

codes = st.integers(0, ReceiptCode.SHAPE.limit - 1).map(ReceiptCode)
count_codes = st.integers(0, CountCode.SHAPE.limit - 1).map(CountCode)


def typed(*, digits: str) -> str:
    """Write ASCII digits in another script, given its ten digits."""
    return DIGITS.translate(str.maketrans("0123456789", digits))


@pytest.mark.parametrize("answer", known("receipts"))
def test_the_keys_of_a_code_are_the_same_for_ever(answer: dict[str, Any]):
    code = ReceiptCode.parse(answer["words"])

    consent = code.consent_key().public_key().public_bytes_raw()

    assert str(code.number) == answer["number"]
    assert code == ReceiptCode.parse(answer["digits"])
    assert code.locator.hex() == answer["locator"]
    assert code.read_key.hex() == answer["read_key"]
    assert consent.hex() == answer["consent_public"]


@pytest.mark.parametrize("answer", known("receipts"))
def test_the_count_code_leaf_and_tags_of_a_code_are_the_same_for_ever(
    answer: dict[str, Any],
):
    code = ReceiptCode.parse(answer["digits"])

    count_code = CountCode.parse(answer["count_words"])

    assert code.count_code == count_code == CountCode.parse(answer["count_digits"])
    assert str(count_code.number) == answer["count_number"]
    assert count_code.seed.hex() == code.seed.hex() == answer["seed"]
    assert leaf_of(code.seed).hex() == answer["leaf"]
    assert tag_of(code.seed, answer["edition"], answer["table"]).hex() == answer["tag"]


def test_the_word_list_never_changes():
    listed = "".join(f"{word}\n" for word in words())

    assert len(words()) == 7303
    assert hashlib.sha256(listed.encode()).hexdigest() == WORDS_SHA256
    assert all(word.isascii() and word.isalpha() and word.islower() for word in words())
    assert list(words()) == sorted(set(words()))


def test_another_word_list_is_not_worked_with(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("fairwitness.vault.words.WORDS_SHA256", "0" * 64)
    words.cache_clear()

    with pytest.raises(RuntimeError, match="receipt codes"):
        words()


@pytest.mark.parametrize(
    "word", ["scapegoat", "race", "strangle", "shame", "bully", "t-shirt"]
)
def test_no_code_holds_a_cruel_or_hyphenated_word(word: str):
    assert word not in words()


def test_a_code_is_stronger_than_a_fast_derivation_asks_for():
    """REP-4, ASVS 6.5.2: at least 112 bits. All codes fit into 35 digits and 15 bytes."""
    limit = ReceiptCode.SHAPE.limit

    assert math.log2(limit) > 115.5
    assert limit < 10**35
    assert limit < 2**120
    assert CountCode.SHAPE.limit < 10**25


@given(codes)
def test_words_and_digits_say_the_same(code: ReceiptCode):
    assert ReceiptCode.parse(" ".join(code.words)) == code
    assert ReceiptCode.parse("".join(code.digits)) == code
    assert [len(group) for group in code.digits] == [5] * 7
    assert len(code.words) == 9


@given(count_codes)
def test_a_count_code_is_read_back(code: CountCode):
    assert CountCode.parse(" ".join(code.words)) == code
    assert CountCode.parse(" ".join(code.digits)) == code
    assert len(code.words) == 6


@given(
    codes,
    st.lists(st.sampled_from(" ,.;-\u2013/\n\t\u200b\u00a0"), min_size=1, max_size=3),
)
def test_any_separators_and_capitals_will_do(code: ReceiptCode, between: list[str]):
    text = "".join(between).join(code.words)

    assert ReceiptCode.parse(text.upper()) == code
    assert ReceiptCode.parse(text.title()) == code
    assert ReceiptCode.parse("".join(between).join(code.digits)) == code


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"{n}. {word}" for n, word in enumerate(CODE.words, 1)),
        "\n".join(f"{n}) {word.capitalize()}," for n, word in enumerate(CODE.words, 1)),
        "".join(chr(ord(c) + 0xFEE0) if c != " " else "\u3000" for c in WORDS),
        WORDS.upper().replace("I", "\u0130"),
        WORDS.replace("i", "\u0131"),
        WORDS.replace("e", "e\u0301"),
        "\u202a" + WORDS[:2] + "\u00ad" + WORDS[2:] + "\u200f",
        typed(digits="٠١٢٣٤٥٦٧٨٩"),
        typed(digits="۰۱۲۳۴۵۶۷۸۹"),
        typed(digits="०१२३४५६७८९"),
        "".join(chr(0xFF10 + int(c)) if c != " " else " " for c in DIGITS),
        DIGITS.replace(" ", "-"),
        f"  ({DIGITS})\n",
    ],
)
def test_a_code_is_understood_as_keyboards_and_phones_write_it(text: str):
    assert ReceiptCode.parse(text) == CODE


def test_a_mistyped_word_is_named_with_the_word_that_was_meant():
    text = WORDS.replace(CODE.words[4], "pencal")

    with pytest.raises(UnreadableCode) as refused:
        ReceiptCode.parse(text)

    sentence = "“pencal” is not one of our words. Did you mean “pencil”?"
    assert str(refused.value) == sentence
    assert (refused.value.kind, refused.value.word) == ("unknown_word", "pencal")
    assert refused.value.suggestion == "pencil"
    assert isinstance(refused.value, Refused)


@given(st.sampled_from(words()), st.integers(min_value=0))
def test_one_missing_letter_is_never_without_a_suggestion(word: str, place: int):
    cut = place % len(word)
    slipped = word[:cut] + word[cut + 1 :]
    if slipped in words() or not slipped:
        return

    with pytest.raises(UnreadableCode) as refused:
        ReceiptCode.parse(slipped)

    assert refused.value.suggestion in words()


@pytest.mark.parametrize(
    ("text", "kind", "given_", "wanted"),
    [
        ("", "empty", 0, 9),
        (" .,- ", "empty", 0, 9),
        (" ".join(CODE.words[:7]), "word_count", 7, 9),
        (WORDS + " acorn", "word_count", 10, 9),
        (DIGITS[:-1], "digit_count", 34, 35),
        (DIGITS + "0", "digit_count", 36, 35),
        ("9" * 35, "not_a_code", 0, 0),
        ("acorn " * 500, "too_long", 0, 0),
        ("голубь", "unknown_word", 0, 0),
        ("q" * 500, "unknown_word", 0, 0),
    ],
)
def test_what_is_no_code_is_refused_with_a_sentence(
    text: str, kind: str, given_: int, wanted: int
):
    with pytest.raises(UnreadableCode) as refused:
        ReceiptCode.parse(text)

    assert refused.value.kind == kind
    assert (refused.value.given, refused.value.wanted) == (given_, wanted)
    assert len(str(refused.value)) < 200


def test_a_receipt_code_is_not_taken_where_a_count_code_is_asked_for():
    with pytest.raises(UnreadableCode) as refused:
        CountCode.parse(WORDS)

    assert (refused.value.given, refused.value.wanted) == (9, 6)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_kindly_refused(text: str):
    try:
        code = ReceiptCode.parse(text)
    except UnreadableCode:
        return

    assert ReceiptCode.parse(" ".join(code.words)) == code


def test_codes_are_drawn_at_random_over_the_whole_range():
    drawn = [ReceiptCode.new() for _ in range(200)]

    assert len({code.number for code in drawn}) == 200
    assert max(code.number for code in drawn) > ReceiptCode.SHAPE.limit * 0.8
    assert min(code.number for code in drawn) < ReceiptCode.SHAPE.limit * 0.2


@pytest.mark.parametrize("number", [-1, ReceiptCode.SHAPE.limit])
def test_a_number_that_no_code_can_hold_is_refused(number: int):
    with pytest.raises(ValueError, match="outside"):
        ReceiptCode(number)


def test_no_two_keys_of_a_code_are_the_same():
    consent = CODE.consent_key()
    made = [
        CODE.locator,
        CODE.read_key,
        consent.private_bytes_raw(),
        consent.public_key().public_bytes_raw(),
        CODE.seed,
        leaf_of(CODE.seed),
        tag_of(CODE.seed, "2026-1", "ab"),
        tag_of(CODE.seed, "2026-1a", "b"),
        tag_of(CODE.seed, "2026-2", "ab"),
    ]

    assert len(set(made)) == len(made)
    assert {len(key) for key in made} == {32}


def test_printing_a_code_never_prints_it():
    count_code = CODE.count_code

    shown = f"{CODE} {CODE!r} {[CODE]} {count_code} {count_code!r}"

    secret = {str(CODE.number), str(count_code.number), *CODE.words, *CODE.digits}
    assert not [part for part in secret if part in shown]


def test_all_keys_of_a_code_cost_well_under_a_millisecond():
    """REP-4: taking a report costs microseconds of key derivation."""

    def derive_all() -> float:
        start = time.perf_counter()
        code = ReceiptCode.new()
        assert code.locator != code.read_key
        code.consent_key().public_key().public_bytes_raw()
        leaf_of(code.count_code.seed)
        return time.perf_counter() - start

    words()
    best = min(derive_all() for _ in range(50))

    assert best < 0.001


def test_the_vault_is_pure():
    """The modules under the models know nothing of Django, so that anybody can reuse them."""
    names = "age_file consent_statement envelope escrow halves padding passphrase receipt trust"
    script = (
        "import importlib, sys\n"
        f"[importlib.import_module('fairwitness.vault.' + n) for n in {names.split()}]\n"
        "sys.exit('django' in sys.modules)"
    )

    ended = subprocess.run([sys.executable, "-c", script], check=False)

    assert ended.returncode == 0
