"""How a function of the expression language is defined: its name, its arguments, its closure."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from fairwitness.surveys.expressions.context import Context
from fairwitness.surveys.expressions.values import Value

Run = Callable[[Context], Value]
Literals = tuple[str | None, ...]
Make = Callable[[list[Run], Literals], Run]
Work = Callable[..., Value]


@dataclass(frozen=True, slots=True)
class Function:
    """A function: how many arguments it takes, and how a call becomes a closure."""

    least: float
    most: float
    make: Make

    @property
    def count_words(self) -> str:
        """Say how many arguments the function takes."""
        if self.most == math.inf:
            return f"at least {self.least} values"
        if self.least == self.most:
            return "1 value" if self.least == 1 else f"{self.least} values"
        return f"{self.least} to {self.most} values"


FUNCTIONS: dict[str, Function] = {}
MANY = math.inf


def function(
    name: str, least: int, most: float | None = None
) -> Callable[[Work], Work]:
    """Define a function that gets the context and the values of its arguments."""

    def define(work: Work) -> Work:
        FUNCTIONS[name] = Function(
            least, least if most is None else most, _closure_of(work)
        )
        return work

    return define


def form(name: str, least: int, most: float | None = None) -> Callable[[Make], Make]:
    """Define a function that makes its own closure: it may leave arguments unevaluated."""

    def define(make: Make) -> Make:
        FUNCTIONS[name] = Function(least, least if most is None else most, make)
        return make

    return define


def _closure_of(work: Work) -> Make:
    def make(runs: list[Run], literals: Literals) -> Run:
        match runs:
            case []:
                return work
            case [one]:
                return lambda c: work(c, one(c))
            case [one, two]:
                return lambda c: work(c, one(c), two(c))
            case _:
                return lambda c: work(c, *[run(c) for run in runs])

    return make
