"""Operators as closures."""

import math
from collections.abc import Callable

from fairwitness.surveys.expressions.context import Context
from fairwitness.surveys.expressions.paths import in_order, nodes_of
from fairwitness.surveys.expressions.values import (
    NAN,
    Value,
    below,
    equal,
    to_boolean,
    to_number,
    unequal,
)

Run = Callable[[Context], Value]


def constant(value: Value) -> Run:
    """Return a value that is always the same."""
    return lambda c: value


def negative(run: Run) -> Run:
    """Return the number with its sign changed."""
    return lambda c: -to_number(run(c))


def join(operator: str, runs: list[Run]) -> Run:
    """Return what an operator makes of its sides; only `and` and `or` have more than two."""
    if operator == "and":
        return _both(*runs) if len(runs) == _TWO else _all(runs)
    if operator == "or":
        return _either(*runs) if len(runs) == _TWO else _any(runs)
    return _PAIRS[operator](*runs)


_TWO = 2


def _both(left: Run, right: Run) -> Run:
    def run(c: Context) -> Value:
        first = left(c)
        if first is False or (first is not True and not to_boolean(first)):
            return False
        second = right(c)
        return second if isinstance(second, bool) else to_boolean(second)

    return run


def _either(left: Run, right: Run) -> Run:
    def run(c: Context) -> Value:
        first = left(c)
        if first is True or (first is not False and to_boolean(first)):
            return True
        second = right(c)
        return second if isinstance(second, bool) else to_boolean(second)

    return run


def _all(runs: list[Run]) -> Run:
    return lambda c: all(to_boolean(run(c)) for run in runs)


def _any(runs: list[Run]) -> Run:
    return lambda c: any(to_boolean(run(c)) for run in runs)


def divide(left: float, right: float) -> float:
    """Divide as XPath does (IEEE 754)."""
    if right == 0:
        if left == 0 or math.isnan(left):
            return NAN
        return math.copysign(math.inf, left) * math.copysign(1.0, right)
    return left / right


def modulo(left: float, right: float) -> float:
    """Return the rest of a division, with the sign of the left side."""
    if right == 0 or math.isinf(left) or math.isnan(left) or math.isnan(right):
        return NAN
    return math.fmod(left, right)


def times(left: float, right: float) -> float:
    """Multiply."""
    return left * right


def _numeric(work: Callable[[float, float], float]) -> Callable[[Run, Run], Run]:
    def make(left: Run, right: Run) -> Run:
        return lambda c: work(to_number(left(c)), to_number(right(c)))

    return make


def _equal(left: Run, right: Run) -> Run:
    return lambda c: equal(left(c), right(c))


def _unequal(left: Run, right: Run) -> Run:
    return lambda c: unequal(left(c), right(c))


def _below(left: Run, right: Run) -> Run:
    return lambda c: below(left(c), right(c), or_equal=False)


def _at_most(left: Run, right: Run) -> Run:
    return lambda c: below(left(c), right(c), or_equal=True)


def _above(left: Run, right: Run) -> Run:
    return lambda c: below(right(c), left(c), or_equal=False)


def _at_least(left: Run, right: Run) -> Run:
    return lambda c: below(right(c), left(c), or_equal=True)


def _union(left: Run, right: Run) -> Run:
    return lambda c: in_order([*nodes_of(left(c)), *nodes_of(right(c))])


_PAIRS: dict[str, Callable[[Run, Run], Run]] = {
    "=": _equal,
    "!=": _unequal,
    "<": _below,
    "<=": _at_most,
    ">": _above,
    ">=": _at_least,
    "+": _numeric(lambda a, b: a + b),
    "-": _numeric(lambda a, b: a - b),
    "*": _numeric(times),
    "div": _numeric(divide),
    "mod": _numeric(modulo),
    "|": _union,
}
