"""The digest of an entry says all of it, and nothing twice."""

from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.ledger.chain import START, entry_digest

ENTRY: dict[str, Any] = {
    "number": 1,
    "day": date(2026, 3, 2),
    "act": "intake.received",
    "subject": "intake.report:7f3a",
    "by": "reporter",
    "count": 1,
    "content": None,
    "previous": START,
}
words = st.text(max_size=8)


def test_the_digest_of_an_entry_is_final():
    told = b"".join(
        len(field).to_bytes(4) + field
        for field in (
            b"fairwitness/entry/1",
            b"\0\0\0\0\0\0\0\1",
            b"2026-03-02",
            b"intake.received",
            b"intake.report:7f3a",
            b"reporter",
            b"\0\0\0\0\0\0\0\1",
        )
    )
    told += b"\xff\xff\xff\xff" + b"\0\0\0\x20" + bytes(32)

    assert entry_digest(**ENTRY) == sha256(told).digest()
    assert entry_digest(**ENTRY).hex() == (
        "1641ce788cb237d6e2b6b7528dc5d89aa6ef57f95f839a0f6ec6cb5a8d7c53e7"
    )


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("number", 2),
        ("day", date(2026, 3, 3)),
        ("act", "intake.receive"),
        ("subject", "intake.report:7f3b"),
        ("by", "system"),
        ("count", 2),
        ("content", b""),
        ("previous", bytes([1]) * 32),
    ],
)
def test_every_field_changes_the_digest(field, other):
    assert entry_digest(**ENTRY | {field: other}) != entry_digest(**ENTRY)


@given(words, words, words, words, words, words)
def test_no_two_entries_read_the_same(act, subject, by, act2, subject2, by2):
    one = {"act": act, "subject": subject, "by": by}
    two = {"act": act2, "subject": subject2, "by": by2}

    is_same = entry_digest(**ENTRY | one) == entry_digest(**ENTRY | two)

    assert is_same == (one == two)


@pytest.mark.parametrize(
    "wrong", [{"number": -1}, {"count": -1}, {"previous": b"short"}]
)
def test_what_cannot_be_an_entry_has_no_digest(wrong):
    with pytest.raises(ValueError, match="Not an entry"):
        entry_digest(**ENTRY | wrong)
