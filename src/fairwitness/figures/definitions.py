"""How we count, as data: what a report, an incident and a person affected are, and what they are coded as.

These sentences are printed in every edition as "definitions in force". Who changes one
raises `VERSION`, so that two editions that counted differently can be told apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

VERSION = "1"

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
    "unconfirmed": "Nobody else could confirm it",
    "no_indication": "Nothing showed that one of the grounds was the reason",
    "outside": "Outside the place, the time or the subject of this centre",
    "duplicate": "The same account was sent before",
    "withdrawn": "The reporter took it back",
    "test": "Sent as a test",
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
                "violence": "Violence against a person",
                "threat": "Threat",
                "damage": "Damage to property",
                "harassment": "Harassment",
                "insult": "Insult or abusive behaviour",
                "discrimination": "Discrimination",
                "exclusion": "Exclusion from a place or service",
                "hate_mail": "Mail, leaflets or posters",
                "online": "Online abuse",
                "other": "Something else",
            },
        ),
        Dimension(
            "ground",
            "ground",
            {
                "religion": "Religion or belief",
                "religion_or_belief": "Religion or belief",
                "ethnicity": "Ethnic origin, language or colour",
                "nationality": "Nationality or migration",
                "sex": "Sex",
                "gender": "Gender or gender identity",
                "gender_identity": "Gender identity",
                "orientation": "Sexual orientation",
                "sexual_orientation": "Sexual orientation",
                "disability": "Disability or illness",
                "age": "Age",
                "social": "Social position",
                "opinion": "Opinion",
                "other": "Another ground",
            },
            is_multiple=True,
        ),
        Dimension(
            "setting",
            "setting",
            {
                "work": "At work",
                "school": "In school or training",
                "education": "In school or training",
                "housing": "At home or in the neighbourhood",
                "public_place": "In the street or a public place",
                "transport": "On public transport",
                "shop": "In a shop or restaurant",
                "services": "In a shop, bank or other service",
                "authority": "At an authority",
                "health": "In health or care",
                "meeting": "At a meeting or event",
                "worship": "At a place of worship",
                "sport": "In sport",
                "online": "Online",
                "media": "In the media",
                "other": "Somewhere else",
            },
        ),
        Dimension("district", "district", {}),
        Dimension(
            "role",
            "who told us",
            {
                "victim": "The person it happened to",
                "observer": "Somebody who saw it or was told",
            },
        ),
        Dimension("age_band", "age of the person who told us", {}, has_order=True),
        Dimension("outcome", "outcome", {}),
        Dimension(
            "detected_by",
            "how we learned of it",
            {
                "invitation": "An invited person told us",
                "open_form": "Somebody came to us",
                "hotline": "By telephone",
                "staff": "We found it ourselves",
                "partner": "Another organisation told us",
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
