"""Reading and linking; who may, and what stays closed."""

import pytest

from fairwitness.casework.actions import (
    answer_reporter,
    assign_incident,
    change_state,
    link_report,
    open_section,
    read_header,
    release_facts,
    unlink_report,
)
from fairwitness.casework.actions.reading import NeedsConsent, NothingThere
from fairwitness.casework.models import (
    Fact,
    Link,
)
from fairwitness.casework.ring import case_chest, reports_within_reach
from fairwitness.casework.showing import people_who_told
from fairwitness.casework.states import NEXT, State, require_step
from fairwitness.casework.why import Linked, Unlinked, Why
from fairwitness.intake.actions import write_message
from fairwitness.intake.models import Report
from fairwitness.ledger.actors import REPORTER
from fairwitness.ledger.models import Entry
from fairwitness.refusal import NotAllowed, Refused
from fairwitness.staff.actions import invite_colleague
from fairwitness.staff.roles import Role
from fairwitness.vault.opening import NoKey
from tests.desk import TODAY, tell
from tests.worked import coded, incident_of

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])


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
