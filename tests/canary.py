"""Canaries: strings that nothing but a sealed place may hold. Searched for, they must not be found.

Each is looked for as it was typed, and as bytes that would give it away all the same:
UTF-16, base64 at every offset, hex, JSON and URL escapes, and inside of what is compressed.
"""

import base64
import gzip
import json
import secrets
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

SHORTEST = 8  # a shorter string could stand somewhere by chance


def canary(field: str) -> str:
    """A string that nobody else writes, with the name of its field in it."""
    return f"zq{field}{secrets.token_hex(6)}"


def assert_not_in_clear(strings: Iterable[str], folder: Path) -> None:
    """Fail, naming string and file, when any of these can be read in any file of a folder.

    Databases are searched as bytes, with their write-ahead logs beside them. An empty
    list or an empty folder fails too: then nothing was shown.
    """
    wanted = {text: tuple(_disguises(text)) for text in strings}
    files = [place for place in sorted(folder.rglob("*")) if place.is_file()]
    if not wanted or not files:
        raise AssertionError("There is nothing to look for, or nowhere to look.")
    found = [
        f"{text} in {place.relative_to(folder)}"
        for place in files
        for content in _layers(place.read_bytes())
        for text, disguises in wanted.items()
        if any(disguise in content for disguise in disguises)
    ]
    if found:
        raise AssertionError("In clear: " + "; ".join(sorted(set(found))))


def _disguises(text: str) -> Iterator[bytes]:
    """The bytes that would give a string away."""
    if len(text) < SHORTEST:
        raise ValueError(f"{text!r} is too short to be looked for")
    plain = text.encode()
    yield plain
    yield text.encode("utf-16-le")
    yield text.encode("utf-16-be")
    yield plain.hex().encode()
    yield plain.hex().upper().encode()
    yield json.dumps(text)[1:-1].encode()
    yield quote(text).encode()
    for before in range(3):
        whole = base64.b64encode(bytes(before) + plain)
        inner = whole[4:-4]  # its ends also depend on what stands beside it
        yield inner
        yield inner.replace(b"+", b"-").replace(b"/", b"_")


def _layers(content: bytes) -> Iterator[bytes]:
    """A file, and what comes out of it when it is unpacked."""
    yield content
    if content.startswith(b"\x1f\x8b"):
        yield gzip.decompress(content)
    if zipfile.is_zipfile(BytesIO(content)):
        with zipfile.ZipFile(BytesIO(content)) as packed:
            for name in packed.namelist():
                yield name.encode() + b"\n" + packed.read(name)
    yield from _streams(content)


def _streams(content: bytes) -> Iterator[bytes]:
    """Every zlib stream that begins somewhere in a file."""
    for head in (b"\x78\x01", b"\x78\x9c", b"\x78\xda"):
        start = content.find(head)
        while start >= 0:
            try:
                unpacked = zlib.decompressobj().decompress(content[start:], 10_000_000)
            except zlib.error:
                unpacked = b""
            if unpacked:
                yield unpacked
            start = content.find(head, start + 1)
