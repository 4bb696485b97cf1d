"""Looks through a packed workbook before any library opens it: how far its cells reach, what is calculated.

Other readers make room for every cell up to the last one, and follow entities. A file of a
few kilobytes could take all the memory of the machine that way.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from xml.parsers import expat

from fairwitness.surveys.files import NO_ZIP, TooMuch, damaged, too_large

MOST_ELEMENTS = 600_000
MOST_COLUMNS = 300
# Rows of each sheet that is read; all others are left alone.
MOST_ROWS = {
    "survey": 3_000,
    "choices": 20_000,
    "external_choices": 20_000,
    "settings": 100,
    "entities": 1_000,
    "osm": 1_000,
}
_PIECE = 1 << 16
_LONGEST_FORMULA = 200
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ALPHABET = 26


class _Bad(Exception):
    """A part of the workbook is not what it says it is."""


@dataclass
class _Cells:
    """What one sheet holds: how far it reaches is checked while it is read."""

    name: str
    formulas: dict[str, str] = field(default_factory=dict)
    without: set[str] = field(default_factory=set)  # calculated, with no value kept
    elements: int = 0
    here: str = ""
    inside: str = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            raise too_large()
        tag = tag.rpartition(":")[2]
        if tag == "c":
            self.here = attributes.get("r", "")
        elif tag == "f" and self.here:
            self.formulas.setdefault(self.here, "")
            self.without.add(self.here)
        elif tag in {"v", "is"} and self.here:
            self.require_near(self.here)
        self.inside = tag

    def end(self, tag: str) -> None:
        self.inside = ""

    def text(self, text: str) -> None:
        if self.inside == "f" and self.here in self.formulas:
            known = self.formulas[self.here]
            self.formulas[self.here] = (known + text)[:_LONGEST_FORMULA]
        elif self.inside == "v" and text.strip():
            self.without.discard(self.here)

    def require_near(self, cell: str) -> None:
        """Refuse a value that stands where no questionnaire reaches."""
        found = _CELL.fullmatch(cell)
        if found is None:
            raise _Bad
        column, row = _index(found.group(1)), int(found.group(2))
        require_near(self.name.strip(), row=row, column=column)


def require_near(sheet: str, *, row: int, column: int) -> None:
    """Refuse a cell that stands too far away: `row` counts from 1, `column` from 0. Error: `TooMuch`."""
    most = MOST_ROWS[sheet.lower()]
    if row > most:
        raise TooMuch(
            f"The sheet {sheet} may have {most:,} rows, and something stands in row {row:,}."
            " Take out what is not needed.",
            sheet=sheet,
            row=row,
            column=column,
        )
    if column >= MOST_COLUMNS:
        raise TooMuch(
            f"The sheet {sheet} may have {MOST_COLUMNS} columns, and something stands"
            " behind them. Take it out.",
            sheet=sheet,
            row=row,
            column=column,
        )


def _index(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * _ALPHABET + ord(letter) - ord("A") + 1
    return number - 1


@dataclass(frozen=True)
class Formula:
    """A cell that is calculated: what it calculates, and whether the file keeps the result."""

    text: str
    has_value: bool


def look_through(content: bytes) -> Mapping[str, Mapping[str, Formula]]:
    """Return the calculated cells of each sheet that is read, by sheet and cell.

    Raises TooMuch and UnreadableForm.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            found = {
                name: _cells(packed, name, part)
                for name, part in _sheets(packed).items()
            }
            for part in ("xl/sharedStrings.xml", "xl/styles.xml"):
                if part in packed.namelist():
                    _parse(packed, part, _Counted().start)
    except (*NO_ZIP, EOFError, KeyError, zlib.error, expat.ExpatError, _Bad) as wrong:
        raise damaged() from wrong
    return {
        each.name: {
            cell: Formula(text, has_value=cell not in each.without)
            for cell, text in each.formulas.items()
        }
        for each in found.values()
    }


@dataclass
class _Counted:
    elements: int = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            raise too_large()


def _cells(packed: zipfile.ZipFile, name: str, part: str) -> _Cells:
    cells = _Cells(name)
    _parse(packed, part, cells.start, end=cells.end, text=cells.text)
    return cells


def _sheets(packed: zipfile.ZipFile) -> dict[str, str]:
    """The parts of the sheets that are read, by the names of the sheets."""
    targets: dict[str, str] = {}
    names: dict[str, str] = {}

    def relation(tag: str, attributes: Mapping[str, str]) -> None:
        if tag.rpartition(":")[2] == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def sheet(tag: str, attributes: Mapping[str, str]) -> None:
        if tag.rpartition(":")[2] == "sheet":
            told = {name.rpartition(":")[2]: one for name, one in attributes.items()}
            names[told.get("name", "")] = told.get("id", "")

    _parse(packed, "xl/_rels/workbook.xml.rels", relation)
    _parse(packed, "xl/workbook.xml", sheet)
    return {
        name: _part(targets.get(identity, ""))
        for name, identity in names.items()
        if name.strip().lower() in MOST_ROWS
    }


def _part(target: str) -> str:
    return target[1:] if target.startswith("/") else f"xl/{target}"


def _parse(
    packed: zipfile.ZipFile,
    part: str,
    start: Callable[[str, Mapping[str, str]], None],
    *,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    reader = expat.ParserCreate()
    reader.StartElementHandler = start
    reader.StartDoctypeDeclHandler = _refuse
    if end is not None:
        reader.EndElementHandler = end
    if text is not None:
        reader.CharacterDataHandler = text
    with packed.open(part) as file:
        while piece := file.read(_PIECE):
            reader.Parse(piece, False)  # noqa: FBT003 the parser's own way
    reader.Parse(b"", True)  # noqa: FBT003


def _refuse(*_declared: object) -> None:
    """A document type is where entities hide; no spreadsheet has one."""
    raise _Bad
