"""What of sounds and films beyond evidence may come with a questionnaire, and how large a picture is.

Sources: PNG (W3C, 5.2 and 11.2.1), JPEG (ITU-T T.81, annex B), WebP (RFC 9649, 2), Ogg (RFC
3533), EBML (RFC 8794), the frames of MPEG audio (ISO 11172-3, 2.4.1.3).
"""

import struct

from fairwitness.sifting.kinds import Sort, Unwanted, sort_of

_PNG = b"\x89PNG\r\n\x1a\n"
_EBML = b"\x1aE\xdf\xa3"
_HEAD = 64  # bytes in which the kind of a Matroska file is named
# Eleven ones, a version, layer III, with and without a checksum.
_MP3_FRAMES = {
    b"\xff\xfb",
    b"\xff\xfa",
    b"\xff\xf3",
    b"\xff\xf2",
    b"\xff\xe3",
    b"\xff\xe2",
}
_WELCOME = {Sort.PNG, Sort.JPEG, Sort.WEBP, Sort.MP3, Sort.M4A, Sort.WAV, Sort.MP4}
# Frames of a JPEG that say how large it is: all SOF but DHT, JPG and DAC.
_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MARKER = 0xFF
_ALONE = {0x01, *range(0xD0, 0xD8), _MARKER}  # markers without a length
_SCAN, _END = 0xDA, 0xD9


def media_type_of(content: bytes, *, is_sound: bool = False) -> str:
    """Return the type of a picture, a sound or a film by what is in it, or nothing.

    `is_sound` says what the name says where a container may hold either.
    """
    if content.startswith(_EBML) and b"webm" in content[:_HEAD]:
        return "video/webm"
    if content.startswith(b"OggS"):
        return "audio/ogg"
    try:
        found = sort_of(content)
    except Unwanted:
        return ""
    if found is Sort.MP4 and is_sound:
        return Sort.M4A.value
    is_welcome = found in _WELCOME and (found is not Sort.MP3 or _is_mp3(content))
    return found.value if is_welcome else ""


def _is_mp3(content: bytes) -> bool:
    """An ID3 tag, or a frame of MPEG audio, layer III, with a rate."""
    has_rate = content[2:3] > b"\x0f" and content[2:3] < b"\xf0"
    return content.startswith(b"ID3") or (content[:2] in _MP3_FRAMES and has_rate)


def size_of_picture(content: bytes) -> tuple[int, int]:
    """Return width and height of a PNG, JPEG or WebP in pixels; nought where it is damaged."""
    try:
        if content.startswith(_PNG):
            width, height = struct.unpack(">II", content[16:24])
            return (width, height) if content[12:16] == b"IHDR" else (0, 0)
        if content.startswith(b"\xff\xd8"):
            return _size_of_jpeg(content)
        return _size_of_webp(content)
    except (struct.error, IndexError):
        return 0, 0


def _size_of_jpeg(content: bytes) -> tuple[int, int]:
    at = 2
    while content[at] == _MARKER:
        mark = content[at + 1]
        if mark in _ALONE:
            at += 1 if mark == _MARKER else 2
            continue
        if mark in {_SCAN, _END}:
            break
        if mark in _FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        (length,) = struct.unpack(">H", content[at + 2 : at + 4])
        at += 2 + max(length, 2)
    return 0, 0


def _size_of_webp(content: bytes) -> tuple[int, int]:
    kind = content[12:16]
    if kind == b"VP8X":
        width, height = content[24:27], content[27:30]
        return int.from_bytes(width, "little") + 1, int.from_bytes(height, "little") + 1
    if kind == b"VP8L" and content[20:21] == b"/":
        (bits,) = struct.unpack("<I", content[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", content[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return 0, 0
