"""A sheet as a table like the sheet itself: letters, row numbers, and the cells that were found at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fairwitness.surveys.checking import Finding, Level
from fairwitness.surveys.checking.workbook import Row, Sheet, Workbook

AROUND = 1  # rows shown before and behind one with a finding
LONGEST_CELL = 160


@dataclass(frozen=True)
class Note:
    """A finding with the number that it has on this page, and its place in the table."""

    number: int
    finding: Finding
    anchor: str = ""


@dataclass(frozen=True)
class Cell:
    """One cell: what stands in it, and what was found there."""

    text: str
    anchor: str = ""
    notes: tuple[Note, ...] = ()

    @property
    def sign(self) -> str:
        """How loudly it is marked."""
        if not self.notes:
            return ""
        is_mistake = any(note.finding.level is Level.ERROR for note in self.notes)
        return "mistake" if is_mistake else "advice"


@dataclass(frozen=True)
class Line:
    """One row of the table; `left_out` rows before it are not shown."""

    number: int
    cells: tuple[Cell, ...]
    notes: tuple[Note, ...] = ()
    anchor: str = ""
    left_out: int = 0


@dataclass(frozen=True)
class Grid:
    """A sheet, or the rows of it that matter now."""

    name: str
    letters: tuple[str, ...]
    lines: tuple[Line, ...]
    left_out: int = 0  # rows behind the last one

    @property
    def width(self) -> int:
        """How many columns there are, with the row numbers."""
        return len(self.letters) + 1


def noted(findings: Sequence[Finding], *, first: int = 1) -> list[Note]:
    """Number the findings of a page, each with the place that it can be followed to."""
    return [
        Note(number, finding, _anchor(finding))
        for number, finding in enumerate(findings, start=first)
    ]


def excerpts(workbook: Workbook, notes: Sequence[Note]) -> list[Grid]:
    """Return each sheet that something was found in, with the rows around it."""
    names = dict.fromkeys(
        note.finding.sheet for note in notes if note.finding.sheet and note.finding.row
    )
    grids = []
    for name in names:
        sheet = workbook.sheet(name.strip().lower())
        here = [note for note in notes if note.finding.sheet == name]
        near = {
            number + step
            for note in here
            if (number := note.finding.row or 0)
            for step in range(-AROUND, AROUND + 1)
        }
        if sheet.headings:
            rows = [row for row in sheet.rows if row.number in near]
            grids.append(grid_of(sheet, rows, here))
    return grids


def grid_of(
    sheet: Sheet, rows: Iterable[Row], notes: Sequence[Note], *, is_page: bool = False
) -> Grid:
    """Return these rows of a sheet as a table, below its headings.

    Between rows that do not follow each other it says how many are left out; on a page
    of a whole sheet the other pages show them.
    """
    lines = [_line(sheet, None, notes, left_out=0)]
    shown = list(rows)
    numbers = [row.number for row in sheet.rows]
    place = {number: index for index, number in enumerate(numbers)}
    before = -1
    for row in shown:
        index = place[row.number]
        gap = 0 if is_page else index - before - 1
        lines.append(_line(sheet, row, notes, left_out=gap))
        before = index
    return Grid(
        name=sheet.name,
        letters=tuple(heading.letter for heading in sheet.headings),
        lines=tuple(lines),
        left_out=0 if is_page else len(numbers) - before - 1,
    )


def _line(
    sheet: Sheet, row: Row | None, notes: Sequence[Note], *, left_out: int
) -> Line:
    number = row.number if row else 1
    here = [note for note in notes if note.finding.row == number]
    cells = []
    for heading in sheet.headings:
        found = tuple(
            note for note in here if note.finding.cell == f"{heading.letter}{number}"
        )
        text = row.texts.get(heading, "") if row else heading.written
        anchor = next((note.anchor for note in found), "")
        cells.append(Cell(_cut(text), anchor, found))
    whole = tuple(note for note in here if note.finding.cell is None)
    return Line(
        number,
        tuple(cells),
        notes=whole,
        anchor=next((note.anchor for note in whole), ""),
        left_out=left_out,
    )


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"


def _anchor(finding: Finding) -> str:
    """The id of the cell, or of the row, that a finding is about."""
    if not finding.sheet or not finding.row:
        return ""
    sheet = "".join(sign for sign in finding.sheet.lower() if sign.isalnum())
    return f"{sheet}-{finding.cell or finding.row}"
