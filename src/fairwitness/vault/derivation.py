"""One way to make a key out of another, and one way to put fields side by side."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def derive(ikm: bytes, label: bytes, length: int = 32) -> bytes:
    """Return `length` bytes that only a holder of `ikm` can make, a different lot for each label.

    HKDF-SHA-256 (RFC 5869) without salt; the label is its `info`. `ikm` must carry at
    least 112 bits that nobody can guess: a passphrase goes through `passphrase` first.
    """
    return HKDF(SHA256(), length, None, label).derive(ikm)


def framed(*fields: str) -> bytes:
    """Join texts so that no two different rows of fields give the same bytes.

    Each field is its length in bytes (2 bytes, big-endian) and then its UTF-8.
    Raises OverflowError for a field of 65,536 bytes or more.
    """
    encoded = [field.encode() for field in fields]
    return b"".join(len(one).to_bytes(2, "big") + one for one in encoded)
