"""Pictures, sound and film for tests, made of as few bytes as they can be."""

import struct
import zlib


def _chunk(kind: bytes, body: bytes) -> bytes:
    return (
        struct.pack(">I", len(body))
        + kind
        + body
        + struct.pack(">I", zlib.crc32(kind + body))
    )


def png(
    width: int = 8, height: int = 6, colour: tuple[int, int, int] = (23, 89, 107)
) -> bytes:
    """A picture of one colour."""
    lines = (b"\0" + bytes(colour) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(lines, 9))
        + _chunk(b"IEND", b"")
    )


def wav(seconds: float = 0.1, rate: int = 8_000) -> bytes:
    """A silence."""
    samples = b"\x80" * int(seconds * rate)
    head = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, rate, 1, 8)
    data = struct.pack("<4sI", b"data", len(samples)) + samples
    return (
        struct.pack("<4sI4s", b"RIFF", 4 + len(head) + len(data), b"WAVE") + head + data
    )


PNG = png()
# Only their heads: what says what they are, and how large.
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xff\xc0\x00\x11\x08\x00\x09\x00\x10\x03" + b"\0" * 9
)
WEBP = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0/\0\0\0\0\x07\x10\x11\x11\x88\x88\xfe\x07\0"
AUDIO = {
    "mp3": b"ID3\x04\0\0\0\0\0\0",
    "frames": b"\xff\xfb\x90\x64" + b"\0" * 40,
    "ogg": b"OggS\0\x02" + b"\0" * 40,
    "m4a": b"\0\0\0\x18ftypM4A \0\0\0\0",
}
FILM = {
    "mp4": b"\0\0\0\x18ftypisom\0\0\0\0",
    "webm": b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\x82\x84webm",
}


def ramp(width: int, height: int, *, steepness: float = 1.0) -> bytes:
    """A drawing of a ramp, dark on light."""
    ink, paper = bytes((15, 65, 80)), bytes((225, 232, 230))
    lines = []
    for row in range(height):
        filled = min(width, int((row + 1) / height * width * steepness))
        lines.append(b"\0" + paper * (width - filled) + ink * filled)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(b"".join(lines), 9))
        + _chunk(b"IEND", b"")
    )
