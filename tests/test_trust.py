"""A key is believed when trustees signed it; a consent stands when the reporter signed it (REP-2, DIS-4)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.vault.consent_statement import (
    ConsentStatement,
    MalformedStatement,
    NotSigned,
    WithdrawalStatement,
)
from fairwitness.vault.receipt import ReceiptCode
from fairwitness.vault.suites import PrivateKey
from fairwitness.vault.trust import (
    Json,
    KeyStatement,
    NotTrusted,
    canonical_json,
    sign_key,
    verify_key,
)
from tests.vault_vectors import known

TODAY = date(2026, 11, 22)
ADA, BEN, EVE = (
    Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3)
)
ROOTS = [key.public_key().public_bytes_raw() for key in (ADA, BEN)]
TRIAGE = KeyStatement(
    purpose="triage",
    public_key=PrivateKey.generate().public,
    epoch=3,
    not_after=TODAY + timedelta(days=200),
)
CODE = ReceiptCode(1234567890)
REPORTER = CODE.consent_key().public_key().public_bytes_raw()
CONSENT = ConsentStatement(
    report="report-1",
    recipient="ombuds-office",
    agreement_hash="a" * 64,
    sections=("identity", "narrative"),
    purpose="investigate",
    until=date(2027, 11, 22),
    notice_hash="b" * 64,
    wording_hash="c" * 64,
    given_on=TODAY,
)
WITHDRAWAL = WithdrawalStatement(
    report="report-1", consent=CONSENT.digest, on=TODAY + timedelta(days=1)
)


@pytest.mark.parametrize("answer", known("key_statements"))
def test_a_key_that_was_signed_once_is_trusted_for_ever(answer: dict[str, Any]):
    statement = KeyStatement.from_bytes(answer["statement"].encode())

    verify_key(
        statement,
        [bytes.fromhex(answer["signature"])],
        [bytes.fromhex(answer["root"])],
        on=TODAY,
    )

    assert statement.to_bytes().decode() == answer["statement"]


@pytest.mark.parametrize(
    ("kind", "answer"),
    [(ConsentStatement, one) for one in known("consents")]
    + [(WithdrawalStatement, one) for one in known("withdrawals")],
)
def test_what_a_reporter_signed_once_is_verified_for_ever(
    kind: type[ConsentStatement] | type[WithdrawalStatement], answer: dict[str, Any]
):
    statement = kind.from_bytes(answer["statement"].encode())

    statement.verify(
        bytes.fromhex(answer["public"]), bytes.fromhex(answer["signature"])
    )

    assert statement.digest == answer["digest"]


def test_a_key_that_a_trustee_signed_is_trusted():
    verify_key(TRIAGE, [sign_key(TRIAGE, ADA)], ROOTS, on=TODAY)
    verify_key(TRIAGE, [sign_key(TRIAGE, BEN)], ROOTS, on=TRIAGE.not_after)


@pytest.mark.parametrize(
    "signatures",
    [
        [],
        [b""],
        [bytes(64)],
        [sign_key(TRIAGE, EVE)],
        [sign_key(replace(TRIAGE, epoch=2), ADA)],
    ],
)
def test_a_key_that_no_trustee_signed_is_not_trusted(signatures: list[bytes]):
    with pytest.raises(NotTrusted, match="0 of 1"):
        verify_key(TRIAGE, signatures, ROOTS, on=TODAY)


@pytest.mark.parametrize(
    "altered",
    [
        replace(TRIAGE, purpose="gate"),
        replace(TRIAGE, public_key=PrivateKey.generate().public),
        replace(TRIAGE, epoch=4),
        replace(TRIAGE, not_after=TRIAGE.not_after + timedelta(days=1)),
        replace(TRIAGE, holder="somebody"),
        replace(TRIAGE, verify_key=bytes(32)),
    ],
)
def test_a_signature_is_for_one_key_one_purpose_one_holder_and_one_time(
    altered: KeyStatement,
):
    with pytest.raises(NotTrusted):
        verify_key(altered, [sign_key(TRIAGE, ADA)], ROOTS, on=TODAY)


def test_a_key_ends():
    signatures = [sign_key(TRIAGE, ADA)]

    with pytest.raises(NotTrusted, match="ended"):
        verify_key(TRIAGE, signatures, ROOTS, on=TRIAGE.not_after + timedelta(days=1))


def test_where_two_are_needed_one_who_signs_twice_is_one():
    ada, ben = sign_key(TRIAGE, ADA), sign_key(TRIAGE, BEN)

    verify_key(TRIAGE, [ada, ben], ROOTS, on=TODAY, need=2)
    for signatures in ([ada], [ada, ada], [ada, bytes(64)]):
        with pytest.raises(NotTrusted, match="1 of 2"):
            verify_key(TRIAGE, signatures, [*ROOTS, ROOTS[0]], on=TODAY, need=2)


def test_nobody_can_ask_for_no_signature_at_all():
    with pytest.raises(ValueError, match="at least one"):
        verify_key(TRIAGE, [], ROOTS, on=TODAY, need=0)


def test_a_root_that_is_no_key_vouches_for_nothing():
    with pytest.raises(NotTrusted):
        verify_key(TRIAGE, [sign_key(TRIAGE, ADA)], [b"short"], on=TODAY)


def test_a_trustee_reads_what_they_sign():
    signed = TRIAGE.to_bytes()

    assert KeyStatement.from_bytes(signed) == TRIAGE
    assert b'"purpose":"triage"' in signed


@pytest.mark.parametrize(
    "signed",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        TRIAGE.to_bytes() + b"\n",
        TRIAGE.to_bytes().replace(b'"epoch":3', b'"epoch":3.0'),
        TRIAGE.to_bytes().replace(b'"suite":2', b'"suite":9'),
        TRIAGE.to_bytes().replace(b'"suite":2', b'"suite":1'),
        TRIAGE.to_bytes().replace(b'"version":1', b'"version":2'),
        TRIAGE.to_bytes().replace(b'"statement":"key"', b'"statement":"consent"'),
        CONSENT.to_bytes(),
    ],
)
def test_bytes_that_are_no_statement_about_a_key_are_refused(signed: bytes):
    with pytest.raises(NotTrusted):
        KeyStatement.from_bytes(signed)


def test_a_consent_stands_as_it_was_signed():
    signature = CONSENT.sign(CODE.consent_key())

    CONSENT.verify(REPORTER, signature)

    assert ConsentStatement.from_bytes(CONSENT.to_bytes()) == CONSENT


@pytest.mark.parametrize(
    "altered",
    [
        replace(CONSENT, report="report-2"),
        replace(CONSENT, recipient="city-legal-aid"),
        replace(CONSENT, agreement_hash="d" * 64),
        replace(CONSENT, sections=("identity",)),
        replace(CONSENT, sections=("evidence", "identity", "narrative")),
        replace(CONSENT, purpose="publish"),
        replace(CONSENT, until=date(2028, 11, 22)),
        replace(CONSENT, notice_hash="d" * 64),
        replace(CONSENT, wording_hash="d" * 64),
        replace(CONSENT, given_on=TODAY - timedelta(days=1)),
    ],
)
def test_not_a_word_of_a_consent_can_be_changed_afterwards(altered: ConsentStatement):
    """DIS-4: altered field, other recipient, other section, other notice."""
    signature = CONSENT.sign(CODE.consent_key())

    with pytest.raises(NotSigned):
        altered.verify(REPORTER, signature)


def test_nobody_signs_a_consent_with_another_code():
    signature = CONSENT.sign(ReceiptCode(1).consent_key())

    with pytest.raises(NotSigned):
        CONSENT.verify(REPORTER, signature)


@pytest.mark.parametrize("signature", [b"", bytes(64), b"x" * 65])
def test_what_is_no_signature_verifies_nothing(signature: bytes):
    with pytest.raises(NotSigned):
        CONSENT.verify(REPORTER, signature)
    with pytest.raises(NotSigned):
        CONSENT.verify(b"short", signature)


def test_a_withdrawal_is_signed_and_names_its_consent():
    signature = WITHDRAWAL.sign(CODE.consent_key())

    WITHDRAWAL.verify(REPORTER, signature)

    assert WithdrawalStatement.from_bytes(WITHDRAWAL.to_bytes()) == WITHDRAWAL
    with pytest.raises(NotSigned):
        replace(WITHDRAWAL, consent="d" * 64).verify(REPORTER, signature)
    with pytest.raises(NotSigned):
        CONSENT.verify(REPORTER, signature)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"sections": ()}, "sections"),
        ({"sections": ("narrative", "identity")}, "sections"),
        ({"sections": ("identity", "identity")}, "sections"),
        ({"notice_hash": "B" * 64}, "hex"),
        ({"wording_hash": ""}, "hex"),
        ({"recipient": ""}, "not empty"),
        ({"until": datetime(2027, 1, 1, tzinfo=UTC)}, "not moments"),
        ({"version": 2}, "version"),
    ],
)
def test_a_consent_that_says_too_little_is_not_made(
    change: dict[str, Any], reason: str
):
    with pytest.raises(ValueError, match=reason):
        replace(CONSENT, **change)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"consent": "x"}, "hex"),
        ({"report": ""}, "not empty"),
        ({"on": datetime(2027, 1, 1, tzinfo=UTC)}, "not moments"),
        ({"version": 2}, "version"),
    ],
)
def test_a_withdrawal_that_says_too_little_is_not_made(
    change: dict[str, Any], reason: str
):
    with pytest.raises(ValueError, match=reason):
        replace(WITHDRAWAL, **change)


def test_a_key_ends_with_a_day_and_not_at_a_moment():
    with pytest.raises(ValueError, match="not at a moment"):
        replace(TRIAGE, not_after=datetime(2027, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "signed",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        CONSENT.to_bytes() + b" ",
        CONSENT.to_bytes().replace(b'"version":1', b'"version":2'),
        CONSENT.to_bytes().replace(b'"statement":"consent"', b'"statement":"key"'),
        CONSENT.to_bytes().replace(b"{", b'{"also":"identity",', 1),
        CONSENT.to_bytes().replace(b'"recipient":"ombuds-office"', b'"recipient":7'),
        CONSENT.to_bytes().replace(b'"until":"2027-11-22"', b'"until":"20271122"'),
        TRIAGE.to_bytes(),
    ],
)
def test_bytes_that_are_neither_consent_nor_withdrawal_are_refused(signed: bytes):
    with pytest.raises(MalformedStatement):
        ConsentStatement.from_bytes(signed)
    with pytest.raises(MalformedStatement):
        WithdrawalStatement.from_bytes(signed)


def test_a_consent_is_no_withdrawal():
    with pytest.raises(MalformedStatement):
        WithdrawalStatement.from_bytes(CONSENT.to_bytes())
    with pytest.raises(MalformedStatement):
        ConsentStatement.from_bytes(WITHDRAWAL.to_bytes())


names = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True)
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(names, plain, max_size=5))
def test_the_order_in_which_something_was_put_together_does_not_show(
    value: dict[str, Json],
):
    turned = dict(reversed(value.items()))

    assert canonical_json(turned) == canonical_json(value)


def test_there_is_one_way_to_write_json():
    value: Json = {"b": [1, True, None], "a": 'é"\n'}

    assert canonical_json(value) == '{"a":"é\\"\\n","b":[1,true,null]}'.encode()


@pytest.mark.parametrize(
    "value",
    [1.5, float("nan"), b"x", TODAY, {1: "x"}, {"A": 1}, [{"a": 1.0}], 2**53, "\ud800"],
)
def test_what_could_be_written_in_two_ways_is_not_written(value: Any):
    with pytest.raises(ValueError, match=r"JSON|surrogates"):
        canonical_json(value)
