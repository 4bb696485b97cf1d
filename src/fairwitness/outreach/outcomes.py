"""What came of a campaign, as the public is told: in fives, counted once a week. Nothing finer is kept."""

from django.db import models
from django.utils.translation import gettext_lazy as _

FIVE = 5
NOT_TOLD = 5  # so many at least may always have stayed silent, whatever is shown


class Way(models.TextChoices):
    """How those who were invited were chosen among the people whom a campaign is about."""

    ALL = "all", _("everybody")
    BY_LOT = "by_lot", _("drawn by lot")
    BY_RULE = "by_rule", _("chosen by a rule")


class Outcome(models.Model):
    """The numbers of a campaign for its public page, with the Monday up to which they count.

    `numbers` holds multiples of five by name (`own`, `passed_on`, `left`, …), and under
    `links` how many links were passed on how far.
    """

    campaign = models.OneToOneField(
        "outreach.Campaign",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="outcome",
    )
    counted_on = models.DateField()
    numbers = models.JSONField()

    def __str__(self) -> str:
        return f"what came of {self.campaign}"


def in_public(number: int, *, among: int) -> int:
    """The multiple of five that is shown for a number: never more, and never all but a few.

    Below ten people nothing can be shown but nought.
    """
    most = min(number, max(among - NOT_TOLD, 0))
    return most - most % FIVE


def most_behind(shown: int, *, among: int) -> int:
    """The largest number that may stand behind a multiple of five that is shown."""
    if shown == in_public(among, among=among):
        return among
    return min(shown + FIVE - 1, among)
