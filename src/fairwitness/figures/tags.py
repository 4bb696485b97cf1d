"""The tags under each published cell, by which anybody recounts and a reporter finds their own.

A report's tag is made of its count seed, the edition and the table, so that whoever
holds the count code finds it and nobody can join two tables. Where a report can stand
in several rows (grounds) the row is part of the name of the table, so that not even
two rows can be joined. Reports in hidden rows share one pool, `[c]`.

Incidents and people have tags too, one each in every row, but no report points to
them: whoever told us of an incident must not learn here whether somebody else did.
Those tags are made of a key that only the facts together give.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from fairwitness.figures.definitions import DIMENSIONS, Status, Unit
from fairwitness.figures.facts import Facts
from fairwitness.figures.plan import Plan
from fairwitness.figures.tables import HIDDEN, TRAINING, Table
from fairwitness.figures.tabulate import THINGS, cell_of
from fairwitness.vault.derivation import derive, framed
from fairwitness.vault.receipt import tag_of

FORMAT = "fairwitness/tags/1"


@dataclass(frozen=True)
class TagList:
    """The tags of a table: a row's code and a tag, sorted."""

    table: str
    lines: tuple[tuple[str, str], ...]

    def text(self, *, edition: str, is_training: bool) -> str:
        """The file: comment lines, then `code<TAB>tag` with the tag in hex."""
        head = [f"# {FORMAT}", f"# edition {edition}", f"# table {self.table}"]
        if is_training:
            head.append(f"# {TRAINING}")
        return "\n".join([*head, *map("\t".join, self.lines)]) + "\n"


def read_tags(text: str) -> list[tuple[str, str]]:
    """The lines of a tag file, without its comments."""
    lines = [line for line in text.split("\n") if line and not line.startswith("#")]
    return [(cell, tag) for cell, _, tag in (line.partition("\t") for line in lines)]


def tag_table(table: str, cell: str, *, is_multiple: bool) -> str:
    """The name of the table that goes into a tag."""
    return f"{table}/{cell}" if is_multiple else table


def tag_lists(
    facts: Facts, tables: Iterable[Table], *, plan: Plan
) -> Iterator[TagList]:
    """The tags of every table that has some. None when the facts carry no seeds."""
    if not facts.has_seeds:
        return
    maker = _Maker(str(plan.number), _mask(facts))
    by_name = {table.name: table for table in tables}
    yield _received(facts, maker)
    yield _totals(facts, maker, by_name["totals"])
    for name in plan.dimensions:
        for unit in Unit:
            table = by_name[f"{unit}_by_{name}"]
            if not table.is_withheld:
                yield _counted(facts, maker, table, plan)


@dataclass(frozen=True, repr=False)
class _Maker:
    """Makes tags for one edition."""

    edition: str
    mask: bytes

    def of_report(self, seed: bytes | None, report: int, table: str) -> str:
        """A tag that the reporter can find again; one nobody can, where there is no seed."""
        if seed is None:
            return self.of_thing("report", report, table)
        return tag_of(bytes(seed), self.edition, table).hex()

    def of_thing(self, kind: str, thing: int, table: str) -> str:
        """A tag of an incident or a person."""
        label = b"fairwitness/thing/1" + framed(kind, str(thing), self.edition, table)
        return derive(self.mask, label).hex()


def _mask(facts: Facts) -> bytes:
    seeds = facts.rows("SELECT seed FROM fact WHERE seed IS NOT NULL ORDER BY seed")
    joined = b"".join(bytes(seed) for (seed,) in seeds)
    return derive(sha256(joined).digest(), b"fairwitness/edition/mask/1")


def _received(facts: Facts, maker: _Maker) -> TagList:
    rows = facts.rows("SELECT status, id, seed FROM fact")
    lines = [(cell, maker.of_report(seed, id_, "received")) for cell, id_, seed in rows]
    return TagList(
        "received", _sorted(lines, {str(s): n for n, s in enumerate(Status)})
    )


def _totals(facts: Facts, maker: _Maker, table: Table) -> TagList:
    lines = []
    for unit in Unit:
        if str(unit) in table.hidden:
            continue
        for thing, seed in _things(facts, unit):
            tag = (
                maker.of_report(seed, thing, "totals")
                if unit is Unit.REPORTS
                else maker.of_thing(unit, thing, "totals")
            )
            lines.append((str(unit), tag))
    return TagList("totals", _sorted(lines, {str(u): n for n, u in enumerate(Unit)}))


def _things(facts: Facts, unit: Unit) -> list[tuple[int, bytes | None]]:
    seed = "seed" if unit is Unit.REPORTS else "NULL"
    query = f"SELECT DISTINCT {THINGS[unit]}, {seed} FROM fact WHERE status = 'counted'"  # noqa: S608 - our own names
    return [(thing, found) for thing, found in facts.rows(query)]


def _counted(facts: Facts, maker: _Maker, table: Table, plan: Plan) -> TagList:
    dimension = DIMENSIONS[table.dimension]
    unit = table.unit or Unit.REPORTS
    seed = "seed" if unit is Unit.REPORTS else "NULL"
    query = (
        f"SELECT DISTINCT {cell_of(dimension, plan)} AS cell, {THINGS[unit]}, {seed} "  # noqa: S608 - our own names
        "FROM fact WHERE status = 'counted'"
    )
    order = {str(code): place for place, code in enumerate(table.values("code"))}
    lines = []
    for cell, thing, found in facts.rows(query):
        if unit is Unit.REPORTS:
            name = tag_table(table.name, cell, is_multiple=dimension.is_multiple)
            tag = maker.of_report(found, thing, name)
        else:
            name = tag_table(table.name, cell, is_multiple=True)
            tag = maker.of_thing(unit, thing, name)
        is_shown = cell in order and cell not in table.hidden
        lines.append((cell if is_shown else HIDDEN, tag))
    return TagList(table.name, _sorted(lines, order))


def _sorted(
    lines: Iterable[tuple[str, str]], order: Mapping[str, int]
) -> tuple[tuple[str, str], ...]:
    """By row as in the table, the pool last, then by tag: their order tells nothing."""
    return tuple(
        sorted(lines, key=lambda line: (order.get(line[0], len(order)), line[1]))
    )
