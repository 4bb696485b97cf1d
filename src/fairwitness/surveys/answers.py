"""Answers: what may stand for none, and how what a browser sends becomes an answer."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from fairwitness.surveys.questions import Choice, Kind, Question

LONGEST_TEXT = 20_000
EARLIEST_YEAR = 1900
LAST_MONTH = 12

Answer = str | list[str]
Answers = Mapping[str, Answer]
Posted = Mapping[str, str | Sequence[str]]


class Unanswered(StrEnum):
    """What stands in the answers where somebody chose not to answer.

    Rules of the form see an empty answer. No choice of a form may have such a name.
    """

    SKIPPED = "-skipped"
    NOT_SURE = "-not_sure"
    RATHER_NOT = "-rather_not"


MARKS = frozenset(mark.value for mark in Unanswered)
_ACTS = {mark.value.removeprefix("-"): mark for mark in Unanswered} | {
    "skip": Unanswered.SKIPPED
}
_MONTH = re.compile(r"([0-9]{4})(?:-([0-9]{1,2}))?")
_INTEGER = re.compile(r"[+-]?[0-9]{1,9}")


class Trouble(StrEnum):
    """What is wrong with an answer; the page has the sentence for it."""

    MISSING = "missing"
    NOT_A_CHOICE = "not a choice"
    NOT_A_NUMBER = "not a number"
    NOT_A_MONTH = "not a month"
    NO_YEAR = "a month without its year"
    IN_THE_FUTURE = "in the future"
    TOO_LONG = "too long"
    AGAINST_RULE = "against a rule of the form"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that needs another look; `message` is the form's own sentence, if it has one."""

    trouble: Trouble
    message: str = ""
    limit: int | None = None


Cleaned = Answer | Problem | None


def is_unanswered(answer: Answer | None) -> bool:
    """Tell whether this says nothing: absent, empty, or one of the marks."""
    return not answer or (isinstance(answer, str) and answer in MARKS)


def as_node_text(question: Question, answer: Answer | None) -> str:
    """Return what the rules of a form see: an empty text for every mark."""
    if answer is None or is_unanswered(answer):
        return ""
    if isinstance(answer, list):
        return " ".join(answer)
    if question.kind is Kind.MONTH:
        has_month = len(answer) > len("2026")
        return f"{answer}-01" if has_month else ""
    return answer


def values_of(posted: Posted, name: str) -> list[str]:
    """Return everything that was posted under a name, trimmed, without empty ones."""
    raw = posted.get(name, ())
    values = [raw] if isinstance(raw, str) else raw
    return [value for value in map(tidy_text, values) if value]


def mark_for_page(posted: Posted) -> Unanswered | None:
    """Return what a button for the whole page says: skip, not_sure or rather_not."""
    acts = values_of(posted, "act")
    return _ACTS.get(acts[-1]) if acts else None


def clean(
    question: Question,
    posted: Posted,
    *,
    choices: Sequence[Choice] = (),
    now: datetime | None = None,
) -> Cleaned:
    """Return the answer to one question, a problem, or None when nothing was posted."""
    if question.kind is Kind.MONTH:
        return _clean_month(question, posted, now=now)
    values = values_of(posted, question.key) or values_of(posted, _beside(question.key))
    mark = _mark_in(values, choices)
    if mark is not None or not values:
        return mark
    return _CLEANERS.get(question.kind, _clean_text)(values, choices)


def _beside(key: str) -> str:
    """Return the other name for the rough time beside a month: when-about for when_about."""
    return f"{key.removesuffix('_about')}-about" if key.endswith("_about") else key


def tidy_text(text: str) -> str:
    """Return a typed text: one kind of line end, no control signs, composed, trimmed."""
    unified = unicodedata.normalize(
        "NFC", text.replace("\r\n", "\n").replace("\r", "\n")
    )
    return "".join(
        sign
        for sign in unified
        if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"}
    ).strip()


def _mark_in(values: list[str], choices: Sequence[Choice]) -> Unanswered | None:
    """Return the mark when nothing else was chosen; a choice of the form of that name wins."""
    names = {choice.name for choice in choices}
    marks = {
        value: _ACTS[value.removeprefix("-")]
        for value in values
        if value not in names and (value in MARKS or (bool(names) and value in _ACTS))
    }
    if marks and len(marks) == len(set(values)):
        return marks[values[-1]]
    values[:] = [value for value in values if value not in marks]
    return None


def _clean_text(values: list[str], choices: Sequence[Choice]) -> Cleaned:
    text = values[-1]
    if len(text) > LONGEST_TEXT:
        return Problem(Trouble.TOO_LONG, limit=LONGEST_TEXT)
    return text


def _clean_integer(values: list[str], choices: Sequence[Choice]) -> Cleaned:
    text = _western_digits(values[-1])
    return str(int(text)) if _INTEGER.fullmatch(text) else Problem(Trouble.NOT_A_NUMBER)


def _clean_one(values: list[str], choices: Sequence[Choice]) -> Cleaned:
    names = {choice.name for choice in choices}
    return values[-1] if values[-1] in names else Problem(Trouble.NOT_A_CHOICE)


def _clean_several(values: list[str], choices: Sequence[Choice]) -> Cleaned:
    names = [choice.name for choice in choices]
    if set(values) - set(names):
        return Problem(Trouble.NOT_A_CHOICE)
    return [name for name in names if name in values]


def _clean_month(
    question: Question, posted: Posted, *, now: datetime | None
) -> Cleaned:
    whole = values_of(posted, question.key)
    mark = _mark_in(whole, ())
    if mark is not None:
        return mark
    months = values_of(posted, f"{question.key}-month")
    years = values_of(posted, f"{question.key}-year")
    if months and not years:
        return Problem(Trouble.NO_YEAR)
    if not (whole or years):
        return None
    parts = [years[-1], *months[-1:]] if years else whole[-1:]
    return _month(_western_digits("-".join(parts)), now)


def _month(text: str, now: datetime | None) -> Cleaned:
    found = _MONTH.fullmatch(text)
    if found is None:
        return Problem(Trouble.NOT_A_MONTH)
    year, month = int(found.group(1)), int(found.group(2) or 1)
    if year < EARLIEST_YEAR or not 1 <= month <= LAST_MONTH:
        return Problem(Trouble.NOT_A_MONTH)
    if now is not None and (year, month) > (now.year, now.month):
        return Problem(Trouble.IN_THE_FUTURE)
    return f"{year}-{month:02}" if found.group(2) else str(year)


def _western_digits(text: str) -> str:
    """Return the text with the digits of every script written as 0 to 9."""
    return "".join(
        str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text
    )


_CLEANERS: dict[Kind, Callable[[list[str], Sequence[Choice]], Cleaned]] = {
    Kind.INTEGER: _clean_integer,
    Kind.ONE: _clean_one,
    Kind.SEVERAL: _clean_several,
}
