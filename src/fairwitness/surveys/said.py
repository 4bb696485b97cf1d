"""How an answer reads: the labels of what was chosen, numbers and dates as the language writes them."""

import re
from collections.abc import Callable
from datetime import date, datetime, time

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fairwitness.surveys import numerals
from fairwitness.surveys.answers import Unanswered, is_number
from fairwitness.surveys.coarsening import place_in_words
from fairwitness.surveys.journey import Journey
from fairwitness.surveys.questions import Kind, Question

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def ways_of_not_answering() -> dict[Unanswered, str]:
    """What stands in place of an answer, in the language of the page."""
    return {
        # Translators: in place of an answer that was skipped.
        Unanswered.SKIPPED: _("Skipped"),
        # Translators: a way of answering any question.
        Unanswered.NOT_SURE: pgettext("answer", "I am not sure"),
        # Translators: a way of answering any question; it is as good as any other.
        Unanswered.RATHER_NOT: pgettext("answer", "I would rather not say"),
    }


def in_words(journey: Journey, question: Question) -> str:
    """The answer to a question as it reads; nothing when it was passed over."""
    answer = journey.answers.get(question.key)
    if answer == Unanswered.SKIPPED:
        return ""
    if isinstance(answer, str) and answer in set(Unanswered):
        return ways_of_not_answering()[Unanswered(answer)]
    if question.kind is Kind.ACKNOWLEDGE and answer:
        # Translators: in place of an answer: somebody has confirmed what was asked.
        return _("Confirmed")
    if isinstance(answer, str) and question.kind in _SAID:
        return said(question, answer, journey.state.language)
    return "\n".join(journey.words_of(question))


def said(question: Question | None, text: str, language: str) -> str:
    """A value as a language writes it: that of a question, or a number that was worked out.

    Words stay as they are; so does what is not of the kind that it should be.
    """
    kind = Kind.DECIMAL if question is None else question.kind
    if question is not None and kind is Kind.CALCULATE:
        kind = _kind_of(question, text)
    is_grouped = question is not None and "thousands-sep" in question.appearance
    if is_grouped and kind in _NUMBERS:
        return numerals.number_in(text, language, is_grouped=True)
    written = _SAID.get(kind)
    if written is None or not text:
        return text
    try:
        return written(text, language)
    except ValueError:
        return text


def _kind_of(question: Question, text: str) -> Kind:
    """What a calculation has given, by its form; one that writes a date itself is left alone."""
    if is_number(text):
        return Kind.DECIMAL
    is_day = _DAY.fullmatch(text) and "format-date" not in question.calculate
    return Kind.DATE if is_day else Kind.TEXT


def _day(text: str, language: str) -> str:
    return numerals.date_in(date.fromisoformat(text), language)


def _month(text: str, language: str) -> str:
    year, dash, month = text.partition("-")
    if not dash:
        return numerals.in_digits(year, language)
    return numerals.month_in(date(int(year), int(month[:2]), 1), language)


def _clock(text: str, language: str) -> str:
    return numerals.time_in(time.fromisoformat(text), language)


def _moment(text: str, language: str) -> str:
    told = datetime.fromisoformat(text)
    return numerals.moment_in(told.date(), told.time(), language)


def _place(text: str, language: str) -> str:
    return numerals.in_digits(place_in_words(text), language)


_NUMBERS = {Kind.INTEGER, Kind.DECIMAL, Kind.RANGE}
_SAID: dict[Kind, Callable[[str, str], str]] = {
    **dict.fromkeys(_NUMBERS, numerals.number_in),
    Kind.MONTH: _month,
    Kind.DATE: _day,
    Kind.TIME: _clock,
    Kind.MOMENT: _moment,
    Kind.PLACE: _place,
}
