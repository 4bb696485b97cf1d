"""The digest by which each entry of the ledger follows from the one before."""

from datetime import date
from hashlib import sha256

START = bytes(32)
"""What the first entry follows from."""

_VERSION = b"fairwitness/entry/1"
_ABSENT = 0xFFFFFFFF


def entry_digest(  # noqa: PLR0913 - every field of an entry, each by its name
    *,
    number: int,
    day: date,
    act: str,
    subject: str,
    by: str,
    count: int,
    content: bytes | None,
    previous: bytes,
) -> bytes:
    """SHA-256 over every field of an entry and over the digest before it.

    Encoding, final: the version, then the fields in the order above, each as a
    4-byte big-endian length and its bytes. Numbers are 8 bytes big-endian, the day
    is ISO 8601, text is UTF-8; no content at all has the length 0xFFFFFFFF and no
    bytes, so that it differs from an empty one. ValueError when a number is
    negative or `previous` is not a digest.
    """
    if number < 0 or count < 0 or len(previous) != len(START):
        raise ValueError("Not an entry of a chain.")
    fields = (
        number.to_bytes(8),
        day.isoformat().encode(),
        act.encode(),
        subject.encode(),
        by.encode(),
        count.to_bytes(8),
        content,
        previous,
    )
    return sha256(b"".join([_framed(_VERSION), *map(_framed, fields)])).digest()


def _framed(field: bytes | None) -> bytes:
    if field is None:
        return _ABSENT.to_bytes(4)
    return len(field).to_bytes(4) + field
