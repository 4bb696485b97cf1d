"""Split a key into two halves that say nothing alone: who would read needs both hands."""

from secrets import token_bytes


def split(secret: bytes) -> tuple[bytes, bytes]:
    """Return (a, b) with secret = a xor b. Either half alone is random."""
    one = token_bytes(len(secret))
    return one, join(secret, one)


def join(a: bytes, b: bytes) -> bytes:
    """Return a xor b. Whether these two belong together shows only in what the key opens."""
    if len(a) != len(b):
        raise ValueError("halves of one secret have the same length")
    return bytes(x ^ y for x, y in zip(a, b, strict=True))
