"""What is wrong with the rows of lists that came in files, said at the questions that offer them."""

import re
from collections import Counter
from collections.abc import Iterator

from fairwitness.surveys.answers import MARKS
from fairwitness.surveys.checking.finding import Finding, Level
from fairwitness.surveys.checking.outline import Outline
from fairwitness.surveys.checking.rule import rules_of
from fairwitness.surveys.checking.structure import meant
from fairwitness.surveys.questions import Choice, Form, Kind, Question

MOST_TOLD = 3  # names of one list
_TEXT = r"\s*,\s*['\"]([^'\"]{1,120})['\"]"
_PULLED = re.compile(rf"pulldata\(\s*['\"]([^'\"]{{1,120}})['\"]{_TEXT}(?:{_TEXT})?")


def brought_findings(outline: Outline, form: Form) -> Iterator[Finding]:
    """Rows that nobody can choose, or that would be taken for others."""
    for question in form.questions:
        source = question.choices
        entries = outline.named.get(question.name)
        if source is None or source.list_name not in form.sources or not entries:
            continue
        file = form.sources[source.list_name]
        rows = form.lists.get(source.list_name, ())
        codes = [_code(row, source.value) for row in rows]
        for code, level, message, fix in _wrong(file, source.value, codes, question):
            yield outline.survey.says(
                code, message, fix, row=entries[0].row, at="type", level=level
            )


def pulled_findings(outline: Outline, form: Form) -> Iterator[Finding]:
    """Columns that `pulldata()` asks for, and that a list which came does not have."""
    for rule in rules_of(outline):
        for file, *columns in _PULLED.findall(rule.text):
            name = file.removesuffix(".csv")
            rows = form.lists.get(name, ())
            known = {"name", "label"}.union(*(row.columns for row in rows))
            for column in columns:
                if rows and column and column not in known:
                    yield rule.says(
                        "unknown-column",
                        f"The list {name} has no column “{column}”, or nothing in it.",
                        f"{meant(column, sorted(known))}Correct the name, or add the column.",
                    )


def _code(row: Choice, column: str) -> str:
    return row.name if column == "name" else row.columns.get(column, "")


def _wrong(
    file: str, column: str, codes: list[str], question: Question
) -> Iterator[tuple[str, Level, str, str]]:
    if codes and not all(codes):
        yield (
            "no-choice-name",
            Level.ERROR,
            f"A row of {file} has nothing in its column {column}.",
            f"Give each row a short code in the column {column}.",
        )
    spaced = [code for code in codes if any(sign.isspace() for sign in code)]
    if spaced and question.kind in {Kind.SEVERAL, Kind.RANK}:
        yield (
            "space-in-choice",
            Level.ERROR,
            f"In {file} codes hold spaces, and several choices are kept with spaces"
            f" between them: {_told(spaced)}.",
            "Write _ in place of each space.",
        )
    reserved = [code for code in codes if code in MARKS]
    if reserved:
        yield (
            "reserved-choice",
            Level.ERROR,
            f"In {file} a code stands for no answer here: {_told(reserved)}.",
            "Give this choice another code.",
        )
    doubled = [code for code, count in Counter(codes).items() if code and count > 1]
    if doubled and not (question.choices and question.choices.rule):
        yield (
            "doubled-choice",
            Level.WARNING,
            f"In {file} codes stand twice: {_told(doubled)}.",
            "Give each choice a code of its own.",
        )


def _told(codes: list[str]) -> str:
    return ", ".join(f"“{code}”" for code in dict.fromkeys(codes[:MOST_TOLD]))
