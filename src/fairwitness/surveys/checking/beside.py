"""Which files a questionnaire names, where it names them, and what is wrong with those that came."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from fairwitness.surveys.checking.finding import Finding, Level
from fairwitness.surveys.checking.outline import Entry, Outline
from fairwitness.surveys.checking.rule import rules_of
from fairwitness.surveys.checking.workbook import Heading, Row, Sheet
from fairwitness.surveys.companions import (
    SHOWN_AS,
    TAKES,
    Companion,
    Companions,
    Family,
)
from fairwitness.surveys.questions import AREAS

MOST_PLACES = 3  # of one file that is missing, which are named one by one
_MOST_NAMES = 600  # that are compared with one that is missing
_PULLED = re.compile(r"pulldata\(\s*['\"]([^'\"]{1,120})['\"]")
_ROLES = {"csv-external": ".csv", "xml-external": ".xml"}
_CLOSE = 0.6


@dataclass(frozen=True, slots=True)
class Named:
    """One place in a sheet that names a file."""

    name: str
    family: Family
    sheet: Sheet
    row: Row
    heading: Heading | None

    @property
    def cell(self) -> str:
        """The place as spreadsheets name it."""
        letter = self.heading.letter if self.heading else ""
        return f"{self.sheet.name} {letter}{self.row.number}"


def named_files(outline: Outline) -> Iterator[Named]:
    """Every place that names a file; the areas of the centre are none."""
    survey = outline.survey
    for entry in outline.entries:
        if entry.edge != "end":
            yield from _shown(survey, entry.row)
        name = _list_of(entry)
        if name and name.partition(".")[0] != AREAS:
            yield Named(name, Family.LIST, survey, entry.row, survey.heading("type"))
    for row in outline.choices.rows:
        yield from _shown(outline.choices, row)
    for rule in rules_of(outline):
        for found in _PULLED.findall(rule.text):
            name = found if found.lower().endswith(".csv") else f"{found}.csv"
            yield Named(name, Family.LIST, rule.sheet, rule.row, rule.heading)


def _shown(sheet: Sheet, row: Row) -> Iterator[Named]:
    for what, family in SHOWN_AS.items():
        for heading, name in row.all_of(what):
            yield Named(name, family, sheet, row, heading)


def _list_of(entry: Entry) -> str:
    """The file that an entry offers choices from, or that it brings in for rules."""
    ending = _ROLES.get(entry.word.lower())
    if ending:
        return f"{entry.name}{ending}"
    is_file = entry.is_from_file and "external" not in entry.word
    return entry.list_name if is_file else ""


def file_findings(outline: Outline, beside: Companions) -> Iterator[Finding]:
    """What is missing, is something else, or cannot be told without an answer."""
    known = {one.name: one for one in beside}
    told: dict[str, int] = {}
    for one in named_files(outline):
        if "${" in one.name:
            yield _says(
                one,
                "unsupported-rule",
                "Which file is shown cannot be worked out from an answer.",
                "Write the name of one file here, and a question for each.",
            )
        elif one.name not in known:
            told[one.name] = told.get(one.name, 0) + 1
            if told[one.name] <= MOST_PLACES:
                yield _missing(one, sorted(known))
        elif known[one.name].family is not one.family:
            yield _says(one, "wrong-file", *_other(one, known[one.name]))


def _missing(one: Named, names: Sequence[str]) -> Finding:
    close = get_close_matches(one.name, names[:_MOST_NAMES], n=1, cutoff=_CLOSE)
    guess = f"Did you mean {close[0]}? " if close else ""
    return _says(
        one,
        "no-file",
        f"The file {one.name} did not come with the sheet.",
        f"{guess}Bring {TAKES[one.family]} under this name, letter by letter.",
        Level.WARNING,
    )


def _other(one: Named, came: Companion) -> tuple[str, str]:
    return (
        f"{one.name} is not {TAKES[one.family]}, but {came.family.value}.",
        "Bring another file under this name, or name it in another column.",
    )


def _says(
    one: Named, code: str, message: str, fix: str, level: Level = Level.ERROR
) -> Finding:
    return one.sheet.says(code, message, fix, row=one.row, at=one.heading, level=level)
