"""Which counts of a table may not be printed, so that nobody can be worked out.

Simple but safe (docs/decisions/0004-suppression.md has the reasons and the proof).
A table is one-way: cells, each counted in several units (reports, incidents, people
affected). A cell is hidden in all its units or in none, so that the units cannot be
played against each other. Hidden are

* every cell in which a unit counts 1 or more and fewer than `least`, or all but so few
  of the total (where things can stand in several cells the rest is a count too), and
* the two smallest of the others, and any that are as small as the second of these.

How many are added never depends on the small counts themselves, so stopping tells
nothing of them. With k hidden cells that add up to S, S - k is then at least
2 (least - 1), and still least - 1 without the largest: what is printed leaves every
hidden count open by at least `least`, and by `least` - 1 to somebody who knows one
of the others. Where there are not two such cells the table gives its total alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

LEAST = 5
"""The smallest count that is printed, zero apart."""

FEWEST = 10
"""A table of fewer counted incidents would show people, not numbers."""

_ADDED = 2
_LOWEST = 3

Counts = Mapping[str, Sequence[int]]
"""Cell -> its count in each unit, the unit that bounds the others first."""


@dataclass(frozen=True)
class Protection:
    """What of a table stays hidden, and the sentence that says so."""

    hidden: frozenset[str]
    is_total_only: bool
    sentence: str


def protect(counts: Counts, *, totals: Sequence[int], least: int = LEAST) -> Protection:
    """Choose the cells to hide.

    `totals` are the printed numbers of distinct things in each unit. Deterministic:
    the same counts are always hidden in the same way. ValueError when `least` is so
    low that nothing would be safe.
    """
    if least < _LOWEST:
        raise ValueError("A threshold below 3 protects nobody.")
    told = {cell: units for cell, units in counts.items() if any(units)}
    small = {
        cell for cell, units in told.items() if _shows_few(units, totals, least=least)
    }
    if _both_are_few(told, totals, least=least):
        return _total_only(counts)
    if not small:
        return Protection(frozenset(), is_total_only=False, sentence="")
    others = sorted(told[cell][0] for cell in told.keys() - small)
    if len(others) < _ADDED:
        return _total_only(counts)
    reach = others[_ADDED - 1]
    hidden = small | {cell for cell, units in told.items() if units[0] <= reach}
    for unit, total in enumerate(totals):
        if not is_safe([told[cell][unit] for cell in hidden], total=total, least=least):
            return _total_only(counts)
    sentence = (
        f"[c]: not shown, because it is below {least} or because it would let a "
        f"number below {least} be worked out."
    )
    return Protection(frozenset(hidden), is_total_only=False, sentence=sentence)


def is_safe(hidden: Iterable[int], *, total: int, least: int = LEAST) -> bool:
    """Whether these hidden counts of one unit protect each other.

    The last condition matters where one thing can stand in several cells (an
    incident has several grounds): a count that might fill the whole total is bounded
    by it.
    """
    counts = list(hidden)
    slack = sum(counts) - len(counts)
    return (
        len(counts) > _ADDED
        and slack >= least
        and slack - (max(counts) - 1) >= least - 1
        and slack + 1 <= total
    )


def may_split(
    rows: Mapping[str, Sequence[int]],
    *,
    hidden: frozenset[str],
    least: int = LEAST,
) -> bool:
    """Whether rows may show their parts: none is small, in any row or in the hidden ones together."""
    shown = [parts for row, parts in rows.items() if row not in hidden]
    together = [sum(part) for part in zip(*(rows[row] for row in hidden), strict=True)]
    return all(part == 0 or part >= least for part in chain(together, *shown))


def first_close_change(
    before: Mapping[str, int | None],
    after: Mapping[str, int | None],
    *,
    least: int = LEAST,
) -> str | None:
    """The first cell that two editions of one period would give away between them.

    A number that changed by less than `least`, or that is hidden in one edition and
    printed in the other, describes the few reports that came in between.
    """
    for cell in sorted(before.keys() | after.keys()):
        old, new = before.get(cell, 0), after.get(cell, 0)
        if (old is None) != (new is None):
            return cell
        if old is not None and new is not None and 0 < abs(new - old) < least:
            return cell
    return None


def _shows_few(units: Sequence[int], totals: Sequence[int], *, least: int) -> bool:
    """Whether a row shows few, or all but few."""
    return min(units) < least or any(
        0 < total - count < least for count, total in zip(units, totals, strict=True)
    )


def _both_are_few(told: Counts, totals: Sequence[int], *, least: int) -> bool:
    """Whether two rows and their total give away a small number that stands in both."""
    return len(told) == 2 and any(  # noqa: PLR2004 - two rows overlap in one way only
        0 < sum(counts) - total < least
        for *counts, total in zip(*told.values(), totals, strict=True)
    )


def _total_only(counts: Counts) -> Protection:
    return Protection(
        frozenset(counts),
        is_total_only=True,
        sentence=(
            "Only the total is shown: the parts are so few that one of them could be "
            "worked out from the others."
        ),
    )
