"""One thing that the check says: by which rule, where, in which words, and how to mend it. Pure."""

import hashlib
import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

Level = Literal["STOP", "LOOK"]
LONGEST_WORDS = 120


@dataclass(frozen=True)
class Rule:
    """What a code stands for: the rule behind it, where that comes from, and the sentences."""

    level: Level
    title: str
    rule: str
    law: str
    says: str
    mend: str


@dataclass(frozen=True)
class Place:
    """Where something stands: a part, and there a line and column or a cell, counted from 1.

    `field` names the text of ours that it stands in, `start` and `length` the signs there.
    """

    part: str
    line: int | None = None
    column: int | None = None
    sheet: str = ""
    cell: str = ""
    field: str = ""
    start: int = 0
    length: int = 0

    def __str__(self) -> str:
        if self.sheet:
            return f"{self.part}, sheet {self.sheet} {self.cell}".rstrip()
        if self.line:
            return f"{self.part}, line {self.line}, column {self.column}"
        return self.part


@dataclass(frozen=True)
class Finding:
    """One thing that is not right. `words` are those of the text, `message` speaks of them."""

    code: str
    level: Level
    at: Place
    message: str
    fix: str
    words: str = ""
    rule: str = ""
    law: str = ""
    whole: str = ""  # the SHA-256 of the words before they were shortened

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        return str(self.at)

    @property
    def mark(self) -> str:
        """What this finding is known by as long as the same words stand in the same part."""
        told = "\x1f".join([self.code, self.at.part, self.at.cell, self.whole])
        return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()

    def as_json(self) -> dict[str, object]:
        """The finding as `preflight --json` prints it."""
        at = self.at
        return {
            "code": self.code,
            "level": self.level,
            "rule": self.rule,
            "law": self.law,
            "place": self.place,
            "part": at.part,
            "line": at.line,
            "column": at.column,
            "sheet": at.sheet or None,
            "cell": at.cell or None,
            "words": self.words,
            "message": self.message,
            "fix": self.fix,
        }


@dataclass(frozen=True)
class Passage:
    """A text that is checked, and where it stands.

    `lines` maps places of the text to places of the source that it was taken from (HTML):
    (start in the text, line, column) in rising order.
    """

    part: str
    text: str
    language: str = ""
    sheet: str = ""
    cell: str = ""
    field: str = ""
    source: tuple[tuple[int, int, int], ...] = ()

    def at(self, start: int, length: int = 0) -> Place:
        """The place of some signs of this text."""
        if self.sheet:
            line = column = None
        elif self.source:
            line, column = self._in_source(start)
        else:
            begun = _lines(self.text)
            line = bisect_right(begun, start)
            column = start - begun[line - 1] + 1
        return Place(
            self.part, line, column, self.sheet, self.cell, self.field, start, length
        )

    def _in_source(self, start: int) -> tuple[int, int]:
        low = max(bisect_right(self.source, start, key=lambda one: one[0]) - 1, 0)
        begun, line, column = self.source[low]
        passed = self.text[begun:start]
        broken = passed.count("\n")
        if broken:
            return line + broken, len(passed) - passed.rfind("\n")
        return line, column + len(passed)


@lru_cache(maxsize=8)
def _lines(text: str) -> list[int]:
    """Where each line of a text begins."""
    return [0, *(found.end() for found in re.finditer("\n", text))]


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Rule]:
    """Every code, with its rule."""
    written = tomllib.loads(Path(__file__).with_name("catalogue.toml").read_text())
    return {code: Rule(**row) for code, row in written.items()}


def finding(
    code: str, at: Place | str, words: str = "", *, mend: str = "", **told: object
) -> Finding:
    """Make a finding of a code of the catalogue; `told` fills in its sentences."""
    rule = catalogue()[code]
    place = Place(at) if isinstance(at, str) else at
    shown = " ".join(words.split())
    whole = hashlib.sha256(shown.encode("utf-8", "replace")).hexdigest()
    shown = shown if len(shown) <= LONGEST_WORDS else f"{shown[: LONGEST_WORDS - 1]}…"
    return Finding(
        code=code,
        level=rule.level,
        at=place,
        message=rule.says.format(words=shown, **told),
        fix=mend or rule.mend.format(words=shown, **told),
        words=shown,
        rule=rule.rule,
        law=rule.law,
        whole=whole,
    )


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Each finding once, those that stop first, else as they were found."""
    once = dict.fromkeys(findings)
    return sorted(once, key=lambda one: one.level != "STOP")
