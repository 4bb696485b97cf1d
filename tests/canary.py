"""Strings that nobody else writes, and a search for them in all that a centre leaves behind.

A canary is typed into a field; wherever it turns up afterwards in clear, or in a dress that
anybody can take off (tests/dresses.py), that place leaks.
"""

import os
import random
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connections

from tests.dresses import DEEPEST, folded_shapes_of, undressed

LETTERS = "bcdfghjkmnpqrstvwxz"  # no vowel: no word of any language is one by chance
MARK_LENGTH, OWN_LENGTH = 12, 6
MANY_BYTES = 2**20  # so much is searched at once
SHORTEST = 8  # a shorter string could stand somewhere by chance


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
    searched: int = 0  # bytes, before anything was taken off

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
        self.searched += len(content)
        found: set[str] = set()
        for piece in undressed(content, depth):
            found |= set(self._marks_in(piece)) | set(self._secrets_in(piece))
        return found

    def _marks_in(self, content: bytes) -> Iterator[str]:
        lower = content.lower()
        for dress, shape, is_folded in folded_shapes_of(self.mark):
            if shape in (lower if is_folded else content):
                yield from self._names_in(content, lower, dress)

    def _names_in(self, content: bytes, lower: bytes, dress: str) -> Iterator[str]:
        """Which of the flock stand there in this dress."""
        names = {
            where
            for own, where in self.named.items()
            for name, shape, is_folded in folded_shapes_of(self.mark + own)
            if name == dress and shape in (lower if is_folded else content)
        }
        yield from (f"{name} ({dress})" for name in names or {"a canary"})

    def _secrets_in(self, content: bytes) -> Iterator[str]:
        for name, secret in self.secrets.items():
            if len(secret) < SHORTEST:
                raise ValueError(f"{name} is too short to be looked for")
            if secret in content:
                yield f"{name} (as it is)"


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


def in_server_files(canaries: Canaries) -> list[str]:
    """The same in all that a PostgreSQL server on this machine keeps: tables, write-ahead log.

    Nothing where it is not ours to read.
    """
    if connections["default"].vendor != "postgresql":
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SHOW data_directory")
        place = Path(cursor.fetchone()[0])
    return in_folder(canaries, place) if os.access(place, os.R_OK) else []


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
    waiting: list[tuple[str, bytes]] = field(default_factory=list)
    size: int = 0

    def __call__(
        self, execute: Any, sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        said = b" ".join(_bytes_of(getattr(one, "obj", one)) for one in _flat(params))
        self.waiting.append((sql[:120], sql.encode() + b" " + said))
        self.size += len(said)
        if self.size > MANY_BYTES:
            self.listen()
        return execute(sql, params, many, context)

    def listen(self) -> None:
        """Look through what was said since; through each statement only if there is something."""
        if self.canaries.found_in(b"\n".join(said for _sql, said in self.waiting)):
            self.found += [
                f"{sql}: {one}"
                for sql, said in self.waiting
                for one in self.canaries.found_in(said)
            ]
        self.waiting, self.size = [], 0


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
        heard.listen()
