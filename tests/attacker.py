"""Somebody who holds every byte of the databases, and tries to join what must not be joined.

What they see of a thing (an invitation, an answer, a report, a fact) is every row of every
table that names it, with its place and its transaction, and every place in the files where
its name stands, also in pages that are free. Each of these is a *clue*: one value a thing.
A strategy takes a clue of the one side and a clue of the other, and guesses the pairs: by
rank, by what came next, or by equal values. It never sees the private keys.
"""

import math
import re
import struct
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from scipy import special, stats

Value = tuple[object, ...]
Clue = dict[str, Value]  # what is seen of each thing, by its name
Clues = dict[str, Clue]
Pairs = Sequence[tuple[str, str]]

PHYSICAL = {
    "sqlite": ("rowid",),
    "postgresql": ("ctid", "xmin", "xmax", "cmin"),
}
NAMES = re.compile(r"[0-9a-f]{64}|[0-9a-f]{32}|zone[0-9a-z]+")
HEAD = 24  # bytes of a row's header in PostgreSQL, when nothing is null
CHOICES: dict[str, Callable[[list[Value]], Value]] = {
    "first": min,
    "last": max,
    "often": lambda found: (0, len(found)),  # a page is logged again at each write
}
FALSE_ALARM = 1e-12  # how often chance alone may look like this, for one strategy


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A copy of both databases at one moment: rows as they read, and the bytes of the files."""

    vendor: str
    tables: dict[str, list[dict[str, object]]]
    files: dict[str, bytes]


@dataclass(frozen=True)
class Found:
    """How far one strategy comes: right pairs, how many chance gives, and how unlikely that is."""

    strategy: str
    right: float
    by_chance: float
    probability: float


@dataclass
class Result:
    """What all strategies together came to."""

    tried: int = 0
    caught: list[Found] = field(default_factory=list)
    best: Found = field(default_factory=lambda: Found("none", 0, 0, 1.0))

    def __str__(self) -> str:
        return (
            f"{self.tried} strategies, {len(self.caught)} leaks; "
            f"the best has p={self.best.probability:.0e}"
        )

    def note(self, found: Found) -> None:
        """Count a strategy; keep it when chance does not explain it."""
        self.tried += 1
        if found.probability < self.best.probability:
            self.best = found
        if found.probability < FALSE_ALARM:
            self.caught.append(found)


# What is seen.


def take_snapshot(*folders: Path) -> Snapshot:
    """Copy everything: every table of both databases, every byte of their files and of these."""
    tables: dict[str, list[dict[str, object]]] = {}
    files: dict[str, bytes] = {}
    for alias in ("default", "keystore"):
        connection = connections[alias]
        for table in connection.introspection.table_names():
            tables[f"{alias}.{table}"] = _rows(connection, table)
        for name, content in _files(connection):
            files[f"{alias}.{name}"] = content
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                files[f"folder.{path.relative_to(folder)}"] = path.read_bytes()
    return Snapshot(connections["default"].vendor, tables, files)


def _rows(connection: BaseDatabaseWrapper, table: str) -> list[dict[str, object]]:
    """Every row with every column, where and when it was written, and how long it is."""
    cast = "::text" if connection.vendor == "postgresql" else ""
    extra = ", ".join(
        f'{name}{cast} AS "@{name}"' for name in PHYSICAL[connection.vendor]
    )
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {extra}, * FROM "{table}"')  # noqa: S608 # our own names
        columns = [column[0] for column in cursor.description]
        found = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    for place, row in enumerate(found):
        for column, value in row.items():
            if isinstance(value, bytes | memoryview):
                row[column] = bytes(value)
        row["@length"] = len(str(row))
        row["@place"] = place
    return found


def _files(connection: BaseDatabaseWrapper) -> Iterator[tuple[str, bytes]]:
    """The bytes on disk: pages, free pages, and SQLite's write-ahead log."""
    if connection.vendor == "sqlite":
        place = str(connection.settings_dict["NAME"])
        for ending in ("", "-wal"):
            path = Path(f"{place}{ending}")
            if path.exists():
                yield f"file{ending}", path.read_bytes()
        return
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute(
            "SELECT relname, pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class "
            "WHERE relkind IN ('r', 'i', 't') AND pg_relation_filepath(oid) IS NOT NULL "
            "AND relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user) "
            "AND relnamespace <> 'pg_catalog'::regnamespace"
        )
        for name, content in cursor.fetchall():
            yield f"page.{name}", bytes(content)


def clues_of(things: Sequence[str], *snapshots: Snapshot) -> Clues:
    """Everything that is seen of these things, in each copy: by column, by place in a file."""
    clues: Clues = {}
    for number, snapshot in enumerate(snapshots):
        seen: dict[str, dict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
        for name, thing, value in (
            *_in_rows(snapshot, set(things)),
            *_in_files(snapshot, things),
        ):
            seen[name][thing].append(value)
        for name, values in seen.items():
            for which, choose in CHOICES.items():
                clue = {thing: choose(found) for thing, found in values.items()}
                if len(set(clue.values())) > 1 and clue not in clues.values():
                    clues[f"{number}.{name}.{which}"] = clue
    return clues


def _in_rows(snapshot: Snapshot, known: set[str]) -> Iterator[tuple[str, str, Value]]:
    for table, rows in snapshot.tables.items():
        for row in rows:
            for thing in known & _named_in(row):
                for column, value in row.items():
                    yield f"{table}.{column}", thing, _ranked(value)


def _in_files(
    snapshot: Snapshot, things: Sequence[str]
) -> Iterator[tuple[str, str, Value]]:
    for thing in things:
        for name, number in _places(snapshot, thing):
            yield name, thing, (0, number)


@cache
def _places(snapshot: Snapshot, thing: str) -> list[tuple[str, int]]:
    """Where a name stands in the files, dead rows too, and who wrote it there."""
    return [
        seen
        for form, name in _written(snapshot.vendor, thing)
        for file, content in snapshot.files.items()
        for start in _finds(content, name)
        for seen in _seen_at(f"{file}.{form}", file, content, start)
    ]


def _written(vendor: str, thing: str) -> Iterator[tuple[str, bytes]]:
    """How a name may stand in a file: ids are texts in SQLite and bytes in PostgreSQL."""
    is_id = re.fullmatch(r"[0-9a-f]{32}", thing)
    if not is_id or vendor == "sqlite":
        yield "text", thing.encode()
    if re.fullmatch(r"[0-9a-f]{64}", thing) or (is_id and vendor != "sqlite"):
        yield "bytes", bytes.fromhex(thing)


def _finds(content: bytes, name: bytes) -> Iterator[int]:
    start = content.find(name)
    while start >= 0:
        yield start
        start = content.find(name, start + 1)


def _seen_at(
    name: str, file: str, content: bytes, start: int
) -> Iterator[tuple[str, int]]:
    """The place; in a page of PostgreSQL who wrote the row and who ended it; in a log which write."""
    yield name, start
    if ".page." in file and start >= HEAD:
        writer, ender = struct.unpack_from("<II", content, start - HEAD)
        yield f"{name} writer", writer
        yield f"{name} ender", ender
    if file.endswith("-wal"):  # sqlite.org/fileformat2.html, section 4.1
        (page_size,) = struct.unpack_from(">I", content, 8)
        number = (start - 32) // (24 + page_size)
        (page,) = struct.unpack_from(">I", content, 32 + number * (24 + page_size))
        yield f"{name} write", number
        yield f"{name} write of page {page}", number


def _named_in(row: Mapping[str, object]) -> set[str]:
    """The ids, digests and marks that stand in a row."""
    cells = (
        value.hex() if isinstance(value, bytes) and len(value) <= 64 else value
        for column, value in row.items()
        if (not column.startswith("@") and not isinstance(value, bytes | int | bool))
        or (isinstance(value, bytes) and len(value) <= 64)
    )
    text = " ".join(str(cell) for cell in cells)
    return set(NAMES.findall(text.replace("-", "")))


def _ranked(value: object) -> Value:
    """Numbers by size, places on disk by page and line, all else by letter."""
    text = value.hex() if isinstance(value, bytes) else str(value)
    if re.fullmatch(r"[\d(),.]+", text):
        return (0, *map(int, re.findall(r"\d+", text)))
    return (1, text)


# What is made of it.


@dataclass(frozen=True)
class Side:
    """One clue, over the pairs in their true order: values, ranks, and a ranking of numbers."""

    name: str
    values: list[Value]
    ranks: np.ndarray  # equals share theirs; mean 0, length 1
    order: np.ndarray  # who comes first, second, ...; equals by lot
    numbers: np.ndarray | None  # where the clue counts something

    @classmethod
    def of(cls, name: str, values: list[Value]) -> "Side":
        """A clue as the strategies take it."""
        spots = {value: spot for spot, value in enumerate(sorted(set(values)))}
        dense = np.array([spots[value] for value in values])
        ranks = stats.rankdata(dense) - (len(values) + 1) / 2
        length = np.linalg.norm(ranks)
        mixed = np.random.default_rng().permutation(len(values))
        are_numbers = all(len(value) == 2 and value[0] == 0 for value in values)
        return cls(
            name,
            values,
            ranks / length if length else ranks,
            mixed[np.argsort(dense[mixed], kind="stable")],
            np.array([float(str(value[1])) for value in values])
            if are_numbers
            else None,
        )


def attack(left: Clues, right: Clues, pairs: Pairs) -> Result:
    """Try every strategy on every two clues. `pairs` is the truth: it only counts right guesses.

    A clue of part of the things counts when at least half of them have it.
    """
    result = Result()
    for some, ours, theirs in _of_one_size(left, right, pairs):
        for one in ours:
            for other in theirs:
                for strategy in STRATEGIES:
                    found = strategy(one, other, some)
                    if found is not None:
                        name = f"{strategy.__name__}: {one.name} ~ {other.name}"
                        result.note(Found(name, *found))
    return result


def _of_one_size(
    left: Clues, right: Clues, pairs: Pairs
) -> Iterator[tuple[int, list[Side], list[Side]]]:
    """The clues of both sides that lie over the same pairs, in groups."""
    ours = _by_holders(left, [one for one, _other in pairs])
    theirs = _by_holders(right, [other for _one, other in pairs])
    for mine, lefts in ours.items():
        for yours, rights in theirs.items():
            both = sorted(mine & yours)
            if len(both) < max(3, len(pairs) // 2):
                continue
            one = [
                Side.of(name, [left[name][pairs[at][0]] for at in both])
                for name in lefts
            ]
            other = [
                Side.of(name, [right[name][pairs[at][1]] for at in both])
                for name in rights
            ]
            yield len(both), one, other


def _by_holders(clues: Clues, things: Sequence[str]) -> dict[frozenset[int], list[str]]:
    """The names of the clues, by which of the things have them."""
    groups: dict[frozenset[int], list[str]] = defaultdict(list)
    for name, clue in clues.items():
        holders = frozenset(at for at, thing in enumerate(things) if thing in clue)
        groups[holders].append(name)
    return groups


Told = tuple[float, float, float] | None


def by_rank(one: Side, other: Side, number: int) -> Told:
    """The first of the one side goes with the first of the other, and so on; equals by lot."""
    del number
    return _beyond_poisson(float(np.sum(one.order == other.order)), 1.0)


def by_order(one: Side, other: Side, number: int) -> Told:
    """Whether the one side comes in the order of the other, or the reverse (Spearman's rho)."""
    rho = float(np.clip(one.ranks @ other.ranks, -1, 1))
    t = abs(rho) * math.sqrt((number - 2) / max(1 - rho * rho, 1e-12))
    tail = 2 * special.stdtr(number - 2, -t)
    return rho, 0.0, max(float(tail), 1 / math.factorial(number))


def by_next(one: Side, other: Side, number: int) -> Told:
    """Each goes with what came next after it, where both clues count the same thing."""
    if one.numbers is None or other.numbers is None:
        return None
    lowest, highest = other.numbers.min(), other.numbers.max()
    if highest <= one.numbers.min() or one.numbers.max() <= lowest:
        return None
    sorted_ = other.numbers[other.order]
    spots = np.searchsorted(sorted_, one.numbers)
    is_there = spots < number
    guesses = other.order[np.minimum(spots, number - 1)]
    right = float(np.sum(is_there & (guesses == np.arange(number))))
    # Every guess may name the same one, so it is right with 1 in n: at most 1 in all.
    return _beyond_poisson(right, 1.0)


def by_value(one: Side, other: Side, number: int) -> Told:
    """Two go together that agree in a value: how many true pairs do, and how many by chance."""
    ours, theirs = Counter(one.values), Counter(other.values)
    shared = [(ours[value], theirs[value]) for value in ours.keys() & theirs.keys()]
    if not shared:
        return None
    right = sum(a == b for a, b in zip(one.values, other.values, strict=True))
    expected = sum(a * b for a, b in shared) / number
    if expected <= 3:
        return _beyond_poisson(right, expected)
    cross = sum(a * b for a, b in shared) ** 2 - sum((a * b) ** 2 for a, b in shared)
    spread = sum(a * b * (number - a) * (number - b) for a, b in shared) + cross
    deviation = math.sqrt(spread / (number**2 * (number - 1)))
    if deviation == 0:
        return None
    tail = float(stats.norm.sf((right - expected) / deviation))
    return right, expected, tail


STRATEGIES: tuple[Callable[[Side, Side, int], Told], ...] = (
    by_rank,
    by_order,
    by_next,
    by_value,
)


def _beyond_poisson(right: float, expected: float) -> tuple[float, float, float]:
    """How often chance gives so many right pairs: of a random matching about Poisson(1) are."""
    return right, expected, float(special.pdtrc(right - 1, expected) if right else 1.0)
