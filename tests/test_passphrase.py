"""What staff remember opens their key, slowly for a guesser; the sheet opens it too (CRY-5, AUTH-3)."""

import resource
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.vault.envelope import Altered, CannotOpen, UnknownVersion
from fairwitness.vault.passphrase import (
    COST,
    RecoverySheet,
    WeakPassphrase,
    WrongPassphrase,
    WrongSheet,
    check_passphrase,
    is_current,
    lock_seed,
    unlock_seed,
)
from fairwitness.vault.words import UnreadableCode, words
from tests.vault_vectors import known

SEED = bytes(range(96))
PEPPER = bytes(range(100, 132))
PASSPHRASE = "seven quiet boats at noon"
CENTRE = "Harbour Members' Trust"


@pytest.fixture(scope="module")
def blob() -> bytes:
    return lock_seed(SEED, PASSPHRASE, PEPPER)


@pytest.mark.parametrize("answer", known("locked"))
def test_what_was_locked_once_opens_for_ever(answer: dict[str, Any]):
    locked, pepper = bytes.fromhex(answer["blob"]), bytes.fromhex(answer["pepper"])

    seed = unlock_seed(locked, answer["passphrase"], pepper)

    assert seed.hex() == answer["seed"]


@pytest.mark.parametrize("answer", known("sheets"))
def test_what_a_sheet_locked_once_opens_for_ever(answer: dict[str, Any]):
    sheet = RecoverySheet.parse(answer["words"])

    assert sheet.unlock(bytes.fromhex(answer["blob"])).hex() == answer["seed"]


@pytest.mark.parametrize(
    "typed",
    [
        PASSPHRASE,
        f"  {PASSPHRASE.replace(' ', '  ')} ",
        PASSPHRASE.replace(" ", "\u00a0"),
        PASSPHRASE.replace("q", "\uff51"),
    ],
)
def test_a_passphrase_opens_however_the_keyboard_writes_it(blob: bytes, typed: str):
    assert unlock_seed(blob, typed, PEPPER) == SEED


@pytest.mark.parametrize("typed", [PASSPHRASE.title(), PASSPHRASE + "!", ""])
def test_another_passphrase_is_kindly_refused(blob: bytes, typed: str):
    with pytest.raises(WrongPassphrase, match="try again"):
        unlock_seed(blob, typed, PEPPER)


def test_without_the_pepper_the_passphrase_is_not_enough(blob: bytes):
    with pytest.raises(WrongPassphrase):
        unlock_seed(blob, PASSPHRASE, bytes(32))


def test_a_pepper_of_another_length_is_not_taken(blob: bytes):
    with pytest.raises(ValueError, match="32 bytes"):
        unlock_seed(blob, PASSPHRASE, b"short")


def test_the_cost_of_a_guess_is_kept_with_the_lock(blob: bytes):
    """CRY-5: 64 MiB, three passes, one lane; weaker old locks are recognised."""
    weaker = blob[:2] + (19 * 1024).to_bytes(4, "big") + blob[6:]

    assert (COST.memory, COST.iterations, COST.lanes) == (65_536, 3, 1)
    assert is_current(blob)
    assert not is_current(weaker)


def test_two_locks_of_one_seed_share_nothing(blob: bytes):
    again = lock_seed(SEED, PASSPHRASE, PEPPER)

    assert again[11:27] != blob[11:27]
    assert again[29:] != blob[29:]


@pytest.mark.parametrize(
    ("start", "changed", "refusal"),
    [
        (0, b"\x02", UnknownVersion),
        (1, b"\x02", UnknownVersion),
        (2, b"\xff\xff\xff\xff", Altered),
        (2, b"\0\0\0\x01", Altered),
        (6, b"\0\0\0\0", Altered),
        (6, b"\0\0\xff\xff", Altered),
        (10, b"\0", Altered),
        (10, b"\xff", Altered),
        (11, b"\0", WrongPassphrase),
        (60, b"\0\0", Altered),
    ],
)
def test_a_lock_that_was_changed_is_refused_before_it_can_do_harm(
    blob: bytes, start: int, changed: bytes, refusal: type[Exception]
):
    altered = blob[:start] + changed + blob[start + len(changed) :]

    with pytest.raises(refusal):
        unlock_seed(altered, PASSPHRASE, PEPPER)


def test_a_lock_that_is_cut_off_is_refused(blob: bytes):
    with pytest.raises(CannotOpen):
        unlock_seed(blob[:20], PASSPHRASE, PEPPER)
    with pytest.raises(CannotOpen):
        unlock_seed(blob[:40], PASSPHRASE, PEPPER)


def test_many_who_unlock_at_once_do_not_take_all_memory(blob: bytes):
    """CRY-5: at most two at a time, so eight take 128 MiB and not 512."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with ThreadPoolExecutor(8) as people:
        seeds = list(
            people.map(lambda _: unlock_seed(blob, PASSPHRASE, PEPPER), range(8))
        )

    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert seeds == [SEED] * 8
    assert after - before < 200 * 1024


@pytest.mark.parametrize(
    "text",
    [
        PASSPHRASE,
        "Kreide Fenster leise Dampf",
        "кит читает утром газету",
        "%kU2&-vR9#mQ4!xZ7",
        "猫が静かに窓辺で本を読んでいる",
    ],
)
def test_a_long_passphrase_of_ones_own_is_taken(text: str):
    check_passphrase(text, centre=CENTRE)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "too_short"),
        ("fourteen chars", "too_short"),
        ("a             b             c", "too_short"),
        ("aaaaaaaaaaaaaaaa", "repeats"),
        ("abababababababab", "repeats"),
        ("quiet5quiet5quiet5", "repeats"),
        ("1234567890123456", "worn"),
        ("abcdefghijklmnopq", "worn"),
        ("qwertyuiopasdfghjkl", "worn"),
        ("poiuytrewqlkjhgfdsa", "worn"),
        ("Password123456789!", "worn"),
        ("P4$$w0rd P4$$w0rd 12", "worn"),
        ("correct horse battery staple", "worn"),
        ("Harbour Members' Trust 2026", "worn"),
        ("trust harbour members 1", "worn"),
    ],
)
def test_a_passphrase_that_guessers_try_early_is_refused(text: str, kind: str):
    with pytest.raises(WeakPassphrase, match="Please") as refused:
        check_passphrase(text, centre=CENTRE)

    assert refused.value.kind == kind
    assert not text or text not in str(refused.value)


@given(st.binary(min_size=32, max_size=32))
def test_a_recovery_sheet_can_be_typed(key: bytes):
    sheet = RecoverySheet(key)

    assert RecoverySheet.parse(", ".join(sheet.words)) == sheet
    assert len(sheet.words) == 20


def test_a_sheet_opens_the_seed_without_passphrase_and_pepper():
    sheet = RecoverySheet.new()

    locked = sheet.lock(SEED)

    assert RecoverySheet.parse(" ".join(sheet.words)).unlock(locked) == SEED


def test_another_sheet_is_kindly_refused():
    locked = RecoverySheet.new().lock(SEED)

    with pytest.raises(WrongSheet, match="newer one"):
        RecoverySheet.new().unlock(locked)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("acorn", "word_count"),
        (f"{words()[-1]} " * 20, "not_a_code"),
        ("12345 " * 7, "digit_count"),
        ("", "empty"),
    ],
)
def test_what_is_no_sheet_is_refused_with_a_sentence(text: str, kind: str):
    with pytest.raises(UnreadableCode, match="lease") as refused:
        RecoverySheet.parse(text)

    assert refused.value.kind == kind


def test_a_sheet_of_another_length_is_not_made():
    with pytest.raises(ValueError, match="32 bytes"):
        RecoverySheet(b"short")


def test_printing_a_sheet_never_prints_it():
    sheet = RecoverySheet.new()

    shown = f"{sheet} {sheet!r} {[sheet]}"

    assert not [word for word in sheet.words if f" {word} " in shown]
    assert sheet.key.hex() not in shown
    assert repr(sheet.key) not in shown
