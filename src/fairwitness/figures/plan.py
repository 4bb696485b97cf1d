"""The plan of an edition: what is counted for whom, and where a file of facts holds it."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Self

from fairwitness.figures.definitions import DIMENSIONS, USUAL, Unit, month_label
from fairwitness.figures.suppression import FEWEST, LEAST
from fairwitness.refusal import Refused

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


class BadPlan(Refused):
    """A plan says something that cannot be carried out."""


@dataclass(frozen=True)
class Denominator:
    """How many a count is a count among: a number with its source and day."""

    name: str
    source: str
    date: date
    unit: str
    value: float
    counts: Unit = Unit.INCIDENTS
    dimension: str = ""
    code: str = ""

    def __post_init__(self) -> None:
        if self.value <= 0:
            raise BadPlan(f"The denominator {self.name!r} counts nobody.")
        if not self.source or not isinstance(self.date, date):
            raise BadPlan(f"Say where the denominator {self.name!r} is from, and when.")


@dataclass(frozen=True)
class Break:
    """A month from which on things were counted differently, and why."""

    month: str
    reason: str


@dataclass(frozen=True)
class Controller:
    """Who answers for the edition."""

    name: str
    registration: str = ""
    contact: str = ""


@dataclass(frozen=True)
class Plan:
    """All that an edition says beside its facts.

    `period_from` and `period_to` are months (2026-01), both included: the months in
    which reports were received. Months after `complete_to` are marked as provisional.
    `columns` and `missing` are for files of facts whose columns have other names.
    """

    number: int
    period_from: str
    period_to: str
    published: date
    controller: Controller
    place: str = ""
    complete_to: str = ""
    least: int = LEAST
    fewest: int = FEWEST
    dimensions: tuple[str, ...] = USUAL
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    denominators: tuple[Denominator, ...] = ()
    breaks: tuple[Break, ...] = ()
    columns: Mapping[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    is_training: bool = False

    def __post_init__(self) -> None:
        if self.number < 1:
            raise BadPlan("The number of an edition is 1 or more.")
        if not isinstance(self.published, date):
            raise BadPlan("The day of publication is a date such as 2026-09-01.")
        for month in filter(None, (self.period_from, self.period_to, self.complete_to)):
            month_of(month)
        if self.period_from > self.period_to:
            raise BadPlan("The period ends before it begins.")
        if self.least < LEAST or self.fewest < self.least:
            raise BadPlan(
                f"`least` is {LEAST} or more and `fewest` not below it: smaller "
                "numbers would show people."
            )
        if unknown := [name for name in self.dimensions if name not in DIMENSIONS]:
            raise BadPlan(
                f"{unknown[0]!r} is nothing that we count by. Choose from: "
                f"{', '.join(DIMENSIONS)}."
            )

    @property
    def period(self) -> str:
        """The period in words."""
        if self.period_from == self.period_to:
            return month_label(self.period_from)
        start, end = month_label(self.period_from), month_label(self.period_to)
        if start[-4:] == end[-4:]:
            start = start[:-5]
        return f"{start} to {end}"

    @property
    def during(self) -> str:
        """The period as part of a sentence."""
        start, to, end = self.period.partition(" to ")
        return f"between {start} and {end}" if to else f"in {start}"

    @property
    def day(self) -> str:
        """The day of publication in words."""
        return f"{self.published.day} {month_label(self.published.isoformat()[:7])}"

    @property
    def title(self) -> str:
        """How the edition is called."""
        return f"Edition {self.number}: {self.period}"

    @property
    def months(self) -> tuple[str, ...]:
        """Every month of the period."""
        month, months = self.period_from, []
        while month <= self.period_to:
            months.append(month)
            year, number = month_of(month)
            month = f"{year + number // 12:04}-{number % 12 + 1:02}"
        return tuple(months)

    def is_provisional(self, month: str) -> bool:
        """Whether more reports of this month are still to be expected."""
        return bool(self.complete_to) and self.complete_to < month <= self.period_to

    @classmethod
    def from_toml(cls, path: Path) -> Self:
        """Read a plan; BadPlan says what is missing or not understood."""
        try:
            told = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadPlan(f"{path.name} is not a TOML file: {error}") from None
        except OSError as error:
            raise BadPlan(f"{path.name} cannot be read: {error.strerror}.") from None
        return cls.from_mapping(told)

    @classmethod
    def from_mapping(cls, told: Mapping[str, Any]) -> Self:
        """The plan that a TOML document states."""
        known = dict(told)
        period = known.pop("period", {})
        try:
            return cls(
                number=known.pop("number"),
                period_from=period["from"],
                period_to=period["to"],
                published=known.pop("published"),
                controller=Controller(**known.pop("controller")),
                denominators=tuple(
                    Denominator(
                        **{**one, "counts": Unit(one.get("counts", "incidents"))}
                    )
                    for one in known.pop("denominator", ())
                ),
                breaks=tuple(Break(**one) for one in known.pop("break", ())),
                dimensions=tuple(known.pop("dimensions", USUAL)),
                missing=tuple(known.pop("missing", ())),
                is_training=known.pop("training", False),
                **known,
            )
        except KeyError as error:
            raise BadPlan(f"The plan does not say {error.args[0]!r}.") from None
        except (TypeError, ValueError) as error:
            raise BadPlan(f"The plan is not understood: {error}.") from None

    def as_mapping(self) -> dict[str, Any]:
        """The plan as an edition prints it, without the columns of the file it came from."""
        return {
            "period": {"from": self.period_from, "to": self.period_to},
            "complete_to": self.complete_to or None,
            "place": self.place,
            "least": self.least,
            "fewest": self.fewest,
            "dimensions": list(self.dimensions),
            "labels": {name: dict(own) for name, own in self.labels.items()},
            "denominators": [
                {
                    "name": one.name,
                    "source": one.source,
                    "date": one.date.isoformat(),
                    "unit": one.unit,
                    "value": one.value,
                    "counts": str(one.counts),
                    "dimension": one.dimension or None,
                    "code": one.code or None,
                }
                for one in self.denominators
            ],
            "breaks": [{"month": b.month, "reason": b.reason} for b in self.breaks],
        }


def month_of(text: object) -> tuple[int, int]:
    """Year and number of a month such as 2026-03; BadPlan when it is not one."""
    if not isinstance(text, str) or not _MONTH.fullmatch(text):
        raise BadPlan(f"{text!r} is not a month. Write it as 2026-03.")
    return int(text[:4]), int(text[5:])
