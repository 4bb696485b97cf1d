"""What is wrong with answers that stand there before anybody has answered."""

import re
from collections.abc import Iterator

from fairwitness.surveys.checking.finding import Finding, Level
from fairwitness.surveys.checking.outline import Entry, Outline
from fairwitness.surveys.checking.rule import is_plain
from fairwitness.surveys.checking.structure import meant
from fairwitness.surveys.expressions.values import read_moment

_NUMBER = r"[+-]?[0-9]+"
_PATTERNS = {
    "integer": (_NUMBER, "a whole number, such as 12"),
    "int": (_NUMBER, "a whole number, such as 12"),
    "decimal": (r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", "a number, such as 1.5"),
    "time": (r"[0-9]{2}:[0-9]{2}.*", "a time, such as 14:30"),
}
_DAYS = {"date", "dateTime"}


def default_findings(outline: Outline) -> Iterator[Finding]:
    """Defaults that no answer to their question can be."""
    for entry in outline.entries:
        for heading, text in entry.row.all_of("default"):
            if not is_plain("default", text):
                continue
            yield from (
                outline.survey.says(
                    code, message, fix, row=entry.row, at=heading, level=level
                )
                for code, level, message, fix in _wrong(outline, entry, text)
            )


def _wrong(
    outline: Outline, entry: Entry, text: str
) -> Iterator[tuple[str, Level, str, str]]:
    known = outline.choices_of(entry)
    if known is not None:
        is_several = entry.is_multiple or entry.word == "rank"
        for one in text.split() if is_several else [text]:
            if one not in known:
                yield (
                    "unknown-choice",
                    Level.ERROR,
                    f"“{one}” is no choice of “{entry.name}”.",
                    f"{meant(one, list(known))}The list is {entry.list_name}.",
                )
        return
    pattern, example = _PATTERNS.get(entry.word, ("", ""))
    is_day = entry.word in _DAYS and read_moment(text) is not None
    if entry.word in _DAYS and not is_day:
        example = "a day, such as 2026-03-31, or today()"
    elif not pattern or re.fullmatch(pattern, text):
        return
    yield (
        "bad-default",
        Level.WARNING,
        f"“{text[:40]}” cannot be the answer to “{entry.name}”.",
        f"Write {example}.",
    )
