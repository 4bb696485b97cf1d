"""How an edition is read: the parts that page and paper have in common, in their order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fairwitness.figures.charts import Picture
from fairwitness.figures.definitions import DIMENSIONS, UNIT_LABELS, Unit
from fairwitness.figures.plan import Plan
from fairwitness.figures.survey_answers import CAMPAIGNS, QUESTIONS
from fairwitness.figures.tables import HIDDEN, PROVISIONAL, Table, Value

MARKS = {
    HIDDEN: "[c] not shown, to protect people",
    PROVISIONAL: "[p] not complete yet",
}
PROMISE = (
    "Anybody can check this edition: every number can be counted again from the tags "
    "that lie beside it, and every file has its hash in edition.json, which is signed."
)
LIMITS = (
    "It cannot show that a report is true. It shows that no number was changed after "
    "publication, and that whoever reported can find their own report in the count."
)


_WHOLE = 10


@dataclass(frozen=True)
class Grid:
    """A table as people read it: a heading row, and rows that begin with a label."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    text_columns: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Part:
    """One part of an edition: a picture perhaps, a table, and what both say and do not say."""

    key: str
    title: str
    grid: Grid | None
    picture: Picture | None
    says: tuple[str, ...]
    says_not: tuple[str, ...]
    remarks: tuple[str, ...]
    files: tuple[str, ...]


@dataclass(frozen=True)
class Outline:
    """The whole edition in words."""

    plan: Plan
    lead: tuple[str, ...]
    parts: tuple[Part, ...]


def outline(
    tables: Sequence[Table], pictures: Mapping[str, Picture], *, plan: Plan
) -> Outline:
    """Put tables and pictures into the order in which they are read."""
    by_name = {table.name: table for table in tables}
    received, totals = by_name["received"], by_name["totals"]
    lead = (*received.says, *totals.says)
    parts = [_plain(totals), _plain(received)]
    for name in plan.dimensions:
        trio = [by_name[f"{unit}_by_{name}"] for unit in Unit]
        parts.append(_counted(name, trio, pictures))
    rest = (
        "received_by_month",
        "not_counted_by_reason",
        "rates",
        "promises",
        "releases",
    )
    parts += [_plain(by_name[name]) for name in rest if name in by_name]
    surveys = (CAMPAIGNS, *(f"survey_{question.name}" for question in QUESTIONS))
    parts += [_survey(by_name[name]) for name in surveys if name in by_name]
    return Outline(plan, lead, tuple(parts))


def _counted(name: str, trio: Sequence[Table], pictures: Mapping[str, Picture]) -> Part:
    """The three units of a dimension side by side, with the picture of the incidents."""
    reports, incidents, people = trio
    label = DIMENSIONS[name].label
    rows = tuple(
        (
            f"{row[1]} {row[5]}".strip() if row[5] == PROVISIONAL else str(row[1]),
            *(_number(table.by_code()[str(row[0])]) for table in (reports, incidents)),
            _range(incidents, str(row[0])),
            _number(people.by_code()[str(row[0])]),
        )
        for row in incidents.rows
    )
    units = [UNIT_LABELS[unit] for unit in Unit]
    head = (label.capitalize(), units[0], units[1], "Range of chance", units[2])
    used = {mark for table in trio for mark in table.values("mark")}
    return Part(
        key=f"by_{name}",
        title=f"By {label}",
        grid=Grid(f"Counted by {label}", head, rows) if rows else None,
        picture=pictures.get(incidents.name),
        says=incidents.says,
        says_not=tuple(
            dict.fromkeys(s for t in (incidents, people) for s in t.says_not)
        ),
        remarks=(
            *((incidents.sentence,) if incidents.sentence else ()),
            *(MARKS[m] + "." for m in (PROVISIONAL,) if m in used),
        ),
        files=tuple(f"tables/{table.name}.csv" for table in trio),
    )


def _plain(table: Table) -> Part:
    """A table as it stands, without its codes and notes."""
    hidden = {"code", "mark", "note", "low", "high"}
    shown = [n for n, column in enumerate(table.columns) if column.name not in hidden]
    columns = [table.columns[place] for place in shown]
    has_range = any(column.name == "low" for column in table.columns)
    codes = map(str, table.values("code"))
    ranges = [(_range(table, code),) if has_range else () for code in codes]
    rows = tuple(
        (*(_number(row[place]) for place in shown), *interval)
        for row, interval in zip(table.rows, ranges, strict=True)
    )
    head = (*(c.title for c in columns), *(["Range of chance"] if has_range else []))
    texts = {n for n, column in enumerate(columns) if column.kind == "string"}
    return Part(
        key=table.name,
        title=table.title,
        grid=Grid(table.title, head, rows, frozenset(texts)) if rows else None,
        picture=None,
        says=table.says,
        says_not=table.says_not,
        remarks=(table.sentence,) if table.sentence else (),
        files=(f"tables/{table.name}.csv",),
    )


def _survey(table: Table) -> Part:
    """Answers to surveys: with the passed-on ones, and without; each share beside its number."""
    names = [column.name for column in table.columns]
    lines = [dict(zip(names, row, strict=True)) for row in table.rows]
    if table.name == CAMPAIGNS:
        head = ("", "Answers", "By a link of one's own", "By passed-on links")
        rows = [
            (
                str(line["label"]),
                _number(line["count"]),
                _with_share(line["own"], line["responded"], f" of {line['invited']:,}"),
                _number(line["passed_on"]),
                _number(line["calm"]),
            )
            for line in lines
        ]
    else:
        head = ("", "All answers", "Without passed-on links", "Margin, 95 %")
        rows = [
            (
                str(line["label"]),
                _with_share(line["count"], line["share"]),
                _with_share(line["own"], line["own_share"]),
                HIDDEN
                if line["own"] is None
                else f"{line['own_low']} to {line['own_high']} %",
                _with_share(line["calm"], line["calm_share"]),
            )
            for line in lines
        ]
    whole = (*head, "Without the weeks of crowds")
    return Part(
        key=table.name,
        title=table.title,
        grid=Grid(table.title, whole, tuple(rows)) if rows else None,
        picture=None,
        says=table.says,
        says_not=table.says_not,
        remarks=(table.sentence,) if table.sentence else (),
        files=(f"tables/{table.name}.csv",),
    )


def _with_share(number: Value, share: Value, of: str = "") -> str:
    shown = _number(number)
    return shown if number is None or share is None else f"{shown} ({share} %{of})"


def _range(table: Table, code: str) -> str:
    low, high = table.by_code("low")[code], table.by_code("high")[code]
    if not isinstance(low, float) or not isinstance(high, float):
        return HIDDEN
    if high < _WHOLE:
        return f"{low:,.1f} to {high:,.1f}"
    return f"{low:,.0f} to {high:,.0f}"


def _number(value: object) -> str:
    if value is None:
        return HIDDEN
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.1f}".removesuffix(".0")
    return str(value)
