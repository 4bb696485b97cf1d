"""Reads the sheets of a questionnaire as they stand, so that a finding can name its cell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pyxform import aliases

from fairwitness.surveys.checking.finding import Finding, Level, letters
from fairwitness.surveys.packed import Formula
from fairwitness.surveys.tables import Table, tables_of

# The names of columns that mean the same, as the standard's own reader knows them.
_SAME = {
    **{
        name: meant if isinstance(meant, str) else meant[-1].removeprefix("jr:")
        for name, meant in (aliases.survey_header | aliases.list_header).items()
    },
    "bind::relevant": "relevant",
    "bind::constraint": "constraint",
    "bind::required": "required",
    "bind::calculate": "calculation",
    "bind::readonly": "read_only",
    "readonly": "read_only",
    "read_only": "read_only",
    "calculate": "calculation",
    "calculation": "calculation",
    "constraintmsg": "constraint_message",
    "constraining_message": "constraint_message",
    "constraint_message": "constraint_message",
    "required_message": "required_message",
    "requiredmsg": "required_message",
    "count": "repeat_count",
    "jr:count": "repeat_count",
    "repeat_count": "repeat_count",
    "list_name": "list_name",
    "list": "list_name",
    "disabled": "disabled",
}
_TRANSLATED = {
    "label",
    "hint",
    "guidance_hint",
    "constraint_message",
    "required_message",
    "image",
    "big-image",
    "audio",
    "video",
}


@dataclass(frozen=True, slots=True)
class Heading:
    """One column: its heading as written, what it means, and its language, if it has one."""

    index: int
    written: str
    meaning: str
    language: str = ""

    @property
    def letter(self) -> str:
        """The column as spreadsheets name it."""
        return letters(self.index)


@dataclass(frozen=True)
class Row:
    """One row that holds something: its number as shown, and its texts by heading."""

    number: int
    texts: Mapping[Heading, str]

    def __getitem__(self, meaning: str) -> str:
        """The text in the first column of this meaning, or nothing."""
        return next((text for _heading, text in self.all_of(meaning)), "")

    def all_of(self, meaning: str) -> Iterator[tuple[Heading, str]]:
        """Every column of this meaning that is filled, with its text."""
        for heading, text in self.texts.items():
            if heading.meaning == meaning:
                yield heading, text


@dataclass(frozen=True)
class Sheet:
    """One sheet: its headings, and the rows below them."""

    name: str
    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]
    formulas: Mapping[str, Formula] = field(default_factory=dict)

    def heading(self, meaning: str) -> Heading | None:
        """The first column of this meaning."""
        return next((one for one in self.headings if one.meaning == meaning), None)

    def heading_named(self, written: str) -> Heading | None:
        """The column of this heading, as it is written or as it is meant."""
        meaning = _heading(0, written).meaning
        exact = (one for one in self.headings if one.written == written)
        return next(exact, self.heading(meaning))

    @cached_property
    def languages(self) -> dict[str, Heading]:
        """The languages of the headings, each with the first column it stands in."""
        found: dict[str, Heading] = {}
        for one in self.headings:
            if one.language:
                found.setdefault(one.language, one)
        return found

    def says(
        self,
        code: str,
        message: str,
        fix: str = "",
        *,
        row: Row | None = None,
        at: Heading | str | None = None,
        level: Level = Level.ERROR,
    ) -> Finding:
        """Say something of this sheet, of one row, or of one cell."""
        heading = self.heading(at) if isinstance(at, str) else at
        number = row.number if row else 1
        return Finding(
            code,
            level,
            message,
            fix,
            sheet=self.name,
            row=row.number if row else (1 if heading else None),
            column=heading.written if heading else None,
            cell=f"{heading.letter}{number}" if heading else None,
        )


@dataclass(frozen=True)
class Workbook:
    """All sheets of a file, by their names in small letters."""

    sheets: Mapping[str, Sheet]

    def sheet(self, name: str) -> Sheet:
        """A sheet, or an empty one of that name."""
        return self.sheets.get(name) or Sheet(name, (), ())

    @cached_property
    def settings(self) -> Mapping[str, str]:
        """What the settings say, by column."""
        rows = self.sheet("settings").rows
        if not rows:
            return {}
        return {one.meaning: text for one, text in rows[0].texts.items()}


def read_workbook(content: bytes) -> Workbook:
    """Read all sheets. Errors: `UnreadableForm`, `TooMuch`."""
    sheets: dict[str, Sheet] = {}
    for table in tables_of(content):
        sheets.setdefault(table.name.strip().lower(), _sheet(table))
    return Workbook(sheets)


def _sheet(table: Table) -> Sheet:
    if not table.lines:
        return Sheet(table.name, (), ())
    headings = tuple(
        _heading(index, written)
        for index, written in enumerate(table.lines[0][1])
        if written
    )
    rows = tuple(_row(number, texts, headings) for number, texts in table.lines[1:])
    return Sheet(table.name, headings, rows, table.formulas)


def _row(number: int, texts: tuple[str, ...], headings: tuple[Heading, ...]) -> Row:
    found = {
        one: texts[one.index]
        for one in headings
        if one.index < len(texts) and texts[one.index]
    }
    return Row(number, found)


def _heading(index: int, written: str) -> Heading:
    whole = "_".join(written.split()).lower()
    if whole in _SAME:
        return Heading(index, written, _SAME[whole])
    sign = "::" if "::" in written else ":"
    first, _sign, rest = written.partition(sign)
    base = "_".join(first.split()).lower()
    is_media = base == "media"
    if is_media and rest:
        base, _sign, rest = rest.strip().partition(sign)
        base = base.strip().lower()
    base = _SAME.get(base, base)
    if base in _TRANSLATED and (rest.strip() or is_media):
        return Heading(index, written, base, rest.strip())
    return Heading(index, written, whole)
