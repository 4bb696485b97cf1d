"""Reading, linking, coding and following a case; who may, and what stays closed."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.casework import handling
from fairwitness.casework.actions import (
    answer_reporter,
    assess,
    assign_incident,
    change_state,
    drop_fact,
    finish_task,
    give_task,
    link_report,
    move_referral,
    open_incident,
    open_section,
    put_complaint,
    read_header,
    read_incident,
    record_silence,
    record_step,
    refer,
    release_facts,
    undo_step,
    undo_task,
    unlink_report,
)
from fairwitness.casework.actions.assessing import NotLinked
from fairwitness.casework.actions.complaining import NotAStep, StepTold
from fairwitness.casework.actions.reading import NeedsConsent, NothingThere
from fairwitness.casework.coding import Coding, NotInTheBook, suggested
from fairwitness.casework.inbox import Place, due_words
from fairwitness.casework.models import (
    Fact,
    Incident,
    Link,
    Referral,
    Step,
    Task,
    WaitingFact,
)
from fairwitness.casework.ring import case_chest, reports_within_reach
from fairwitness.casework.showing import people_who_told
from fairwitness.casework.states import NEXT, State, Taken, require_step
from fairwitness.casework.why import Linked, Unlinked, Why
from fairwitness.governance import coding as book
from fairwitness.intake.actions import keep_out_of_count, write_message
from fairwitness.intake.models import Report
from fairwitness.intake.payloads import unpack
from fairwitness.ledger.actions import chain_entries
from fairwitness.ledger.actors import REPORTER
from fairwitness.ledger.models import Entry
from fairwitness.refusal import NotAllowed, Refused
from fairwitness.staff.actions import invite_colleague
from fairwitness.staff.roles import Role
from fairwitness.surveys import codes
from fairwitness.vault.models import Wrap
from fairwitness.vault.opening import NoKey, Ring
from fairwitness.vault.report_keys import fact_id, incident_id
from tests.desk import TODAY, Colleague, colleague, staff_of, tell

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

COUNTED = Coding(
    status="counted",
    detected_by="told",
    month="2026-03",
    type="exclusion",
    grounds=("disability",),
    setting="meeting",
)


@pytest.fixture
def staff(centre):
    """Everybody at the desk, with their unlocked keys."""
    return staff_of(centre)


@pytest.fixture
def cai(staff):
    """A second caseworker, who does not hold the triage key."""
    return colleague("Cai", Role.CASEWORKER, by=staff.lea.user)


def incident_of(report: Report, who: Colleague) -> Incident:
    """An incident opened from a report."""
    return open_incident(report, ring=who.ring, by=who.user, on=TODAY)


def coded(report: Report, who: Colleague, **other: Any) -> None:
    """A report, coded."""
    coding = Coding(**{**COUNTED.__dict__, **other})
    assess(report, coding=coding, ring=who.ring, by=who.user, on=TODAY)


# Reading


def test_a_first_reading_is_recorded_and_the_report_is_read(centre, staff):
    report, _code = tell(centre)

    opened = open_section(
        report, "narrative", ring=staff.ada.ring, by=staff.ada.user, reason=Why.FIRST
    )

    report.refresh_from_db()
    assert opened.answers["what_happened"] == "The ramp was locked again."
    assert report.state == Report.State.READ
    entry = Entry.objects.get(act="vault.opened.narrative.first_reading")
    assert (entry.subject, entry.by) == (
        f"intake.report:{report.pk}",
        staff.ada.user.actor_id,
    )


def test_a_reading_that_cannot_be_recorded_does_not_happen(centre, staff, monkeypatch):
    report, _code = tell(centre)
    opened = []

    def fails(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr("fairwitness.vault.opening.record", fails)
    with pytest.raises(RuntimeError):
        opened.append(
            open_section(
                report,
                "narrative",
                ring=staff.ada.ring,
                by=staff.ada.user,
                reason=Why.FIRST,
            )
        )

    report.refresh_from_db()
    assert (opened, report.state) == ([], Report.State.NEW)


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ("identity", "reporter has signed"),
        ("others", "that person's own signed consent"),
    ],
)
def test_staff_alone_never_open_who_somebody_is(centre, staff, section, says):
    report, _code = tell(
        centre,
        role="third_party",
        identity={"your_name": "Wren Holloway"},
        others={"others_who": "Sol Marsh"},
    )

    with pytest.raises(NeedsConsent, match=says):
        open_section(
            report, section, ring=staff.ada.ring, by=staff.ada.user, reason=Why.WORK
        )


@pytest.mark.parametrize("part", ["identity", "others", "identity.b", "others.b"])
def test_no_ring_of_staff_reaches_a_whole_identity(centre, staff, part):
    report, _code = tell(centre, role="third_party", others={"others_who": "Sol Marsh"})

    with pytest.raises(NoKey):
        staff.ada.ring.open_wrap(report.pk, part)


def test_there_is_no_other_section(centre, staff):
    report, _code = tell(centre)

    with pytest.raises(NothingThere):
        open_section(
            report, "header", ring=staff.ada.ring, by=staff.ada.user, reason=Why.WORK
        )


def test_who_does_not_read_reports_opens_none(centre, staff):
    report, _code = tell(centre)

    with pytest.raises(NotAllowed, match="read new reports"):
        open_section(
            report, "narrative", ring=staff.ina.ring, by=staff.ina.user, reason=Why.WORK
        )


def test_messages_open_as_a_conversation_and_are_read(centre, staff):
    report, _code = tell(centre)
    write_message(
        report,
        case_chest=case_chest(report, staff.ada.ring),
        text="Is anybody there?",
        is_from_reporter=True,
        by=REPORTER,
        on=TODAY,
    )
    answer_reporter(
        report, text="We are.", ring=staff.ada.ring, by=staff.ada.user, on=TODAY
    )

    opened = open_section(
        report, "messages", ring=staff.ada.ring, by=staff.ada.user, reason=Why.ANSWER
    )

    assert [one["text"] for one in opened.messages] == ["Is anybody there?", "We are."]
    assert report.messages.get(number=1).is_read


def test_an_empty_answer_is_not_sent(centre, staff):
    report, _code = tell(centre)

    with pytest.raises(Refused, match="Write your message"):
        answer_reporter(
            report, text=" ", ring=staff.ada.ring, by=staff.ada.user, on=TODAY
        )


# Incidents and links


def test_two_reports_of_two_people_tell_of_one_incident(centre, staff):
    first, _code = tell(centre)
    second, _code = tell(centre, role="third_party")
    incident = incident_of(first, staff.ada)

    link_report(
        second,
        incident,
        reason=Linked.SAME_TIME_AND_PLACE,
        ring=staff.ada.ring,
        by=staff.ada.user,
        on=TODAY,
    )

    links = list(incident.links.order_by("linked_on", "pk"))
    assert people_who_told(links) == 2
    assert {link.report.state for link in links} == {Report.State.WORKING}


def test_the_same_person_telling_twice_is_one_person():
    tellers = [Link(teller="other"), Link(teller="same"), Link(teller="unknown")]

    assert people_who_told(tellers) == 1
    assert people_who_told([]) == 0


def test_a_report_tells_of_one_incident_at_a_time(centre, staff):
    report, _code = tell(centre)
    incident = incident_of(report, staff.ada)

    with pytest.raises(Refused, match=f"tells of incident {incident.code}"):
        incident_of(report, staff.ada)


def test_a_link_is_taken_back_with_its_fact_and_can_be_made_anew(centre, staff):
    report, _code = tell(centre)
    incident = incident_of(report, staff.ada)
    coded(report, staff.ada)
    release_facts()
    link = incident.links.get()

    unlink_report(
        link, reason=Unlinked.MISTAKE, ring=staff.ada.ring, by=staff.ada.user, on=TODAY
    )

    link.refresh_from_db()
    assert (link.unlinked_by, link.unlink_reason) == (staff.ada.user, "mistake")
    assert not Fact.objects.exists()
    with pytest.raises(Refused, match="taken back before"):
        unlink_report(
            link,
            reason=Unlinked.MISTAKE,
            ring=staff.ada.ring,
            by=staff.ada.user,
            on=TODAY,
        )
    link_report(
        report,
        incident,
        reason=Linked.REPORTER_SAID,
        ring=staff.ada.ring,
        by=staff.ada.user,
        on=TODAY,
    )
    assert incident.links.count() == 2


def test_who_only_reads_new_reports_opens_no_incident(centre, staff):
    report, _code = tell(centre)

    with pytest.raises(NotAllowed, match="work on cases"):
        incident_of(report, staff.ben)


def test_a_case_is_within_reach_of_whoever_it_was_given_to_and_of_no_other(
    centre, staff, cai
):
    mine, _code = tell(centre)
    other, _code = tell(centre)
    incident = incident_of(mine, staff.ada)
    with pytest.raises(NoKey):
        case_chest(mine, cai.ring)

    assign_incident(incident, to=cai.user, ring=staff.ada.ring, by=staff.ada.user)

    assert set(reports_within_reach(cai.user)) == {mine}
    assert read_header(mine, ring=cai.ring, by=cai.user).language == "en"
    with pytest.raises(NoKey):
        read_header(other, ring=cai.ring, by=cai.user)


def test_a_later_report_reaches_whoever_carries_the_incident(centre, staff, cai):
    first, _code = tell(centre)
    second, _code = tell(centre)
    incident = incident_of(first, staff.ada)
    assign_incident(incident, to=cai.user, ring=staff.ada.ring, by=staff.ada.user)

    link_report(
        second,
        incident,
        reason=Linked.COURSE,
        ring=staff.ada.ring,
        by=staff.ada.user,
        on=TODAY,
    )

    assert second in reports_within_reach(cai.user)


def test_a_case_goes_to_those_who_work_on_cases_and_have_a_key(centre, staff, lea):
    report, _code = tell(centre)
    incident = incident_of(report, staff.ada)
    dan, _secret = invite_colleague(
        "Dan", roles=[Role.CASEWORKER], password="a third harbour lamp", by=lea
    )

    with pytest.raises(Refused, match="set a passphrase first"):
        assign_incident(incident, to=dan, ring=staff.ada.ring, by=staff.ada.user)
    with pytest.raises(NotAllowed):
        assign_incident(
            incident, to=staff.ina.user, ring=staff.ada.ring, by=staff.ada.user
        )


@pytest.mark.parametrize("here", State)
@pytest.mark.parametrize("there", State)
def test_an_incident_moves_only_along_its_table(here, there):
    if there in NEXT[here]:
        require_step(here, there)
    else:
        with pytest.raises(Refused, match="cannot become"):
            require_step(here, there)


def test_closing_an_incident_finishes_its_reports_and_opening_undoes_it(centre, staff):
    report, _code = tell(centre)
    incident = incident_of(report, staff.ada)

    change_state(incident, to=State.CLOSED, by=staff.ada.user)
    report.refresh_from_db()
    assert report.state == Report.State.FINISHED

    change_state(incident, to=State.OPEN, by=staff.ada.user)
    report.refresh_from_db()
    assert report.state == Report.State.WORKING


# Coding and facts


def test_the_coding_book_is_that_of_the_default_questionnaire():
    pairs = [
        (book.IncidentType, codes.IncidentType),
        (book.Ground, codes.Ground),
        (book.Setting, codes.Setting),
        (book.AgeBand, codes.AgeBand),
        (book.Outcome, codes.WhatCame),
    ]

    for ours, theirs in pairs:
        assert ours.values == [code.value for code in theirs]


def test_a_fact_waits_sealed_and_comes_out_with_ids_that_lead_nowhere(centre, staff):
    report, code = tell(centre)
    incident = incident_of(report, staff.ada)
    coded(report, staff.ada)
    waiting = WaitingFact.objects.get()
    assert b"exclusion" not in bytes(waiting.envelope)
    assert not Fact.objects.exists()

    assert release_facts() == 1

    fact = Fact.objects.get()
    chest = case_chest(report, staff.ada.ring)
    assert fact.pk == fact_id(chest.key)
    assert fact.incident == incident_id(case_chest(incident, staff.ada.ring).key)
    assert (fact.role, fact.status, fact.type) == ("victim", "counted", "exclusion")
    assert (fact.month, fact.received_month) == ("2026-03", "2026-11")
    assert (fact.grounds, bytes(fact.seed)) == (["disability"], code.seed)
    known = f"{fact.pk}{fact.incident}{fact.person}"
    assert str(report.pk.hex) not in known
    assert not WaitingFact.objects.exists()


def test_a_fact_holds_codes_alone_and_points_at_nothing():
    names = {field.name for field in Fact._meta.get_fields()}

    assert names == {
        "id",
        "incident",
        "person",
        "received_month",
        "month",
        "district",
        "type",
        "grounds",
        "setting",
        "role",
        "age_band",
        "status",
        "reason",
        "outcome",
        "detected_by",
        "seed",
        "expires_month",
    }
    assert not any(field.is_relation for field in Fact._meta.get_fields())


def test_an_observer_and_a_victim_share_the_incident_and_the_person(centre, staff):
    first, _code = tell(centre)
    second, _code = tell(centre, role="third_party")
    incident = incident_of(first, staff.ada)
    link_report(
        second,
        incident,
        reason=Linked.SAME_PEOPLE,
        ring=staff.ada.ring,
        by=staff.ada.user,
        on=TODAY,
    )
    coded(first, staff.ada)
    coded(second, staff.ada)

    release_facts()

    facts = list(Fact.objects.all())
    assert {fact.role for fact in facts} == {"victim", "observer"}
    assert len({fact.incident for fact in facts}) == 1
    assert len({fact.person for fact in facts}) == 1


def test_coding_again_replaces_the_fact(centre, staff):
    report, _code = tell(centre)
    incident_of(report, staff.ada)
    coded(report, staff.ada)
    release_facts()

    coded(report, staff.ada, status="not_counted", reason="not_confirmed")
    until_the_batch = Fact.objects.get().status
    release_facts()

    assert until_the_batch == "counted"  # taken away alone, it would show its report
    assert Fact.objects.get().status == "not_counted"
    assert report.assessments.count() == 2


def test_the_trace_of_a_coding_stays_sealed_with_the_case(centre, staff):
    report, _code = tell(centre)
    incident_of(report, staff.ada)
    coded(report, staff.ada)

    envelope = bytes(report.assessments.get().envelope)

    assert b"exclusion" not in envelope
    told = unpack(case_chest(report, staff.ada.ring).open("assessment", envelope))
    assert told["type"] == "exclusion"


def test_whoever_does_not_want_to_be_counted_has_no_fact(centre, staff):
    report, _code = tell(centre)
    incident_of(report, staff.ada)
    keep_out_of_count(report, is_kept_out=True, on=TODAY)

    coded(report, staff.ada)

    assert release_facts() == 0
    assert report.assessments.exists()


def test_a_fact_can_be_dropped_waiting_or_released(centre, staff):
    report, _code = tell(centre)
    incident_of(report, staff.ada)
    case_key = case_chest(report, staff.ada.ring).key
    for is_released in (False, True):
        coded(report, staff.ada)
        if is_released:
            release_facts()
        drop_fact(case_key)

        assert not Fact.objects.exists()
        assert not WaitingFact.objects.exists()


def test_facts_wait_until_there_are_enough(centre, staff):
    report, _code = tell(centre)
    incident_of(report, staff.ada)
    coded(report, staff.ada)

    assert release_facts(at_least=20) == 0
    assert release_facts() == 1
    assert release_facts() == 0


def test_a_report_is_coded_only_as_one_that_tells_of_an_incident(centre, staff):
    report, _code = tell(centre)

    with pytest.raises(NotLinked, match="Open an incident"):
        coded(report, staff.ada)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"type": "a word of my own"}, "Choose from the list: type"),
        ({"grounds": ("age", "else")}, "grounds"),
        ({"setting": "else"}, "setting"),
        ({"month": "2026-13"}, "month"),
        ({"month": "March"}, "month"),
        ({"district": "nowhere"}, "district"),
        ({"age_band": "33"}, "age_band"),
        ({"outcome": "else"}, "outcome"),
        ({"status": "perhaps"}, "status"),
        ({"detected_by": "else"}, "detected_by"),
        ({"status": "pending"}, "Say why"),
        ({"status": "not_counted", "reason": "else"}, "Say why"),
        ({"reason": "no_ground"}, "needs no reason"),
    ],
)
def test_what_is_not_in_the_book_is_refused(centre, wrong, says):
    coding = Coding(**{**COUNTED.__dict__, **wrong})

    with pytest.raises(NotInTheBook, match=says):
        coding.require_right()


def test_who_did_not_say_who_they_are_is_coded_by_hand(centre, staff):
    report, _code = tell(centre, role="")
    incident_of(report, staff.ada)

    with pytest.raises(NotInTheBook, match="choose who told us"):
        coded(report, staff.ada)
    coded(report, staff.ada, role="observer")

    release_facts()
    assert Fact.objects.get().role == "observer"


def test_a_form_for_coding_begins_with_what_the_reporter_chose():
    begun = suggested(
        {
            "type": ["threat", "words"],
            "grounds": ["age", "nonsense"],
            "setting": "-not_sure",
            "when": "2025",
            "your_age": "18_to_24",
        }
    )

    assert begun == {
        "type": "threat",
        "grounds": ["age"],
        "setting": "",
        "month": "2025",
        "district": "",
        "age_band": "18_to_24",
        "outcome": "",
    }


# Complaints


def put(incident: Incident, who: Colleague, on: date = date(2026, 4, 3)):
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


# Pages


def test_the_inbox_shows_the_nearest_promise_first_and_only_months_while_locked(
    centre, staff
):
    tell(centre, read_by=timezone.localdate() - timedelta(days=2))
    tell(centre, read_by=timezone.localdate() + timedelta(days=2))
    client = staff.ada.browser(unlocked=False)

    locked = client.get(reverse("casework:inbox")).content.decode()
    client.post(reverse("staff:unlock"), {"passphrase": staff.ada.passphrase})
    opened = client.get(reverse("casework:inbox")).content.decode()

    assert "November 2026" in locked
    assert "happened to me" not in locked
    assert opened.index("overdue 2 days") < opened.rindex("happened to me")
    assert opened.count("happened to me") == 2
    entry = Entry.objects.get(act="vault.opened.headers")
    assert (entry.count, entry.subject) == (2, "intake.report")


def test_the_inbox_of_many_is_read_page_by_page_and_nobody_is_left_out(
    centre, staff, monkeypatch
):
    monkeypatch.setattr("fairwitness.casework.inbox.WINDOW", 4)
    monkeypatch.setattr("fairwitness.casework.inbox.ROWS", 2)
    told = {str(tell(centre)[0].pk) for _report in range(9)}
    client = staff.ada.browser()
    address, seen = reverse("casework:inbox"), []

    while address:
        page = client.get(address)
        seen += [str(one["row"].report.pk) for one in page.context["rows"]]
        place = page.context["next"]
        address = place and (
            f"{reverse('casework:inbox')}?after={place.after}&skip={place.skip}"
        )

    assert sorted(seen) == sorted(told)


def test_the_inbox_asks_the_database_as_often_for_many_as_for_few(
    centre, staff, django_assert_max_num_queries
):
    client = staff.ada.browser()
    tell(centre)
    with django_assert_max_num_queries(40) as few:
        client.get(reverse("casework:inbox"))
    for _report in range(12):
        tell(centre)

    with django_assert_max_num_queries(len(few)):
        client.get(reverse("casework:inbox"))


@pytest.mark.parametrize(
    "asked",
    [
        {"skip": "7"},
        {"skip": "-50"},
        {"skip": "x"},
        {"after": "x"},
        {"after": "2026-11-01.x"},
    ],
)
def test_an_address_that_makes_no_sense_is_the_beginning(asked):
    assert Place.of(asked) == Place()


def test_promises_read_as_staff_say_them():
    assert due_words(TODAY, today=TODAY) == "today"
    assert due_words(TODAY - timedelta(days=1), today=TODAY) == "overdue 1 day"
    assert due_words(date(2026, 11, 26), today=TODAY) == "Thu 26 Nov"


def test_a_section_opens_in_its_place_and_closes_with_the_page(centre, staff):
    report, _code = tell(centre)
    client = staff.ada.browser()
    page = reverse("casework:report", args=[report.pk])

    closed = client.get(page).content.decode()
    opened = client.post(
        reverse("casework:open_part", args=[report.pk, "narrative"]),
        {"reason": "first_reading"},
    ).content.decode()
    again = client.get(page).content.decode()

    assert "The ramp was locked" not in closed + again
    assert "The ramp was locked" in opened
    assert "opened once" in again


def test_what_was_told_reads_in_words_not_codes(centre, staff):
    report, _code = tell(centre)

    page = staff.ada.browser().post(
        reverse("casework:open_part", args=[report.pk, "narrative"]),
        {"reason": "first_reading"},
    )

    assert b"exclusion" not in page.content
    assert b"March 2026" in page.content


def test_a_locked_key_opens_nothing_on_any_page(centre, staff):
    report, _code = tell(centre)
    client = staff.ada.browser(unlocked=False)

    page = client.post(
        reverse("casework:open_part", args=[report.pk, "narrative"]),
        {"reason": "working"},
    )

    assert page.status_code == 403
    assert b"Your key is locked" in page.content


def test_there_is_no_page_for_a_case_out_of_reach(centre, staff, cai):
    report, _code = tell(centre)
    incident = incident_of(report, staff.ada)
    client = cai.browser()

    pages = [
        reverse("casework:report", args=[report.pk]),
        reverse("casework:code", args=[report.pk]),
        reverse("casework:answer", args=[report.pk]),
        reverse("casework:incident", args=[incident.code]),
        reverse("casework:complain", args=[incident.code]),
        reverse("casework:complaint", args=[put(incident, staff.ada).pk]),
    ]

    assert {client.get(page).status_code for page in pages} == {404}
    assert client.get(reverse("casework:inbox")).context["rows"] == []


PAGES = {
    "casework:inbox": {"ada", "ben"},
    "casework:mine": {"ada"},
    "casework:due": {"ada"},
    "casework:ledger": {"lea", "pia"},
    "casework:report": {"ada", "ben"},
    "casework:code": {"ada"},
    "casework:answer": {"ada"},
    "casework:incident": {"ada"},
    "casework:complain": {"ada"},
    "casework:complaint": {"ada"},
}


@pytest.mark.parametrize("name", ["lea", "ada", "ben", "ina", "pia"])
def test_each_page_opens_for_those_who_may(centre, staff, name):
    report, _code = tell(centre)
    incident = incident_of(report, staff.ada)
    complaint = put(incident, staff.ada)
    about: dict[str, list[Any]] = {
        "casework:report": [report.pk],
        "casework:code": [report.pk],
        "casework:answer": [report.pk],
        "casework:incident": [incident.code],
        "casework:complain": [incident.code],
        "casework:complaint": [complaint.pk],
    }
    client = getattr(staff, name).browser()

    for page, allowed in PAGES.items():
        status = client.get(reverse(page, args=about.get(page))).status_code

        assert (page, status == 200) == (page, name in allowed)


def test_a_case_goes_its_whole_way_on_pages(centre, staff):
    report, _code = tell(centre)
    client = staff.ada.browser()

    client.post(reverse("casework:start_incident", args=[report.pk]))
    incident = Incident.objects.get()
    page = reverse("casework:incident", args=[incident.code])
    assert b"is open." in client.get(page).content
    opened = client.post(
        reverse(
            "casework:open_in_incident", args=[incident.code, report.pk, "narrative"]
        ),
        {"reason": "working"},
    )
    assert b"The ramp was locked" in opened.content
    code = reverse("casework:code", args=[report.pk])
    begun = client.post(code, {"open": "1"}).content.decode()
    assert '<option value="exclusion" selected>' in begun
    chosen = {"type": "exclusion", "grounds": ["disability"], "detected_by": "told"}
    wrong = client.post(code, {**chosen, "status": "pending"})
    assert b"Say why it waits" in wrong.content
    client.post(code, {**chosen, "status": "counted"})
    assert release_facts() == 1
    client.post(reverse("casework:answer", args=[report.pk]), {"text": "We read it."})
    client.post(
        reverse("casework:task", args=[incident.code]),
        {"kind": "answer", "due_on": "2026-12-01", "to": staff.ada.user.pk},
    )
    assert b"answer the reporter" in client.get(reverse("casework:mine")).content
    client.post(reverse("casework:done", args=[Task.objects.get().pk]))
    client.post(reverse("casework:state", args=[incident.code]), {"to": "closed"})

    report.refresh_from_db()
    assert report.state == Report.State.FINISHED
    assert b"coded report A" in client.get(page).content
    assert report.messages.count() == 1


def test_a_complaint_is_followed_on_pages(centre, staff):
    report, _code = tell(centre)
    incident = incident_of(report, staff.ada)
    client = staff.ada.browser()
    client.post(
        reverse("casework:complain", args=[incident.code]),
        {
            "institution": "Harbour Housing Office",
            "put_on": "2026-04-03",
            "known_from": "document",
        },
    )
    page = reverse("casework:complaint", args=[incident.complaints.get().pk])
    client.post(
        page,
        {
            "kind": "promised",
            "on": "2026-04-18",
            "due_on": "2026-05-02",
            "known_from": "institution",
        },
    )

    shown = client.get(page).content.decode()
    due = client.get(reverse("casework:due")).content.decode()
    wrong = client.post(
        page, {"kind": "asked", "on": "2026-01-01", "known_from": "document"}
    ).content.decode()

    assert "Complaint to Harbour Housing Office" in shown
    assert "promised date passed" in shown
    assert "promised date passed" in due
    assert "before the complaint was put" in wrong
    client.post(reverse("casework:silence", args=[incident.complaints.get().pk]))
    assert "silence" in client.get(page).content.decode()


def test_undo_stands_beside_what_was_done(centre, staff):
    first, _code = tell(centre)
    second, _code = tell(centre)
    incident = incident_of(first, staff.ada)
    client = staff.ada.browser()

    client.post(
        reverse("casework:link", args=[second.pk]),
        {"code": incident.code.lower(), "reason": "people", "teller": "other"},
    )
    page = client.get(reverse("casework:incident", args=[incident.code]))
    link = incident.links.get(report=second)
    undo = reverse("casework:unlink", args=[link.pk])
    assert undo in page.content.decode()
    client.post(undo)

    link.refresh_from_db()
    assert link.unlink_reason == Unlinked.UNDONE


def test_the_ledger_page_shows_what_is_chained(centre, staff):
    chain_entries()

    page = staff.lea.browser().get(reverse("casework:ledger"))

    assert b"staff.invited" in page.content


def test_nothing_of_a_case_stands_in_a_title_or_an_address(centre, staff):
    report, _code = tell(centre)
    incident = incident_of(report, staff.ada)

    page = staff.ada.browser().get(reverse("casework:incident", args=[incident.code]))

    title = page.content.decode().split("<title>")[1].split("</title>")[0]
    assert incident.code not in title
    assert str(report.pk) != incident.code


def test_a_made_up_id_leads_nowhere(centre, staff):
    client = staff.ada.browser()

    assert client.get(reverse("casework:report", args=[uuid4()])).status_code == 404
    assert client.get(reverse("casework:incident", args=["QQQQQ"])).status_code == 404


def test_the_key_of_an_incident_is_wrapped_never_stored(centre, staff):
    report, _code = tell(centre)
    incident = incident_of(report, staff.ada)

    key = case_chest(incident, staff.ada.ring).key

    wraps = Wrap.objects.filter(subject=incident.pk)
    assert wraps.count() == 1
    assert key not in bytes(wraps.get().envelope)
    assert isinstance(staff.ada.ring, Ring)
