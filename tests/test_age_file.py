"""A package opens with the recipient's ordinary age tool, and with no other key (DIS-9)."""

import os
import shutil
import subprocess
from pathlib import Path

import pyrage
import pytest

from fairwitness.vault.age_file import NotAnAgeKey, check_age_key, make_age_file

PACKAGE = "The account of one person. شهادة.".encode() * 500


@pytest.fixture
def age() -> str:
    """Return Debian's age, or say loudly that the promise was not tested."""
    found = shutil.which("age")
    if found:
        return found
    missing = "THE STOCK age TOOL IS MISSING: that recipients can open packages was NOT tested. Install the package “age”."
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)


def open_with_age(
    age: str, sealed: bytes, key: pyrage.x25519.Identity, tmp_path: Path
) -> subprocess.CompletedProcess[bytes]:
    """Open a file as a recipient does, at the command line."""
    key_file, package = tmp_path / "key.txt", tmp_path / "package.age"
    key_file.write_text(f"{key}\n")
    package.write_bytes(sealed)
    return subprocess.run(
        [age, "--decrypt", "--identity", str(key_file), str(package)],
        capture_output=True,
        check=False,
    )


def test_the_stock_age_tool_opens_a_package(age: str, tmp_path: Path):
    key = pyrage.x25519.Identity.generate()

    sealed = make_age_file(PACKAGE, check_age_key(str(key.to_public())))

    opened = open_with_age(age, sealed, key, tmp_path)
    assert (opened.returncode, opened.stdout) == (0, PACKAGE)
    assert sealed.startswith(b"age-encryption.org/v1\n")


def test_another_key_does_not_open_a_package(age: str, tmp_path: Path):
    recipient = str(pyrage.x25519.Identity.generate().to_public())

    sealed = make_age_file(PACKAGE, recipient)

    refused = open_with_age(age, sealed, pyrage.x25519.Identity.generate(), tmp_path)
    assert refused.returncode != 0
    assert refused.stdout == b""
    assert PACKAGE[:20] not in sealed


def test_a_key_is_kept_in_one_way_however_it_was_pasted():
    key = str(pyrage.x25519.Identity.generate().to_public())

    assert check_age_key(f"  {key[:30]}\n{key[30:]} ") == key
    assert check_age_key(key.upper()) == key


def test_a_secret_key_is_never_taken_and_never_repeated():
    secret = str(pyrage.x25519.Identity.generate())

    with pytest.raises(NotAnAgeKey, match="never paste or send it") as refused:
        check_age_key(f"# public key: age1…\n{secret}")

    assert refused.value.kind == "secret"
    assert secret[-20:] not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "unreadable"),
        ("age1", "unreadable"),
        ("age1" + "q" * 58, "unreadable"),
        (
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPretended reader@example.org",
            "unreadable",
        ),
        (
            "age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t",
            "unreadable",
        ),
        ("age1pq1" + "q" * 100, "post_quantum"),
        ("reader@example.org", "unreadable"),
    ],
)
def test_what_is_no_age_key_is_refused_with_a_sentence(text: str, kind: str):
    with pytest.raises(NotAnAgeKey, match="age-keygen") as refused:
        check_age_key(text)

    assert refused.value.kind == kind


def test_a_recipient_without_a_proper_key_gets_nothing():
    with pytest.raises(NotAnAgeKey):
        make_age_file(PACKAGE, "age1broken")
