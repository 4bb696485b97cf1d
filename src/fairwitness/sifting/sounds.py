"""Takes everything but the sound out of sound files: MP3, WAV, and Opus in Ogg.

MP3: the frames alone (ISO/IEC 11172-3, 13818-3). WAV: format and samples alone.
Ogg (RFC 3533, 7845): the pages, with empty comments and a serial number of ours.
"""

import struct
import zlib
from collections.abc import Iterator

from fairwitness.sifting.kinds import Reason, Unwanted

LEAST_FRAMES = 3
_MPEG_1 = 3
_BITRATES = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {
    3: (44_100, 48_000, 32_000),
    2: (22_050, 24_000, 16_000),
    0: (11_025, 12_000, 8_000),
}
_TAG_FRAMES = (b"Xing", b"Info", b"VBRI")  # they name the program that made the file


def clean_mp3(content: bytes) -> bytes:
    """The frames of the sound and nothing else. Error: `Unwanted` when there are none."""
    frames = [content[start:end] for start, end in _frames(content)]
    if len(frames) < LEAST_FRAMES:
        raise Unwanted(Reason.UNKNOWN)
    if any(sign in frames[0][:200] for sign in _TAG_FRAMES):
        del frames[0]
    return b"".join(frames)


def _frames(content: bytes) -> Iterator[tuple[int, int]]:
    at = _after_id3(content)
    while at + 4 <= len(content):
        length = _frame_length(content[at : at + 4])
        follows = content[at + length : at + length + 4] if length else b""
        is_last = at + length == len(content)
        if length and (is_last or _frame_length(follows) or _is_tag(follows)):
            yield at, at + length
            at += length
        else:  # not a frame: go on where the next one may begin
            at = content.find(b"\xff", at + 1)
            if at < 0:
                return


def _is_tag(follows: bytes) -> bool:
    return follows[:3] in {b"TAG", b"ID3"} or follows[:4] in {b"APET", b"LYRI"}


def _after_id3(content: bytes) -> int:
    at = 0
    while content[at : at + 3] == b"ID3" and len(content) >= at + 10:
        size = 0
        for byte in content[at + 6 : at + 10]:
            size = size << 7 | byte & 0x7F
        at += 10 + size
    return at


def _frame_length(head: bytes) -> int:
    """How long the frame of layer III is that begins so; 0 when none does."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version == 1 or layer != 1 or bitrate in {0, 15} or rate == 3:
        return 0
    kilobits = _BITRATES[version == _MPEG_1][bitrate]
    factor = 144_000 if version == _MPEG_1 else 72_000
    return factor * kilobits // _RATES[version][rate] + padding


def clean_wav(content: bytes) -> bytes:
    """Format and samples of a sound. Error: `Unwanted` when it is not whole."""
    kept, at = [], 12
    while at + 8 <= len(content):
        kind, size = (
            content[at : at + 4],
            int.from_bytes(content[at + 4 : at + 8], "little"),
        )
        body = content[at + 8 : at + 8 + size]
        if len(body) < size:
            raise Unwanted(Reason.DAMAGED)
        if kind in {b"fmt ", b"fact", b"data"}:
            kept.append(kind + struct.pack("<I", size) + body + b"\0" * (size % 2))
        at += 8 + size + size % 2
    if [one[:4] for one in kept if one[:4] != b"fact"] != [b"fmt ", b"data"]:
        raise Unwanted(Reason.DAMAGED)
    whole = b"WAVE" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(whole)) + whole


_SERIAL = 1
_NO_COMMENTS = b"OpusTags" + bytes(8)  # no vendor, no comments
_PAGE = struct.Struct("<4sBBqIIIB")
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def clean_ogg(content: bytes) -> bytes:
    """The sound with empty comments. Error: `Unwanted` when there is more than one stream."""
    pages = list(_pages(content))
    serials = {page[4] for page, _lacing, _body in pages}
    if len(serials) != 1 or len(pages) < LEAST_FRAMES:
        raise Unwanted(Reason.NOT_CLEANED)
    behind = 1  # the comments are the second packet, and end with a page of their own
    while behind < len(pages) and pages[behind][1][-1:] == b"\xff":
        behind += 1
    if not pages[1][2].startswith(b"OpusTags") or behind + 1 >= len(pages):
        raise Unwanted(Reason.DAMAGED)
    first = pages[0]
    comments = ((*first[0][:2], 0, 0), bytes([len(_NO_COMMENTS)]), _NO_COMMENTS)
    left = [first, comments, *pages[behind + 1 :]]
    return b"".join(
        _written(page[2], page[3], number, lacing, body)
        for number, (page, lacing, body) in enumerate(left)
    )


def _pages(content: bytes) -> Iterator[tuple[tuple[int, ...], bytes, bytes]]:
    at = 0
    while at < len(content):
        if len(content) < at + _PAGE.size:
            raise Unwanted(Reason.DAMAGED)
        page = _PAGE.unpack_from(content, at)
        lacing = content[at + _PAGE.size : at + _PAGE.size + page[7]]
        start = at + _PAGE.size + page[7]
        body = content[start : start + sum(lacing)]
        if page[0] != b"OggS" or page[1] or len(body) < sum(lacing) or not lacing:
            raise Unwanted(Reason.DAMAGED)
        yield page, lacing, body
        at = start + len(body)


def _written(
    flags: int, granule: int, number: int, lacing: bytes, body: bytes
) -> bytes:
    def head(checksum: int) -> bytes:
        return _PAGE.pack(
            b"OggS", 0, flags, granule, _SERIAL, number, checksum, len(lacing)
        )

    return head(_checksum(head(0) + lacing + body)) + lacing + body


def _checksum(page: bytes) -> int:
    """CRC-32 with the bits the other way round than zlib's, and nothing turned over."""
    turned = zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{turned:032b}"[::-1], 2)
