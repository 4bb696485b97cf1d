"""Cases that were worked on, for tests: opened from a report, and coded."""

from datetime import date
from typing import Any

from fairwitness.casework.actions import (
    assess,
    open_incident,
    put_complaint,
)
from fairwitness.casework.coding import Coding
from fairwitness.casework.models import (
    Complaint,
    Incident,
    Step,
)
from fairwitness.intake.models import Report
from tests.desk import TODAY, Colleague

COUNTED = Coding(
    status="counted",
    detected_by="told",
    month="2026-03",
    type="exclusion",
    grounds=("disability",),
    setting="meeting",
)


def incident_of(report: Report, who: Colleague) -> Incident:
    """An incident opened from a report."""
    return open_incident(report, ring=who.ring, by=who.user, on=TODAY)


def coded(report: Report, who: Colleague, **other: Any) -> None:
    """A report, coded."""
    coding = Coding(**{**COUNTED.__dict__, **other})
    assess(report, coding=coding, ring=who.ring, by=who.user, on=TODAY)


def put(incident: Incident, who: Colleague, on: date = date(2026, 4, 3)) -> Complaint:
    """A complaint put to an invented institution."""
    return put_complaint(
        incident,
        institution="Harbour Housing Office",
        put_on=on,
        known_from=Step.Known.DOCUMENT,
        ring=who.ring,
        by=who.user,
        today=TODAY,
    )
