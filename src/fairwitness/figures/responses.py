"""Gathers the answers to surveys for an edition. They hold their week, and nobody's name."""

import uuid
from collections import defaultdict
from datetime import date

from fairwitness.figures.survey_answers import Answered, Asked
from fairwitness.outreach.forwarding import burst_days
from fairwitness.outreach.models import Campaign
from fairwitness.surveys.bursts import weeks_of
from fairwitness.surveys.models import Response

THURSDAY = 4  # a week belongs to the year, and to the month, of its Thursday (ISO 8601)


def surveys_of(*, period_from: str, period_to: str, on: date) -> tuple[Asked, ...]:
    """The campaigns with their answers of these months (2026-01), both included."""
    weeks = _weeks(period_from, period_to)
    told = Response.objects.exclude(campaign=None)
    found: dict[uuid.UUID, list[tuple[str, str, dict[str, str | None]]]] = defaultdict(
        list
    )
    inside = told.filter(week__in=weeks)
    for campaign, door, week, answers in inside.values_list(
        "campaign", "door", "week", "answers"
    ):
        if campaign is not None:
            found[campaign].append((door, week, answers))
    others = set(
        told.exclude(week__in=weeks).values_list("campaign", flat=True).distinct()
    )
    return tuple(
        _asked(one, found[one.pk], is_whole=one.pk not in others, weeks=weeks, on=on)
        for one in Campaign.objects.filter(pk__in=found).order_by("period_from", "name")
    )


def _asked(
    one: Campaign,
    rows: list[tuple[str, str, dict[str, str | None]]],
    *,
    is_whole: bool,
    weeks: frozenset[str],
    on: date,
) -> Asked:
    bursts = {day for day in burst_days(one, on=on) if weeks_of([day]) <= weeks}
    stand_out = weeks_of(bursts)
    return Asked(
        code=one.name,
        title=one.title,
        invited=one.invited,
        answered=[
            Answered(door == Response.Door.INVITED, week not in stand_out, answers)
            for door, week, answers in rows
        ],
        burst_days=len(bursts),
        is_whole=is_whole,
        is_open=not one.is_over(on),
    )


def _weeks(period_from: str, period_to: str) -> frozenset[str]:
    """The ISO weeks whose Thursday lies in these months."""
    found = set()
    for year in range(int(period_from[:4]), int(period_to[:4]) + 1):
        last = date(year, 12, 28).isocalendar().week
        for week in range(1, last + 1):
            month = f"{date.fromisocalendar(year, week, THURSDAY):%Y-%m}"
            if period_from <= month <= period_to:
                found.add(f"{year}-W{week:02}")
    return frozenset(found)
