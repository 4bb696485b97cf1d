"""Notes, checkpoints and proofs are those of C2SP, and a change is noticed."""

from base64 import b64encode
from contextlib import suppress
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.ledger.notes import (
    Checkpoint,
    Kind,
    Note,
    NotVerified,
    Signature,
    Signer,
    Verifier,
    checkpoint_text,
    cosign,
    sign_note,
    verify_note,
)
from fairwitness.ledger.proofs import Proof, prove_inclusion, verify_proof
from fairwitness.ledger.tree import root

CENTRE = Signer(bytes(range(32)), "harbour.example/counts")
WITNESS = Signer(bytes([7]) * 32, "eastend.example/witness")
STRANGER = Signer(bytes([8]) * 32, "harbour.example/counts")
LEAVES = [sha256(bytes([n])).digest() for n in range(11)]
POINT = checkpoint_text("harbour.example/counts", 11, root(LEAVES))
TEXT = "fairwitness/edition/1\nedition 4\n"

# Published by the Go project with its note package.
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SAID = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\N{EM DASH} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_a_note_of_somebody_else_verifies_here():
    verified = verify_note(SAID, [Verifier.from_vkey(NEUMANN)])

    assert verified.signed[0].name == "PeterNeumann"
    assert verified.text.endswith("your problem is.\n")


def test_a_key_line_that_somebody_else_published_reads_and_writes_the_same():
    assert Verifier.from_vkey(NEUMANN).vkey == NEUMANN


@pytest.mark.parametrize("text", [POINT, TEXT])
def test_what_the_centre_signs_verifies_with_its_published_lines(text):
    verifiers = [Verifier.from_vkey(line) for line in CENTRE.vkeys]

    verified = verify_note(sign_note(text, CENTRE), verifiers)

    assert verified.text == text
    assert len(verified.signed) == 2


def test_one_seed_and_name_always_make_the_same_keys():
    again = Signer(bytes(range(32)), "harbour.example/counts")

    assert again.vkeys == CENTRE.vkeys
    assert sha256("\n".join(CENTRE.vkeys).encode()).hexdigest() == (
        "a7b3b52011ba121bfee4c9c81ee86393550731df2dc992ece2c669c067d7a142"
    )


def test_a_signer_does_not_print_its_seed():
    assert repr(CENTRE) == "<Signer harbour.example/counts>"


def test_a_checkpoint_is_three_lines():
    encoded = b64encode(root(LEAVES)).decode()

    assert f"harbour.example/counts\n11\n{encoded}\n" == POINT
    assert Checkpoint.read(POINT) == Checkpoint(
        "harbour.example/counts", 11, root(LEAVES)
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        "a\n01\n" + "A" * 43 + "=\n",
        "a\n-1\n" + "A" * 43 + "=\n",
        "a\n1\nnotbase64\n",
        "a\n1\nAAAA\n",
        "a\n\n1\n" + "A" * 43 + "=\n",
        TEXT,
    ],
)
def test_another_text_is_no_checkpoint(text):
    assert Checkpoint.read(text) is None


def test_a_checkpoint_bears_the_mldsa_line_that_c2sp_describes():
    note = Note.read(sign_note(POINT, CENTRE))
    verifier = CENTRE.verifiers[1]
    name = b"harbour.example/counts"
    message = b"".join(
        [
            b"subtree/v1\n\0",
            bytes([len(name)]) + name,
            bytes(8),
            bytes([len(name)]) + name,
            bytes(8),
            (11).to_bytes(8),
            root(LEAVES),
        ]
    )
    key = MLDSA44PublicKey.from_public_bytes(verifier.public)
    line = note.signatures[1]

    key.verify(line.blob[8:], message)
    assert line.blob[:8] == bytes(8)
    assert line.key_id == (sha256(name + b"\n\x06" + verifier.public).digest()[:4])


def test_a_witness_who_saw_the_checkpoint_is_listed_with_the_time():
    note = cosign(sign_note(POINT, CENTRE), WITNESS, time=1_790_000_000)

    verified = verify_note(note, CENTRE.verifiers, witnesses=WITNESS.verifiers)

    assert [(s.name, s.time) for s in verified.cosigned] == [
        ("eastend.example/witness", 1_790_000_000)
    ]


def test_an_older_witness_may_sign_with_ed25519():
    key = Ed25519PrivateKey.from_private_bytes(bytes([9]) * 32)
    old = Verifier(
        "old.example", Kind.COSIGNED_ED25519, key.public_key().public_bytes_raw()
    )
    signed = key.sign(f"cosignature/v1\ntime 1679315147\n{POINT}".encode())
    line = Signature("old.example", old.key_id, (1679315147).to_bytes(8) + signed)
    note = sign_note(POINT, CENTRE) + line.line + "\n"

    verified = verify_note(note, CENTRE.verifiers, witnesses=[old])

    assert verified.cosigned[0].time == 1679315147


def test_a_witness_need_not_have_signed():
    note = sign_note(POINT, CENTRE)

    assert not verify_note(note, CENTRE.verifiers, witnesses=WITNESS.verifiers).cosigned


def test_a_witness_line_of_another_checkpoint_is_noticed():
    other = checkpoint_text("harbour.example/counts", 10, root(LEAVES[:10]))
    line = cosign(sign_note(other, CENTRE), WITNESS, time=5).splitlines()[-1]
    note = sign_note(POINT, CENTRE) + line + "\n"

    with pytest.raises(NotVerified, match="eastend"):
        verify_note(note, CENTRE.verifiers, witnesses=WITNESS.verifiers)


def test_lines_of_strangers_count_for_nothing():
    note = sign_note(POINT, CENTRE)
    joined = note + "".join(line.line + "\n" for line in STRANGER.signatures(POINT))

    assert len(verify_note(joined, CENTRE.verifiers).signed) == 2
    with pytest.raises(NotVerified, match="missing"):
        verify_note(sign_note(POINT, STRANGER), CENTRE.verifiers)


@pytest.mark.parametrize("line", [-1, -2])
def test_taking_a_signature_away_is_noticed(line):
    lines = sign_note(TEXT, CENTRE).splitlines(keepends=True)
    del lines[line]

    with pytest.raises(NotVerified, match="is missing"):
        verify_note("".join(lines), CENTRE.verifiers)


@given(st.integers(0), st.integers(1, 255))
def test_one_changed_letter_of_a_text_is_noticed(place, change):
    note = sign_note(TEXT, Signer(bytes(32), "a.example"))
    place %= len(TEXT) - 1
    changed = chr(ord(note[place]) ^ change)

    with pytest.raises(NotVerified):
        verify_note(
            note[:place] + changed + note[place + 1 :],
            Signer(bytes(32), "a.example").verifiers,
        )


def test_one_changed_bit_of_either_signature_is_noticed():
    read = Note.read(sign_note(POINT, CENTRE))
    for line in read.signatures:
        bent = Signature(
            line.name, line.key_id, line.blob[:-1] + bytes([line.blob[-1] ^ 1])
        )
        kept = [other for other in read.signatures if other is not line]
        note = f"{POINT}\n" + "".join(s.line + "\n" for s in [*kept, bent])

        with pytest.raises(NotVerified, match="was changed"):
            verify_note(note, CENTRE.verifiers)


def test_a_signature_of_a_plain_text_never_stands_for_a_checkpoint():
    plain = CENTRE.verifiers[2]
    point = Note.read(sign_note(POINT, CENTRE)).signatures[1]
    moved = Signature(plain.name, plain.key_id, point.blob[8:])

    with pytest.raises(NotVerified):
        plain.check(POINT, moved)


def test_no_key_no_trust():
    with pytest.raises(NotVerified, match="None of the given keys"):
        verify_note(sign_note(TEXT, CENTRE), [])


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\nno dash\n",
        "text\n\n\N{EM DASH} name\n",
        "text\n\n\N{EM DASH} name not-base-64\n",
        "text\n\n\N{EM DASH} na+me AAAAAAAA\n",
        "text\n\n\N{EM DASH} name AAAAAAAA",
        "te\rxt\n\n\N{EM DASH} name AAAAAAAA\n",
        "text\n\n" + "\N{EM DASH} name AAAAAAAA\n" * 65,
    ],
)
def test_what_is_no_note_is_refused(note):
    with pytest.raises(NotVerified):
        Note.read(note)


@given(st.text())
def test_no_text_brings_the_reader_of_notes_down(text):
    with suppress(NotVerified):
        Note.read(text)


@pytest.mark.parametrize(
    "line", ["", "a+b+c", NEUMANN[:-4], NEUMANN.replace("c74f", "c74e"), "a" + NEUMANN]
)
def test_a_damaged_key_line_is_refused_kindly(line):
    with pytest.raises(NotVerified, match="Copy the whole line"):
        Verifier.from_vkey(line)


@pytest.mark.parametrize("text", ["no newline", "tab\there\n", "bell\a\n"])
def test_a_text_that_no_note_can_hold_is_not_signed(text):
    with pytest.raises(ValueError, match="newline"):
        sign_note(text, CENTRE)


@pytest.mark.parametrize("name", ["", "two words", "plus+plus", "nbsp\u00a0here"])
def test_a_signer_has_a_name_that_fits_its_lines(name):
    with pytest.raises(ValueError, match="name"):
        Signer(bytes(32), name)


def test_a_seed_is_32_bytes():
    with pytest.raises(ValueError, match="32"):
        Signer(b"short", "a.example")


def test_witnesses_sign_nothing_but_checkpoints():
    with pytest.raises(ValueError, match="checkpoints only"):
        cosign(sign_note(TEXT, CENTRE), WITNESS, time=1)


@pytest.mark.parametrize("index", range(11))
def test_a_proof_file_shows_offline_that_a_leaf_is_in_the_log(index):
    note = cosign(sign_note(POINT, CENTRE), WITNESS, time=1)
    told = prove_inclusion(LEAVES, index, note=note).text

    verified = verify_proof(
        Proof.read(told), LEAVES[index], CENTRE.verifiers, witnesses=WITNESS.verifiers
    )

    assert verified.cosigned
    assert told.startswith(f"c2sp.org/tlog-proof@v1\nindex {index}\n")
    assert Proof.read(told).text == told


def test_a_proof_may_carry_something_extra():
    proof = Proof(3, (bytes(32),), "note\n", b"something")

    assert Proof.read(proof.text) == proof


def test_a_proof_of_another_leaf_is_refused():
    proof = prove_inclusion(LEAVES, 3, note=sign_note(POINT, CENTRE))

    with pytest.raises(NotVerified, match="not of this leaf"):
        verify_proof(proof, LEAVES[4], CENTRE.verifiers)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c2sp.org/tlog-proof@v1\n",
        "c2sp.org/tlog-proof@v2\nindex 0\n\nnote",
        "c2sp.org/tlog-proof@v1\nindex 01\n\nnote",
        "c2sp.org/tlog-proof@v1\nextra ?\nindex 0\n\nnote",
        "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\nnote",
        "c2sp.org/tlog-proof@v1\nindex 0\n?\n\nnote",
    ],
)
def test_what_is_no_proof_file_is_refused(text):
    with pytest.raises(NotVerified, match="proof file"):
        Proof.read(text)
