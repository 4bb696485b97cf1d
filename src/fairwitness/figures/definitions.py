"""How we count, as data: what a report, an incident and a person affected are, and their codes.

The codes are those of the coding book (`governance.coding`), with the words of a table
in English; a test keeps the two alike.

These sentences are printed in every edition as "definitions in force". Who changes one
raises `VERSION`, so that two editions that counted differently can be told apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

VERSION = "2"

NOT_STATED = "not_stated"
EARLIER = "earlier"
LATER = "later"


class Unit(StrEnum):
    """What is counted. The first bounds the others: they all stand on reports."""

    REPORTS = "reports"
    INCIDENTS = "incidents"
    PEOPLE = "people"


UNITS: Mapping[Unit, str] = {
    Unit.REPORTS: (
        "A report is one account as it was told to us, by the person it happened to or "
        "by somebody who saw it. Several reports can tell of one incident."
    ),
    Unit.INCIDENTS: (
        "An incident is one act, or one linked course of conduct, against one target. "
        "A rally, a campaign or a leaflet in a hundred letterboxes is one incident."
    ),
    Unit.PEOPLE: (
        "A person affected is somebody it happened to. Whoever met several incidents "
        "is one person affected. Where nobody could tell who it happened to, the "
        "incident counts as one person."
    ),
}

UNIT_LABELS: Mapping[Unit, str] = {
    Unit.REPORTS: "Reports",
    Unit.INCIDENTS: "Incidents",
    Unit.PEOPLE: "People affected",
}


class Status(StrEnum):
    """What became of a report that we received."""

    COUNTED = "counted"
    PENDING = "pending"
    NOT_COUNTED = "not_counted"


STATUSES: Mapping[Status, str] = {
    Status.COUNTED: "Counted: we looked into it and it is in the figures.",
    Status.PENDING: "Pending: we have not finished; it is in no other figure yet.",
    Status.NOT_COUNTED: "Not counted: it is kept and is in no other figure, for the reason given.",
}

STATUS_LABELS: Mapping[Status, str] = {
    Status.COUNTED: "Counted",
    Status.PENDING: "Pending",
    Status.NOT_COUNTED: "Not counted",
}

REASONS: Mapping[str, str] = {
    "second_person": "Waits for a second person to code it",
    "reporter": "Waits for an answer of the reporter",
    "not_coded": "Nobody has read and coded it yet",
    "not_confirmed": "Nobody else could confirm it",
    "no_ground": "Not discrimination or harassment",
    "elsewhere": "Outside our area",
    "told_twice": "The same person told it before",
    "not_real": "A test, or not meant",
    NOT_STATED: "No reason stated",
}

RULES: tuple[str, ...] = (
    "Reports, incidents and people affected are three different numbers. We never add them.",
    "A report belongs to the edition of the month in which we received it, so each "
    "report stands in one edition. An incident that was told in two periods stands in both.",
    "The tables by month go by the month in which it happened, as it was told.",
    "What was received and not counted, or not yet, is printed beside what was counted.",
    "An incident can have several grounds. It stands in the row of each, so these rows "
    "do not add up to the total.",
    "The range beside a count is what chance alone would do if the underlying rate "
    "stayed the same (exact Poisson, 95 %). What was never reported is in no range.",
    "Answers to surveys that came by links that were passed on are counted apart: they "
    "are in no share of those we invited, and beside each number stands the one "
    "without them.",
)


@dataclass(frozen=True)
class Dimension:
    """One thing by which counted reports are told apart."""

    name: str
    label: str
    codes: Mapping[str, str]
    is_multiple: bool = False
    has_order: bool = False

    def label_of(self, code: str, own: Mapping[str, str] | None = None) -> str:
        """How a code reads: in the plan's words, in ours, or as it stands."""
        known = {NOT_STATED: "Not stated", **self.codes, **(own or {})}
        return known.get(code) or code.replace("_", " ").capitalize()


_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def month_label(month: str) -> str:
    """A month in words: "January 2026" for 2026-01."""
    year, number = month.split("-")
    return f"{_MONTHS[int(number) - 1]} {year}"


DIMENSIONS: Mapping[str, Dimension] = {
    dimension.name: dimension
    for dimension in (
        Dimension(
            "month",
            "month in which it happened",
            {EARLIER: "Earlier", LATER: "Later"},
            has_order=True,
        ),
        Dimension(
            "type",
            "type",
            {
                "words": "Hurtful words or signs",
                "mass_message": "A message sent to many",
                "threat": "A threat",
                "worse_treatment": "Worse treatment than others",
                "exclusion": "Being kept out",
                "damage": "Damage to things",
                "unwanted_touching": "Unwanted touching",
                "attack": "An attack on a person",
                "attack_on_life": "An attack that could have killed",
                "following": "Being followed or watched",
                "own_words": "Something else",
            },
        ),
        Dimension(
            "ground",
            "ground",
            {
                "age": "Age",
                "disability": "Disability",
                "sex": "Sex",
                "gender_identity": "Gender identity",
                "sexual_orientation": "Sexual orientation",
                "race_or_origin": "Race or origin",
                "religion_or_belief": "Religion or belief",
                "nationality": "Nationality",
                "language": "Language",
                "social_situation": "Social situation",
                "association": "Being close to somebody of whom this is true",
                "not_sure": "Not known",
                "own_words": "Something else",
            },
            is_multiple=True,
        ),
        Dimension(
            "setting",
            "setting",
            {
                "workplace": "At work",
                "meeting": "At a meeting",
                "online": "Online",
                "housing": "About a home to live in",
                "school": "At a school or university",
                "street": "In a street or public place",
                "transport": "In a bus, train or taxi",
                "public_office": "At a public office",
                "police_or_court": "With the police or a court",
                "health_care": "In health care",
                "shop_or_service": "In a shop or service",
                "sport_or_club": "In sport or a club",
                "place_of_worship": "At a place of worship",
                "home": "At home",
                "media": "In the media",
                "own_words": "Somewhere else",
            },
        ),
        Dimension("district", "district", {}),
        Dimension(
            "role",
            "who told us",
            {
                "victim": "The person it happened to",
                "observer": "A third-party observer",
            },
        ),
        Dimension(
            "age_band",
            "age of the person affected",
            {
                "under_18": "Under 18",
                "18_to_24": "18 to 24",
                "25_to_39": "25 to 39",
                "40_to_59": "40 to 59",
                "60_to_74": "60 to 74",
                "75_or_over": "75 or over",
            },
            has_order=True,
        ),
        Dimension(
            "outcome",
            "what came of it",
            {
                "waiting": "Still waiting",
                "no_answer": "No answer",
                "listened": "Somebody listened",
                "put_right": "Put right",
                "partly_put_right": "Partly put right",
                "turned_down": "Turned down",
                "made_worse": "Made worse",
            },
        ),
        Dimension(
            "detected_by",
            "how we know of it",
            {
                "told": "Somebody told us",
                "partner": "Another organisation told us",
                "found": "We found it ourselves",
            },
        ),
    )
}

USUAL: tuple[str, ...] = ("month", "type", "ground", "setting", "district", "role")
"""The dimensions that an edition has unless its plan says otherwise."""


def in_force(dimensions: tuple[str, ...]) -> dict[str, object]:
    """The definitions as they are printed in an edition."""
    return {
        "version": VERSION,
        "units": {str(unit): text for unit, text in UNITS.items()},
        "statuses": {str(status): text for status, text in STATUSES.items()},
        "rules": list(RULES),
        "dimensions": {
            name: {
                "label": DIMENSIONS[name].label,
                "several_at_once": DIMENSIONS[name].is_multiple,
            }
            for name in dimensions
        },
    }
