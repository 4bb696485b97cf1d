"""The return path of one letter: a random key and a mark of ours, nothing of the person. Pure.

Mail to it is about that letter, whatever else it says: whoever did not get the letter
cannot make the address up, because the mark is an HMAC-SHA-256 of the key, cut to 50 bits.
"""

import hashlib
import hmac
import re

from fairwitness.outreach.keys import ALPHABET, LENGTH

MARK_LENGTH = 10
_ADDRESS = re.compile(
    rf"\bb\+([{ALPHABET}]{{{LENGTH}}})([{ALPHABET}]{{{MARK_LENGTH}}})@", re.IGNORECASE
)


def return_key(secret: bytes) -> bytes:
    """The key of the marks, derived from a secret that lies outside of the database."""
    return hmac.digest(secret, b"fairwitness/return-path/1", hashlib.sha256)


def local_part(key: str, *, by: bytes) -> str:
    """What stands before the @ of the return path."""
    return f"b+{key}{_mark(key, by)}"


def keys_in(text: str, *, by: bytes) -> set[str]:
    """The keys of all return paths in a text that are truly ours."""
    found = ((key.lower(), mark.lower()) for key, mark in _ADDRESS.findall(text))
    return {key for key, mark in found if hmac.compare_digest(mark, _mark(key, by))}


def _mark(key: str, by: bytes) -> str:
    digest = hmac.digest(by, key.encode(), hashlib.sha256)
    number = int.from_bytes(digest[:8], "big")
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(MARK_LENGTH))
