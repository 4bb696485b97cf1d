"""Gathers what the centre answers for in public: who, where, how long, what became of it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from fairwitness.disclosure.models import Release
from fairwitness.front import campaigns
from fairwitness.governance import countries, notice_parts, places
from fairwitness.governance.models import (
    Controller,
    Declaration,
    Processor,
    Promise,
    PromiseKept,
    Purpose,
    Question,
    Recipient,
)
from fairwitness.governance.notice_parts import how_long
from fairwitness.staff.models import User
from fairwitness.staff.roles import May


@dataclass(frozen=True)
class Named:
    """Something with a country, which stands beside it in words."""

    row: Processor | Recipient
    country: str


@dataclass(frozen=True)
class Kept:
    """How often we kept a promise, and missed its day."""

    kept: int
    missed: int

    @property
    def times(self) -> int:
        return self.kept + self.missed


@dataclass(frozen=True)
class Register:
    """How the register of questions stands."""

    answered: int
    waiting: int
    longest: int  # days that the oldest unanswered one has waited


def controller() -> Controller | None:
    return Controller.objects.first()


def about(one: Controller) -> dict[str, object]:
    """Everything that the page “Who we are” says, for a centre that has a controller."""
    reports = Purpose.objects.filter(code=Purpose.Serves.REPORTS).first()
    scheme = countries.country(one.country).registration
    return {
        "controller": one,
        "country": countries.country(one.country),
        "registered_as": countries.in_words(scheme.name),
        "registered_why": countries.in_words(scheme.why),
        "declarations": Declaration.objects.order_by("officer", "-declared_on"),
        "holders": [
            {"name": holder.name, "place": notice_parts.place_of(holder)}
            for holder in places.holders()
        ],
        "processors": [
            _named(row) for row in Processor.objects.order_by("does", "name")
        ],
        "readers": readers(),
        "recipients": [_named(row) for row in Recipient.objects.standing()],
        "kept": how_long(reports.kept_months) if reports else "",
        "kept_read": kept(PromiseKept.Kind.READ),
        "kept_answer": kept(PromiseKept.Kind.ANSWER),
        "promise": Promise.objects.order_by("-from_on", "-pk").first(),
        "released": Release.objects.filter(state=Release.State.RELEASED).count(),
        "campaigns": campaigns.launched(),
    }


def _named(row: Processor | Recipient) -> Named:
    return Named(row, countries.name_of(row.country))


def kept(kind: PromiseKept.Kind) -> Kept:
    """How often a promise was kept since the centre opened."""
    sums = PromiseKept.objects.filter(kind=kind).aggregate(Sum("kept"), Sum("missed"))
    return Kept(sums["kept__sum"] or 0, sums["missed__sum"] or 0)


def readers() -> int:
    """How many people of the staff may read a report."""
    staff = User.objects.filter(is_active=True).prefetch_related("roles")
    reading = (May.READ_NEW_REPORTS, May.WORK_ON_CASES)
    return sum(any(user.may(what) for what in reading) for user in staff)


def register(on: date) -> Register:
    """How many questions were answered, how many wait, and for how long."""
    open_states = [Question.State.UNREAD, Question.State.SHOWN]
    waiting = list(
        Question.objects.filter(state__in=open_states).values_list(
            "asked_on", flat=True
        )
    )
    return Register(
        answered=Question.objects.filter(state=Question.State.ANSWERED).count(),
        waiting=len(waiting),
        longest=max(((on - day).days for day in waiting), default=0),
    )
