"""Packages for recipients: age files, which their ordinary `age` tool opens.

age-encryption.org/v1 with X25519 recipients. That is not post-quantum: what must stay
sealed for decades ends at this door, and docs/keys.md says so.
"""

import pyrage

from fairwitness.refusal import Refused

_SECRET, _X25519, _POST_QUANTUM = "age-secret-key-", "age1", "age1pq1"


class NotAnAgeKey(Refused):
    """What was given is no key that we can seal to. `kind` is "secret", "post_quantum" or "unreadable"."""

    status = 400

    def __init__(self, message: str, *, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


def check_age_key(text: str) -> str:
    """Return a recipient's X25519 age key as it is to be kept. Raises NotAnAgeKey."""
    key = "".join(text.split())
    if _SECRET in key.casefold():
        raise NotAnAgeKey(
            "This is the secret half of an age key. Please never paste or send it, and do not use this pair any more: "
            "make a new one with age-keygen, and give us only the line that begins with “age1”.",
            kind="secret",
        )
    if key.casefold().startswith(_POST_QUANTUM):
        raise NotAnAgeKey(
            "This is a post-quantum age key, which we cannot seal to yet. Please make one with plain age-keygen.",
            kind="post_quantum",
        )
    _recipient(key)
    return key.lower()


def make_age_file(plaintext: bytes, recipient: str) -> bytes:
    """Seal bytes to one recipient's key. Raises NotAnAgeKey."""
    return bytes(pyrage.encrypt(plaintext, [_recipient(recipient)]))


def _recipient(key: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(key)
    except pyrage.RecipientError:
        raise NotAnAgeKey(
            "This is not an age key. It begins with “age1” and has 62 characters; age-keygen prints it as the “public key”.",
            kind="unreadable",
        ) from None
