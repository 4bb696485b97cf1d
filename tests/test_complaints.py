"""Complaints and their steps, tasks, and handing a person over to others."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.casework import handling
from fairwitness.casework.actions import (
    finish_task,
    give_task,
    move_referral,
    put_complaint,
    read_incident,
    record_silence,
    record_step,
    refer,
    undo_step,
    undo_task,
)
from fairwitness.casework.actions.complaining import NotAStep, StepTold
from fairwitness.casework.models import (
    Referral,
    Step,
    Task,
)
from fairwitness.casework.states import Taken
from fairwitness.ledger.models import Entry
from fairwitness.refusal import Refused
from tests.desk import TODAY, Colleague, tell
from tests.worked import incident_of, put

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])


# Complaints


def step(complaint, who: Colleague, kind: Step.Kind, on: date, **more: Any):
    """One step of it."""
    told = StepTold(kind, on, Step.Known.REPORTER, **more)
    return record_step(complaint, told=told, ring=who.ring, by=who.user, today=TODAY)


def test_a_complaints_way_is_recorded_with_its_silence(centre, staff):
    report, _code = tell(centre)
    complaint = put(incident_of(report, staff.ada), staff.ada)
    step(complaint, staff.ada, Step.Kind.ACKNOWLEDGED, date(2026, 4, 17))
    step(
        complaint,
        staff.ada,
        Step.Kind.PROMISED,
        date(2026, 4, 18),
        due_on=date(2026, 5, 2),
    )

    way = handling.handling_of(list(complaint.steps.all()), today=TODAY)

    assert (way.days, way.is_open, way.late_by) == (233, True, 204)
    assert [moment.days_after for moment in way.moments] == [None, 14, 1]
    record_silence(complaint, ring=staff.ada.ring, by=staff.ada.user, today=TODAY)
    assert complaint.steps.order_by("-on").first().kind == Step.Kind.SILENCE


def test_the_institutions_name_and_our_notes_are_sealed(centre, staff):
    report, _code = tell(centre)
    incident = incident_of(report, staff.ada)
    complaint = put(incident, staff.ada)
    noted = step(
        complaint,
        staff.ada,
        Step.Kind.ACKNOWLEDGED,
        date(2026, 4, 17),
        note="By letter.",
    )

    words = read_incident(incident, ring=staff.ada.ring, by=staff.ada.user)

    assert words == {complaint.pk: "Harbour Housing Office", noted.pk: "By letter."}
    assert b"Harbour" not in bytes(complaint.institution)
    assert Entry.objects.get(act="vault.opened.complaints").count == 2


@pytest.mark.parametrize(
    ("kind", "on", "due_on", "says"),
    [
        (Step.Kind.ASKED, date(2026, 11, 23), None, "not come yet"),
        (Step.Kind.ASKED, date(2026, 4, 2), None, "before the complaint"),
        (Step.Kind.PROMISED, date(2026, 4, 9), None, "for which day"),
        (Step.Kind.PROMISED, date(2026, 4, 9), date(2026, 4, 8), "for which day"),
        (Step.Kind.ASKED, date(2026, 4, 9), date(2026, 5, 9), "Only a promise"),
    ],
)
def test_a_step_that_cannot_have_been_is_refused(centre, staff, kind, on, due_on, says):
    report, _code = tell(centre)
    complaint = put(incident_of(report, staff.ada), staff.ada)

    with pytest.raises(NotAStep, match=says):
        step(complaint, staff.ada, kind, on, due_on=due_on)


def test_a_complaint_names_its_institution(centre, staff):
    report, _code = tell(centre)

    with pytest.raises(NotAStep, match="Name the institution"):
        put_complaint(
            incident_of(report, staff.ada),
            institution=" ",
            put_on=TODAY,
            known_from=Step.Known.REPORTER,
            ring=staff.ada.ring,
            by=staff.ada.user,
            today=TODAY,
        )


def test_a_step_is_undone_once_and_the_first_never(centre, staff):
    report, _code = tell(centre)
    complaint = put(incident_of(report, staff.ada), staff.ada)
    asked = step(complaint, staff.ada, Step.Kind.ASKED, date(2026, 6, 9))

    undo_step(asked, by=staff.ada.user, on=TODAY)

    with pytest.raises(Refused, match="taken back before"):
        undo_step(asked, by=staff.ada.user, on=TODAY)
    with pytest.raises(Refused, match="began the complaint"):
        undo_step(complaint.steps.get(kind="put"), by=staff.ada.user, on=TODAY)


days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
kinds = st.sampled_from([kind.value for kind in Step.Kind])
steps_told = st.lists(
    st.builds(
        lambda kind, on, due: SimpleNamespace(
            kind=kind, on=on, due_on=due if kind == "promised" else None
        ),
        kinds,
        days,
        days,
    ),
    min_size=1,
    max_size=12,
)


@given(steps_told, days)
def test_days_between_steps_add_up(steps, today):
    way = handling.handling_of(steps, today=today)

    between = [moment.days_after or 0 for moment in way.moments]
    dates = sorted(one.on for one in steps)
    assert sum(between) == (dates[-1] - dates[0]).days


@given(steps_told, days)
def test_no_promise_is_late_after_a_decision(steps, today):
    way = handling.handling_of(steps, today=today)

    if way.decided_by:
        later = [m for m in way.moments if m.step.on > way.decided_by.on]
        assert way.late_by is None or any(m.passed_by for m in later)


# Tasks and referrals


def test_a_task_is_done_and_undone(centre, staff):
    report, _code = tell(centre)
    task = give_task(
        incident_of(report, staff.ada),
        kind=Task.Kind.REMIND,
        due_on=TODAY,
        to=staff.ada.user,
        by=staff.ada.user,
    )

    finish_task(task, by=staff.ada.user, on=TODAY)
    with pytest.raises(Refused, match="done before"):
        finish_task(task, by=staff.ada.user, on=TODAY)
    undo_task(task, by=staff.ada.user)

    assert task.done_on is None


def test_a_referral_moves_along_its_table(centre, staff):
    report, _code = tell(centre)
    referral = refer(
        incident_of(report, staff.ada),
        recipient=centre.recipients["City Legal Aid"],
        by=staff.ada.user,
        on=TODAY,
    )

    move_referral(referral, to=Taken.ACCEPTED, by=staff.ada.user)

    assert referral.state == Referral.State.ACCEPTED
    with pytest.raises(Refused, match="cannot become"):
        move_referral(referral, to=Taken.DECLINED, by=staff.ada.user)


def test_nobody_is_referred_where_the_agreement_has_ended(centre, staff):
    report, _code = tell(centre)
    recipient = centre.recipients["City Legal Aid"]
    recipient.ended_on = TODAY

    with pytest.raises(Refused, match="has ended"):
        refer(
            incident_of(report, staff.ada),
            recipient=recipient,
            by=staff.ada.user,
            on=TODAY,
        )
