"""What dresses a string can be written down in, and how to take them off again.

Two ways lead to a string. `folded_shapes_of` says how it would look in a dress, wherever in some
bytes it begins; `undressed` unpacks all that can be unpacked, again and again, so that a
dress over a dress comes off too.

Not taken off: ciphers, digests, and deflate streams without a header that begin in the
midst of other bytes (those of a zip file, and those at the beginning, are).
"""

import base64
import binascii
import bz2
import html
import lzma
import re
import zlib
from collections.abc import Callable, Iterator
from functools import cache, partial
from string import printable
from typing import Any
from urllib.parse import unquote_to_bytes

DEEPEST = 3  # a packed file within a packed file within a packed file
LINE = 100  # a dress of single letters has at least one in so many
FEWEST = 5  # so few letters say no string of ours
LEAST = 12  # what is shorter than this holds nothing that we look for
_GZIP, _ZLIB, _BARE = 31, 15, -15  # what zlib calls them
_PIECE = 4096
_ZIP_HEADER = 30
_DEFLATED = 8

# How a string may be dressed. Each dress gives what to look for.
SHAPES: dict[str, Callable[[bytes], set[bytes]]] = {
    "as it is": lambda said: {said},
    "utf-16": lambda said: {b"\0".join(_signs(said))},
    "utf-32": lambda said: {b"\0\0\0".join(_signs(said))},
    "hex": lambda said: {said.hex().encode(), said.hex().upper().encode()},
    "base64": lambda said: set(_base64_of(said)),
    "base32": lambda said: set(_base32_of(said)),
    "backwards": lambda said: {said[::-1]},
}
# Dresses in which a letter is the same in small and in capital letters.
FOLDED = {"as it is", "utf-16", "utf-32", "hex", "base32", "backwards"}


@cache
def folded_shapes_of(said: str) -> tuple[tuple[str, bytes, bool], ...]:
    """Every shape of a string, in small, capital or title letters.

    With each comes whether it is to be looked for among small letters.
    """
    cases = {said.lower().encode(), said.upper().encode(), said.title().encode()}
    found = {
        (name, shape.lower() if name in FOLDED else shape, name in FOLDED)
        for case in cases
        for name, wear in SHAPES.items()
        for shape in wear(case)
    }
    return tuple(sorted(found))


def _signs(said: bytes) -> list[bytes]:
    return [said[at : at + 1] for at in range(len(said))]


def _base64_of(said: bytes) -> Iterator[bytes]:
    """These bytes in base64, at each of the three places of a group where they may begin."""
    for text in (said, b"\0".join(_signs(said))):
        for before in range(3):
            inner = _within(base64.b64encode(b"\0" * before + text), before, text, 6)
            yield inner
            yield inner.translate(bytes.maketrans(b"+/", b"-_"))


def _base32_of(said: bytes) -> Iterator[bytes]:
    """The same in base32, with its five places."""
    for before in range(5):
        yield _within(base64.b32encode(b"\0" * before + said), before, said, 5)


def _within(written: bytes, before: int, text: bytes, bits: int) -> bytes:
    """What of a code with so many bits a letter depends on the text alone."""
    return written[-(-before * 8 // bits) : 8 * (before + len(text)) // bits]


# Taking off


def undressed(content: bytes, depth: int = DEEPEST) -> Iterator[bytes]:
    """These bytes, then all that can be unpacked out of them, then out of that."""
    yield content
    if depth and (inner := b" \n".join(_unpacked(content))):
        yield from undressed(inner, depth - 1)


def _unpacked(content: bytes) -> list[bytes]:
    """What lies in these bytes in any dress that can be taken off."""
    found = {one for take_off in _TAKEN_OFF for one in take_off(content)}
    return sorted(one for one in found if len(one) >= LEAST and one != content)


_WRITTEN64 = re.compile(rb"[A-Za-z0-9+/_-]{20,}(?:(?:\r?\n|\\n)[A-Za-z0-9+/_-]+)*")
_WRITTEN32 = re.compile(rb"(?:[A-Z2-7]{20,}\r?\n?)+|(?:[a-z2-7]{20,}\r?\n?)+")
_WRITTEN16 = re.compile(rb"(?:(?:0x|\\x)?[0-9A-Fa-f]{2}[\s:,-]{0,2}){12,}")
_DIGITS32 = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHIJKLMNOPQRSTUV"
)
_BETWEEN16 = re.compile(rb"0x|\\x|[\s:,-]")
# Bytes by kind: p what can be printed, 0 what is nothing, x all else.
_KINDS = b"".join(
    b"0" if not byte else b"p" if chr(byte) in printable else b"x"
    for byte in range(256)
)
_WIDE = {form: re.compile(b"(?:" + form + b"){8,}p?") for form in (b"p0", b"p000")}
_QUOTED = re.compile(rb"=\r?\n|=[0-9A-Fa-f]{2}")
_PERCENT = re.compile(rb"%[0-9A-Fa-f]{2}")
_ENTITY = re.compile(rb"&(?:#(\d{1,7})|#[xX]([0-9A-Fa-f]{1,6})|[A-Za-z]{2,8});")
_ESCAPED = re.compile(
    rb"\\(?:u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}|U([0-9A-Fa-f]{8})"
    rb"|x([0-9A-Fa-f]{2})|([0-3][0-7]{2})|([\\/'\"nrtbfav0]))"
)
_LETTERS = dict(zip(b"nrtbfav0", b"\n\r\t\b\f\a\v\0", strict=True))
_ONE_BYTE = 256


def _says_something(hit: re.Match[bytes]) -> bool:
    """Whether it can hold what we look for: padding cannot, however long."""
    return len(set(hit[0])) > FEWEST


def _from_base64(content: bytes) -> Iterator[bytes]:
    """What these letters say, whichever of them is the first of a group."""
    for hit in filter(_says_something, _WRITTEN64.finditer(content)):
        bare = b"".join(hit[0].replace(b"\\n", b"").split())
        bare = bare.translate(bytes.maketrans(b"-_", b"+/"))
        for first in range(4):
            whole = bare[first : first + (len(bare) - first) // 4 * 4]
            rest = bare[first + len(whole) :]
            ending = rest + b"=" * (-len(rest) % 4) if len(rest) > 1 else b""
            yield binascii.a2b_base64(whole + ending)


def _from_base32(content: bytes) -> Iterator[bytes]:
    """The same; read as one number, because the library reads letter by letter."""
    for hit in filter(_says_something, _WRITTEN32.finditer(content)):
        bare = b"".join(hit[0].split()).upper().translate(_DIGITS32)
        for first in range(8):
            bits = 5 * (len(bare) - first)
            yield (int(bare[first:], 32) >> bits % 8).to_bytes(bits // 8, "big")


def _from_hex(content: bytes) -> Iterator[bytes]:
    for hit in filter(_says_something, _WRITTEN16.finditer(content)):
        bare = _BETWEEN16.sub(b"", hit[0])
        for first in range(2):
            yield binascii.unhexlify(bare[first : first + (len(bare) - first) // 2 * 2])


def _narrowed(content: bytes) -> Iterator[bytes]:
    """What was written with two or four bytes a letter."""
    kinds = content.translate(_KINDS)
    for form, pattern in _WIDE.items():
        if form * 8 in kinds:
            for hit in pattern.finditer(kinds):
                yield content[hit.start() : hit.end()].replace(b"\0", b"")


def _unquoted(content: bytes) -> Iterator[bytes]:
    """Quoted-printable, percent, entities and backslashes: dresses of single letters."""
    for pattern, take_off in (
        (_QUOTED, binascii.a2b_qp),
        (_PERCENT, unquote_to_bytes),
        (_ENTITY, partial(_ENTITY.sub, _entity)),
        (_ESCAPED, partial(_ESCAPED.sub, _letter)),
    ):
        yield from map(take_off, _around(pattern, content))


def _around(pattern: re.Pattern[bytes], content: bytes) -> Iterator[bytes]:
    """The stretches in which a pattern stands, with a line before and after."""
    start, end = 0, 0
    for hit in pattern.finditer(content):
        if hit.start() - LINE > end:
            yield content[start:end]
            start = max(hit.start() - LINE, 0)
        end = hit.end() + LINE
    yield content[start:end]


def _entity(hit: re.Match[bytes]) -> bytes:
    tens, sixteens = hit.groups()
    if not tens and not sixteens:
        return html.unescape(hit[0].decode()).encode()
    return _numbered(int(tens) if tens else int(sixteens, 16))


def _letter(hit: re.Match[bytes]) -> bytes:
    """The letter that was escaped. Two halves of a letter beyond \\uffff stay halves."""
    *hexes, octal, plain = hit.groups()
    if plain:
        return bytes([_LETTERS.get(plain[0], plain[0])])
    if octal:
        return bytes([int(octal, 8)])
    return _numbered(int(next(filter(None, hexes)), 16))


def _numbered(number: int) -> bytes:
    if number < _ONE_BYTE:
        return bytes([number])
    is_letter = number <= 0x10FFFF
    return chr(number).encode("utf-8", "surrogatepass") if is_letter else b""


def _unzipped(content: bytes) -> Iterator[bytes]:
    """The members of a zip file, wherever it begins, also without its end."""
    for hit in re.finditer(rb"PK\x03\x04", content):
        head = content[hit.start() : hit.start() + _ZIP_HEADER]
        if len(head) == _ZIP_HEADER and head[8] == _DEFLATED:
            names = int.from_bytes(head[26:28], "little")
            more = int.from_bytes(head[28:30], "little")
            start = hit.start() + _ZIP_HEADER + names + more
            yield _inflated(memoryview(content)[start:], _BARE)


# A zlib stream begins with its window and its level, which have a check (RFC 1950, 2.2).
_ZLIB_WINDOWS = rb"\x08\x18\x28\x38\x48\x58\x68\x78"
_ZLIB_HEAD = re.compile(rb"(?=([" + _ZLIB_WINDOWS + rb"].))", re.DOTALL)
_HAS_DICTIONARY = 0x20
_HEADS: tuple[tuple[re.Pattern[bytes], Callable[[], Any]], ...] = (
    (re.compile(rb"\x1f\x8b\x08"), lambda: zlib.decompressobj(_GZIP)),
    (re.compile(rb"BZh[1-9]1AY&SY"), bz2.BZ2Decompressor),
    (re.compile(rb"\xfd7zXZ\0"), lzma.LZMADecompressor),
)


def _inflated_streams(content: bytes) -> Iterator[bytes]:
    for head, opener in _HEADS:
        for hit in head.finditer(content):
            yield _read(memoryview(content)[hit.start() :], opener())
    for hit in _ZLIB_HEAD.finditer(content):
        check = int.from_bytes(hit[1], "big")
        if check % 31 == 0 and not check & _HAS_DICTIONARY:
            yield _inflated(memoryview(content)[hit.start() :], _ZLIB)
    yield _inflated(memoryview(content), _BARE)


def _inflated(content: memoryview, kind: int) -> bytes:
    return _read(content, zlib.decompressobj(kind))


def _read(content: memoryview, opener: Any) -> bytes:
    """What a packed stream at the beginning of these bytes holds, as far as it can be read."""
    found = []
    try:
        for start in range(0, len(content), _PIECE):
            found.append(opener.decompress(content[start : start + _PIECE]))
            if opener.eof:
                break
    except (zlib.error, OSError, lzma.LZMAError):
        pass  # chance, or cut short: what came before is looked at
    return b"".join(found)


_TAKEN_OFF: tuple[Callable[[bytes], Iterator[bytes]], ...] = (
    _from_base64,
    _from_base32,
    _from_hex,
    _narrowed,
    _unquoted,
    _unzipped,
    _inflated_streams,
)
