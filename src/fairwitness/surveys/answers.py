"""Answers: what may stand for none, and how what a browser sends becomes an answer."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from fairwitness.surveys.questions import Kind, Question

LONGEST_TEXT = 20_000
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")

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
ACTS = {mark.value.removeprefix("-"): mark for mark in Unanswered} | {
    "skip": Unanswered.SKIPPED
}


class Trouble(StrEnum):
    """What is wrong with an answer; the page has the sentence for it."""

    MISSING = "missing"
    NOT_A_CHOICE = "not a choice"
    NOT_A_NUMBER = "not a number"
    NOT_A_DECIMAL = "not a number, which may have a fraction"
    OUT_OF_RANGE = "not between the smallest and the largest number"
    NOT_A_DATE = "not a date"
    NOT_A_TIME = "not a time"
    NOT_A_MOMENT = "not a date and a time"
    NOT_RANKED = "not every choice has a place of its own"
    NOT_A_PLACE = "not latitude and longitude"
    NOT_A_MONTH = "not a month"
    NO_YEAR = "a month without its year"
    IN_THE_FUTURE = "in the future"
    TOO_LONG = "too long"
    TOO_MUCH = "leads to more than anybody can answer"
    NOT_ONE = "a list or an object, where one answer is asked"
    NOT_TIMES = "not a list with an object for each time"
    NOT_TAKEN = "a file that is not taken"
    AGAINST_RULE = "against a rule of the form"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that needs another look; `message` is the form's own sentence, if it has one."""

    trouble: Trouble
    message: str = ""
    limit: int | None = None
    least: str = ""
    most: str = ""


Cleaned = Answer | Problem | None


def is_unanswered(answer: Answer | None) -> bool:
    """Tell whether this says nothing: absent, empty, or one of the marks."""
    return not answer or (isinstance(answer, str) and answer in MARKS)


def is_number(text: str) -> bool:
    """Tell whether a text is a number as rules read it, such as -2.5."""
    return _NUMBER.fullmatch(text) is not None


def as_node_text(question: Question, answer: Answer | None) -> str:
    """Return what the rules of a form see: an empty text for every mark."""
    if not answer:
        return ""
    if isinstance(answer, list):
        return " ".join(answer)
    if answer in MARKS:
        return ""
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
    return ACTS.get(acts[-1]) if acts else None


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
