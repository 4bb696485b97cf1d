"""When a crowd answered at once: days that stand out, worked out from numbers in fives.

No answer knows its day, and no day that is over knows its number better than in fives:
fewer than five count as none. A day is a *burst* when at least `LEAST` answers came on it
and at least `TIMES` as many as on the middle one of the campaign's days. Answers by one's
own link come in numbers when letters have left, so of these only days stand out on which
no letter had left for `AFTER_LETTERS` days.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

FIVE = 5
LEAST, TIMES = 20, 5
AFTER_LETTERS = timedelta(days=7)
SIZES: Mapping[str, int] = {
    "by_one": 1,
    "by_two": 2,
    "by_five": 5,
    "by_ten": 10,
    "by_twenty": 20,
}
"""The classes of links, by the fewest answers of others that they brought on one day."""


@dataclass(frozen=True)
class Day:
    """How many answers were released on a day: by one's own link, and by passed-on links."""

    day: date
    own: int
    passed_on: int


def in_fives(number: int) -> int:
    """A number rounded down to fives, so that it tells of no single answer."""
    return number - number % FIVE


def size_of(answers: int) -> str:
    """The class of a link that brought so many answers of others."""
    return max(
        (name for name, least in SIZES.items() if answers >= least),
        key=SIZES.__getitem__,
    )


def bursts_of(
    days: Collection[Day], *, first: date, last: date, letters: Collection[date] = ()
) -> frozenset[date]:
    """The days between `first` and `last` that stand out. `letters` are days on which some left."""
    known = {one.day: one for one in days if first <= one.day <= last}
    span = max((last - first).days + 1, 1)
    quiet = [0] * max(span - len(known), 0)
    found = {
        one.day
        for one in known.values()
        if _stands_out(
            in_fives(one.passed_on),
            [*quiet, *(in_fives(each.passed_on) for each in known.values())],
        )
    }
    return frozenset(
        found
        | {
            one.day
            for one in known.values()
            if not _follows(one.day, letters)
            and _stands_out(
                in_fives(one.own),
                [*quiet, *(in_fives(each.own) for each in known.values())],
            )
        }
    )


def weeks_of(days: Collection[date]) -> frozenset[str]:
    """The ISO weeks of these days, as answers name them (2026-W47)."""
    return frozenset(week_of(day) for day in days)


def week_of(day: date) -> str:
    """The ISO week of a day, such as 2026-W47."""
    year, week, _day = day.isocalendar()
    return f"{year}-W{week:02}"


def _stands_out(number: int, all_days: Collection[int]) -> bool:
    return number >= LEAST and number >= TIMES * median(all_days)


def _follows(day: date, letters: Collection[date]) -> bool:
    return any(timedelta(0) <= day - left <= AFTER_LETTERS for left in letters)
