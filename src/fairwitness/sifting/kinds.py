"""Says what a file is by its content: never by its name, nor by what a browser says of it.

An allow-list. Whatever is not surely one of these kinds, or is two of them at once, is
refused with a reason; the sentences for people stand where the pages are.
"""

from collections.abc import Collection
from enum import StrEnum

LARGEST = 20 << 20  # bytes of one file
MOST_PIXELS = 50_000_000  # of one picture
_FAR = 65_557  # how far before its end an archive may say that it is one


class Sort(StrEnum):
    """The kinds that are taken, as browsers name them."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    PDF = "application/pdf"
    TEXT = "text/plain"
    MP3 = "audio/mpeg"
    WAV = "audio/wav"
    OGG = "audio/ogg"
    M4A = "audio/mp4"
    MP4 = "video/mp4"
    MOV = "video/quicktime"

    @property
    def ending(self) -> str:
        """The ending of a name that we give such a file."""
        return "txt" if self is Sort.TEXT else self.name.lower()

    def our_name(self, number: int) -> str:
        """The name that we give to such a file, such as image-1.jpeg."""
        for name, sorts in (("image", PICTURES), ("sound", SOUNDS), ("film", FILMS)):
            if self in sorts:
                return f"{name}-{number}.{self.ending}"
        return f"paper-{number}.{self.ending}"


PICTURES = frozenset({Sort.JPEG, Sort.PNG, Sort.WEBP})
SOUNDS = frozenset({Sort.MP3, Sort.WAV, Sort.OGG, Sort.M4A})
FILMS = frozenset({Sort.MP4, Sort.MOV})
PAPERS = frozenset({Sort.PDF, Sort.TEXT})
EVERYTHING = PICTURES | SOUNDS | FILMS | PAPERS


class Reason(StrEnum):
    """Why a file is not taken."""

    MISSING = "no file was chosen"
    EMPTY = "nothing in it"
    TOO_LARGE = "too large"
    TOO_MANY = "too many files"
    TOO_MUCH = "too much in all"
    ARCHIVE = "an archive"
    OFFICE = "a document of an office program"
    MARKUP = "a drawing or a page made of markup"
    HEIC = "a picture as some telephones keep it"
    TWO_KINDS = "two kinds at once"
    DAMAGED = "not whole"
    TOO_MANY_PIXELS = "too many pixels"
    MOVING = "a picture that moves"
    LOCKED = "locked with a password"
    TOO_LONG = "it took too long, or too much memory"
    UNKNOWN = "of no kind that we take"
    ANOTHER_KIND = "of another kind than was asked for"
    NOT_CLEANED = "what is hidden in it cannot be taken out"
    NOT_HERE = "this house cannot take out what is hidden in it"
    BUSY = "others wait"
    FULL = "no room is left for files"


class Unwanted(Exception):
    """A file is not taken, for a reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


_ARCHIVES = (
    b"PK\x05\x06", b"PK\x07\x08", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07",
    b"\xfd7zXZ\x00", b"BZh", b"\x28\xb5\x2f\xfd", b"MSCF", b"\x04\x22\x4d\x18", b"xar!",
)  # fmt: skip
_OFFICE = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf")
_OFFICE_INSIDE = (b"[Content_Types].xml", b"mimetypeapplication/vnd.", b"_rels/.rels")
_MARKUP = ("<?xml", "<svg", "<!doctype", "<html", "<!--", "<script", "<head", "<body")
_TELEPHONE = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}
_FILM_BRANDS = {
    b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"mmp4",
    b"M4V ", b"MSNV", b"XAVC",
}  # fmt: skip


def sort_of(content: bytes) -> Sort:
    """What a file is. Error: `Unwanted`, with the reason."""
    if not content.strip(b"\0 \t\r\n"):
        raise Unwanted(Reason.EMPTY)
    if len(content) > LARGEST:
        raise Unwanted(Reason.TOO_LARGE)
    _refuse_known(content)
    found = _by_beginning(content)
    if found is not Sort.TEXT and _is_also_something_else(content, found):
        raise Unwanted(Reason.TWO_KINDS)
    return found


def require(sort: Sort, wanted: Collection[str]) -> None:
    """Refuse a file of another kind than was asked for."""
    if sort not in wanted:
        raise Unwanted(Reason.ANOTHER_KIND)


def _refuse_known(content: bytes) -> None:
    """Name what people send often and we cannot take."""
    head = content[:4096]
    if head.startswith(b"PK\x03\x04"):
        is_office = any(sign in head for sign in _OFFICE_INSIDE)
        raise Unwanted(Reason.OFFICE if is_office else Reason.ARCHIVE)
    if head.startswith(_OFFICE):
        raise Unwanted(Reason.OFFICE)
    if head.startswith(_ARCHIVES) or head[257:262] == b"ustar":
        raise Unwanted(Reason.ARCHIVE)
    if head[4:8] == b"ftyp" and head[8:12] in _TELEPHONE:
        raise Unwanted(Reason.HEIC)


_BEGINNINGS = {
    b"\xff\xd8\xff": Sort.JPEG,
    b"\x89PNG\r\n\x1a\n": Sort.PNG,
    b"%PDF-": Sort.PDF,
    b"ID3": Sort.MP3,
}


def _by_beginning(content: bytes) -> Sort:
    head = content[:16]
    for sign, sort in _BEGINNINGS.items():
        if head.startswith(sign):
            return sort
    if head.startswith(b"RIFF"):
        return _riff(content)
    if head.startswith(b"OggS") and content[28:36] == b"OpusHead":
        return Sort.OGG
    if head[4:8] == b"ftyp":
        return _film(head[8:12])
    if head[0] == 0xFF and head[1:2] >= b"\xe0":
        return Sort.MP3  # whether it is one, its frames must show
    return _text(content)


def _riff(content: bytes) -> Sort:
    if content[8:12] == b"WEBP":
        return Sort.WEBP
    if content[8:12] == b"WAVE":
        return Sort.WAV
    raise Unwanted(Reason.UNKNOWN)


def _film(brand: bytes) -> Sort:
    if brand in {b"M4A ", b"M4B "}:
        return Sort.M4A
    if brand == b"qt  ":
        return Sort.MOV
    if brand in _FILM_BRANDS:
        return Sort.MP4
    raise Unwanted(Reason.UNKNOWN)


def _text(content: bytes) -> Sort:
    try:
        text = content.decode().removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise Unwanted(Reason.UNKNOWN) from None
    if any(ord(sign) < 32 and sign not in "\t\n\r\f" for sign in set(text)):
        raise Unwanted(Reason.UNKNOWN)
    if text.lstrip()[:64].lower().startswith(_MARKUP):
        raise Unwanted(Reason.MARKUP)
    return Sort.TEXT


def _is_also_something_else(content: bytes, found: Sort) -> bool:
    """Whether other programs would open it as an archive, a document or a page too."""
    if found is not Sort.PDF and b"%PDF-" in content[:1024]:
        return True
    beginning = content[:1024].lower()
    if any(sign in beginning for sign in (b"<script", b"<html", b"<svg", b"<?php")):
        return True
    at = content.rfind(b"PK\x05\x06", max(0, len(content) - _FAR))
    if at < 0 or len(content) < at + 22:
        return False
    comment = int.from_bytes(content[at + 20 : at + 22], "little")
    return at + 22 + comment <= len(content)
