"""Cells that a spreadsheet program works out: what stands in them depends on who opens the file."""

import re
from collections.abc import Iterator

from fairwitness.surveys.checking.finding import Finding, Level
from fairwitness.surveys.checking.workbook import Workbook

# What fetches from elsewhere, starts a program, or gives something else each time.
_CHANGES = re.compile(
    r"\b(?:WEBSERVICE|IMPORT[A-Z]+|INDIRECT|RTD|CALL|EXEC|REGISTER[.A-Z]*|NOW|TODAY|RAND[A-Z]*)"
    r"\s*\(|\[[^\]]+\]|\|",
    re.I,
)
_CELL = re.compile(r"([A-Z]+)([0-9]+)")
_MOST = 20  # of each sheet


def formula_findings(workbook: Workbook) -> Iterator[Finding]:
    """A finding for each cell that is calculated: an error where its value is not sure."""
    for sheet in workbook.sheets.values():
        told = 0
        for cell, formula in sheet.formulas.items():
            is_sure = formula.has_value and not _CHANGES.search(formula.text)
            told += is_sure
            found = _CELL.fullmatch(cell)
            if found is None or (is_sure and told > _MOST):
                continue
            letter = found.group(1)
            heading = next(
                (one for one in sheet.headings if one.letter == letter), None
            )
            yield Finding(
                "formula",
                Level.WARNING if is_sure else Level.ERROR,
                "This cell is calculated by the spreadsheet program; what it showed last"
                " is what is read."
                if is_sure
                else "Nobody can tell what stands in this cell: it is calculated anew by"
                " whoever opens the file.",
                "Copy the column, and paste it again as values.",
                sheet=sheet.name,
                row=int(found.group(2)),
                column=heading.written if heading else None,
                cell=cell,
            )
