"""Who is written to by a wave, and what became of the letters: questions about rows."""

from dataclasses import dataclass, fields

from django.db.models import Count, Q, QuerySet

from fairwitness.outreach.models import (
    AlsoFrom,
    Batch,
    Campaign,
    Contact,
    Delivery,
    Invitation,
    Suppression,
)
from fairwitness.surveys.bursts import FIVE, in_fives

LAST_WAVE = 3
REACHED = (Delivery.State.HANDED_OVER, Delivery.State.UNCERTAIN)


@dataclass(frozen=True)
class Totals:
    """What became of the letters of a wave. The states add up to `invited`."""

    invited: int
    waiting: int
    claimed: int
    handed_over: int
    bounced: int
    complained: int
    suppressed: int
    refused: int
    uncertain: int

    @property
    def adds_up(self) -> bool:
        """Whether every letter is in exactly one state."""
        every_state = sum(
            getattr(self, state.name)
            for state in fields(self)
            if state.name != "invited"
        )
        return bool(self.invited == every_state)


def totals(campaign: Campaign, *, wave: int = 1) -> Totals:
    """How many letters of a wave are in which state."""
    letters = Delivery.objects.filter(wave__campaign=campaign, wave__number=wave)
    counted = dict(letters.values_list("state").annotate(Count("pk")))
    states = {state.value: counted.get(state.value, 0) for state in Delivery.State}
    invited = campaign.invited if wave == 1 else sum(states.values())
    return Totals(invited=invited, **states)


def may_be_written_to(campaign: Campaign) -> QuerySet[Contact]:
    """The contacts of the campaign's source, who else gave them to us, but for those who left."""
    batches = Batch.objects.filter(source=campaign.source).values("pk")
    given = AlsoFrom.objects.filter(source=campaign.source).values("contact")
    return Contact.objects.filter(Q(batch__in=batches) | Q(pk__in=given)).exclude(
        match__in=Suppression.objects.values("match")
    )


def may_be_reminded(campaign: Campaign) -> QuerySet[Invitation]:
    """Those who were reached, have not left, and whose link nobody has spent."""
    return (
        Invitation.objects.unspent()
        .filter(
            campaign=campaign,
            contact__isnull=False,
            deliveries__wave__number=1,
            deliveries__state__in=REACHED,
        )
        .exclude(contact__match__in=Suppression.objects.values("match"))
    )


def was_reached(campaign: Campaign) -> bool:
    """Whether any invitation was handed over, or may have been."""
    first = Delivery.objects.filter(wave__campaign=campaign, wave__number=1)
    return first.filter(state__in=REACHED).exists()


def next_wave(campaign: Campaign) -> int:
    """The number of the wave that comes next: 1 the invitation, 2 and 3 reminders."""
    return campaign.waves.count() + 1


def count_of(campaign: Campaign, *, number: int) -> int:
    """How many letters a wave would send if it were launched now."""
    if number == 1:
        return may_be_written_to(campaign).count()
    return may_be_reminded(campaign).count()


def to_type(letters: int, *, number: int) -> int:
    """The number that launches a wave: for a reminder in fives, rounded down, at least 5.

    Who has not answered falls by one with each answer: nobody may watch that.
    """
    return letters if number == 1 else max(FIVE, in_fives(letters))


def languages_of(campaign: Campaign) -> dict[str, int]:
    """How many of those who may be written to read which language."""
    contacts = may_be_written_to(campaign).order_by()
    return dict(contacts.values_list("language").annotate(Count("pk")))
