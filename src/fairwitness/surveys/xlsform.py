"""Reads an XLSForm, the sector's spreadsheet format for questionnaires."""

import re
import struct
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from fairwitness.surveys.brought import brought_into, external_lists
from fairwitness.surveys.companions import SHOWN_AS, Companions, Family, manifest_of
from fairwitness.surveys.expressions.tree import UnreadableXml
from fairwitness.surveys.files import (
    LARGEST_FILE,
    TooMuch,
    UnreadableForm,
    too_large,
    type_of,
)
from fairwitness.surveys.freezing import sealed_by_hash
from fairwitness.surveys.packed import MOST_ROWS
from fairwitness.surveys.questions import Form
from fairwitness.surveys.tables import Table, tables_of
from fairwitness.surveys.xform import form_of

__all__ = [
    "DEFAULT",
    "TooMuch",
    "UnreadableForm",
    "default_form",
    "read_form",
    "type_of",
]

DEFAULT = Path(__file__).with_name("default.xlsx")

# What pyxform lets through when a form is stranger than expected.
_STRANGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RecursionError,
    StopIteration,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)
_LINK = re.compile(
    r"\s*(?:Learn more|For more information)[^.\n]*?:\s*\S+|\s*https?://\S+"
)
_SPACES = re.compile(" +")
_ROW = re.compile(r"\[row : (\d+)\]\s*")
_ON_SHEET = re.compile(r"On the '(\w+)' sheet")
_MOST_MESSAGES = 5


def read_form(source: Path | str | bytes, beside: Companions = ()) -> Form:
    """Read a questionnaire from a spreadsheet (XLSX, or XLS under any name).

    `beside` are the files that come with it; those that it does not name are left out.
    Raises UnreadableForm. What can be read but not shown is in `Form.unsupported`, files
    that are not there in `Form.missing`; rules are checked by `findings.findings_of`.
    """
    content = source if isinstance(source, bytes) else _bytes_of(Path(source))
    form = _read(content)
    return _with_files(form, beside) if beside else form


@lru_cache(maxsize=8)
def _with_files(form: Form, beside: Companions) -> Form:
    """The form with the files that it names; lists are read, all others only shown."""
    named = {name: SHOWN_AS[what] for name, what in form.media.items()}
    named |= dict.fromkeys(form.sources.values(), Family.LIST)
    used = [one for one in beside if named.get(one.name) is one.family]
    contents = {one.name: one.read() for one in used if one.family is Family.LIST}
    manifest = manifest_of(used)
    return sealed_by_hash(replace(brought_into(form, contents), beside=manifest))


@lru_cache(maxsize=8)
def _read(content: bytes) -> Form:
    """Read a spreadsheet once: a form is checked, shown and published from the same bytes."""
    # They take a second to load, and most commands read no form.
    from pyxform.errors import PyXFormError  # noqa: PLC0415
    from pyxform.xls2xform import convert  # noqa: PLC0415

    told: list[str] = []
    tables = tables_of(content)
    definition = _definition(tables)
    try:
        xform = convert(definition, warnings=told, validate=False).xform
        form = form_of(
            str(xform),
            warnings=tuple(map(_tidy, told)),
            lists=external_lists(definition.get("external_choices", [])),
        )
    except PyXFormError as wrong:
        raise UnreadableForm(_tidy(_with_rows(str(wrong), tables))) from wrong
    except UnreadableXml as wrong:
        raise UnreadableForm(
            f"A text or a rule in this form holds a sign that cannot be written down. {wrong}"
        ) from wrong
    except _STRANGE as wrong:
        raise UnreadableForm(
            "This spreadsheet cannot be read as a questionnaire. "
            "Compare it with the default questionnaire, sheet by sheet."
        ) from wrong
    return sealed_by_hash(form)


def _definition(tables: Iterable[Table]) -> dict[str, Any]:
    """The sheets as pyxform wants them: rows by their headings, with empty rows between."""
    definition: dict[str, Any] = {"sheet_names": []}
    for table in tables:
        definition["sheet_names"].append(table.name)
        name = table.name.strip().lower()
        if name not in MOST_ROWS or name in definition or not table.lines:
            continue
        first, headings = table.lines[0]
        headings = tuple(_SPACES.sub(" ", heading) for heading in headings)
        doubled = {one for one in headings if one and headings.count(one) > 1}
        if doubled:
            raise UnreadableForm(
                f"The sheet {table.name} has two columns {doubled.pop()}. Keep one."
            )
        rows: list[dict[str, str]] = []
        for number, texts in table.lines[1:]:
            rows += [{} for _empty in range(number - first - 1 - len(rows))]
            filled = zip(headings, texts, strict=False)
            rows.append({heading: text for heading, text in filled if heading and text})
        definition[name] = rows
        definition[f"{name}_header"] = [{one: None for one in headings if one}]
    return definition


def default_form() -> Form:
    """Return the questionnaire that comes with the house."""
    return read_form(DEFAULT)


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise too_large()
        return path.read_bytes()
    except OSError as wrong:
        raise UnreadableForm(
            f"There is no file {path.name} that can be read."
        ) from wrong


def _with_rows(message: str, tables: Iterable[Table]) -> str:
    """The reader's message with the rows as they are shown; it takes the headings for row 1."""
    headings = {
        each.name.strip().lower(): each.lines[0][0] for each in tables if each.lines
    }

    def shown(line: str) -> str:
        sheet = _ON_SHEET.search(line)
        first = headings.get(sheet.group(1) if sheet else "survey", 1)
        return _ROW.sub(lambda row: f"[row : {int(row.group(1)) + first - 1}] ", line)

    return "\n".join(map(shown, message.splitlines()))


def _tidy(message: str) -> str:
    """Return the reader's message as sentences, with the row first and without links."""
    lines = [
        _ROW.sub(r"Row \1: ", _LINK.sub("", line).strip())
        for line in message.splitlines()
    ]
    told = [line for line in dict.fromkeys(lines) if line]
    if len(told) > _MOST_MESSAGES:
        told = [*told[:_MOST_MESSAGES], f"And {len(told) - _MOST_MESSAGES} more."]
    return " ".join(told) or "This questionnaire cannot be read."
