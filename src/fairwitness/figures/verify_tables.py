"""What is wrong with a table of an edition, if anything."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from fairwitness.figures.attack import Published, seen_from_outside
from fairwitness.figures.definitions import Unit
from fairwitness.figures.files import Lines, read_csv
from fairwitness.figures.intervals import poisson, rate
from fairwitness.figures.tables import HIDDEN
from fairwitness.figures.tags import read_tags

_CHANCE = 0.051
_RATE = 0.00051


@dataclass(frozen=True)
class Shown:
    """A table as it lies in the folder, beside what edition.json says of it."""

    folder: Path
    name: str
    told: Mapping[str, Any]
    names: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]

    @classmethod
    def read(cls, folder: Path, name: str, told: Mapping[str, Any]) -> "Shown":
        """Read the CSV file. ValueError when it is not one."""
        path = folder / "tables" / f"{name}.csv"
        names, rows = read_csv(path.read_bytes().decode("utf-8"))
        if "code" not in names or any(
            None in row or None in row.values() for row in rows
        ):
            raise ValueError(f"tables/{name}.csv is not a whole table")
        return cls(folder, name, told, tuple(names), tuple(rows))

    def numbers(self, column: str = "count") -> dict[str, int | None]:
        """A column of whole numbers by the code of its row; nothing where it is hidden."""
        return {row["code"]: whole(row[column]) for row in self.rows}

    @property
    def is_counted(self) -> bool:
        """Whether it has one count in each row."""
        return "count" in self.names

    @property
    def summary(self) -> str:
        """What a table that is as it should be says of itself."""
        total = self.told["total"]
        unit = self.told["unit"] or "in all"
        parts = [f"{len(self.rows)} rows" if self.rows else "no rows"]
        if total is not None:
            parts.append(f"{total:,} {unit}")
        if hidden := self.told["hidden"]:
            parts.append(f"{len(hidden)} hidden, none can be worked out")
        if self.told["tags"]:
            parts.append("tags counted again")
        return ", ".join(parts)


def problems(
    shown: Shown, package: Mapping[str, Any], parquet: Lines | None
) -> Iterator[tuple[str, str]]:
    """Every way in which a table contradicts the rest of its edition: a code and a sentence."""
    yield from _other_forms(shown, package)
    yield from _parquet(shown, parquet)
    if shown.is_counted:
        yield from _sums(shown)
        yield from _hidden(shown)
        if "low" in shown.names and shown.name != "rates":
            yield from _intervals(shown)
    if shown.name == "rates":
        yield from _rates(shown)
    if shown.name == "received_by_month":
        yield from _received(shown)
    if shown.told["tags"]:
        yield from _tags(shown)


def _other_forms(shown: Shown, package: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The same table in edition.json and in the data package."""
    if len(shown.rows) != shown.told["rows"]:
        yield (
            "rows",
            f"{len(shown.rows)} rows, edition.json says {shown.told['rows']}",
        )
    resources = [r for r in package["resources"] if r["name"] == shown.name]
    if len(resources) != 1:
        yield "package", "datapackage.json does not name it once"
    for resource in resources:
        yield from _resource(shown, resource)


def _parquet(shown: Shown, parquet: Lines | None) -> Iterator[tuple[str, str]]:
    if parquet is None:
        yield "parquet", "the Parquet file cannot be read"
        return
    names, rows = parquet
    if tuple(names) != shown.names or len(rows) != len(shown.rows):
        yield "parquet", "the Parquet file is another table than the CSV file"
    for one, other in zip(shown.rows, rows, strict=False):
        if dict(one) != other:
            yield "parquet", f"the row {one['code']} differs between CSV and Parquet"


def _resource(shown: Shown, resource: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    content = (shown.folder / "tables" / f"{shown.name}.csv").read_bytes()
    if resource["rows"] != len(shown.rows):
        yield "package", "datapackage.json says another number of rows"
    if resource["hash"] != f"sha256:{sha256(content).hexdigest()}":
        yield "package", "datapackage.json says another hash of the CSV file"
    if [field["name"] for field in resource["schema"]["fields"]] != [*shown.names]:
        yield "package", "datapackage.json says other columns"


def _sums(shown: Shown) -> Iterator[tuple[str, str]]:
    total, together = shown.told["total"], shown.told["hidden_together"]
    if total is None or not shown.rows:
        return
    printed = sum(count for count in shown.numbers().values() if count is not None)
    summed = printed + (together or 0)
    if shown.told["adds_up"] and summed != total:
        yield "sums", f"the rows add up to {summed:,}, the total is {total:,}"
    if not shown.told["adds_up"] and summed < total:
        yield "sums", f"the rows hold {summed:,}, fewer than the total of {total:,}"


def _hidden(shown: Shown) -> Iterator[tuple[str, str]]:
    hidden, total = set(shown.told["hidden"]), shown.told["total"]
    for row in shown.rows:
        is_hidden = row["code"] in hidden
        is_marked = row.get("mark", HIDDEN if is_hidden else "") == HIDDEN
        if (row["count"] == "") != is_hidden or is_marked != is_hidden:
            yield "hidden", f"the row {row['code']} is not hidden as edition.json says"
    for code, count in shown.numbers().items():
        if total is not None and count is not None and count > total:
            yield "sums", f"the row {code} is larger than the total"


def _intervals(shown: Shown) -> Iterator[tuple[str, str]]:
    for row in shown.rows:
        if row["count"] == "":
            continue
        interval = poisson(whole(row["count"]) or 0)
        if not near(row["low"], interval.low, _CHANCE) or not near(
            row["high"], interval.high, _CHANCE
        ):
            yield (
                "interval",
                f"the range of chance in the row {row['code']} is not that of its count",
            )


def _rates(shown: Shown) -> Iterator[tuple[str, str]]:
    for row in shown.rows:
        value, interval = rate(whole(row["count"]) or 0, float(row["among"]))
        told = (("rate", value), ("low", interval.low), ("high", interval.high))
        if not all(near(row[name], number, _RATE) for name, number in told):
            yield (
                "rate",
                f"the rate in the row {row['code']} is not count by denominator",
            )


def _received(shown: Shown) -> Iterator[tuple[str, str]]:
    received = [
        count for count in shown.numbers("received").values() if count is not None
    ]
    summed = sum(received) + (shown.told["hidden_together"] or 0)
    if shown.rows and summed != shown.told["total"]:
        yield (
            "sums",
            f"the rows add up to {summed:,}, the total is {shown.told['total']:,}",
        )
    hidden = set(shown.told["hidden"])
    for row in shown.rows:
        if (row["received"] == "") != (row["code"] in hidden):
            yield "hidden", f"the row {row['code']} is not hidden as edition.json says"
        parts = [whole(row[name]) for name in ("counted", "pending", "not_counted")]
        known = [part for part in parts if part is not None]
        if len(known) == len(parts) and sum(known) != whole(row["received"]):
            yield "sums", f"the parts of {row['code']} do not add up"


def _tags(shown: Shown) -> Iterator[tuple[str, str]]:
    """Count the tags again: one line for each thing, under its row or in the pool."""
    try:
        text = (shown.folder / "tags" / f"{shown.name}.txt").read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        yield "tags", "its tags cannot be read"
        return
    lines = read_tags(text)
    found = Counter(cell for cell, _ in lines)
    expected = {code: count for code, count in shown.numbers().items() if count}
    if together := shown.told["hidden_together"]:
        expected[HIDDEN] = together
    for cell in sorted(found.keys() | expected.keys()):
        if found[cell] != (expected.get(cell) or 0):
            where = "the hidden rows together" if cell == HIDDEN else f"the row {cell}"
            yield (
                "tags",
                f"{where}: {expected.get(cell) or 0:,} printed, {found[cell]:,} tags",
            )
    if len({tag for _, tag in lines}) != len(lines):
        yield "tags", "a tag stands there twice"


def rate_problems(
    shown: Mapping[str, Shown], plan: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """Rates whose count or denominator is another than the edition prints elsewhere."""
    table = shown.get("rates")
    for row in table.rows if table else ():
        told = plan["denominators"][int(row["code"]) - 1]
        name = f"{told['counts']}_by_{told['dimension']}"
        source = shown[name if told["dimension"] else "totals"].numbers()
        if source.get(told["code"] or told["counts"]) != whole(row["count"]):
            yield (
                "rates",
                f"the count in the row {row['code']} is printed otherwise elsewhere",
            )
        if float(row["among"]) != told["value"]:
            yield "rates", f"the denominator of the row {row['code']} is not the plan's"


def leaks(shown: Mapping[str, Shown], *, least: int) -> Iterator[tuple[str, str]]:
    """Hidden numbers that somebody could work out: table and sentence (see `attack`)."""
    for table in shown.values():
        hidden = tuple(table.told["hidden"])
        together = table.told["hidden_together"]
        if not hidden or together is None or table.told["unit"] != Unit.REPORTS:
            continue
        linked = [
            shown.get(table.name.replace("reports_", f"{unit}_", 1), table)
            for unit in (Unit.INCIDENTS, Unit.PEOPLE)
        ]
        tables = [table, *(one for one in linked if one is not table)]
        published = Published(
            hidden,
            tuple(one.told["hidden_together"] or 0 for one in tables),
            tuple(one.told["total"] or 0 for one in tables),
        )
        try:
            narrow = [b for b in seen_from_outside(published) if b.width < least]
        except ValueError:
            yield table.name, "what it says of its hidden rows contradicts itself"
            continue
        for bounds in narrow:
            yield (
                table.name,
                (
                    f"the hidden row {bounds.cell} can be worked out: "
                    f"between {bounds.low} and {bounds.high}"
                ),
            )


def near(text: str, number: float, within: float) -> bool:
    """Whether a printed number is this one, but for its rounding."""
    return abs(float(text) - number) <= within


def whole(text: str) -> int | None:
    """A printed number; nothing where it is hidden."""
    return int(text) if text else None
