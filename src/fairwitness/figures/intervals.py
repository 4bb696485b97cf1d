"""How far a count, a rate or a share may lie from what is printed.

Counts and rates: exact Poisson (Garwood 1936, by chi-squared quantiles). Shares:
Wilson (1927), and Clopper-Pearson (1934) while fewer than `SMALL` stand on either
side: there Wilson's real coverage falls to 91 %, with this rule it is at least 94 %
from an expected count of 0.5 up (shown in the tests). Wald's is used nowhere.

A count of one's own intake has no sampling error: its interval says what chance
alone would do if the underlying rate stayed the same, and nothing of what was never
reported. Answers that people chose to give get no interval at all.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from scipy.stats import beta, chi2, norm

from fairwitness.refusal import Refused

LEVEL = 0.95
SMALL = 30


@dataclass(frozen=True)
class Interval:
    """The lower and the upper end, both included."""

    low: float
    high: float


class Answers(StrEnum):
    """How the answers to a survey came."""

    INVITED = "invited"  # everyone of a known list, or a random part of it, was asked
    FORWARDED = "forwarded"  # somebody passed a link on
    OPEN = "open"  # anybody could answer


class NoInterval(Refused):
    """A margin of error would mislead here."""


_WHY_NOT = {
    Answers.FORWARDED: (
        "These answers came through links that were passed on. Nobody knows whom they "
        "stand for, so no margin of error can be given. Print the number who answered."
    ),
    Answers.OPEN: (
        "Anybody could choose to answer this survey. A margin of error would mislead "
        "(AAPOR calls it harmful). Print the number who answered, and say that they "
        "chose to."
    ),
}


def poisson(count: int, *, level: float = LEVEL) -> Interval:
    """The exact interval of a count of separate events. ValueError below 0."""
    if count < 0:
        raise ValueError("A count is not below zero.")
    tail = (1 - level) / 2
    low = float(chi2.ppf(tail, 2 * count)) / 2 if count else 0.0
    return Interval(low, float(chi2.ppf(1 - tail, 2 * count + 2)) / 2)


def rate(
    count: int, among: float, *, per: int = 1000, level: float = LEVEL
) -> tuple[float, Interval]:
    """How many `per` (1,000) of a denominator, with its interval. ValueError when there is nobody."""
    if among <= 0:
        raise ValueError("A rate needs somebody to be a rate of.")
    exact, share = poisson(count, level=level), per / among
    return count * share, Interval(exact.low * share, exact.high * share)


def why_no_interval(answers: Answers) -> str | None:
    """Why a share of these answers has no margin of error; nothing when it has one."""
    return _WHY_NOT.get(answers)


def share(
    count: int, of: int, *, answers: Answers, level: float = LEVEL
) -> tuple[float, Interval]:
    """A share of the answers to a survey, between 0 and 1, with its interval.

    NoInterval when people chose themselves whether to be in it; ValueError when the
    part is larger than the whole.
    """
    if reason := why_no_interval(answers):
        raise NoInterval(reason)
    return proportion(count, of, level=level)


def proportion(count: int, of: int, *, level: float = LEVEL) -> tuple[float, Interval]:
    """A share of a whole of which every part had its chance, between 0 and 1."""
    if not 0 <= count <= of or not of:
        raise ValueError("A part is not larger than its whole.")
    is_small = min(count, of - count) < SMALL
    interval = _clopper_pearson if is_small else _wilson
    return count / of, interval(count, of, (1 - level) / 2)


def _clopper_pearson(count: int, of: int, tail: float) -> Interval:
    low = float(beta.ppf(tail, count, of - count + 1)) if count else 0.0
    high = float(beta.ppf(1 - tail, count + 1, of - count)) if count < of else 1.0
    return Interval(low, high)


def _wilson(count: int, of: int, tail: float) -> Interval:
    z = float(norm.ppf(1 - tail))
    seen, spread = count / of, 1 + z * z / of
    middle = (seen + z * z / (2 * of)) / spread
    half = z / spread * sqrt(seen * (1 - seen) / of + z * z / (4 * of * of))
    return Interval(middle - half, middle + half)
