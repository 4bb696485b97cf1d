"""Counts against how many they are counts among."""

from collections.abc import Mapping, Sequence

from fairwitness.figures.intervals import rate
from fairwitness.figures.plan import Denominator, Plan
from fairwitness.figures.tables import (
    CODE,
    COUNT,
    HIGH,
    LABEL,
    LOW,
    NOTE,
    Column,
    Table,
    note,
    row,
)

_PER = 1000


_COLUMNS = (
    CODE,
    LABEL,
    Column("unit", "string", "Counted"),
    COUNT,
    Column("among", "number", "Among"),
    Column("among_unit", "string", "Unit"),
    Column("source", "string", "Source"),
    Column("source_date", "string", "As of"),
    Column("rate", "number", "Per 1,000"),
    LOW,
    HIGH,
    NOTE,
)


def rates(tables: Sequence[Table], *, plan: Plan) -> list[Table]:
    """The table of rates: one row for each denominator whose count is printed."""
    by_name = {table.name: table for table in tables}
    rows = []
    for number, one in enumerate(plan.denominators, start=1):
        count = _numerator(one, by_name)
        if count is None:
            continue
        per_thousand, interval = rate(count, one.value, per=_PER)
        rows.append(
            row(
                _COLUMNS,
                code=f"{number}",
                label=one.name,
                unit=str(one.counts),
                count=count,
                among=float(one.value),
                among_unit=one.unit,
                source=one.source,
                source_date=one.date.isoformat(),
                rate=round(per_thousand, 3),
                low=round(interval.low, 3),
                high=round(interval.high, 3),
                note=note(is_training=plan.is_training),
            )
        )
    if not rows:
        return []
    return [Table("rates", "Counted per 1,000", _COLUMNS, tuple(rows), adds_up=False)]


def _numerator(one: Denominator, by_name: Mapping[str, Table]) -> int | None:
    if not one.dimension:
        shown = by_name["totals"].by_code().get(str(one.counts))
    else:
        table = by_name.get(f"{one.counts}_by_{one.dimension}")
        shown = table.by_code().get(one.code) if table else None
    return shown if isinstance(shown, int) else None
