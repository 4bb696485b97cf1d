"""Functions of dates. Dates are texts (2026-11-22), and numbers of days where one calculates."""

import math
import re
from datetime import datetime, time

from fairwitness.surveys.expressions.context import Context
from fairwitness.surveys.expressions.refusals import Unsupported
from fairwitness.surveys.expressions.registry import Literals, Run, form, function
from fairwitness.surveys.expressions.values import (
    NAN,
    Value,
    days_of,
    moment_of,
    read_moment,
    to_number,
    to_string,
)

_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2})(?::([0-9]{2}(?:\.[0-9]+)?))?(?:Z|[+-][0-9:]+)?"
)
_OFFSET = re.compile(r"T.*[0-9](Z|[+-][0-9]{2}(?::?[0-9]{2})?)$")
_MONTHS = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SIGNS = frozenset("YymnbdeaHhMS3%")


@function("today", 0)
def _today(c: Context) -> Value:
    return c.world.clock().date().isoformat()


@function("now", 0)
def _now(c: Context) -> Value:
    return c.world.clock().isoformat(timespec="milliseconds")


@function("date", 1)
def _date(c: Context, value: Value) -> Value:
    moment = _moment(value)
    return "" if moment is None else moment.date().isoformat()


@function("date-time", 1)
def _date_time(c: Context, value: Value) -> Value:
    """Write a moment with the offset that it came with; midnight alone is written as a date."""
    moment = _moment(value)
    if moment is None:
        return ""
    _bare, offset = ("", "") if isinstance(value, float) else _apart(to_string(value))
    if not offset and moment.time() == time():
        return moment.date().isoformat()
    return f"{moment.isoformat(timespec='milliseconds')}{offset or 'Z'}"


@function("decimal-date-time", 1)
def _decimal_date_time(c: Context, value: Value) -> Value:
    if isinstance(value, float):
        return value
    moment = read_moment(to_string(value).strip())
    return NAN if moment is None else days_of(moment)


@function("decimal-time", 1)
def _decimal_time(c: Context, value: Value) -> Value:
    found = _TIME.fullmatch(to_string(value).strip())
    if found is None:
        return NAN
    hours, minutes, seconds = found.groups()
    return (int(hours) + int(minutes) / 60 + float(seconds or 0) / 3600) / 24


def _moment(value: Value) -> datetime | None:
    """Read a date as written on the wall where it was written: the offset is not applied."""
    if isinstance(value, float):
        return moment_of(value) if math.isfinite(value) else None
    text = to_string(value)
    return read_moment(_apart(text)[0]) or moment_of_number(text)


def _apart(text: str) -> tuple[str, str]:
    """A moment without its offset from UTC, and the offset."""
    whole = text.strip()
    found = _OFFSET.search(whole)
    offset = found.group(1) if found else ""
    return whole.removesuffix(offset), offset


def moment_of_number(text: str) -> datetime | None:
    """Return the moment of a number of days that is written as text."""
    number = to_number(text)
    return moment_of(number) if math.isfinite(number) else None


@form("format-date", 2)
def _format_date(runs: list[Run], literals: Literals) -> Run:
    return _formatted(runs, literals)


@form("format-date-time", 2)
def _format_date_time(runs: list[Run], literals: Literals) -> Run:
    return _formatted(runs, literals)


def _formatted(runs: list[Run], literals: Literals) -> Run:
    if literals[1] is not None:
        _refuse_unknown_signs(literals[1])

    def run(c: Context) -> Value:
        moment = _moment(runs[0](c))
        return "" if moment is None else write_moment(moment, to_string(runs[1](c)))

    return run


def _refuse_unknown_signs(pattern: str) -> None:
    for sign in re.findall(r"%(.?)", pattern):
        if sign not in _SIGNS or not sign:
            raise Unsupported(f"%{sign} in the format of a date")


def write_moment(moment: datetime, pattern: str) -> str:
    """Write a date in a format; names of months and days are the short English ones."""
    _refuse_unknown_signs(pattern)
    words = {
        "Y": f"{moment.year:04}",
        "y": f"{moment.year % 100:02}",
        "m": f"{moment.month:02}",
        "n": str(moment.month),
        "b": _MONTHS[moment.month - 1],
        "d": f"{moment.day:02}",
        "e": str(moment.day),
        "a": _DAYS[moment.weekday()],
        "H": f"{moment.hour:02}",
        "h": str(moment.hour),
        "M": f"{moment.minute:02}",
        "S": f"{moment.second:02}",
        "3": f"{moment.microsecond // 1000:03}",
        "%": "%",
    }
    return re.sub(r"%(.)", lambda found: words[found.group(1)], pattern)
