"""What the rows of a questionnaire mean: questions, groups, lists, and who lies in whom."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath

from pyxform import aliases
from pyxform.question_type_dictionary import QUESTION_TYPE_DICT
from pyxform.xls2json import RE_BEGIN_CONTROL, RE_END_CONTROL, RE_OSM, RE_SELECT

from fairwitness.surveys.checking.workbook import Row, Sheet, Workbook

YES = {"yes", "true", "true()", "1"}
NO = {"no", "false", "false()", "0"}
SILENT = {
    "calculate",
    "hidden",
    "start",
    "end",
    "today",
    "deviceid",
    "phonenumber",
    "username",
    "email",
    "simserial",
    "subscriberid",
    "audit",
    "csv-external",
    "xml-external",
    "start-geopoint",
    "background-audio",
    "background-geopoint",
}
MULTIPLE = "select all that apply"
_OUTSIDE = {"csv-external", "xml-external"}
_PULLED = re.compile(r"pulldata\(\s*['\"]([^'\"]{1,120})['\"]")


@dataclass(frozen=True, eq=False)
class Entry:
    """One row of the sheet `survey`: a question, or the beginning or end of a group."""

    row: Row
    word: str  # the type without the list: "select_one", "text"
    edge: str = ""  # of a group or repeat: "begin" or "end"
    name: str = ""
    list_name: str = ""
    has_other: bool = False
    parents: tuple["Entry", ...] = ()

    @property
    def is_question(self) -> bool:
        """Whether it holds a value, asked or silent."""
        return not self.edge

    @property
    def is_shown(self) -> bool:
        """Whether somebody sees it."""
        return self.is_question and not self.is_silent

    @property
    def is_silent(self) -> bool:
        """Whether it is filled without anybody being asked."""
        known = QUESTION_TYPE_DICT.get(self.word.lower(), {}).get("bind", {})
        return self.word.lower() in SILENT or "jr:preload" in known

    @property
    def is_multiple(self) -> bool:
        """Whether several choices can be its answer."""
        return bool(aliases.select.get(self.word) == MULTIPLE)

    @property
    def is_selecting(self) -> bool:
        """Whether its answer is one or several of a list."""
        return self.word in aliases.select

    @property
    def is_from_file(self) -> bool:
        """Whether its list lies outside of the form."""
        return self.word in aliases.select_from_file or "external" in self.word


@dataclass(frozen=True, eq=False)
class Outline:
    """The sheet `survey` as entries, and the lists of the sheet `choices`."""

    workbook: Workbook
    entries: tuple[Entry, ...]

    @property
    def survey(self) -> Sheet:
        """The sheet of the questions."""
        return self.workbook.sheet("survey")

    @property
    def choices(self) -> Sheet:
        """The sheet of the lists."""
        return self.workbook.sheet("choices")

    @cached_property
    def named(self) -> Mapping[str, tuple[Entry, ...]]:
        """Every question and group by its name."""
        found: dict[str, list[Entry]] = {}
        for one in self.entries:
            if one.name and one.edge != "end":
                found.setdefault(one.name, []).append(one)
        return {name: tuple(entries) for name, entries in found.items()}

    @cached_property
    def lists(self) -> Mapping[str, tuple[Row, ...]]:
        """The rows of each list."""
        found: dict[str, list[Row]] = {}
        for row in self.choices.rows:
            if row["list_name"]:
                found.setdefault(row["list_name"], []).append(row)
        return {name: tuple(rows) for name, rows in found.items()}

    @cached_property
    def instances(self) -> frozenset[str]:
        """The lists that a rule can read: those of the choices, and those in files."""
        files = (one for one in self.entries if one.list_name and one.is_from_file)
        entities = self.workbook.sheet("entities")
        return frozenset(
            {
                *self.lists,
                *(PurePath(one.list_name).stem for one in files),
                *(one.name for one in self.entries if one.word in _OUTSIDE),
                *(PurePath(name).stem for name in self._pulled()),
                *(row["list_name"] or row["dataset"] for row in entities.rows),
                "__last-saved",
            }
        )

    def _pulled(self) -> Iterator[str]:
        """The files that pulldata() reads: what follows it may name them as instance() does."""
        for entry in self.entries:
            for text in entry.row.texts.values():
                yield from _PULLED.findall(text)

    def choices_of(self, entry: Entry) -> frozenset[str] | None:
        """The names that can be an answer to a question, or None where nobody can tell."""
        known = self.choice_names.get(entry.list_name)
        if not entry.is_selecting or entry.is_from_file or known is None:
            return None
        return known | {"other"} if entry.has_other else known

    @cached_property
    def choice_names(self) -> Mapping[str, frozenset[str]]:
        """The names of the choices of each list."""
        return {
            name: frozenset(row["name"] for row in rows)
            for name, rows in self.lists.items()
        }


def outline_of(workbook: Workbook) -> Outline:
    """Read what the rows mean; rows that are switched off are left out."""
    return Outline(workbook, tuple(_entries(workbook.sheet("survey"))))


def _entries(survey: Sheet) -> Iterator[Entry]:
    open_groups: list[Entry] = []
    for row in survey.rows:
        kind = " ".join(row["type"].split())
        if not kind or is_switched_off(row) or kind.startswith("#"):
            continue
        entry = _entry(row, kind, tuple(open_groups))
        if entry.edge == "begin":
            open_groups.append(entry)
        elif entry.edge == "end" and open_groups:
            open_groups.pop()
        yield entry


def is_switched_off(row: Row) -> bool:
    """Whether a row is left out by its column disabled."""
    return row["disabled"].lower() in YES


def _entry(row: Row, kind: str, parents: tuple[Entry, ...]) -> Entry:
    name = row["name"]
    lowered = kind.lower()
    for edge, pattern in (("begin", RE_BEGIN_CONTROL), ("end", RE_END_CONTROL)):
        found = pattern.match(lowered)
        if found:
            word = aliases.control[found["type"]]
            return Entry(row, word, edge=edge, name=name, parents=parents)
    chosen = RE_SELECT.match(kind)
    if chosen:
        return Entry(
            row,
            chosen["select_command"],
            name=name,
            list_name=chosen["list_name"],
            has_other=chosen["specify_other"] is not None,
            parents=parents,
        )
    return Entry(row, kind, name=name, parents=parents)


def _is_edge(entry: Entry) -> bool:
    """Whether the standard's reader, which minds capitals, takes this for an edge of a group."""
    kind = " ".join(entry.row["type"].split())
    return bool(RE_BEGIN_CONTROL.match(kind) or RE_END_CONTROL.match(kind))


def is_known(entry: Entry) -> bool:
    """Whether the standard has a type of this name."""
    word = entry.word
    return (
        (not entry.is_question and _is_edge(entry))
        or entry.is_selecting
        or word in QUESTION_TYPE_DICT
        or RE_OSM.match(word) is not None
    )
