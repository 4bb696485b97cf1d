"""Texts, numbers, truths and node-sets, and how each becomes the other (XPath 1.0 §3, §4)."""

import math
import re
from datetime import datetime, timedelta
from decimal import Decimal

from fairwitness.surveys.expressions.tree import Node

Value = str | float | bool | list[Node]

NAN = math.nan
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 UTC, without saying so in every sum
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_EXPONENTS = 1e16  # from here on Python writes 1e+16
_DATE = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)


def to_string(value: Value) -> str:
    """Return the value as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return value[0].string() if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value)


def number_text(number: float) -> str:
    """Write a number as XPath does: no exponent, and no point for a whole number."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if abs(number) < _EXPONENTS and number == int(number):
        return str(int(number))
    return format(Decimal(repr(number)), "f")


def to_number(value: Value) -> float:
    """Return the value as a number; a date counts the days since 1970 (ODK XForms)."""
    if isinstance(value, float):
        return value
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    text = to_string(value).strip()
    if text.isdigit() and text.isascii():
        return float(text)
    if not text:
        return NAN
    if _NUMBER.fullmatch(text):
        return float(text)
    moment = read_moment(text)
    return NAN if moment is None else days_of(moment)


def to_boolean(value: Value) -> bool:
    """Return the value as true or false; the text "false" is true, as in XPath."""
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return bool(value)


def read_moment(text: str) -> datetime | None:
    """Read a date, or a date with a time, which is turned to UTC; None if it is neither."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    try:
        moment = datetime(  # noqa: DTZ001 what it is an hour of is said by the offset
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int((fraction or "0").ljust(6, "0")),
        )
        return moment - _ahead_of_utc(offset)
    except (ValueError, OverflowError):
        return None


def _ahead_of_utc(offset: str | None) -> timedelta:
    if not offset or offset == "Z":
        return timedelta()
    digits = offset[1:].replace(":", "").ljust(4, "0")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -ahead if offset[0] == "-" else ahead


def days_of(moment: datetime) -> float:
    """Return the days since 1 January 1970, with the time as a fraction."""
    return (moment - EPOCH) / timedelta(days=1)


def moment_of(days: float) -> datetime | None:
    """Return the moment that many days after 1 January 1970; None when there is none."""
    try:
        return EPOCH + timedelta(days=days)
    except (OverflowError, ValueError):
        return None


def equal(left: Value, right: Value) -> bool:
    """Tell whether two values are equal; of node-sets, whether any pair is."""
    if isinstance(left, list):
        if len(left) == 1 and isinstance(right, str):  # the commonest rule of all
            return left[0].string() == right
        return _any_equal(left, right)
    if isinstance(right, list):
        return _any_equal(right, left)
    return _same(left, right)


def unequal(left: Value, right: Value) -> bool:
    """Tell whether two values differ; of node-sets, whether any pair does."""
    if isinstance(left, list):
        return _any_unequal(left, right)
    if isinstance(right, list):
        return _any_unequal(right, left)
    return not _same(left, right)


def _same(left: Value, right: Value) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    if isinstance(left, bool) or isinstance(right, bool):
        return to_boolean(left) == to_boolean(right)
    return to_number(left) == to_number(right)


def _any_equal(nodes: list[Node], other: Value) -> bool:
    if isinstance(other, list):
        texts = {node.string() for node in other}
        return any(node.string() in texts for node in nodes)
    if isinstance(other, bool):
        return bool(nodes) == other
    if isinstance(other, str):
        return any(node.string() == other for node in nodes)
    return any(to_number(node.string()) == other for node in nodes)


def _any_unequal(nodes: list[Node], other: Value) -> bool:
    if isinstance(other, list):
        texts = {node.string() for node in other}
        return bool(texts) and any(
            len(texts) > 1 or node.string() not in texts for node in nodes
        )
    if isinstance(other, bool):
        return bool(nodes) != other
    if isinstance(other, str):
        return any(node.string() != other for node in nodes)
    return any(to_number(node.string()) != other for node in nodes)


def below(left: Value, right: Value, *, or_equal: bool) -> bool:
    """Tell whether left < right (or <=) as numbers; of node-sets, whether any pair is.

    A node-set beside a truth is compared by its numbers too, as the ODK engines do.
    """
    if _is_single(left) and _is_single(right):
        one, other = to_number(left), to_number(right)
        return one <= other if or_equal else one < other
    lefts = [each for each in _numbers(left) if not math.isnan(each)]
    rights = [each for each in _numbers(right) if not math.isnan(each)]
    if not lefts or not rights:
        return False
    least, most = min(lefts), max(rights)
    return least <= most if or_equal else least < most


def _is_single(value: Value) -> bool:
    """Whether a value is compared as one number: what stands in the commonest rules."""
    return isinstance(value, float) or (isinstance(value, list) and len(value) == 1)


def _numbers(value: Value) -> list[float]:
    if isinstance(value, list):
        return [to_number(node.string()) for node in value]
    return [to_number(value)]
