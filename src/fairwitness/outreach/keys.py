"""The keys in a letter: to open, to leave, to bounce. Random, and kept only as hashes. Pure.

130 bits in lower-case base 32 (the digits and letters without i, l, o and u), so that a
key can be read aloud and typed.
"""

import hashlib
import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 26
_MISTAKEN = str.maketrans("oil", "011")


def new_key() -> str:
    """Draw a key: 26 signs, 130 bits."""
    number = secrets.randbits(5 * LENGTH)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(LENGTH))


def hash_of(key: str) -> bytes:
    """The SHA-256 under which a key is found. Capitals and look-alikes are forgiven."""
    return hashlib.sha256(as_made(key).encode()).digest()


def as_made(typed: str) -> str:
    """A key as it was made, from how somebody typed it."""
    return typed.strip().lower().translate(_MISTAKEN)
