"""Erasing at the desk, when a person asks for it and has lost their code."""

import pytest
from django.urls import reverse

from fairwitness.casework.actions import link_report, open_incident, unlink_report
from fairwitness.casework.models import Incident
from fairwitness.casework.why import Linked, Unlinked
from fairwitness.intake.models import Report
from fairwitness.rights.actions import erase_report
from fairwitness.rights.models import Tombstone
from fairwitness.vault import keystore
from tests.desk import TODAY, tell


@pytest.fixture
def report(centre):
    return tell(centre)[0]


def page_of(report: Report) -> str:
    return reverse("rights:erase", args=[report.pk])


def test_the_lead_erases_a_report_for_good(staff, report):
    browser = staff.pia.browser()

    answer = browser.post(page_of(report), {"typed": "Erase"}, follow=True)

    assert "Erased, for good." in answer.text
    assert not Report.objects.filter(pk=report.pk).exists()
    assert keystore.key_of(report.slot_id) is None
    assert Tombstone.objects.filter(slot=report.slot_id).exists()


def test_another_word_erases_nothing(staff, report):
    answer = staff.pia.browser().post(page_of(report), {"typed": "yes"})

    assert "Nothing was erased" in answer.text
    assert Report.objects.filter(pk=report.pk).exists()


def test_a_caseworker_hands_the_address_over_and_erases_nothing(staff, report):
    browser = staff.ada.browser()

    shown = browser.get(page_of(report))
    answer = browser.post(page_of(report), {"typed": "erase"})

    assert page_of(report) in shown.text
    assert "<button" not in shown.text.split("<h1>")[1].split("</main>")[0]
    assert answer.status_code == 403
    assert Report.objects.filter(pk=report.pk).exists()


def test_an_incident_goes_though_another_report_was_linked_by_mistake(
    centre, staff, report
):
    by = {"ring": staff.ada.ring, "by": staff.ada.user, "on": TODAY}
    incident = open_incident(report, **by)
    link = link_report(
        tell(centre)[0], incident, reason=Linked.SAME_TIME_AND_PLACE, **by
    )
    unlink_report(link, reason=Unlinked.MISTAKE, **by)

    erase_report(report, by=staff.pia.user, on=TODAY)

    assert not Incident.objects.exists()
    assert keystore.key_of(incident.slot_id) is None


def test_an_incident_of_which_another_report_tells_stays(centre, staff, report):
    by = {"ring": staff.ada.ring, "by": staff.ada.user, "on": TODAY}
    incident = open_incident(tell(centre)[0], **by)
    link = link_report(report, incident, reason=Linked.SAME_TIME_AND_PLACE, **by)
    unlink_report(link, reason=Unlinked.MISTAKE, **by)

    erase_report(report, by=staff.pia.user, on=TODAY)

    assert Incident.objects.get() == incident


def test_the_statistician_does_not_see_the_page(staff, report):
    assert staff.ina.browser().get(page_of(report)).status_code == 403


def test_the_page_of_a_report_leads_to_holding_and_erasing_it(staff, report):
    page = staff.ada.browser().get(reverse("casework:report", args=[report.pk]))

    assert reverse("rights:ask_hold", args=[report.pk]) in page.text
    assert page_of(report) in page.text
