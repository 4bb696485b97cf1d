"""Measures the import of a long list of invented addresses, beside what its bytes alone cost.

The floor, in the same run and the same database: the parser reads the same file, and each
row goes as it stands into a bare table without any index, as many to a transaction. The
house beside it checks each address, seals it and the name, looks for it among those it
knows and those who left, and keeps it under four indexes.
"""

import csv
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from fairwitness.bench.house import found_house
from fairwitness.outreach.actions import add_source, import_contacts
from fairwitness.outreach.actions.arrival import STRETCH
from fairwitness.outreach.models import Basis, Source
from fairwitness.staff.models import User
from fairwitness.staff.roles import May

HOSTS = 500  # domains that the invented people have their mail at
LANGUAGES = ("en", "ar", "")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Imported:
    """An import beside its floor, of the same run; memory is the resident set in MB.

    `longest_wait_ms`: how long a transaction kept others at most who write to SQLite.
    """

    name: str
    database: str
    rows: int
    ops_per_s: float
    floor_ops_per_s: float
    ratio: float
    parser_ops_per_s: float
    processor_s: float
    longest_wait_ms: float
    rss_before_mb: float
    rss_10_mb: float
    rss_50_mb: float
    rss_100_mb: float
    troubles: int

    def as_json(self) -> dict[str, Any]:
        """The result with numbers that can be read."""
        return {
            name: round(told, 3) if isinstance(told, float) else told
            for name, told in asdict(self).items()
        }

    @property
    def line(self) -> str:
        """The result in one line, for people."""
        return (
            f"import {self.database:<10} {self.rows:>9,} rows  {self.ops_per_s:>8,.0f}/s  "
            f"floor {self.floor_ops_per_s:>8,.0f}/s  ratio {self.ratio:.2f}  "
            f"others wait {self.longest_wait_ms:.0f} ms at most  "
            f"parser {self.parser_ops_per_s:>9,.0f}/s  processor {self.processor_s:.1f} s  "
            f"memory {self.rss_before_mb:.0f}, {self.rss_10_mb:.0f}, {self.rss_50_mb:.0f}, "
            f"{self.rss_100_mb:.0f} MB"
        )


def measure(rows: int, *, place: Path, database: str) -> Imported:
    """Import an invented list of so many rows into an invented centre, and time its floor."""
    found_house()
    place.mkdir(parents=True, exist_ok=True)
    file = place / "list.csv"
    write_list(file, rows)
    parsed = _timed(lambda: sum(1 for _row in _cells(file)))
    floor = _timed(lambda: write_bare(file))
    memory = _Memory(rows)
    by = next(user for user in User.objects.all() if user.may(May.RUN_CAMPAIGNS))
    processor = time.process_time()
    began = time.perf_counter()
    report = import_contacts(file, source=_source(by), by=by, progress=memory.note)
    seconds = time.perf_counter() - began
    return Imported(
        name="import",
        database=database,
        rows=rows,
        ops_per_s=rows / seconds,
        floor_ops_per_s=rows / floor,
        ratio=floor / seconds,
        parser_ops_per_s=rows / parsed,
        processor_s=time.process_time() - processor,
        longest_wait_ms=report.longest * 1000,
        rss_before_mb=memory.before,
        rss_10_mb=memory.at(10),
        rss_50_mb=memory.at(50),
        rss_100_mb=memory.at(100),
        troubles=rows - report.added,
    )


def write_list(file: Path, rows: int) -> None:
    """An invented list with three columns, at domains that nobody can own."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        opened.write("email,language,name\n")
        opened.writelines(
            f"member.{number:07d}@host{number % HOSTS}.example,"
            f"{LANGUAGES[number % len(LANGUAGES)]},Member Number {number}\n"
            for number in range(rows)
        )


def write_bare(file: Path) -> int:
    """The floor: the same rows as they stand into a bare table. Returns how many."""
    written = 0
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_bare (email text, language text, name text)")
        try:
            rows = _cells(file)
            while some := list(islice(rows, STRETCH)):
                with transaction.atomic():
                    cursor.executemany(
                        "INSERT INTO bench_bare VALUES (%s, %s, %s)", some
                    )
                written += len(some)
        finally:
            cursor.execute("DROP TABLE bench_bare")
    return written


def _cells(file: Path) -> Iterator[list[str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        rows = csv.reader(opened)
        next(rows)
        yield from rows


def _timed(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


class _Memory:
    """How much memory this process holds at each tenth of a list."""

    def __init__(self, rows: int) -> None:
        self.rows, self.done = rows, 0
        self.before = _resident()
        self.seen: dict[int, float] = {}

    def note(self, rows: int) -> None:
        """Look after some more rows."""
        self.done += rows
        self.seen[self.done * 100 // self.rows] = _resident()

    def at(self, percent: int) -> float:
        """What was held when so much of the list was in."""
        passed = [part for part in self.seen if part >= percent]
        return self.seen[min(passed)] if passed else _resident()


def _resident() -> float:
    """The resident set of this process, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * _PAGE / 1_000_000


def _source(by: User) -> Source:
    """Where the invented addresses come from; the same again when the bench has run before."""
    today = timezone.localdate()
    standing = Source.objects.filter(code="bench").first()
    return standing or add_source(
        Source(
            code="bench",
            given_by="the membership office of the Harbour Members' Trust",
            given_how="as a file on a sealed stick, by hand",
            given_on=today,
            told="We may ask you what you meet at our meetings.",
            sentence="We have your address because you gave it when you joined the Trust.",
            giver_basis="The members said yes on the form for new members.",
            basis=Basis.CONSENT,
            basis_evidence={
                "wording": "Yes, write to me about surveys of the Trust.",
                "agreed_how": "a box on the form for new members",
                "agreed_on": "when they joined",
            },
            evidence_hash="ab" * 32,
        ),
        by=by,
        on=today,
    )
