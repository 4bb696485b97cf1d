"""How far a campaign's links were passed on, and when a crowd answered at once: numbers only.

Everything here may be shown in public: numbers from 1 to 4 are hidden, days are told in
fives and only once they are over, and which link it was nobody knows any more.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Min

from fairwitness.outreach.models import Campaign
from fairwitness.outreach.speed import MailDay
from fairwitness.surveys.bursts import (
    FIVE,
    LEAST,
    SIZES,
    TIMES,
    Day,
    bursts_of,
    in_fives,
)
from fairwitness.surveys.models import DayOfAnswers, PassedOn, Response

Door = Response.Door


@dataclass(frozen=True)
class Links:
    """How many links brought so many answers of others on one day: from `least` to `most`.

    `number` is nothing while it lies between 1 and 4.
    """

    least: int
    most: int | None
    number: int | None


@dataclass(frozen=True)
class DayTold:
    """Answers that were released on a day, in fives, and whether the day stands out."""

    day: date
    own: int
    passed_on: int
    is_burst: bool


@dataclass(frozen=True)
class Forwarding:
    """What of a campaign came by passed-on links. Numbers from 1 to 4 are nothing.

    `own` is in fives, rounded down, and nothing below five. `passed_on` holds
    `on_behalf`. `days` are those on which five answers or more were released, the oldest first; `bursts` are those among them that stand out.
    """

    own: int | None
    passed_on: int | None
    on_behalf: int | None
    not_for_me: int | None
    links: tuple[Links, ...]
    days: tuple[DayTold, ...]
    least_of_a_burst: int = LEAST
    times_of_a_burst: int = TIMES

    @property
    def bursts(self) -> tuple[DayTold, ...]:
        """The days on which a crowd answered at once."""
        return tuple(one for one in self.days if one.is_burst)

    @property
    def has_any(self) -> bool:
        """Whether anything was passed on at all."""
        return self.passed_on != 0 or any(one.number != 0 for one in self.links)


def few_hidden(number: int) -> int | None:
    """A number that may be shown, or nothing when it is between 1 and 4."""
    return None if 0 < number < FIVE else number


def _in_fives(number: int) -> int | None:
    """Those who answered by links of their own: never exact, nought as little as four."""
    return in_fives(number) or None


def forwarding_of(campaign: Campaign, *, on: date) -> Forwarding:
    """How far links of this campaign were passed on, as of the days before `on`."""
    doors = _doors(campaign)
    passed, behalf = doors[Door.FORWARDED], doors[Door.ON_BEHALF]
    is_split = few_hidden(passed) is not None and few_hidden(behalf) is not None
    counted = PassedOn.objects.filter(pk=campaign.pk).first() or PassedOn()
    stand_out = burst_days(campaign, on=on)
    return Forwarding(
        own=_in_fives(doors[Door.INVITED]),
        passed_on=few_hidden(passed + behalf),
        on_behalf=behalf if is_split else None,
        not_for_me=few_hidden(counted.not_for_me),
        links=_links(counted),
        days=tuple(
            DayTold(
                one.day,
                in_fives(one.own),
                in_fives(one.passed_on),
                one.day in stand_out,
            )
            for one in _days(campaign, on)
        ),
    )


def burst_days(campaign: Campaign, *, on: date) -> frozenset[date]:
    """The days before `on` on which a crowd answered at once (see `surveys.bursts`)."""
    first = campaign.waves.aggregate(first=Min("launched_on"))["first"]
    if first is None:
        return frozenset()
    letters = MailDay.objects.filter(letters__gt=0).values_list("day", flat=True)
    last = on - timedelta(days=1)
    if campaign.closes_on is not None:
        last = min(last, campaign.closes_on + timedelta(days=1))
    return bursts_of(
        _days(campaign, on), first=first, last=last, letters=frozenset(letters)
    )


def _days(campaign: Campaign, on: date) -> list[Day]:
    rows = DayOfAnswers.objects.filter(campaign=campaign.pk, day__lt=on)
    told = rows.order_by("day").values_list("day", "own", "passed_on")
    return [Day(*one) for one in told if max(one[1], one[2]) >= FIVE]


def _doors(campaign: Campaign) -> Counter[str]:
    answers = Response.objects.filter(campaign=campaign.pk).values_list("door")
    return Counter(dict(answers.annotate(number=Count("pk"))))


def _links(counted: PassedOn) -> tuple[Links, ...]:
    """The classes of links, the smallest first."""
    fewest = [*SIZES.values()]
    most = [least - 1 for least in fewest[1:]] + [None]
    return tuple(
        Links(least, up_to, few_hidden(getattr(counted, name)))
        for (name, least), up_to in zip(SIZES.items(), most, strict=True)
    )
