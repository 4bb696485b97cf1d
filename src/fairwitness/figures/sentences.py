"""What a table says, and what it does not say: printed with it and copied with it."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from fairwitness.figures.definitions import DIMENSIONS, UNIT_LABELS, Unit, month_label
from fairwitness.figures.plan import Plan
from fairwitness.figures.tables import Table

_ONE = {
    Unit.REPORTS: ("report was", "reports were"),
    Unit.INCIDENTS: ("incident was", "incidents were"),
    Unit.PEOPLE: ("person affected was", "people affected were"),
}
_OVERLAP = {
    Unit.REPORTS: "a report",
    Unit.INCIDENTS: "an incident",
    Unit.PEOPLE: "a person",
}


def spoken(table: Table, *, plan: Plan) -> Table:
    """The table with its sentences."""
    return replace(table, says=_says(table, plan), says_not=_says_not(table, plan))


def _says(table: Table, plan: Plan) -> tuple[str, ...]:
    speak = _SPEAKERS.get(table.name)
    return speak(table, plan) if speak else _counted_say(table, plan)


def _received_says(table: Table, plan: Plan) -> tuple[str, ...]:
    counted, pending, left = table.by_code().values()
    verb = _plural(table.total or 0, "report was", "reports were")
    return (
        f"{table.total:,} {verb} received {plan.during}: {counted:,} counted, "
        f"{pending:,} pending, {left:,} not counted.",
    )


def _totals_say(table: Table, _plan: Plan) -> tuple[str, ...]:
    shown = [
        f"{count:,} {UNIT_LABELS[Unit(code)].lower()}"
        for code, count in table.by_code().items()
        if isinstance(count, int)
    ]
    return ("Counted: " + ", ".join(shown) + ".",)


def _counted_say(table: Table, plan: Plan) -> tuple[str, ...]:
    if table.unit is None or table.total is None:
        return ()
    verb = _plural(table.total, *_ONE[table.unit])
    label = DIMENSIONS[table.dimension].label
    return (
        f"{table.total:,} {verb} counted from the reports received {plan.during}, "
        f"here by {label}.",
    )


def _promises_say(table: Table, _plan: Plan) -> tuple[str, ...]:
    return tuple(f"{label}: {kept} of {of}." for _, label, kept, of, _ in table.rows)


def _releases_say(table: Table, _plan: Plan) -> tuple[str, ...]:
    given, without = table.by_code().values()
    return (f"{given} with consent, {without} without.",)


def _rates_say(_table: Table, _plan: Plan) -> tuple[str, ...]:
    return (
        "How many were counted for each 1,000 of those named, with the range of chance.",
    )


def _by_received_month_says(table: Table, _plan: Plan) -> tuple[str, ...]:
    return (f"When the {table.total:,} reports of the period reached us.",)


def _reasons_say(table: Table, _plan: Plan) -> tuple[str, ...]:
    verb = _plural(table.total or 0, "report was", "reports were")
    return (f"{table.total:,} {verb} received and not counted.",)


_SPEAKERS: Mapping[str, Callable[[Table, Plan], tuple[str, ...]]] = {
    "received": _received_says,
    "received_by_month": _by_received_month_says,
    "not_counted_by_reason": _reasons_say,
    "totals": _totals_say,
    "rates": _rates_say,
    "promises": _promises_say,
    "releases": _releases_say,
}


def _says_not(table: Table, plan: Plan) -> tuple[str, ...]:
    if table.name in {"promises", "releases"}:
        return ("Whether it was done well.",)
    if table.name in {"received", "received_by_month", "not_counted_by_reason"}:
        return (
            "How many things happened: several reports can tell of one incident, and "
            "most incidents are never reported.",
        )
    told = ["How many happened: most incidents are never reported to anybody."]
    if table.name == "rates":
        told.append("Where it is worse: people report more where they know us.")
    if table.dimension == "month":
        told.append(_trend(plan))
    if not table.adds_up and table.unit and table.dimension:
        told.append(
            f"The total by adding up: {_OVERLAP[table.unit]} can stand in several rows."
        )
    return tuple(told)


def _trend(plan: Plan) -> str:
    said = "Whether it is rising or falling"
    because = []
    if open_months := [month for month in plan.months if plan.is_provisional(month)]:
        names = " and ".join(
            filter(
                None, [", ".join(map(_name, open_months[:-1])), _name(open_months[-1])]
            )
        )
        verb = "is" if len(open_months) == 1 else "are"
        because.append(f"{names} {verb} not complete")
    because += [f"from {month_label(b.month)} on: {b.reason}" for b in plan.breaks]
    return (
        f"{said}: {'; '.join(because)}."
        if because
        else f"{said}: one period shows no trend."
    )


def _name(month: str) -> str:
    return month_label(month).split()[0]


def _plural(count: int, one: str, many: str) -> str:
    return one if count == 1 else many
