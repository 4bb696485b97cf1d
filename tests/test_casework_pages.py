"""The pages of casework: what stands on them, and what never does."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from fairwitness.casework.actions import (
    release_facts,
)
from fairwitness.casework.inbox import Place, due_words
from fairwitness.casework.models import (
    Incident,
    Task,
)
from fairwitness.casework.ring import case_chest
from fairwitness.casework.why import Unlinked
from fairwitness.intake.models import Report
from fairwitness.ledger.actions import chain_entries
from fairwitness.ledger.models import Entry
from fairwitness.vault.models import Wrap
from fairwitness.vault.opening import Ring
from tests.desk import TODAY, tell
from tests.worked import incident_of, put

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])


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
