"""How long something is kept, as one line of the policy says it.

    N days|months|years after FIELD [unless FIELD]
    as purpose CODE says, after FIELD
    until FIELD
    as long as app.Model
    as long as it serves: WHY
    for ever: WHY

A field may be reached through another (`batch.imported_on`). `unless` names a field that
must be empty.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta


class MalformedRule(Exception):
    """A line of the policy that nobody can execute."""


@dataclass(frozen=True)
class After:
    """So many days or months after a day that stands in a field, unless another is filled."""

    field: str
    days: int = 0
    months: int = 0
    purpose: str = ""
    unless: str = ""

    def cutoff(self, on: date, *, purpose_months: int = 0) -> date:
        """What lies on or before this day has expired on that one."""
        months = purpose_months if self.purpose else self.months
        return _months_before(on, months) - timedelta(days=self.days)


@dataclass(frozen=True)
class Until:
    """Until the day (or month) that stands in a field."""

    field: str


@dataclass(frozen=True)
class With:
    """As long as the row of another table to which it belongs."""

    table: str


@dataclass(frozen=True)
class Standing:
    """No machine ends it; the reason stands with it."""

    why: str
    is_for_ever: bool


Rule = After | Until | With | Standing

_PATH = r"[a-z_]+(?:\.[a-z_]+)*"
_FORMS = (
    re.compile(
        rf"(?P<count>\d+) (?P<unit>day|month|year)s? after (?P<field>{_PATH})"
        rf"(?: unless (?P<unless>{_PATH}))?"
    ),
    re.compile(rf"as purpose (?P<purpose>[a-z_]+) says, after (?P<field>{_PATH})"),
    re.compile(rf"until (?P<field>{_PATH})"),
    re.compile(r"as long as (?P<table>[a-z]+\.[A-Za-z]+)"),
    re.compile(r"(?P<kind>as long as it serves|for ever): (?P<why>.+)", re.DOTALL),
)


def parse(line: str) -> Rule:
    """Read one line. Error: `MalformedRule`."""
    for form in _FORMS:
        found = form.fullmatch(" ".join(line.split()))
        if found:
            return _rule(found.groupdict())
    raise MalformedRule(line)


def _rule(told: dict[str, str | None]) -> Rule:
    if told.get("table"):
        return With(told["table"] or "")
    if told.get("why"):
        return Standing(told["why"] or "", is_for_ever=told["kind"] == "for ever")
    field = (told.get("field") or "").replace(".", "__")
    if told.get("purpose"):
        return After(field, purpose=told["purpose"] or "")
    if told.get("count") is None:
        return Until(field)
    count, unit = int(told["count"] or 0), told["unit"]
    unless = (told.get("unless") or "").replace(".", "__")
    if unit == "day":
        return After(field, days=count, unless=unless)
    return After(field, months=count * (12 if unit == "year" else 1), unless=unless)


def _months_before(day: date, months: int) -> date:
    """The same day some months earlier, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    first = date(year, month + 1, 1)
    following = (first + timedelta(days=31)).replace(day=1)
    return first.replace(day=min(day.day, (following - timedelta(days=1)).day))
