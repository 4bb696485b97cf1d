"""Reads the sheets of a questionnaire as they stand, so that a finding can name its cell."""

import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from python_calamine import CalamineError, CalamineWorkbook
from pyxform import aliases

from fairwitness.surveys.checking.finding import Finding, Level, letters
from fairwitness.surveys.xlsform import UnreadableForm

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
MOST_CELLS = 5_000_000


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

    def heading(self, meaning: str) -> Heading | None:
        """The first column of this meaning."""
        return next((one for one in self.headings if one.meaning == meaning), None)

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


def read_workbook(content: bytes, file_type: str) -> Workbook:
    """Read all sheets. `file_type` is .xlsx, .xls or .csv. Error: `UnreadableForm`."""
    tables = _text_tables(content) if file_type == ".csv" else _tables(content)
    sheets: dict[str, Sheet] = {}
    for name, lines in tables:
        sheets.setdefault(name.strip().lower(), _sheet(name, lines))
    return Workbook(sheets)


Line = tuple[int, list[str]]  # the number of a row, and its texts


def _tables(content: bytes) -> Iterator[tuple[str, list[Line]]]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            for name in book.sheet_names:
                sheet = book.get_sheet_by_name(name)
                if sheet.total_height * sheet.total_width > MOST_CELLS:
                    raise UnreadableForm(
                        f"The sheet {name} has more cells than a questionnaire can have."
                    )
                lines = [
                    (number, [_text(cell) for cell in cells])
                    for number, cells in enumerate(
                        sheet.to_python(skip_empty_area=False), start=1
                    )
                ]
                yield name, lines
    except CalamineError as wrong:
        raise UnreadableForm(
            "This spreadsheet is damaged. Open it, save it again as .xlsx, and choose it again."
        ) from wrong


def _text_tables(content: bytes) -> Iterator[tuple[str, list[Line]]]:
    """The sheets of one CSV file: the first column names the sheet, the others hold it."""
    text = content.decode("utf-8-sig", errors="replace")
    name, lines = "", list[Line]()
    for number, cells in enumerate(csv.reader(io.StringIO(text)), start=1):
        texts = [cell.strip() for cell in cells]
        if texts and texts[0]:
            if name:
                yield name, lines
            name, lines = texts[0], []
            texts[0] = ""
        if any(texts):
            lines.append((number, texts))
    if name:
        yield name, lines


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell).strip()


def _sheet(name: str, lines: list[Line]) -> Sheet:
    filled = [line for line in lines if any(line[1])]
    if not filled:
        return Sheet(name, (), ())
    headings = tuple(
        _heading(index, written)
        for index, written in enumerate(filled[0][1])
        if written
    )
    rows = tuple(_row(number, texts, headings) for number, texts in filled[1:])
    return Sheet(name, headings, rows)


def _row(number: int, texts: list[str], headings: tuple[Heading, ...]) -> Row:
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
    if base == "media" and rest:
        base, _sign, rest = rest.strip().partition(sign)
        base = base.strip().lower()
    base = _SAME.get(base, base)
    if base in _TRANSLATED and rest.strip():
        return Heading(index, written, base, rest.strip())
    return Heading(index, written, whole)
