"""Strings that nobody else writes, and a search for them in all that a centre leaves behind.

A canary is typed into a field; wherever it turns up afterwards in clear, or in a dress that
anybody can take off (UTF-16, hex, base64, quoted-printable, gzip, zlib, zip), that place leaks.
"""

import base64
import binascii
import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connections

LETTERS = "bcdfghjkmnpqrstvwxz"  # no vowel: no word of any language is one by chance
MARK_LENGTH, OWN_LENGTH = 12, 6
SHORTEST = 8  # a shorter string could stand somewhere by chance
DEEPEST = 3  # a packed file within a packed file within a packed file
_GZIP, _PLAIN = 31, 15  # what zlib calls them
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/_-]{16,}\r?\n?)+")
_QUOTED = re.compile(rb"=\r?\n|=[0-9A-F]{2}")


@dataclass
class Canaries:
    """The strings of one flock: all begin alike, so that one search finds every one of them."""

    mark: str = field(
        default_factory=lambda: "".join(
            random.SystemRandom().choices(LETTERS, k=MARK_LENGTH)
        )
    )
    named: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, bytes] = field(default_factory=dict)

    def new(self, where: str) -> str:
        """A string of its own for a field; what is found later names that field."""
        own = "".join(random.SystemRandom().choices(LETTERS, k=OWN_LENGTH))
        self.named[own] = where
        return f"{self.mark}{own}"

    def words(self, where: str) -> str:
        """The same within a sentence, as people write."""
        return f"It was {self.new(where)}, and nobody else."

    def also(self, where: str, secret: str | bytes) -> None:
        """Look for this too: a secret that was not made here, as a code that was shown."""
        self.secrets[where] = secret.encode() if isinstance(secret, str) else secret

    def found_in(self, content: bytes, *, depth: int = DEEPEST) -> set[str]:
        """What of all this stands in some bytes, each as "field (dress)"."""
        found: set[str] = set()
        for dressed in _undressed(content, depth):
            found |= set(self._marks_in(dressed)) | set(self._secrets_in(dressed))
        return found

    def _marks_in(self, content: bytes) -> Iterator[str]:
        lower = content.lower()
        for dress, shape in _dressed(self.mark):
            searched = content if dress == "base64" else lower
            at = searched.find(shape)
            while at >= 0:
                yield f"{self._name_of(lower, at + len(shape))} ({dress})"
                at = searched.find(shape, at + 1)

    def _name_of(self, lower: bytes, end: int) -> str:
        own = lower[end : end + OWN_LENGTH].decode("latin-1")
        return self.named.get(own, "a canary")

    def _secrets_in(self, content: bytes) -> Iterator[str]:
        for name, secret in self.secrets.items():
            if len(secret) < SHORTEST:
                raise ValueError(f"{name} is too short to be looked for")
            if any(shape in content for shape in _shapes_of(secret)):
                yield f"{name} (as it is)"


@cache
def _shapes_of(secret: bytes) -> tuple[bytes, ...]:
    """How a secret may be written down."""
    found = {secret, secret.hex().encode(), secret.hex().upper().encode()}
    found |= set(_base64_of(secret))
    if secret.isascii():
        found |= {
            secret.decode().encode("utf-16-le"),
            secret.decode().encode("utf-16-be"),
        }
    return tuple(found)


def _base64_of(content: bytes) -> Iterator[bytes]:
    """These bytes in base64, at each of the three places of a group where they may begin."""
    for before in range(3):
        written = base64.b64encode(b"\0" * before + content)
        bits = 8 * (before + len(content))
        inner = written[-(-before * 8 // 6) : bits // 6]
        yield inner
        yield inner.translate(bytes.maketrans(b"+/", b"-_"))


# How a string may be dressed. Each dress gives what to look for, in small letters.
DRESSES: dict[str, Callable[[str], set[bytes]]] = {
    "as it is": lambda mark: {mark.encode()},
    "utf-16": lambda mark: {mark.encode("utf-16-le"), mark.encode("utf-16-be")},
    "utf-32": lambda mark: {mark.encode("utf-32-le"), mark.encode("utf-32-be")},
    "hex": lambda mark: {mark.encode().hex().encode()},
    "base64": lambda mark: {
        *_base64_of(mark.encode()),
        *_base64_of(mark.upper().encode()),
        *_base64_of(mark.encode("utf-16-le")),
    },
    "backwards": lambda mark: {mark[::-1].encode()},
}


@cache
def _dressed(mark: str) -> tuple[tuple[str, bytes], ...]:
    """Every shape of a mark, with the name of the dress."""
    return tuple(
        (name, shape) for name, wear in DRESSES.items() for shape in wear(mark)
    )


def _undressed(content: bytes, depth: int) -> Iterator[bytes]:
    """These bytes, then all that can be unpacked out of them, then out of that."""
    yield content
    if depth and (inner := b" ".join(set(_unpacked(content)))):
        yield from _undressed(inner, depth - 1)


def _unpacked(content: bytes) -> Iterator[bytes]:
    if content.startswith(b"PK\x03\x04"):
        yield from _unzipped(content)
        return
    if _QUOTED.search(content):
        yield binascii.a2b_qp(content)
    for hit in _BASE64.finditer(content):
        yield from _decoded(hit[0])
    for kind, start in (_GZIP, re.compile(rb"\x1f\x8b\x08")), (_PLAIN, _ZLIB):
        for hit in start.finditer(content):
            yield from _inflated(memoryview(content)[hit.start() :], kind)


def _decoded(written: bytes) -> Iterator[bytes]:
    """What these letters say in base64."""
    bare = b"".join(written.split()).translate(bytes.maketrans(b"-_", b"+/"))
    try:
        yield base64.b64decode(bare + b"=" * (-len(bare) % 4))
    except binascii.Error:
        return


def _unzipped(content: bytes) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for name in packed.namelist():
                yield name.encode() + b"\n" + packed.read(name)
    except (zipfile.BadZipFile, zlib.error, RuntimeError):
        return


def _inflated(content: memoryview, kind: int) -> Iterator[bytes]:
    """What a packed stream at the beginning of these bytes holds, as far as it can be read."""
    opener, found = zlib.decompressobj(kind), b""
    try:
        for start in range(0, len(content), 4096):
            found += opener.decompress(content[start : start + 4096])
            if opener.eof:
                break
    except zlib.error:
        pass  # chance, or cut short: what came before is looked at
    if len(found) > MARK_LENGTH:
        yield found


# Where to look


def in_text(canaries: Canaries, text: str) -> set[str]:
    """What stands in a text: an address, a title, a log."""
    return canaries.found_in(text.encode("utf-8", "surrogatepass"))


def in_folder(canaries: Canaries, folder: Path) -> list[str]:
    """What stands in the files of a folder and in their names."""
    found = []
    for path in sorted(folder.rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        names = path.relative_to(folder).as_posix()
        found += [
            f"{folder.name}/{names}: {one}"
            for one in sorted(
                canaries.found_in(content) | canaries.found_in(names.encode())
            )
        ]
    return found


def assert_not_in_clear(strings: Iterable[str], folder: Path) -> None:
    """Fail, naming string and file, when any of these can be read in any file of a folder.

    An empty list or an empty folder fails too: then nothing was shown.
    """
    canaries = Canaries()
    for string in strings:
        canaries.also(string, string)
    if not canaries.secrets or not any(one.is_file() for one in folder.rglob("*")):
        raise AssertionError("There is nothing to look for, or nowhere to look.")
    if found := in_folder(canaries, folder):
        raise AssertionError("In clear: " + "; ".join(found))


def in_databases(canaries: Canaries) -> list[str]:
    """What stands in any column of any table of both databases, by table and column."""
    found = []
    for alias in connections:
        with connections[alias].cursor() as cursor:
            tables = connections[alias].introspection.table_names(cursor)
            for table in sorted(tables):
                found += _in_table(canaries, cursor, alias, table)
    return found


def _in_table(canaries: Canaries, cursor: Any, alias: str, table: str) -> list[str]:
    cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 # our own names
    names = [column[0] for column in cursor.description]
    columns: dict[str, list[bytes]] = {name: [] for name in names}
    for row in cursor.fetchall():
        for name, cell in zip(names, row, strict=True):
            columns[name].append(_bytes_of(cell))
    return [
        f"{alias} {table}.{name}: {one}"
        for name, cells in columns.items()
        for one in sorted(canaries.found_in(b" \0 ".join(cells)))
    ]


def _bytes_of(cell: object) -> bytes:
    if isinstance(cell, bytes | memoryview):
        return bytes(cell)
    return str(cell).encode("utf-8", "surrogatepass")


def database_files() -> list[Path]:
    """Every file of the databases that are files: themselves, write-ahead logs, shared memory."""
    found = []
    for alias in connections:
        if connections[alias].vendor == "sqlite":
            place = Path(connections[alias].settings_dict["NAME"])
            found += sorted(place.parent.glob(f"{place.name}*"))
    return found


def in_database_files(canaries: Canaries) -> list[str]:
    """What stands in the raw bytes of those files, also where rows were deleted."""
    return [
        f"{path.name}: {one}"
        for path in database_files()
        for one in sorted(canaries.found_in(path.read_bytes()))
    ]


@dataclass
class Overheard:
    """What was said to the databases in clear, statement by statement."""

    canaries: Canaries
    found: list[str] = field(default_factory=list)

    def __call__(
        self, execute: Any, sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        said = b" ".join(_bytes_of(getattr(one, "obj", one)) for one in _flat(params))
        for one in self.canaries.found_in(sql.encode() + said, depth=0):
            self.found.append(f"{sql[:120]}: {one}")
        return execute(sql, params, many, context)


def _flat(params: Any) -> Iterator[Any]:
    if isinstance(params, list | tuple):
        for one in params:
            yield from _flat(one)
    elif isinstance(params, dict):
        yield from _flat(list(params.values()))
    else:
        yield params


@contextmanager
def overhearing(canaries: Canaries) -> Iterator[Overheard]:
    """Listen to every statement that goes to a database."""
    heard = Overheard(canaries)
    with ExitStack() as stack:
        for alias in connections:
            stack.enter_context(connections[alias].execute_wrapper(heard))
        yield heard
