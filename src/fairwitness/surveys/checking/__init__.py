"""Checks an XLSForm to the cell: what is wrong, where it stands, and how to mend it.

    for finding in check_form(content, name="survey.xlsx"):
        print(finding.cell, finding.message)

Nothing is guessed: what no page can show, and what no rule can mean, is a finding.
"""

import re
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import PurePath

from fairwitness.refusal import Refused
from fairwitness.surveys.checking.advice import portability_findings, privacy_findings
from fairwitness.surveys.checking.appearances import appearance_findings
from fairwitness.surveys.checking.beside import file_findings
from fairwitness.surveys.checking.brought import (
    brought_findings,
    pulled_findings,
)
from fairwitness.surveys.checking.circles import circle_findings
from fairwitness.surveys.checking.defaults import default_findings
from fairwitness.surveys.checking.finding import Finding, Level, letters
from fairwitness.surveys.checking.formulas import formula_findings
from fairwitness.surveys.checking.headings import heading_findings
from fairwitness.surveys.checking.outline import Outline, outline_of
from fairwitness.surveys.checking.rules import rule_findings
from fairwitness.surveys.checking.structure import structure_findings
from fairwitness.surveys.checking.workbook import Workbook, read_workbook
from fairwitness.surveys.companions import Companions
from fairwitness.surveys.files import TooMuch, UnreadableForm, type_of
from fairwitness.surveys.findings import TOLD_ONCE
from fairwitness.surveys.questions import Form, Part
from fairwitness.surveys.xlsform import read_form

__all__ = ["Finding", "Level", "check_form"]

_ROW = re.compile(r"\bRow (\d+)\b")
_SHEET = re.compile(r"On the '(\w+)' sheet(?:, the '([^']+)' value)?")
_NOT_READABLE = {"no-survey", "no-questions", "no-column"}
MOST_ERRORS = 500
MOST_FINDINGS = 5_000
_ORDER = ("settings", "survey", "choices", "external_choices")


def check_form(
    content: bytes, *, name: str = "", beside: Companions = ()
) -> tuple[Finding, ...]:
    """Return everything that can be said of a form, in the order of its sheets and rows.

    `name` is the name of the file: its ending should fit the content. `beside` are the
    files that come with it. A file that cannot be read at all gives one finding without a
    cell.
    """
    try:
        file_type = type_of(content)
        workbook = read_workbook(content)
    except TooMuch as refused:
        return (_too_much(refused),)
    except UnreadableForm as refused:
        return (Finding("unreadable", Level.ERROR, str(refused)),)
    found = [*_ending(name, file_type), *heading_findings(workbook)]
    if not any(one.code in _NOT_READABLE for one in found):
        outline = outline_of(workbook)
        found += formula_findings(workbook)
        found += _bounded(
            chain(
                structure_findings(outline),
                rule_findings(outline),
                default_findings(outline),
                circle_findings(outline),
                privacy_findings(outline),
                portability_findings(outline),
                appearance_findings(outline),
                file_findings(outline, beside),
            )
        )
        found += _reading(content, beside, outline, found)
    return tuple(sorted(dict.fromkeys(found), key=_place))


def _too_much(refused: TooMuch) -> Finding:
    column, row = refused.column, refused.row
    cell = f"{letters(column)}{row}" if column is not None and row else None
    return Finding(
        "too-much", Level.ERROR, str(refused), sheet=refused.sheet, row=row, cell=cell
    )


def _bounded(findings: Iterator[Finding]) -> Iterator[Finding]:
    """Stop where nobody reads on: after so many mistakes more of them help nobody."""
    errors = 0
    for one in islice(findings, MOST_FINDINGS):
        errors += one.level is Level.ERROR
        if errors > MOST_ERRORS:
            yield Finding(
                "and-more",
                Level.ERROR,
                f"There are more than {MOST_ERRORS} mistakes.",
                "Mend these first, and check again.",
            )
            return
        yield one


def _place(finding: Finding) -> tuple[int, int, str]:
    sheet = (finding.sheet or "").lower()
    number = _ORDER.index(sheet) if sheet in _ORDER else len(_ORDER)
    return (
        -1 if finding.sheet is None else number,
        finding.row or 0,
        finding.cell or "",
    )


def _ending(name: str, file_type: str) -> Iterator[Finding]:
    ending = PurePath(name).suffix.lower()
    if ending in {".xlsm"} and file_type == ".xlsx":
        return
    if ending and ending != file_type:
        yield Finding(
            "wrong-ending",
            Level.WARNING,
            f"The file is called {ending} and holds {file_type}.",
            f"Save it as {file_type}, so that every program can open it.",
        )


def _reading(
    content: bytes, beside: Companions, outline: Outline, found: list[Finding]
) -> list[Finding]:
    """What the standard's own reader says, and which questions no page can show yet."""
    workbook = outline.workbook
    try:
        form = read_form(content, beside)
    except Refused as refused:
        if any(one.level is Level.ERROR for one in found):
            return []  # said already, with its cell
        return [_unreadable(outline, str(refused))]
    return [
        *(
            _not_shown(workbook, outline, what)
            for what in dict.fromkeys(form.unsupported)
        ),
        *_told_once(outline, form),
        *brought_findings(outline, form),
        *pulled_findings(outline, form),
    ]


def _unreadable(outline: Outline, message: str) -> Finding:
    """What only the standard's reader says, at the cell that it names, as far as it names one."""
    told, named = _ROW.search(message), _SHEET.search(message)
    sheet = outline.workbook.sheet(named.group(1) if named else "survey")
    number = int(told.group(1)) if told else None
    if number is None:
        rows = (
            entries[0].row.number
            for name, entries in outline.named.items()
            if f"'{name}'" in message or message.endswith(f" named {name}.")
        )
        number = next(rows, None)
    column = named.group(2) if named else None
    heading = sheet.heading_named(column.partition(" (")[0]) if column else None
    return Finding(
        "unreadable",
        Level.ERROR,
        message,
        "Mend what the message names; the XLSForm reference has an example of each.",
        sheet=sheet.name if number else None,
        row=number,
        column=heading.written if heading else None,
        cell=f"{heading.letter}{number}" if heading and number else None,
    )


def _told_once(outline: Outline, form: Form) -> Iterator[Finding]:
    """Repeats in parts in which nothing is told several times."""
    for repeat in form.repeats:
        if repeat.part in TOLD_ONCE:
            message, fix = TOLD_ONCE[Part(repeat.part)]
            entries = outline.named.get(repeat.name, ())
            yield outline.survey.says(
                f"repeat-in-{repeat.part}",
                message,
                fix,
                row=entries[0].row if entries else None,
                at="type",
                level=Level.WARNING,
            )


def _not_shown(workbook: Workbook, outline: Outline, what: str) -> Finding:
    kind, _colon, name = what.rpartition(": ")
    entries, choices = outline.named.get(name, ()), outline.lists.get(name, ())
    sheet = workbook.sheet("survey" if entries or not choices else "choices")
    rows = [one.row for one in entries] or list(choices)
    return sheet.says(
        "no-page-yet",
        f"No page can show this yet: {kind}.",
        "It can be checked and run here, and not published. Ask for it in another way.",
        row=rows[0] if rows else None,
        at="type" if entries else None,
        level=Level.WARNING,
    )
