"""What the invented staff make of it: read, link, code, follow, release, publish."""

from datetime import date, timedelta

from fairwitness.casework.actions import (
    answer_reporter,
    assess,
    give_task,
    link_report,
    open_incident,
    open_section,
    put_complaint,
    read_headers,
    record_step,
    release_facts,
)
from fairwitness.casework.actions.complaining import StepTold
from fairwitness.casework.coding import Coding, suggested
from fairwitness.casework.models import Fact, Incident, Step, Task
from fairwitness.casework.ring import ring_with
from fairwitness.casework.why import Linked, Why
from fairwitness.demo.world import Member
from fairwitness.governance.coding import DetectedBy, Reason
from fairwitness.intake.models import Report

PENDING_EVERY, NOT_COUNTED_EVERY, SAME_EVERY = 9, 13, 6


def work_through(reports: list[Report], *, by: Member, on: date) -> list[Incident]:
    """Read each report, open or link its incident, code it. Some wait, some are not counted."""
    ring, user = ring_with(*by.unlocked), by.user
    read_headers(reports, ring=ring, by=user)
    incidents: list[Incident] = []
    for number, report in enumerate(reports):
        told = open_section(report, "narrative", ring=ring, by=user, reason=Why.FIRST)
        if number % SAME_EVERY == SAME_EVERY - 1 and incidents:
            reason = Linked.SAME_TIME_AND_PLACE
            link_report(report, incidents[-1], reason=reason, ring=ring, by=user, on=on)
        else:
            incidents.append(open_incident(report, ring=ring, by=user, on=on))
        assess(report, coding=_coding(told.answers, number), ring=ring, by=user, on=on)
    release_facts()
    return incidents


def _coding(answers: dict[str, object], number: int) -> Coding:
    known = suggested(answers)
    known["grounds"] = tuple(known["grounds"])
    detected = DetectedBy.TOLD.value
    if number % PENDING_EVERY == PENDING_EVERY - 1:
        status, reason = Fact.Status.PENDING, Reason.SECOND_PERSON.value
    elif number % NOT_COUNTED_EVERY == NOT_COUNTED_EVERY - 1:
        status, reason = Fact.Status.NOT_COUNTED, Reason.NOT_CONFIRMED.value
    else:
        status, reason = Fact.Status.COUNTED, ""
    return Coding(status=status.value, reason=reason, detected_by=detected, **known)


def follow(incident: Incident, *, by: Member, on: date) -> None:
    """Follow one complaint through the institution, write to its reporter, set a task."""
    ring, user = ring_with(*by.unlocked), by.user
    complaint = put_complaint(
        incident,
        institution="The committee of the harbour allotments",
        put_on=on - timedelta(days=80),
        known_from=Step.Known.DOCUMENT,
        ring=ring,
        by=user,
        today=on,
    )
    promised = on - timedelta(days=14)
    for kind, days, known, note, due_on in (
        (Step.Kind.ACKNOWLEDGED, 66, Step.Known.REPORTER, "By a short letter.", None),
        (Step.Kind.PROMISED, 30, Step.Known.DOCUMENT, "In two weeks.", promised),
        (Step.Kind.SILENCE, 12, Step.Known.REPORTER, "Nothing came.", None),
    ):
        told = StepTold(
            kind=kind,
            on=on - timedelta(days=days),
            known_from=known,
            note=note,
            due_on=due_on,
        )
        record_step(complaint, told=told, ring=ring, by=user, today=on)
    link = incident.links.filter(unlinked_on=None).select_related("report").first()
    if link is None:
        raise ValueError("this incident has no report")
    answer_reporter(
        link.report,
        text="Thank you for telling us. May we ask the committee why no decision came?",
        ring=ring,
        by=user,
        on=on,
    )
    give_task(
        incident,
        kind=Task.Kind.REMIND,
        due_on=on + timedelta(days=7),
        to=user,
        by=user,
    )
