"""Envelopes open for the right key, at the right place, unchanged, and for nothing else (CRY-1 to CRY-4)."""

from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.vault.derivation import framed
from fairwitness.vault.envelope import (
    OVERHEAD,
    Altered,
    CannotOpen,
    Context,
    Encloser,
    Opened,
    UnknownVersion,
    WrongKey,
    disclose,
    enclose,
    key_id_of,
    open_with,
    read_header,
    seal_to,
)
from fairwitness.vault.suites import (
    DEFAULT_SUITE,
    MalformedKey,
    PrivateKey,
    PublicKey,
    Suite,
)
from tests.hpke_by_hand import X25519_KEM, XWING_KEM, open_by_hand
from tests.vault_vectors import known, place

HERE = Context("wrap", "report-1", "case")
KEYS = {suite: PrivateKey.generate(suite) for suite in (Suite.X25519, Suite.HYBRID)}
BODY_KEY = bytes(range(32))
KEM = {1: X25519_KEM, 2: XWING_KEM}

suites = st.sampled_from(sorted(KEYS))
fields = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
contexts = st.builds(Context, fields, fields, fields)


@pytest.mark.parametrize("answer", known("sealed"))
def test_what_was_sealed_once_opens_for_ever(answer: dict[str, Any]):
    key = PrivateKey.from_seed(Suite(answer["suite"]), bytes.fromhex(answer["seed"]))

    opened = open_with(key, bytes.fromhex(answer["envelope"]), place(answer))

    assert opened.hex() == answer["plaintext"]
    assert key.public.raw.hex() == answer["public"]
    assert key.public.key_id.hex() == answer["key_id"]
    assert (
        key.signing_key().public_key().public_bytes_raw().hex() == answer["verify_key"]
    )


@pytest.mark.parametrize("answer", known("sealed"))
def test_what_was_sealed_once_opens_without_the_hpke_of_the_library(
    answer: dict[str, Any],
):
    envelope = bytes.fromhex(answer["envelope"])
    context = place(answer).to_bytes(read_header(envelope))

    opened = open_by_hand(
        KEM[answer["suite"]], bytes.fromhex(answer["seed"]), envelope[10:], info=context
    )

    assert opened.hex() == answer["plaintext"]
    assert context.hex() == answer["context"]


@pytest.mark.parametrize("answer", known("enclosed"))
def test_what_was_enclosed_once_opens_for_ever(answer: dict[str, Any]):
    envelope = bytes.fromhex(answer["envelope"])

    opened = disclose(bytes.fromhex(answer["key"]), envelope, place(answer))

    assert opened.hex() == answer["plaintext"]
    assert read_header(envelope).key_id.hex() == answer["key_id"]
    assert place(answer).to_bytes(read_header(envelope)).hex() == answer["context"]


@pytest.mark.parametrize("by_hand", [False, True])
def test_the_vector_of_rfc_9180_opens(by_hand: bool):
    """RFC 9180 A.1.1, sequence number 0: our two readers agree with the standard."""
    h = bytes.fromhex
    seed = h("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8")
    sealed = h(
        "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"
        "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a9"
        "6d8770ac83d07bea87e13c512a"
    )
    info, aad = b"Ode on a Grecian Urn", b"Count-0"

    if by_hand:
        opened = open_by_hand(X25519_KEM, seed, sealed, info=info, aad=aad, aead=1)
    else:
        hpke = openssl.hpke
        suite = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_128_GCM)
        key = X25519PrivateKey.from_private_bytes(seed)
        opened = hpke._decrypt_with_aad(suite, sealed, key, info, aad)

    assert opened == b"Beauty is truth, truth beauty"


def test_the_default_is_post_quantum():
    key = PrivateKey.generate()

    envelope = seal_to(key.public, b"x", HERE)

    assert DEFAULT_SUITE is Suite.HYBRID
    assert read_header(envelope).suite is Suite.HYBRID


@given(suite=suites, plaintext=st.binary(max_size=300), context=contexts)
def test_what_is_sealed_opens_at_its_place(
    suite: Suite, plaintext: bytes, context: Context
):
    envelope = seal_to(KEYS[suite].public, plaintext, context)

    assert open_with(KEYS[suite], envelope, context) == plaintext
    assert len(envelope) == len(plaintext) + OVERHEAD[suite]


@given(plaintext=st.binary(max_size=300), context=contexts)
def test_what_is_enclosed_opens_at_its_place(plaintext: bytes, context: Context):
    envelope = enclose(BODY_KEY, plaintext, context)

    assert disclose(BODY_KEY, envelope, context) == plaintext
    assert len(envelope) == len(plaintext) + OVERHEAD[Suite.BODY]


@given(suite=suites, context=contexts, other=contexts)
def test_an_envelope_moved_to_another_place_stays_closed(
    suite: Suite, context: Context, other: Context
):
    sealed = seal_to(KEYS[suite].public, b"secret", context)
    enclosed = enclose(BODY_KEY, b"secret", context)

    for field in ("purpose", "subject", "section"):
        moved = replace(context, **{field: getattr(other, field) + "."})
        if moved == context:
            continue
        with pytest.raises(Altered):
            open_with(KEYS[suite], sealed, moved)
        with pytest.raises(Altered):
            disclose(BODY_KEY, enclosed, moved)


@given(
    one=st.lists(fields, max_size=4),
    other=st.lists(fields, max_size=4),
)
def test_two_rows_of_fields_never_give_the_same_bytes(one: list[str], other: list[str]):
    assert (framed(*one) == framed(*other)) == (one == other)


def test_a_letter_that_moves_from_one_field_to_the_next_is_another_place():
    envelope = enclose(BODY_KEY, b"secret", Context("wrap", "ab", "c"))

    with pytest.raises(Altered):
        disclose(BODY_KEY, envelope, Context("wrap", "a", "bc"))


@given(suite=suites, position=st.integers(min_value=0), mask=st.integers(1, 255))
def test_no_byte_of_a_sealed_envelope_can_be_changed(
    suite: Suite, position: int, mask: int
):
    envelope = bytearray(seal_to(KEYS[suite].public, b"secret", HERE))
    envelope[position % len(envelope)] ^= mask

    with pytest.raises(CannotOpen):
        open_with(KEYS[suite], bytes(envelope), HERE)


@given(position=st.integers(min_value=0), mask=st.integers(1, 255))
def test_no_byte_of_an_enclosed_envelope_can_be_changed(position: int, mask: int):
    envelope = bytearray(enclose(BODY_KEY, b"secret", HERE))
    envelope[position % len(envelope)] ^= mask

    with pytest.raises(CannotOpen):
        disclose(BODY_KEY, bytes(envelope), HERE)


@given(suite=suites, kept=st.integers(min_value=0))
def test_an_envelope_that_is_cut_off_stays_closed(suite: Suite, kept: int):
    envelope = seal_to(KEYS[suite].public, b"secret", HERE)

    with pytest.raises(Altered):
        open_with(KEYS[suite], envelope[: kept % len(envelope)], HERE)


@pytest.mark.parametrize("suite", sorted(KEYS))
def test_an_envelope_for_somebody_else_says_so_and_nothing_more(suite: Suite):
    envelope = seal_to(PrivateKey.generate(suite).public, b"secret", HERE)

    with pytest.raises(WrongKey) as refused:
        open_with(KEYS[suite], envelope, HERE)

    assert KEYS[suite].public.key_id.hex() in str(refused.value)
    assert "secret" not in str(refused.value)


def test_an_envelope_under_another_symmetric_key_says_so():
    envelope = enclose(BODY_KEY, b"secret", HERE)

    with pytest.raises(WrongKey):
        disclose(bytes(32), envelope, HERE)


def test_a_sealed_envelope_is_not_opened_with_a_symmetric_key_nor_the_reverse():
    sealed = seal_to(KEYS[Suite.HYBRID].public, b"secret", HERE)
    enclosed = enclose(BODY_KEY, b"secret", HERE)

    with pytest.raises(WrongKey):
        disclose(BODY_KEY, sealed, HERE)
    with pytest.raises(WrongKey):
        open_with(KEYS[Suite.HYBRID], enclosed, HERE)


@pytest.mark.parametrize("head", [b"\x00\x02", b"\x02\x02", b"\x01\x00", b"\x01\x04"])
def test_an_envelope_of_a_version_to_come_is_refused_cleanly(head: bytes):
    with pytest.raises(UnknownVersion):
        read_header(head + bytes(2000))


def test_a_key_id_of_ones_own_hides_that_two_envelopes_share_a_key():
    envelope = enclose(BODY_KEY, b"secret", HERE, key_id=b"slot-004")

    assert disclose(BODY_KEY, envelope, HERE) == b"secret"
    assert read_header(envelope).key_id == b"slot-004"
    assert key_id_of(BODY_KEY) not in envelope


def test_two_envelopes_of_the_same_text_differ():
    assert enclose(BODY_KEY, b"x", HERE) != enclose(BODY_KEY, b"x", HERE)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_symmetric_key_of_another_length_is_not_taken(length: int):
    with pytest.raises(ValueError, match="32 bytes"):
        enclose(bytes(length), b"x", HERE)
    with pytest.raises(ValueError, match="32 bytes"):
        disclose(bytes(length), enclose(BODY_KEY, b"x", HERE), HERE)


def test_a_key_id_of_another_length_is_not_taken():
    with pytest.raises(ValueError, match="eight bytes"):
        enclose(BODY_KEY, b"x", HERE, key_id=b"short")


@pytest.mark.parametrize("old", sorted(KEYS))
@pytest.mark.parametrize("new", sorted(KEYS))
def test_a_wrap_moves_between_suites(old: Suite, new: Suite):
    wrap = seal_to(KEYS[old].public, b"the key of a case", HERE)

    rewrapped = seal_to(KEYS[new].public, open_with(KEYS[old], wrap, HERE), HERE)

    assert open_with(KEYS[new], rewrapped, HERE) == b"the key of a case"


@pytest.mark.parametrize("suite", sorted(KEYS))
def test_a_key_comes_back_from_what_was_kept_of_it(suite: Suite):
    key = KEYS[suite]

    again = PrivateKey.from_seed(suite, key.seed)

    assert again.public == key.public == PublicKey.from_bytes(key.public.to_bytes())
    assert open_with(again, seal_to(key.public, b"x", HERE), HERE) == b"x"


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        b"\x01",
        b"\x01" + bytes(32),
        b"\x01" + b"\x01" + bytes(31),
        b"\x01" + bytes(33),
        b"\x02" + bytes(32),
        b"\x02" + b"\xff" * 1184 + b"\x09" + bytes(31),
        b"\x02" + bytes(1216),
        b"\x03" + bytes(32),
        b"\x09" + bytes(32),
    ],
)
def test_bytes_that_are_no_public_key_are_refused(encoded: bytes):
    """Wrong lengths, points of low order, coefficients out of range, suites without key pairs."""
    with pytest.raises(MalformedKey):
        PublicKey.from_bytes(encoded)


@pytest.mark.parametrize(("suite", "length"), [(1, 31), (1, 96), (2, 32), (3, 32)])
def test_a_seed_of_another_length_is_refused(suite: int, length: int):
    with pytest.raises(MalformedKey):
        PrivateKey.from_seed(Suite(suite), bytes(length))


@pytest.mark.parametrize("suite", sorted(KEYS))
def test_printing_a_private_key_never_prints_its_seed(suite: Suite):
    key = KEYS[suite]

    shown = f"{key} {key!r} {[key]} {(key.public,)!r}"

    assert key.public.key_id.hex() in shown
    assert key.seed.hex()[:8] not in shown
    assert repr(key.seed)[2:10] not in shown


def test_opened_text_does_not_slip_into_a_log():
    opened = Opened("I saw it.")

    assert f"{opened} {opened!r} {[opened]}" == "[sealed] [sealed] [[sealed]]"
    assert opened.text == "I saw it."


@given(st.binary(max_size=99), st.integers(0, 200), st.integers(0, 255))
def test_whoever_opens_many_under_one_key_opens_what_disclose_would(
    plaintext: bytes, position: int, mask: int
):
    key, place = bytes(range(32)), Context("contact", "a", "address")
    many = Encloser(key, purpose="contact")
    envelope = bytearray(enclose(key, plaintext, place))
    envelope[position % len(envelope)] ^= mask

    def outcome(opening):
        try:
            return opening()
        except CannotOpen as error:
            return type(error)

    assert outcome(
        lambda: many.disclose(bytes(envelope), subject="a", section="address")
    ) == outcome(lambda: disclose(key, bytes(envelope), place))


@pytest.mark.parametrize("kept", [0, 9, 30, 37])
def test_whoever_opens_many_refuses_what_is_cut_off(kept: int):
    key = bytes(range(32))
    many = Encloser(key, purpose="contact")
    [envelope] = many.enclose("a", {"address": b""})

    with pytest.raises(Altered):
        many.disclose(envelope[:kept], subject="a", section="address")
