"""Counts facts into tables, and hides what would show a person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from fairwitness.figures import own_work, sentences
from fairwitness.figures.definitions import (
    DIMENSIONS,
    EARLIER,
    LATER,
    NOT_STATED,
    UNIT_LABELS,
    Dimension,
    Unit,
    month_label,
)
from fairwitness.figures.facts import Facts
from fairwitness.figures.intervals import poisson
from fairwitness.figures.own_work import Promises, Releases
from fairwitness.figures.plan import Plan
from fairwitness.figures.rates import rates
from fairwitness.figures.suppression import Protection, protect
from fairwitness.figures.survey import survey_tables
from fairwitness.figures.survey_answers import Asked
from fairwitness.figures.tables import (
    COUNTED,
    HIDDEN,
    PROVISIONAL,
    Table,
    Value,
    note,
    row,
)

THINGS = {Unit.REPORTS: "id", Unit.INCIDENTS: "incident", Unit.PEOPLE: "person"}


def tabulate(
    facts: Facts,
    *,
    plan: Plan,
    promises: Promises | None = None,
    releases: Releases | None = None,
    surveys: Sequence[Asked] = (),
) -> tuple[Table, ...]:
    """Every table of an edition, protected, in the order in which it is read."""
    totals = _distinct(facts)
    tables = [
        own_work.received(facts, plan),
        _totals(totals, plan),
        own_work.by_received_month(facts, plan),
        *own_work.reasons(facts, plan),
    ]
    for name in plan.dimensions:
        tables += _by(facts, DIMENSIONS[name], totals, plan)
    tables += rates(tables, plan=plan)
    tables += own_work.promises(promises, plan) + own_work.releases(releases, plan)
    spoken = [sentences.spoken(table, plan=plan) for table in tables]
    return (*spoken, *survey_tables(surveys, plan))


def cell_of(dimension: Dimension, plan: Plan) -> str:
    """The row in which a fact stands, as SQL; several rows where it has several grounds."""
    if dimension.is_multiple:
        return f"unnest(if(len(grounds) = 0, ['{NOT_STATED}'], grounds))"
    if dimension.name != "month":
        return f"coalesce({dimension.name}, '{NOT_STATED}')"
    return (
        f"CASE WHEN month IS NULL THEN '{NOT_STATED}' "
        f"WHEN month < '{plan.period_from}' THEN '{EARLIER}' "
        f"WHEN month > '{plan.period_to}' THEN '{LATER}' ELSE month END"
    )


def _distinct(facts: Facts) -> dict[Unit, int]:
    counts = ", ".join(f"count(DISTINCT {THINGS[unit]})" for unit in Unit)
    found = facts.rows(f"SELECT {counts} FROM fact WHERE status = 'counted'")[0]  # noqa: S608 - our own names
    return dict(zip(Unit, found, strict=True))


def _cells(facts: Facts, dimension: Dimension, plan: Plan) -> dict[str, list[int]]:
    """Distinct reports, incidents and people in each row."""
    counts: dict[str, list[int]] = {}
    for place, unit in enumerate(Unit):
        is_plain = unit is Unit.REPORTS and facts.is_one_each
        query = (
            f"SELECT cell, count(*) FROM (SELECT {'' if is_plain else 'DISTINCT '}"  # noqa: S608 - our own names
            f"{cell_of(dimension, plan)} AS cell, {THINGS[unit]} FROM fact "
            "WHERE status = 'counted') GROUP BY cell"
        )
        for cell, count in facts.rows(query):
            counts.setdefault(cell, [0, 0, 0])[place] = count
    return counts


def in_order(codes: Iterable[str], dimension: Dimension, plan: Plan) -> list[str]:
    """The rows of a table: those of the plan, those of ours that occur, then the others by name."""
    own = plan.labels.get(dimension.name, {})
    listed = [*plan.months] if dimension.name == "month" else [*own]
    known = (
        [EARLIER, *listed] if dimension.name == "month" else [*listed, *dimension.codes]
    )
    known = [code for code in dict.fromkeys(known) if code in codes or code in listed]
    others = sorted(set(codes) - {*known, NOT_STATED})
    last = [NOT_STATED] if NOT_STATED in codes else []
    return [*known, *others, *last]


def label_of(code: str, dimension: Dimension, plan: Plan) -> str:
    """How a row reads."""
    if dimension.name == "month" and code[:1].isdigit():
        return month_label(code)
    return dimension.label_of(code, plan.labels.get(dimension.name))


def _by(
    facts: Facts, dimension: Dimension, totals: Mapping[Unit, int], plan: Plan
) -> list[Table]:
    """The three tables of a dimension; what is hidden in one is hidden in all."""
    cells = _cells(facts, dimension, plan)
    choice = protect(cells, totals=list(totals.values()), least=plan.least)
    order = in_order(cells, dimension, plan)
    tables = []
    for place, unit in enumerate(Unit):
        counts = {code: cells.get(code, [0, 0, 0])[place] for code in order}
        table = Table(
            name=f"{unit}_by_{dimension.name}",
            title=f"{UNIT_LABELS[unit]} by {dimension.label}",
            columns=COUNTED,
            rows=tuple(
                counted_row(
                    code,
                    label_of(code, dimension, plan),
                    None if code in choice.hidden else counts[code],
                    plan,
                    is_provisional=dimension.name == "month"
                    and plan.is_provisional(code),
                )
                for code in order
            ),
            unit=unit,
            dimension=dimension.name,
            total=totals[unit],
            adds_up=sum(counts.values()) == totals[unit],
        )
        tables.append(_kept_back(table, counts, choice, totals, plan))
    return tables


def _kept_back(
    table: Table,
    counts: Mapping[str, int],
    choice: Protection,
    totals: Mapping[Unit, int],
    plan: Plan,
) -> Table:
    """The table without what may not be printed."""
    if totals[Unit.INCIDENTS] < plan.fewest:
        return replace(
            table,
            rows=(),
            total=None,
            is_withheld=True,
            sentence=(
                f"Not shown: with fewer than {plan.fewest} incidents a table would "
                "show people, not numbers."
            ),
        )
    if choice.is_total_only:
        return replace(
            table,
            rows=(),
            hidden_together=sum(counts.values()),
            is_total_only=True,
            sentence=choice.sentence,
        )
    return replace(
        table,
        hidden=tuple(sorted(choice.hidden)),
        hidden_together=sum(counts[code] for code in choice.hidden),
        sentence=choice.sentence,
    )


def _totals(totals: Mapping[Unit, int], plan: Plan) -> Table:
    """How many reports, incidents and people affected were counted."""
    is_small = 0 < min(totals.values()) < plan.least
    hidden = (Unit.INCIDENTS, Unit.PEOPLE) if is_small else ()
    return Table(
        name="totals",
        title="Reports, incidents and people affected",
        columns=COUNTED,
        rows=tuple(
            counted_row(
                str(unit), UNIT_LABELS[unit], None if unit in hidden else count, plan
            )
            for unit, count in totals.items()
        ),
        adds_up=False,
        hidden=tuple(map(str, hidden)),
        sentence=f"[c]: one of them is below {plan.least}." if hidden else "",
    )


def counted_row(
    code: str,
    label: str,
    count: int | None,
    plan: Plan,
    *,
    is_provisional: bool = False,
) -> tuple[Value, ...]:
    """A row with its count and the range of chance, or with neither when it is hidden."""
    interval = None if count is None else poisson(count)
    more = "More reports of this month are expected." if is_provisional else ""
    mark = PROVISIONAL if is_provisional else ""
    return row(
        COUNTED,
        code=code,
        label=label,
        count=count,
        low=interval and round(interval.low, 1),
        high=interval and round(interval.high, 1),
        mark=mark if interval else HIDDEN,
        note=note(more, is_training=plan.is_training),
    )
