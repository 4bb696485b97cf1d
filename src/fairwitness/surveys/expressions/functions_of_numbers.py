"""Functions of numbers."""

import math
from collections.abc import Callable

from fairwitness.surveys.expressions.context import Context
from fairwitness.surveys.expressions.paths import nodes_of
from fairwitness.surveys.expressions.registry import MANY, function
from fairwitness.surveys.expressions.values import NAN, Value, to_number


def _numbers(values: tuple[Value, ...]) -> list[float]:
    numbers: list[float] = []
    for value in values:
        if isinstance(value, list):
            numbers.extend(to_number(node.string()) for node in value)
        else:
            numbers.append(to_number(value))
    return numbers


@function("number", 0, 1)
def _number(c: Context, value: Value | None = None) -> Value:
    return to_number(c.node.string() if value is None else value)


@function("int", 1)
def _int(c: Context, value: Value) -> Value:
    number = to_number(value)
    return float(math.trunc(number)) if math.isfinite(number) else number


@function("sum", 1)
def _sum(c: Context, nodes: Value) -> Value:
    return math.fsum(to_number(node.string()) for node in nodes_of(nodes))


@function("min", 1, MANY)
def _min(c: Context, *values: Value) -> Value:
    return _extreme(min, values)


@function("max", 1, MANY)
def _max(c: Context, *values: Value) -> Value:
    return _extreme(max, values)


def _extreme(
    choose: Callable[[list[float]], float], values: tuple[Value, ...]
) -> float:
    numbers = _numbers(values)
    if not numbers or any(map(math.isnan, numbers)):
        return NAN
    return choose(numbers)


@function("round", 1, 2)
def _round(c: Context, value: Value, decimals: Value | None = None) -> Value:
    number = to_number(value)
    places = 0.0 if decimals is None else to_number(decimals)
    if math.isnan(places):
        return NAN
    if not math.isfinite(number) or abs(places) > 15:  # noqa: PLR2004 digits of a double
        return number
    scale = 10.0 ** int(places)
    scaled = number * scale
    return math.floor(scaled + 0.5) / scale if math.isfinite(scaled) else number


@function("floor", 1)
def _floor(c: Context, value: Value) -> Value:
    number = to_number(value)
    return float(math.floor(number)) if math.isfinite(number) else number


@function("ceiling", 1)
def _ceiling(c: Context, value: Value) -> Value:
    number = to_number(value)
    return float(math.ceil(number)) if math.isfinite(number) else number


@function("abs", 1)
def _abs(c: Context, value: Value) -> Value:
    return abs(to_number(value))


@function("pi", 0)
def _pi(c: Context) -> Value:
    return math.pi


@function("random", 0)
def _random(c: Context) -> Value:
    return c.world.dice().random()


def _define_one(name: str, work: Callable[[float], float]) -> None:
    @function(name, 1)
    def _of_one(c: Context, value: Value) -> Value:
        return _or_nan(work, to_number(value))


def _define_two(name: str, work: Callable[[float, float], float]) -> None:
    @function(name, 2)
    def _of_two(c: Context, left: Value, right: Value) -> Value:
        return _or_nan(work, to_number(left), to_number(right))


def _or_nan(work: Callable[..., float], *numbers: float) -> float:
    try:
        return work(*numbers)
    except OverflowError:
        return math.inf
    except ValueError:
        return NAN


def _log(number: float) -> float:
    return -math.inf if number == 0 else math.log(number)


def _log10(number: float) -> float:
    return -math.inf if number == 0 else math.log10(number)


for _name, _work in {
    "sqrt": math.sqrt,
    "exp": math.exp,
    "exp10": lambda number: math.pow(10.0, number),
    "log": _log,
    "log10": _log10,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
}.items():
    _define_one(_name, _work)


def _pow(base: float, exponent: float) -> float:
    """Raise to a power as IEEE 754 does: 0 to the power of -1 is infinite, and so is what is too large."""
    is_odd = exponent.is_integer() and exponent % 2 == 1
    if base == 0 and exponent < 0:
        return math.copysign(math.inf, base) if is_odd else math.inf
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return -math.inf if base < 0 and is_odd else math.inf


_define_two("pow", _pow)
_define_two("atan2", math.atan2)


@function("checklist", 3, MANY)
def _checklist(c: Context, least: Value, most: Value, *values: Value) -> Value:
    return _is_within(sum(_checks(values)), least, most)


@function("weighted-checklist", 4, MANY)
def _weighted_checklist(c: Context, least: Value, most: Value, *values: Value) -> Value:
    checks, weights = _checks(values[::2]), _numbers(values[1::2])
    total = sum(weight for check, weight in zip(checks, weights, strict=False) if check)
    return _is_within(total, least, most)


def _checks(values: tuple[Value, ...]) -> list[bool]:
    checks: list[bool] = []
    for value in values:
        if isinstance(value, list):
            checks.extend(_is_checked(node.string()) for node in value)
        else:
            checks.append(_is_checked(value))
    return checks


def _is_checked(value: Value) -> bool:
    """Whether an answer counts: a number above 0, or words, which both engines count."""
    number = to_number(value)
    if not math.isnan(number):
        return number > 0
    return isinstance(value, str) and value.strip() != ""


def _is_within(total: float, least: Value, most: Value) -> bool:
    lowest, highest = to_number(least), to_number(most)
    return (lowest < 0 or total >= lowest) and (highest < 0 or total <= highest)
