"""Reads the sheets of a questionnaire as tables of texts, bounded, whatever kind of file they lie in."""

import csv
import datetime as dt
import io
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import xlrd
from python_calamine import CalamineError, CalamineWorkbook
from xlrd.compdoc import CompDocError

from fairwitness.surveys.files import (
    LARGEST_FILE,
    TooMuch,
    UnreadableForm,
    damaged,
    type_of,
)
from fairwitness.surveys.packed import (
    MOST_ROWS,
    Formula,
    look_through,
    require_near,
)

LONGEST_CELL = 32_767  # what Excel lets somebody write
LONGEST_NAME = 250
LONGEST_TYPE = 1_000
MOST_FILLED = 150_000
MOST_LANGUAGES = 60
MOST_NESTED = 20  # groups in each other
MOST_NAMED = 20_000  # how often rules and texts name another question
MOST_RULES = 1_000_000  # characters of all rules together

_RULES = (
    *("relevant", "constraint", "required", "readonly", "read_only", "calculation"),
    *("calculate", "repeat_count", "choice_filter", "default", "trigger"),
)
_SHORT = {"type": LONGEST_TYPE, "name": LONGEST_NAME, "list_name": LONGEST_NAME}
_EDGE = re.compile(r"(begin|end)[ _]")
_BROKEN_XLS = (
    *(AssertionError, AttributeError, ArithmeticError, CompDocError, LookupError),
    *(OSError, TypeError, ValueError, struct.error, xlrd.XLRDError),
)

_EMPTY = {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK}

Line = tuple[int, tuple[str, ...]]  # the number of a row, and its texts


@dataclass(frozen=True)
class Table:
    """One sheet: the rows that hold something, as texts, and which cells are calculated."""

    name: str
    lines: tuple[Line, ...]
    formulas: Mapping[str, Formula] = field(default_factory=dict)


@lru_cache(maxsize=2)
def tables_of(content: bytes) -> tuple[Table, ...]:
    """Return every sheet that belongs to a questionnaire, and the names of all others.

    A sheet whose name means nothing is there without lines. Raises UnreadableForm, and
    TooMuch with the place where a questionnaire holds more than it can.
    """
    file_type = type_of(content)
    read = {".csv": _written, ".xls": _old}.get(file_type, _packed)
    tables = tuple(read(content))
    _require_bounded(tables)
    return tables


def _packed(content: bytes) -> Iterator[Table]:
    formulas = look_through(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            for name in book.sheet_names:
                if not _is_read(name):
                    yield Table(name, ())
                    continue
                rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                lines = ([_text(cell) for cell in cells] for cells in rows)
                yield Table(name, _filled(name, lines), formulas.get(name, {}))
    except (CalamineError, OSError, ValueError) as wrong:
        raise damaged() from wrong


def _old(content: bytes) -> Iterator[Table]:
    """The sheets of a workbook as Excel wrote them until 2003."""
    try:
        with xlrd.open_workbook(
            file_contents=content,
            on_demand=True,
            ragged_rows=True,
            logfile=io.StringIO(),
        ) as book:
            for name in book.sheet_names():
                if not _is_read(name):
                    yield Table(name, ())
                    continue
                sheet = book.sheet_by_name(name)
                _require_few(name, sheet)
                lines = (
                    [_old_text(cell, book.datemode) for cell in sheet.row(number)]
                    for number in range(sheet.nrows)
                )
                yield Table(name, _filled(name, lines))
    except _BROKEN_XLS as wrong:
        raise damaged() from wrong


def _require_few(name: str, sheet: Any) -> None:
    """Refuse a value that stands behind the last row of a questionnaire. Error: `TooMuch`."""
    for number in range(MOST_ROWS[name.strip().lower()], sheet.nrows):
        types = sheet.row_types(number)
        filled = (column for column, one in enumerate(types) if one not in _EMPTY)
        column = next(filled, None)
        if column is not None:
            require_near(name.strip(), row=number + 1, column=column)


def _written(content: bytes) -> Iterator[Table]:
    """The sheets of one CSV file: the first column names the sheet, the others hold it."""
    text = content.decode("utf-8-sig", errors="replace")
    before = csv.field_size_limit(LARGEST_FILE)  # of all readers of this process
    name, lines = "", list[Line]()
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text)), start=1):
            texts = [cell.strip() for cell in cells]
            if texts and texts[0]:
                if name:
                    yield Table(name, tuple(lines))
                name, lines = texts[0], []
                texts[0] = ""
            if any(texts) and _is_read(name):
                require_near(name.strip(), row=len(lines), column=0)
                lines.append((number, tuple(texts)))
    except csv.Error as wrong:
        raise UnreadableForm(
            "This CSV file is damaged. Save it again, and choose it again."
        ) from wrong
    finally:
        csv.field_size_limit(before)
    if name:
        yield Table(name, tuple(lines))


def _is_read(name: str) -> bool:
    return name.strip().lower() in MOST_ROWS


def _filled(name: str, lines: Iterator[list[str]]) -> tuple[Line, ...]:
    return tuple(
        (number, tuple(texts))
        for number, texts in enumerate(lines, start=1)
        if any(texts)
    )


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell).replace("\xa0", " ").strip()


def _old_text(cell: Any, datemode: int) -> str:
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if cell.value else "FALSE"
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, ""))
    if cell.ctype == xlrd.XL_CELL_DATE:
        moment: dt.datetime = xlrd.xldate_as_datetime(cell.value, datemode)
        if cell.value < 1:
            return moment.time().isoformat()
        is_day = moment.time() == dt.time()
        return (moment.date() if is_day else moment).isoformat()
    return _text(cell.value)


def _require_bounded(tables: tuple[Table, ...]) -> None:
    """Refuse what no questionnaire needs and what would keep its reader busy. Error: `TooMuch`."""
    sums = _Sums()
    for table in tables:
        if table.lines:
            number, texts = table.lines[0]
            for column, text in enumerate(texts):
                _require_short(table.name, number, column, text, "")
            sums.add_rows(table, _headings(table.name, number, texts))


@dataclass
class _Sums:
    """What all sheets together hold."""

    filled: int = 0
    named: int = 0
    rules: int = 0

    def add_rows(self, table: Table, headings: Mapping[int, str]) -> None:
        depth = 0
        for number, texts in table.lines[1:]:
            for column, text in enumerate(texts):
                if text:
                    heading = headings.get(column, "")
                    _require_short(table.name, number, column, text, heading)
                    self.add(text, heading)
                    if heading == "type":
                        depth = _depth(table.name, number, column, text, depth)
        used = (
            self.filled / MOST_FILLED,
            self.named / MOST_NAMED,
            self.rules / MOST_RULES,
        )
        if max(used) > 1:
            raise TooMuch(
                "There is too much in this questionnaire for anybody to answer. Split it.",
                sheet=table.name,
            )

    def add(self, text: str, heading: str) -> None:
        self.filled += 1
        self.named += text.count("${")
        self.rules += len(text) if heading in _RULES else 0


def _require_short(sheet: str, row: int, column: int, text: str, heading: str) -> None:
    require_near(sheet.strip(), row=1, column=column)
    most = _SHORT.get(heading, LONGEST_CELL)
    if len(text) > most:
        raise TooMuch(
            f"This cell holds {len(text):,} characters; at most {most:,} can stand in it."
            " Shorten it.",
            sheet=sheet,
            row=row,
            column=column,
        )


def _depth(sheet: str, row: int, column: int, text: str, depth: int) -> int:
    """How many groups are open behind this row."""
    edge = _EDGE.match(text.lower())
    if edge is None:
        return depth
    depth = max(0, depth + (1 if edge.group(1) == "begin" else -1))
    if depth > MOST_NESTED:
        raise TooMuch(
            f"Groups stand more than {MOST_NESTED} deep in each other here."
            " Take some of them out.",
            sheet=sheet,
            row=row,
            column=column,
        )
    return depth


def _headings(sheet: str, row: int, texts: tuple[str, ...]) -> dict[int, str]:
    """The headings of a sheet, by column."""
    languages = {text.partition("::")[2].strip() for text in texts if "::" in text}
    spoken = [one for one in languages if not one.startswith("fw:")]
    if len(spoken) > MOST_LANGUAGES:
        raise TooMuch(
            f"This questionnaire has {len(spoken):,} languages; it can have"
            f" {MOST_LANGUAGES}. Take some of them out.",
            sheet=sheet,
            row=row,
            column=0,
        )
    return {
        column: "_".join(text.split()).lower().removeprefix("bind::")
        for column, text in enumerate(texts)
        if text
    }
