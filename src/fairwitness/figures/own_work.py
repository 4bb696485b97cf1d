"""The account of our own work: what came in, what became of it, which promises were kept.

These numbers are for the whole period and say nothing of any person, so they are
printed as they are; only by month and by reason is a small one hidden.
"""

from dataclasses import dataclass
from typing import Any

from fairwitness.figures.definitions import (
    NOT_STATED,
    REASONS,
    STATUS_LABELS,
    Status,
    Unit,
    month_label,
)
from fairwitness.figures.facts import Facts
from fairwitness.figures.plan import Plan
from fairwitness.figures.suppression import may_split, protect
from fairwitness.figures.tables import (
    CODE,
    COUNT,
    HIDDEN,
    LABEL,
    MARK,
    NOTE,
    Column,
    Table,
    Value,
    note,
    row,
)


@dataclass(frozen=True)
class Kept:
    """How often a promise was kept, of how many that fell due in the period."""

    kept: int
    of: int


@dataclass(frozen=True)
class Promises:
    """What we promise every reporter, and how often it came true."""

    read_within: Kept
    answer_within: Kept


@dataclass(frozen=True)
class Releases:
    """How many cases left the house, with the reporter's consent and without."""

    with_consent: int
    without_consent: int


def received(facts: Facts, plan: Plan) -> Table:
    """What was received in the period, and what became of it: an account of our own work."""
    counts = _count(facts, "status")
    columns = (CODE, LABEL, COUNT, NOTE)
    return Table(
        name="received",
        title="Reports received, and what became of them",
        columns=columns,
        rows=tuple(
            row(
                columns,
                code=str(status),
                label=STATUS_LABELS[status],
                count=counts.get(status, 0),
                note=note(is_training=plan.is_training),
            )
            for status in Status
        ),
        unit=Unit.REPORTS,
        dimension="status",
        total=sum(counts.values()),
        hidden_together=0,
    )


def by_received_month(facts: Facts, plan: Plan) -> Table:
    """Received, counted, pending and not counted, by the month in which we received them."""
    parts = {month: [0] * len(Status) for month in plan.months}
    for month, status, count in facts.rows(
        "SELECT received_month, status, count(DISTINCT id) FROM fact GROUP BY ALL"
    ):
        parts[month][list(Status).index(Status(status))] = count
    received = {month: [sum(split)] for month, split in parts.items()}
    total = sum(count for (count,) in received.values())
    choice = protect(received, totals=[total], least=plan.least)
    is_split = may_split(parts, hidden=choice.hidden, least=plan.least)
    names = ("received", *(str(status) for status in Status))
    titles = ("Received", *STATUS_LABELS.values())
    counts = tuple(Column(n, "integer", t) for n, t in zip(names, titles, strict=True))
    columns = (CODE, LABEL, *counts, MARK, NOTE)
    rows = []
    for month, split in parts.items():
        is_hidden = month in choice.hidden
        shown = dict.fromkeys(names) if is_hidden else dict.fromkeys(names[1:])
        numbers = dict(zip(names, (*received[month], *split), strict=True))
        known: dict[str, Value] = {
            **numbers,
            **({} if is_split and not is_hidden else shown),
        }
        rows.append(
            row(
                columns,
                code=month,
                label=month_label(month),
                **known,
                mark=HIDDEN if is_hidden else "",
                note=note(is_training=plan.is_training),
            )
        )
    sentence = choice.sentence
    if not is_split:
        sentence += (
            " What became of the reports is shown for the whole period only: month by "
            "month it would show single reports."
        )
    return Table(
        name="received_by_month",
        title="Reports received by month of receipt",
        columns=columns,
        rows=() if choice.is_total_only else tuple(rows),
        unit=Unit.REPORTS,
        dimension="received_month",
        total=total,
        hidden=() if choice.is_total_only else tuple(sorted(choice.hidden)),
        hidden_together=sum(received[month][0] for month in choice.hidden),
        is_total_only=choice.is_total_only,
        sentence=sentence.strip(),
    )


def reasons(facts: Facts, plan: Plan) -> list[Table]:
    """Why reports were not counted."""
    counts = _count(facts, f"coalesce(reason, '{NOT_STATED}')", status="not_counted")
    if not counts:
        return []
    total = sum(counts.values())
    choice = protect(
        {code: [count] for code, count in counts.items()},
        totals=[total],
        least=plan.least,
    )
    columns = (CODE, LABEL, COUNT, MARK, NOTE)
    own = {**REASONS, **plan.labels.get("reason", {})}
    order = [code for code in own if code in counts]
    order += sorted(counts.keys() - set(order))
    rows = tuple(
        row(
            columns,
            code=code,
            label=own.get(code, code.replace("_", " ").capitalize()),
            count=None if code in choice.hidden else counts[code],
            mark=HIDDEN if code in choice.hidden else "",
            note=note(is_training=plan.is_training),
        )
        for code in order
    )
    return [
        Table(
            name="not_counted_by_reason",
            title="Why reports were not counted",
            columns=columns,
            rows=() if choice.is_total_only else rows,
            unit=Unit.REPORTS,
            dimension="reason",
            total=total,
            hidden=() if choice.is_total_only else tuple(sorted(choice.hidden)),
            hidden_together=sum(counts[code] for code in choice.hidden),
            is_total_only=choice.is_total_only,
            sentence=choice.sentence,
        )
    ]


def promises(promises: Promises | None, plan: Plan) -> list[Table]:
    if promises is None:
        return []
    columns = (
        CODE,
        LABEL,
        Column("kept", "integer", "Kept"),
        Column("of", "integer", "Of"),
        NOTE,
    )
    told = (
        ("read_within", "Read by the day that we named", promises.read_within),
        ("answer_within", "Answered by the day that we named", promises.answer_within),
    )
    rows = tuple(
        row(
            columns,
            code=code,
            label=label,
            kept=promise.kept,
            of=promise.of,
            note=note(is_training=plan.is_training),
        )
        for code, label, promise in told
    )
    return [
        Table("promises", "Promises kept", columns, rows, adds_up=False),
    ]


def releases(releases: Releases | None, plan: Plan) -> list[Table]:
    if releases is None:
        return []
    columns = (CODE, LABEL, COUNT, NOTE)
    told = (
        ("with_consent", "With the reporter's consent", releases.with_consent),
        (
            "without_consent",
            "Without it: the law ordered it, or a life was in danger",
            releases.without_consent,
        ),
    )
    rows = tuple(
        row(
            columns,
            code=code,
            label=label,
            count=count,
            note=note(is_training=plan.is_training),
        )
        for code, label, count in told
    )
    total = releases.with_consent + releases.without_consent
    return [
        Table("releases", "Cases passed to a recipient", columns, rows, total=total)
    ]


def _count(facts: Facts, by: str, status: str = "") -> dict[Any, int]:
    where = f"WHERE status = '{status}'" if status else ""
    query = f"SELECT {by}, count(DISTINCT id) FROM fact {where} GROUP BY ALL"  # noqa: S608 - our own names
    return dict(facts.rows(query))
