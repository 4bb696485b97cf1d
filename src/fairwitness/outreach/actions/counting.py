"""Counts once a week what came of each campaign, for its public page.

Answers of the weeks that are over count, each by the week of its release, and only
multiples of five are kept: nobody who reads the page every day learns when somebody
answered (docs/decisions/0016-public-numbers-of-a-campaign.md).
"""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet

from fairwitness.ledger.actions import record
from fairwitness.ledger.actors import SYSTEM
from fairwitness.outreach.accounts import OURS
from fairwitness.outreach.models import (
    Campaign,
    Delivery,
    Invitation,
    Suppression,
)
from fairwitness.outreach.outcomes import Outcome, in_public
from fairwitness.surveys.bursts import SIZES, in_fives, week_of
from fairwitness.surveys.models import PassedOn, Response

GOES_ON = timedelta(weeks=4)  # after the end: letters still come back, the last answers
Door, State = Response.Door, Delivery.State
ASKED_TO_STOP = (Suppression.Reason.LEFT, Suppression.Reason.COMPLAINED)
ARRIVED = (State.HANDED_OVER, State.UNCERTAIN, State.COMPLAINED)
NOT_SENT = (State.WAITING, State.CLAIMED, State.SUPPRESSED)


def monday_of(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def outcomes_due(on: date) -> QuerySet[Campaign]:
    """The campaigns that have not been counted this week, until four weeks after their end."""
    launched = Campaign.objects.exclude(state=Campaign.State.DRAFT)
    monday = monday_of(on)
    return launched.exclude(outcome__counted_on__gte=monday).exclude(
        ended_on__isnull=False, outcome__counted_on__gt=F("ended_on") + GOES_ON
    )


def count_outcomes(*, on: date) -> int:
    """Count what came of each campaign until the Monday of this week. Returns how many changed.

    A number never falls: what was shown stays true when addresses are erased.
    """
    changed = 0
    for campaign in outcomes_due(on):
        changed += _count(campaign, monday_of(on))
    return changed


@transaction.atomic
def _count(campaign: Campaign, monday: date) -> bool:
    known = Outcome.objects.select_for_update().filter(pk=campaign.pk).first()
    before = known.numbers if known else {}
    numbers = _never_less(before, _numbers(campaign, monday))
    numbers["left"] = min(numbers["left"], _room(campaign, numbers))
    told = {"counted_on": monday, "numbers": numbers}
    Outcome.objects.update_or_create(campaign=campaign, defaults=told)
    if numbers != before:
        record("outreach.outcome_counted", campaign, by=SYSTEM, on=monday)
    return numbers != before


def _numbers(campaign: Campaign, monday: date) -> dict[str, Any]:
    """Every number in fives: those of people who were invited, and those of others."""
    invited = {
        "own": _answers(campaign, monday).get(Door.INVITED, 0),
        **_without_an_answer(campaign, monday),
    }
    doors = _answers(campaign, monday)
    passed = PassedOn.objects.filter(pk=campaign.pk).first() or PassedOn()
    others = {
        "passed_on": doors.get(Door.FORWARDED, 0) + doors.get(Door.ON_BEHALF, 0),
        "on_behalf": doors.get(Door.ON_BEHALF, 0),
        "not_for_me": passed.not_for_me,
    }
    return {
        **{
            name: in_public(number, among=campaign.invited)
            for name, number in invited.items()
        },
        **{name: in_fives(number) for name, number in others.items()},
        "links": [in_fives(getattr(passed, name)) for name in SIZES],
    }


def _answers(campaign: Campaign, monday: date) -> dict[str, int]:
    """Answers of the weeks before, by the door through which they came."""
    rows = Response.objects.filter(campaign=campaign.pk, week__lt=week_of(monday))
    return dict(rows.values_list("door").annotate(number=Count("pk")))


def _without_an_answer(campaign: Campaign, monday: date) -> dict[str, int]:
    """What became of the invitations whose link is not spent, as far as it is known."""
    first = Q(deliveries__wave__number=1)
    silent = Invitation.objects.filter(campaign=campaign, is_spent=False)
    asked = Suppression.objects.filter(reason__in=ASKED_TO_STOP, since_on__lt=monday)
    ours = Q(deliveries__state=State.REFUSED, deliveries__reason__in=OURS)
    back = Q(deliveries__state=State.BOUNCED) | Q(deliveries__state=State.REFUSED)
    return {
        "left": silent.filter(
            first,
            deliveries__state__in=ARRIVED,
            contact__match__in=asked.values("match"),
        ).count(),
        "returned": silent.filter(first & back & ~ours).count(),
        "not_sent": silent.filter(
            first & (Q(deliveries__state__in=NOT_SENT) | ours)
        ).count(),
    }


def _never_less(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """The larger of two numbers each; letters that have not left yet do leave."""
    kept = dict(now)
    for name, number in now.items():
        if name == "links":
            pairs = zip(before.get(name, number), number, strict=True)
            kept[name] = [max(pair) for pair in pairs]
        elif name != "not_sent":
            kept[name] = max(before.get(name, 0), number)
    return kept


def _room(campaign: Campaign, numbers: dict[str, Any]) -> int:
    """How many may have left, when those who were invited are to add up."""
    others: int = sum(numbers[name] for name in ("own", "returned", "not_sent"))
    return max(campaign.invited - others, 0)
