"""Sends a file whole, or the one piece of it that a player asks for (RFC 9110, section 14)."""

import re

from django.http import HttpResponse

_ONE_PIECE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")


def in_pieces(content: bytes, asked: str) -> HttpResponse:
    """A response with the piece that the header Range asks for; without one, with all of it.

    Several pieces at once are answered with all of it, as the standard allows.
    """
    piece = _ONE_PIECE.fullmatch(asked.strip())
    response = HttpResponse(content)
    if piece is not None and any(piece.groups()):
        first, last = _bounds(*piece.groups(), size=len(content))
        is_there = first <= last
        response = HttpResponse(
            content[first : last + 1] if is_there else b"",
            status=206 if is_there else 416,
        )
        place = f"{first}-{last}" if is_there else "*"
        response.headers["Content-Range"] = f"bytes {place}/{len(content)}"
    response.headers["Accept-Ranges"] = "bytes"
    return response


def _bounds(first: str, last: str, *, size: int) -> tuple[int, int]:
    """The first and the last byte; with no first, the last so many."""
    if not first:
        return max(size - int(last), 0), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1
