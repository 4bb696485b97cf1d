"""What somebody could work out from a printed table: linear programmes, not opinions.

Written against what is published alone and without a look at `suppression`, so that
the one can be held against the other: before an edition is written, in the tests,
and by anybody who verifies an edition.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, floor

import highspy
import numpy as np

_TINY = 1e-6


@dataclass(frozen=True)
class Published:
    """All that a table gives away of its hidden cells.

    `pools` are the sums of the hidden cells in each unit (the size of the pool of
    tags), `totals` the printed numbers of distinct things. The first unit bounds the
    others cell by cell: every incident and every person stands on some report.
    `at_least` is 1 where zeros would have been printed, 0 where only totals are.
    """

    hidden: tuple[str, ...]
    pools: tuple[int, ...]
    totals: tuple[int, ...]
    at_least: int = 1


@dataclass(frozen=True)
class Bounds:
    """Between which two numbers a hidden count must lie."""

    cell: str
    unit: int
    low: int
    high: int

    @property
    def width(self) -> int:
        """How far the two are apart; 0 when the count is known."""
        return self.high - self.low


@dataclass
class _Attack:
    """The inequalities that the published table states, ready to be solved often."""

    table: Published
    known: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.solver = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy gives its constructor no types
        self.solver.setOptionValue("output_flag", "off")
        self.solver.setOptionValue("threads", 1)
        for cell in self.table.hidden:
            for unit, total in enumerate(self.table.totals):
                fixed = self.known.get(cell)
                low, high = (
                    (fixed[unit],) * 2 if fixed else (self.table.at_least, total)
                )
                self.solver.addVar(low, high)
        for unit, pool in enumerate(self.table.pools):
            columns = [self._column(cell, unit) for cell in self.table.hidden]
            self._row(pool, pool, columns, [1.0] * len(columns))
        for cell in self.table.hidden:
            for unit in range(1, len(self.table.pools)):
                columns = [self._column(cell, 0), self._column(cell, unit)]
                self._row(0, highspy.kHighsInf, columns, [1.0, -1.0])

    def bounds(self) -> Iterator[Bounds]:
        """Between what every hidden count must lie that is not known already."""
        for cell in self.table.hidden:
            if cell in self.known:
                continue
            for unit in range(len(self.table.pools)):
                column = self._column(cell, unit)
                low = ceil(self._solve(column, 1.0) - _TINY)
                high = floor(-self._solve(column, -1.0) + _TINY)
                yield Bounds(cell, unit, low, high)

    def _solve(self, column: int, cost: float) -> float:
        self.solver.changeColCost(column, cost)
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise ValueError("The printed numbers contradict each other.")
        found = float(self.solver.getInfo().objective_function_value)
        self.solver.changeColCost(column, 0.0)
        return found

    def _row(
        self, low: float, high: float, columns: list[int], weights: list[float]
    ) -> None:
        self.solver.addRow(
            low, high, len(columns), np.array(columns), np.array(weights)
        )

    def _column(self, cell: str, unit: int) -> int:
        return self.table.hidden.index(cell) * len(self.table.totals) + unit


def seen_from_outside(table: Published) -> list[Bounds]:
    """What everybody can work out. ValueError when the table contradicts itself."""
    return list(_Attack(table).bounds())


def seen_by_an_insider(
    table: Published, *, knows: str, counts: Sequence[int]
) -> list[Bounds]:
    """What somebody can work out who knows one hidden cell exactly, in every unit."""
    return list(_Attack(table, {knows: counts}).bounds())
