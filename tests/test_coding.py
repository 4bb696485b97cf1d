"""Coding a report: the book, facts that wait, and facts in clear."""

import pytest

from fairwitness.casework.actions import (
    drop_fact,
    link_report,
    release_facts,
)
from fairwitness.casework.actions.assessing import NotLinked
from fairwitness.casework.coding import Coding, NotInTheBook, suggested
from fairwitness.casework.models import (
    Fact,
    WaitingFact,
)
from fairwitness.casework.ring import case_chest
from fairwitness.casework.why import Linked
from fairwitness.governance import coding as book
from fairwitness.intake.actions import keep_out_of_count
from fairwitness.intake.payloads import unpack
from fairwitness.surveys import codes
from fairwitness.vault.report_keys import fact_id, incident_id
from tests.desk import TODAY, tell
from tests.worked import COUNTED, coded, incident_of

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])


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
