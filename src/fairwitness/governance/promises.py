"""The days that we name: by when we read, by when we answer, until when we keep."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from fairwitness.governance.countries import Calendar, country
from fairwitness.governance.models import Controller, Promise, Purpose
from fairwitness.refusal import NotOpen
from fairwitness.settled import settled


class NothingPromised(NotOpen):
    """The centre has not said yet by when it reads and answers, or how long it keeps."""


@dataclass(frozen=True)
class Due:
    """The last days on which we keep our word."""

    read_by: date
    answer_by: date


@settled(Promise, Controller)
def due(on: date) -> Due:
    """By when we read and answer what comes on this day. Error: `NothingPromised`."""
    held = _held(on)
    if held is None:
        raise NothingPromised(
            _("We cannot take anything yet: we have not said by when we answer.")
        )
    days = calendar()
    return Due(
        read_by=days.after(on, held.read_within),
        answer_by=days.after(on, held.answer_within),
    )


@settled(Promise)
def _held(on: date) -> Promise | None:
    return Promise.objects.filter(from_on__lte=on).order_by("-from_on", "-pk").first()


@settled(Controller)
def calendar() -> Calendar:
    """The working days of the centre's country; weekends alone until it is set."""
    code = Controller.objects.values_list("country", flat=True).first()
    return country(code).calendar if code else Calendar()


def kept_until(serves: Purpose.Serves, *, on: date) -> date:
    """Until when we keep what comes on this day for a purpose. Error: `NothingPromised`."""
    months = _kept_months(serves)
    if months is None:
        raise NothingPromised(
            _("We cannot take anything yet: we have not said how long we keep it.")
        )
    return months_after(on, months)


@settled(Purpose)
def _kept_months(serves: Purpose.Serves) -> int | None:
    kept = Purpose.objects.filter(code=serves)
    return kept.values_list("kept_months", flat=True).first()


def months_after(day: date, months: int) -> date:
    """The same day some months later, or the last day of a shorter month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, min(day.day, 28))
