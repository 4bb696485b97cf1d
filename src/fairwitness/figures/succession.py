"""Lets an edition follow earlier ones only if nobody can work out a person between two of them."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from fairwitness.figures.files import read_csv
from fairwitness.figures.manifest import (
    MANIFEST,
    BadEdition,
    Previous,
    read_manifest,
)
from fairwitness.figures.plan import Plan
from fairwitness.figures.suppression import first_close_change
from fairwitness.figures.tables import Table

_COUNTS = ("count", "own", "passed_on", "calm")
Printed = dict[str, dict[str, int | None]]


def follow(
    tables: Sequence[Table], earlier: Iterable[Path], *, plan: Plan
) -> Previous | None:
    """Check an edition against earlier ones; return the newest of them.

    Periods do not overlap, or they are the same: then the later edition corrects the
    earlier, and every number that it prints is the same or differs by at least
    `least`. BadEdition says what stands in the way.
    """
    newest = None
    for folder in earlier:
        told = read_manifest(folder)
        if told["number"] >= plan.number:
            raise BadEdition(
                f"Edition {told['number']} is published already. "
                f"Give this one the number {told['number'] + 1} or more."
            )
        _check_period(told, plan)
        if _period(told) == (plan.period_from, plan.period_to):
            _check_changes(folder, told, tables, plan)
        if newest is None or told["number"] > newest.number:
            digest = sha256((folder / MANIFEST).read_bytes()).hexdigest()
            newest = Previous(told["number"], digest)
    return newest


def _period(told: dict[str, Any]) -> tuple[str, str]:
    return told["period"]["from"], told["period"]["to"]


def _check_period(told: dict[str, Any], plan: Plan) -> None:
    start, end = _period(told)
    is_apart = end < plan.period_from or plan.period_to < start
    if not is_apart and (start, end) != (plan.period_from, plan.period_to):
        raise BadEdition(
            f"This period overlaps that of edition {told['number']} ({start} to {end}). "
            "Between two such editions single reports could be worked out. Choose the "
            "same period, or one that does not overlap."
        )


def _check_changes(
    folder: Path, told: dict[str, Any], tables: Sequence[Table], plan: Plan
) -> None:
    for table in tables:
        if "count" not in [column.name for column in table.columns]:
            continue
        before = _printed(folder, told, table.name)
        if before is None:
            continue
        if cell := _close_change(before, table, plan):
            raise BadEdition(
                f"Since edition {told['number']} fewer than {plan.least} have changed in "
                f"{table.title.lower()} ({cell}). Side by side the two editions would "
                f"describe them. Wait until more have changed."
            )


def _close_change(before: Printed, table: Table, plan: Plan) -> str | None:
    """The first cell, of any column of counts, that two editions would give away between them."""
    for column in _COUNTS:
        if column not in before or column not in [one.name for one in table.columns]:
            continue
        after = {code: _count(value) for code, value in table.by_code(column).items()}
        if column == "count":
            after["total"] = table.total
        if cell := first_close_change(before[column], after, least=plan.least):
            return cell
    return None


def _printed(folder: Path, told: dict[str, Any], name: str) -> Printed | None:
    """What an earlier edition prints in a table: each column of counts, by the code of its row."""
    described = told["tables"].get(name)
    if described is None:
        return None
    text = (folder / "tables" / f"{name}.csv").read_text(encoding="utf-8")
    names, rows = read_csv(text)
    printed: Printed = {
        column: {row["code"]: int(row[column]) if row[column] else None for row in rows}
        for column in _COUNTS
        if column in names
    }
    printed["count"]["total"] = described["total"]
    return printed


def _count(value: object) -> int | None:
    return value if isinstance(value, int) else None
