"""What differs from country to country: numbers to ring, regulator, registers, holidays, bases.

All of it is data, in countries/*.toml; a new country is a new file.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import holidays
from django.utils.translation import get_language

PLACE = Path(__file__).parent / "countries"
ByLanguage = Mapping[str, str]
SATURDAY = 5


@dataclass(frozen=True)
class Line:
    """A help line: `number` as people read it, `tel` as a telephone takes it."""

    name: str
    number: str
    tel: str
    hours: str = ""


@dataclass(frozen=True)
class Regulator:
    """Who watches over data protection, and where to write to."""

    name: str
    address: str
    phone: str = ""
    web: str = ""

    @property
    def line(self) -> str:
        """Name, address, telephone and site in one line."""
        return ", ".join(filter(None, (self.name, self.address, self.phone, self.web)))


@dataclass(frozen=True)
class Registration:
    """Under which number whoever holds data is known, and how such a number looks."""

    pattern: str
    sample: str
    ends: bool
    name: ByLanguage
    why: ByLanguage

    def fits(self, number: str) -> bool:
        return bool(re.fullmatch(self.pattern, number.strip()))


@dataclass(frozen=True)
class PurposeText:
    """A text to start from for one purpose; a named person approves what holds."""

    basis: str
    basis_note: str
    kept_months: int
    special_category_condition: str = ""
    criminal_offence_condition: str = ""


@dataclass(frozen=True)
class AreaText:
    """An area to start from."""

    code: str
    name: ByLanguage
    people: int | None = None


@dataclass(frozen=True)
class Calendar:
    """Which days nobody works: weekends, and the holidays of a country (or listed days)."""

    country: str = ""
    part: str = ""
    days: tuple[str, ...] = ()

    def is_working_day(self, day: date) -> bool:
        is_weekend = day.weekday() >= SATURDAY
        return not (is_weekend or f"{day:%m-%d}" in self.days or self._is_holiday(day))

    def after(self, day: date, count: int) -> date:
        """The working day that is `count` working days after this day."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_working_day(day)
        return day

    def next_working_day(self, day: date) -> date:
        """This day, or the first working day after it."""
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def _is_holiday(self, day: date) -> bool:
        return bool(self.country) and day in _holidays(
            self.country, self.part, day.year
        )


@dataclass(frozen=True)
class Country:
    """A country in which a centre can be run."""

    code: str
    emergency: str
    regulator: Regulator
    registration: Registration
    bases: tuple[str, ...]
    calendar: Calendar
    free_flow: frozenset[str]
    purposes: Mapping[str, PurposeText] = field(default_factory=dict)
    areas: tuple[AreaText, ...] = ()
    is_invented: bool = False
    lines: tuple[Mapping[str, Any], ...] = ()

    @property
    def helplines(self) -> list[Line]:
        """The public help lines, their hours in the language of this page."""
        return [
            Line(
                name=line["name"],
                number=line["number"],
                tel=line["tel"],
                hours=in_words(line.get("hours", {})),
            )
            for line in self.lines
        ]

    def lets_flow_to(self, code: str) -> bool:
        """Whether data may go there without a reason of its own being written down."""
        is_near = "EEA" in self.free_flow and bool(_names().get(code, {}).get("eea"))
        return code == self.code or code in self.free_flow or is_near


def in_words(told: ByLanguage) -> str:
    """A text in the language of this page, else in English."""
    code = (get_language() or "en").split("-")[0]
    return told.get(code) or told.get("en", "")


def known() -> list[str]:
    """The codes of the countries in which a centre can be run."""
    return sorted(path.stem.upper() for path in PLACE.glob("??.toml"))


@lru_cache(maxsize=32)
def country(code: str) -> Country:
    """A country by its two-letter code. Error: KeyError when there is no file for it."""
    if code.upper() not in known():
        raise KeyError(code)
    told = tomllib.loads((PLACE / f"{code.lower()}.toml").read_text("utf-8"))
    calendar = told["calendar"]
    return Country(
        code=told["code"],
        emergency=told["emergency"],
        regulator=Regulator(**told["regulator"]),
        registration=Registration(**told["registration"]),
        bases=tuple(told["bases"]),
        calendar=Calendar(**{**calendar, "days": tuple(calendar.get("days", ()))}),
        free_flow=frozenset(told["free_flow"]),
        purposes={name: PurposeText(**text) for name, text in told["purposes"].items()},
        areas=tuple(AreaText(**area) for area in told.get("areas", ())),
        is_invented=told.get("is_invented", False),
        lines=tuple(told.get("helplines", ())),
    )


def name_of(code: str) -> str:
    """A country's name in the language of this page; its code when it is not known."""
    return in_words(_names().get(code.upper(), {})) or code


def is_known(code: str) -> bool:
    """Whether we can name this country."""
    return code in _names()


@lru_cache(maxsize=1)
def _names() -> dict[str, dict[str, Any]]:
    return tomllib.loads((PLACE / "names.toml").read_text("utf-8"))


@lru_cache(maxsize=64)
def _holidays(code: str, part: str, year: int) -> frozenset[date]:
    found = holidays.country_holidays(code, subdiv=part or None, years=year)
    return frozenset(found)
