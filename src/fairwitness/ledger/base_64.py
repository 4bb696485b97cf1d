"""Bytes as text and back, as every file of C2SP writes them (RFC 4648, section 4)."""

import base64
import binascii


def encoded(raw: bytes) -> str:
    """Bytes as standard base 64, as every file of C2SP writes them."""
    return base64.b64encode(raw).decode()


def decoded(text: str) -> bytes | None:
    """The bytes again, or nothing when the text is not base 64."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
