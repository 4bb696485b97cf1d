"""Gathers what a campaign answers for in public: whom it asked, why, and what came of it."""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from fairwitness.figures.models import Edition
from fairwitness.figures.survey_answers import CAMPAIGNS
from fairwitness.front.editions import published
from fairwitness.governance.countries import name_of
from fairwitness.governance.models import Controller, Recipient
from fairwitness.outreach import bases
from fairwitness.outreach.models import Campaign, KeptWarning
from fairwitness.outreach.origins import origin_of
from fairwitness.outreach.outcomes import Outcome, most_behind
from fairwitness.outreach.warned import warning_in_words
from fairwitness.surveys.bursts import SIZES

WEEK = timedelta(days=7)
# Final disposition codes of internet surveys of named persons: AAPOR Standard Definitions, table 4.
INVITED: Mapping[str, tuple[str, str | Promise]] = {
    "own": ("1.1", gettext_lazy("Answered by their own link")),
    "left": ("2.11", gettext_lazy("Asked us to stop, and did not answer")),
    "returned": ("3.30", gettext_lazy("The letter could not be delivered")),
    "not_sent": ("3.11", gettext_lazy("No letter has left")),
}
SILENT = ("3.19", gettext_lazy("Nothing came back, or too few to be shown"))


@dataclass(frozen=True)
class Line:
    """So many of those who were invited; `share` is of a hundred."""

    code: str
    label: str
    number: int
    share: float
    is_few: bool = False

    @property
    def bar(self) -> str:
        """How long the bar is, of a hundred, as SVG writes it."""
        return f"{self.share:.2f}"


@dataclass(frozen=True)
class Links:
    """So many links that were passed on so far."""

    label: str
    number: int


@dataclass(frozen=True)
class Came:
    """What came of a campaign until a Monday, in fives."""

    lines: tuple[Line, ...]
    counted_on: date
    invited: int
    low: float  # per cent
    high: float  # per cent
    passed_on: int
    on_behalf: int
    not_for_me: int
    links: tuple[Links, ...]

    @property
    def again_on(self) -> date:
        """When it is counted anew."""
        return self.counted_on + WEEK


@dataclass(frozen=True)
class KeptReason:
    """What our check warned of, and why somebody let it stand."""

    about: str
    row: KeptWarning


@dataclass(frozen=True)
class Since:
    """An edition that was published since, and whether it counts the answers to the survey."""

    edition: Edition
    counts_answers: bool


def launched() -> QuerySet[Campaign]:
    """The campaigns whose letters left, the newest first. What is a draft is nobody's business yet."""
    ran = Campaign.objects.exclude(state=Campaign.State.DRAFT)
    return ran.order_by("-period_from", "name")


def page_of(campaign: Campaign, *, on: date) -> dict[str, Any]:
    """Everything that the public page of a campaign says, in the language of the reader."""
    source, code = campaign.source, get_language() or "en"
    kept = campaign.kept_warnings.select_related("kept_by").order_by("code", "kept_on")
    waves = list(campaign.waves.order_by("number"))
    first = waves[0].launched_on if waves else None
    controller = Controller.objects.first()
    rule = bases.rule_for(source.basis, controller.country if controller else "")
    return {
        "campaign": campaign,
        "origin": origin_of(source, code),
        "controller": controller,
        "place": campaign.place_in(code),
        "reason": campaign.reason_in(code),
        "law": rule.law if rule else "",
        "invited": campaign.invited,
        "share": _share(campaign),
        "waves": waves,
        "is_over": campaign.is_over(on),
        "recipients": [
            {"row": row, "country": name_of(row.country)}
            for row in Recipient.objects.standing()
        ],
        "came": came_of(campaign),
        "counted_first": _monday_after(first or on),
        "kept": [KeptReason(warning_in_words(row.code), row) for row in kept],
        "editions": editions_since(first, campaign) if first else [],
    }


def came_of(campaign: Campaign) -> Came | None:
    """What came of a campaign, as it was last counted; nothing before the first time."""
    outcome = Outcome.objects.filter(pk=campaign.pk).first()
    if outcome is None:
        return None
    numbers, invited = outcome.numbers, campaign.invited
    lines = [
        _line(code, str(label), numbers[name], invited)
        for name, (code, label) in INVITED.items()
    ]
    silent = max(invited - sum(line.number for line in lines), 0)
    lines.append(_line(SILENT[0], str(SILENT[1]), silent, invited))
    own = numbers["own"]
    return Came(
        lines=tuple(lines),
        counted_on=outcome.counted_on,
        invited=invited,
        low=_tenths(own, invited, floor),
        high=_tenths(most_behind(own, among=invited), invited, ceil),
        passed_on=numbers["passed_on"],
        on_behalf=numbers["on_behalf"],
        not_for_me=numbers["not_for_me"],
        links=tuple(_links(numbers["links"])),
    )


def editions_since(day: date, campaign: Campaign) -> list[Since]:
    """The editions for a time that a campaign's letters, or what followed them, may have reached."""
    return [
        Since(one, _counts_answers(one, campaign))
        for one in published()
        if one.period_to >= f"{day:%Y-%m}"
    ]


def _counts_answers(edition: Edition, campaign: Campaign) -> bool:
    """Whether a table of a published edition has a line for this campaign."""
    table = settings.EDITIONS / str(edition.number) / "tables" / f"{CAMPAIGNS}.csv"
    if not table.is_file():
        return False
    with table.open(encoding="utf-8", newline="") as rows:
        return any(row["code"] == campaign.name for row in csv.DictReader(rows))


def _line(code: str, label: str, number: int, invited: int) -> Line:
    return Line(code, label, number, _percent(number, invited), is_few=number == 0)


def _links(numbers: list[int]) -> list[Links]:
    """The classes of links of which there were enough, the smallest first."""
    fewest = [*SIZES.values()]
    most = [least - 1 for least in fewest[1:]] + [0]
    return [
        Links(_so_many(least, up_to), number)
        for least, up_to, number in zip(fewest, most, numbers, strict=True)
        if number
    ]


def _so_many(least: int, most: int) -> str:
    if least == most:
        return ngettext(
            "%(number)s answer by one link", "%(number)s answers by one link", least
        ) % {"number": least}
    if most:
        return _("%(least)s to %(most)s answers by one link") % {
            "least": least,
            "most": most,
        }
    return _("%(least)s answers by one link, or more") % {"least": least}


def _share(campaign: Campaign) -> str:
    """How many of a hundred were invited; nothing where nobody said how many there are."""
    if not campaign.audience_size or not campaign.invited:
        return ""
    return f"{_percent(campaign.invited, campaign.audience_size):g}"


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0


def _tenths(part: int, whole: int, to: Callable[[float], int]) -> float:
    """Of a hundred, to a tenth, so rounded that what is said of it stays true."""
    return to(1000 * part / whole) / 10 if whole else 0.0


def _monday_after(day: date) -> date:
    return day - timedelta(days=day.weekday()) + WEEK
