"""How what a browser sends becomes an answer, by what is asked for."""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from fairwitness.surveys.answers import (
    ACTS,
    LONGEST_TEXT,
    MARKS,
    Cleaned,
    Posted,
    Problem,
    Trouble,
    Unanswered,
    values_of,
)
from fairwitness.surveys.coarsening import clean_place, western_digits
from fairwitness.surveys.questions import FILES, Choice, Kind, Question

EARLIEST_YEAR = 1900
LAST_MONTH = 12
ACKNOWLEDGED = "OK"  # what other software keeps for an acknowledgement
_MONTH = re.compile(r"([0-9]{4})(?:-([0-9]{1,2}))?")
_INTEGER = re.compile(r"[+-]?[0-9]{1,9}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,12}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})")
# ISO 8601 in one form alone: Python's own reading also takes weeks, zones and a day without a time.
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"([0-9]{1,2}:[0-9]{2})(?::[0-9]{2}(?:\.[0-9]{1,6})?)?")
_BETWEEN = re.compile(r"[T ]")  # a date and its time
OUR_FILE = re.compile(r"(?:image|sound|film|paper)-[0-9]{1,4}\.[a-z0-9]{1,5}")
_ENDING = re.compile(r"[a-z0-9]{1,5}")
_FRACTION_SIGNS = str.maketrans({",": ".", "\u066b": "."})


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
    if question.kind is Kind.RANK:
        return _clean_rank(question, posted, choices)
    values = values_of(posted, question.key) or values_of(posted, _beside(question.key))
    mark = _mark_in(values, choices)
    if mark is not None or not values:
        return mark
    if question.kind is Kind.RANGE:
        return _clean_range(question, values[-1])
    if question.kind is Kind.PLACE:
        return clean_place(values[-1], shape=question.parameters.get("shape", ""))
    return _CLEANERS.get(question.kind, _clean_text)(values, choices)


def _beside(key: str) -> str:
    """Return the other name for the rough time beside a month: when-about for when_about."""
    return f"{key.removesuffix('_about')}-about" if key.endswith("_about") else key


def _mark_in(values: list[str], choices: Sequence[Choice]) -> Unanswered | None:
    """Return the mark when nothing else was chosen; a choice of the form of that name wins."""
    names = {choice.name for choice in choices}
    marks = {
        value: ACTS[value.removeprefix("-")]
        for value in values
        if value not in names and (value in MARKS or (bool(names) and value in ACTS))
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
    text = western_digits(values[-1])
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
    return _month(western_digits("-".join(parts)), now)


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


def _clean_decimal(values: list[str], choices: Sequence[Choice]) -> Cleaned:
    number = _decimal(values[-1])
    return Problem(Trouble.NOT_A_DECIMAL) if number is None else plain_number(number)


def _decimal(text: str) -> Decimal | None:
    written = western_digits(text).translate(_FRACTION_SIGNS).replace(" ", "")
    return Decimal(written) if _DECIMAL.fullmatch(written) else None


def plain_number(number: Decimal) -> str:
    """Return a number as rules read it: without an exponent, trailing zeros and a zero's sign."""
    written = f"{number:f}" if number else "0"
    return written.rstrip("0").rstrip(".") if "." in written else written


def _clean_range(question: Question, text: str) -> Cleaned:
    least, most, step = bounds(question)
    number = _decimal(text)
    if number is None or not least <= number <= most or (number - least) % step:
        ends = plain_number(least), plain_number(most)
        return Problem(Trouble.OUT_OF_RANGE, least=ends[0], most=ends[1])
    return plain_number(number)


def bounds(question: Question) -> tuple[Decimal, Decimal, Decimal]:
    """Return the smallest and largest number of a range, and the step between two."""
    told = question.parameters
    least, most = _decimal(told.get("start", "")), _decimal(told.get("end", ""))
    step = _decimal(told.get("step", ""))
    ends = sorted(
        (
            Decimal(1) if least is None else least,
            Decimal(10) if most is None else most,
        )
    )
    return ends[0], ends[1], abs(step) if step else Decimal(1)


def _clean_date(values: list[str], choices: Sequence[Choice]) -> Cleaned:
    return _date(western_digits(values[-1])) or Problem(Trouble.NOT_A_DATE)


def _date(text: str) -> str:
    """Return a date that there is, or nothing."""
    if not _DATE.fullmatch(text):
        return ""
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _clean_time(values: list[str], choices: Sequence[Choice]) -> Cleaned:
    return _time(western_digits(values[-1])) or Problem(Trouble.NOT_A_TIME)


def _time(text: str) -> str:
    """Return a time of the day in hours and minutes, or nothing."""
    found = _TIME.fullmatch(text)
    if found is None:
        return ""
    try:
        return dt.time.fromisoformat(found.group(1).zfill(5)).isoformat("minutes")
    except ValueError:
        return ""


def _clean_moment(values: list[str], choices: Sequence[Choice]) -> Cleaned:
    day, *clock = _BETWEEN.split(western_digits(values[-1]), maxsplit=1)
    parts = _date(day), _time(clock[0]) if clock else ""
    return "T".join(parts) if all(parts) else Problem(Trouble.NOT_A_MOMENT)


def _clean_acknowledgement(values: list[str], choices: Sequence[Choice]) -> Cleaned:
    return ACKNOWLEDGED


def _clean_rank(
    question: Question, posted: Posted, choices: Sequence[Choice]
) -> Cleaned:
    """Each choice has a place: NAME-choice=1 is the first. Or all names in their order."""
    whole = values_of(posted, question.key)
    mark = _mark_in(whole, ())
    if mark is not None:
        return mark
    names = [choice.name for choice in choices]
    places = {
        name: western_digits(told[-1])
        for name in names
        if (told := values_of(posted, f"{question.key}-{name}"))
    }
    if not places and not whole:
        return None
    if not whole and set(places.values()) != {str(n + 1) for n in range(len(names))}:
        return Problem(Trouble.NOT_RANKED)
    ranked = whole or sorted(places, key=lambda name: int(places[name]))
    is_whole = sorted(ranked) == sorted(names)
    return ranked if is_whole else Problem(Trouble.NOT_RANKED)


def _clean_file(values: list[str], choices: Sequence[Choice]) -> Cleaned:
    """A word that looks like the name of a file, and never is: that name is nobody's business."""
    if OUR_FILE.fullmatch(values[-1]):
        return values[-1]
    ending = values[-1].rpartition(".")[2].lower()
    return f"file-1.{ending}" if _ENDING.fullmatch(ending) else "file-1"


_CLEANERS: dict[Kind, Callable[[list[str], Sequence[Choice]], Cleaned]] = {
    Kind.INTEGER: _clean_integer,
    Kind.DECIMAL: _clean_decimal,
    Kind.DATE: _clean_date,
    Kind.TIME: _clean_time,
    Kind.MOMENT: _clean_moment,
    Kind.ACKNOWLEDGE: _clean_acknowledgement,
    Kind.ONE: _clean_one,
    Kind.SEVERAL: _clean_several,
    **dict.fromkeys(FILES, _clean_file),
}
