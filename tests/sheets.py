"""Makes questionnaires as spreadsheets, in memory."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook

from fairwitness.surveys.questions import Form
from fairwitness.surveys.xlsform import read_form

NAMESPACE = 'fw="urn:fairwitness:questionnaire:1"'
Rows = Sequence[dict[str, Any]]


def sheet_of(
    survey: Rows, choices: Rows = (), settings: dict[str, Any] | None = None
) -> bytes:
    """Return an XLSX with these rows; the columns are the names that occur."""
    book = Workbook()
    book.remove(book.worksheets[0])
    said = {"form_id": "test", "version": "1", "namespaces": NAMESPACE}
    for title, rows in (
        ("survey", survey),
        ("choices", choices),
        ("settings", [{**said, **(settings or {})}]),
    ):
        sheet = book.create_sheet(title)
        columns = list(dict.fromkeys(name for row in rows for name in row))
        sheet.append(columns)
        for row in rows:
            sheet.append([row.get(name) for name in columns])
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def question(name: str, kind: str = "text", **columns: Any) -> dict[str, Any]:
    """Return a row of the sheet survey, in the report part unless said otherwise."""
    part = {"bind::fw:part": columns.pop("part", "report")}
    return {"type": kind, "name": name, "label": name.capitalize(), **part, **columns}


def list_of(list_name: str, *names: str, **columns: Any) -> list[dict[str, Any]]:
    """Return rows of the sheet choices."""
    return [
        {"list_name": list_name, "name": name, "label": name.capitalize(), **columns}
        for name in names
    ]


def form_of(*survey: dict[str, Any], choices: Rows = (), **settings: Any) -> Form:
    """Return the form of these rows, read as a centre would read it."""
    return read_form(sheet_of(survey, choices, settings))
