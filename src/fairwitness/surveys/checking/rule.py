"""The rules of a form: which cells hold one, and which questions each names."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from fairwitness.surveys.checking.finding import Finding
from fairwitness.surveys.checking.outline import NO, YES, Entry, Outline
from fairwitness.surveys.checking.workbook import Heading, Row, Sheet

RULES = (
    "relevant",
    "constraint",
    "required",
    "read_only",
    "calculation",
    "repeat_count",
    "choice_filter",
    "default",
)
TEXTS = ("label", "hint", "guidance_hint", "constraint_message", "required_message")
NAMED = re.compile(r"\$\{\s*((?:last-saved#)?[^{}$\s]{0,255})\s*\}")
_EXACT = re.compile(r"\$\{[^{}$\s]{0,300}\}")
_BEGUN = re.compile(r"\$\{[^}]{0,300}\}?")
_FILL = "_"
_PLAIN = re.compile(r"[\w .,:/@+-]*")


@dataclass(frozen=True)
class Rule:
    """One cell that holds a rule."""

    sheet: Sheet
    entry: Entry
    heading: Heading
    text: str

    @property
    def row(self) -> Row:
        """The row it stands in."""
        return self.entry.row

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The questions it names as ${…}."""
        return tuple(NAMED.findall(self.text))

    @cached_property
    def plain(self) -> str:
        """The rule with each ${name} as a word of the same length, so that places stay."""
        return NAMED.sub(
            lambda found: _word(found.group(1), len(found.group())), self.text
        )

    @cached_property
    def words(self) -> Mapping[str, str]:
        """Which question each of these words stands for."""
        return {
            _word(found.group(1), len(found.group())): found.group(1)
            for found in NAMED.finditer(self.text)
        }

    @property
    def misread(self) -> str:
        """What begins as ${…} and is read by nobody: it is never closed, or holds a space."""
        return next(
            (one for one in _BEGUN.findall(self.text) if _EXACT.fullmatch(one) is None),
            "",
        )

    def says(self, code: str, message: str, fix: str = "") -> Finding:
        """Say that something is wrong with this rule."""
        return self.sheet.says(code, message, fix, row=self.row, at=self.heading)


def _word(name: str, length: int) -> str:
    safe = re.sub(r"[^\w.-]", _FILL, name)
    return f"Q{_FILL}{safe}".ljust(length, _FILL)


def rules_of(outline: Outline) -> Iterator[Rule]:
    """Every rule of the form; yes, no, a number and a plain default are none."""
    for entry in outline.entries:
        for meaning in RULES:
            for heading, text in entry.row.all_of(meaning):
                if not is_plain(meaning, text):
                    yield Rule(outline.survey, entry, heading, text)


def is_plain(meaning: str, text: str) -> bool:
    """Whether this cell holds yes, no, a number or a text, and no rule."""
    lowered = text.lower()
    if meaning in {"required", "read_only", "relevant", "constraint"} and (
        lowered in YES | NO
    ):
        return True
    if meaning == "repeat_count":
        return text.isdigit()
    if meaning == "default":
        is_dynamic = "${" in text or re.search(r"[\w-]\(", text)
        return not is_dynamic or _PLAIN.fullmatch(text) is not None
    return False
