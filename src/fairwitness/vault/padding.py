"""Make lengths say little: texts in powers of two, evidence by Padmé.

    text       length (4 bytes, big-endian) || text || zeros, up to 2, 4, 8, 16 … KiB
    evidence   length (8 bytes, big-endian) || bytes || zeros, up to Padmé's length, at least 2 KiB

Padmé: Nikitin, Barman, Lueks, Underwood, Hubaux, Ford, "Reducing Metadata Leakage from
Encrypted Files and Communication with PURBs", PoPETs 2019(4), §4.2: at most 12 % longer,
and a file of L bytes shows only O(log log L) bits of its length.
"""

from collections.abc import Callable

SMALLEST = 2048
_TEXT_PREFIX, _EVIDENCE_PREFIX = 4, 8


class MalformedPadding(Exception):
    """These bytes were not padded by this module, or not rightly."""


def pad_text(text: bytes) -> bytes:
    """Fill a text up to the next power of two, at least 2 KiB. Raises OverflowError at 4 GiB."""
    return _pad(text, _TEXT_PREFIX, _power_of_two)


def unpad_text(padded: bytes) -> bytes:
    """Undo `pad_text`. Raises MalformedPadding."""
    return _unpad(padded, _TEXT_PREFIX, _power_of_two)


def pad_evidence(evidence: bytes) -> bytes:
    """Fill a file up to Padmé's length, at least 2 KiB."""
    return _pad(evidence, _EVIDENCE_PREFIX, padme)


def unpad_evidence(padded: bytes) -> bytes:
    """Undo `pad_evidence`. Raises MalformedPadding."""
    return _unpad(padded, _EVIDENCE_PREFIX, padme)


def padme(length: int) -> int:
    """Return the length to fill up to: its binary form ends in zeros, more of them as it grows."""
    exponent = length.bit_length() - 1
    free_bits = max(exponent - exponent.bit_length(), 0)
    mask = (1 << free_bits) - 1
    return max((length + mask) & ~mask, SMALLEST)


def _power_of_two(length: int) -> int:
    return max(1 << (length - 1).bit_length(), SMALLEST)


def _pad(content: bytes, prefix: int, room: Callable[[int], int]) -> bytes:
    framed = len(content).to_bytes(prefix, "big") + content
    return framed.ljust(room(len(framed)), b"\0")


def _unpad(padded: bytes, prefix: int, room: Callable[[int], int]) -> bytes:
    """Take the content out, and refuse whatever `_pad` would not have written."""
    end = prefix + int.from_bytes(padded[:prefix], "big")
    if len(padded) != room(end) or padded[end:].strip(b"\0"):
        raise MalformedPadding("The padding is not as it was made.")
    return bytes(padded[prefix:end])
