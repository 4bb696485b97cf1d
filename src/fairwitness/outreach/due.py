"""Which letters are due, and what must be known of each before it may leave."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from fairwitness.outreach.models import (
    AlsoFrom,
    Campaign,
    Delivery,
    Invitation,
    Suppression,
    Wave,
)

LATER = timedelta(minutes=15)  # then twice as long, and so on
MOST_TRIES = 7
# A lease that ends later than it ever could was written by a clock that went wrong.
SKEW = timedelta(hours=1)
LATEST = LATER * 2**MOST_TRIES + SKEW


@dataclass(frozen=True, repr=False)
class Facts:
    """What must be known at the moment of handing over."""

    delivery: uuid.UUID
    wave: int
    campaign: uuid.UUID
    state: str  # of the campaign
    withdrawn_on: date | None  # of its source
    closes_on: date | None
    tries: int
    is_spent: bool
    contact: uuid.UUID | None
    match: bytes
    address: bytes
    name: bytes | None
    language: str
    told_on: date | None
    source: uuid.UUID | None
    batch: uuid.UUID
    wrapped_key: bytes
    is_suppressed: bool
    is_given_again: bool


_FIELDS = (
    "pk",
    "wave__number",
    "wave__campaign_id",
    "wave__campaign__state",
    "wave__campaign__source__withdrawn_on",
    "wave__campaign__closes_on",
    "tries",
    "is_spent",
    "invitation__contact_id",
    "invitation__contact__match",
    "invitation__contact__address",
    "invitation__contact__name",
    "invitation__contact__language",
    "invitation__contact__told_on",
    "invitation__contact__source_id",
    "invitation__contact__batch_id",
    "invitation__contact__batch__wrapped_key",
)


def due_at(at: datetime) -> QuerySet[Delivery]:
    """The letters that may be claimed at this moment: nobody has them, none rests."""
    running = Wave.objects.filter(campaign__state=Campaign.State.RUNNING)
    return Delivery.objects.filter(
        Q(lease_until=None) | Q(lease_until__lte=at) | Q(lease_until__gt=at + LATEST),
        wave__in=running.values("pk"),
        state=Delivery.State.WAITING,
    )


def facts_of(letters: list[uuid.UUID]) -> list[Facts]:
    """Look at letters again, all of them in one query."""
    left = Suppression.objects.filter(match=OuterRef("invitation__contact__match"))
    spent = Invitation.objects.spent().filter(pk=OuterRef("invitation"))
    again = AlsoFrom.objects.filter(contact=OuterRef("invitation__contact"))
    rows = (
        Delivery.objects.filter(pk__in=letters)
        .annotate(is_suppressed=Exists(left), is_spent=Exists(spent))
        .annotate(is_given_again=Exists(again))
        .values_list(*_FIELDS, "is_suppressed", "is_given_again")
    )
    return [Facts(*row) for row in rows]


def sources_told(facts: Facts, *, of: uuid.UUID) -> tuple[uuid.UUID, ...]:
    """Every source of whoever gets a letter: that of the campaign (`of`), then the others."""
    if facts.source == of and not facts.is_given_again:
        return (of,)
    also = AlsoFrom.objects.filter(contact=facts.contact).order_by("since_on", "pk")
    found = [facts.source, *also.values_list("source_id", flat=True)]
    return (of, *(one for one in found if one is not None and one != of))
