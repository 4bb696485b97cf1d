"""Mail that arrives, in a browser: records copied, looked up, a test letter sent and brought back; without script too."""

import re

import pytest
from django.urls import reverse

from fairwitness.outreach import sender as sending
from fairwitness.outreach.actions.trying import send_trials
from fairwitness.outreach.checked import MailCheck, TrialLetter
from tests.browser import DESKTOP, complaints
from tests.journeys.working import at_the_desk
from tests.test_mail_records import WELL
from tests.test_preflight_browser import is_seen_by_everybody
from tests.zone import a_good_zone

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "keystore"]),
]


@pytest.fixture
def zone(centre, settings, monkeypatch):
    """A DNS in which one record is missing and one differs."""
    found = a_good_zone()
    del found.txt["_dmarc.harbour.test"]
    found.txt["harbour.test"] = ("v=spf1 ip4:8.8.8.8 ~all",)
    settings.IS_TRAINING = False
    settings.MAIL_FROM, settings.EMAIL_HOST = "c@harbour.test", "mail.harbour.test"
    settings.DKIM_SELECTOR = "k1"
    monkeypatch.setattr(sending, "resolver_of_this_machine", lambda _server: found)
    monkeypatch.setattr(
        "fairwitness.outreach.actions.checking.names_of_now", lambda: found
    )
    return found


def test_somebody_without_it_staff_mends_what_keeps_letters_from_arriving(
    centre, zone, origin, chromium, settings
):
    with at_the_desk(chromium, origin, centre.lea, is_unlocked=False) as lea:
        told = complaints(lea.page)
        lea.open(reverse("outreach:campaigns"))
        lea.follow("Mail that arrives")
        assert lea.text.count("not looked at yet") == 6
        assert is_seen_by_everybody(lea.page)
        lea.press("Check now")
        assert "missing" in lea.text
        assert "to be mended" in lea.text
        lea.page.wait_for_timeout(200)  # the toast has come
        assert is_seen_by_everybody(lea.page)

        lea.follow("Who may send for you (SPF)")
        value = lea.page.get_by_label("Value")
        assert value.input_value() == "v=spf1 ip4:8.8.8.8 a:mail.harbour.test ~all"
        lea.page.get_by_role("button", name=re.compile("Copy.*Value")).click()
        assert lea.page.evaluate("document.activeElement.id") == "value"
        assert lea.page.evaluate("getSelection().toString()") == value.input_value()
        assert is_seen_by_everybody(lea.page)
        zone.txt["harbour.test"] = (value.input_value(),)
        lea.press("Check now")
        assert "FW191" not in lea.text

        lea.open(reverse("outreach:mail_letter"))
        lea.write("An address of yours", "lea@elsewhere.example")
        lea.press("Send a test letter")
        assert "waits for the worker" in lea.text
        settings.EMAIL_HOST = ""  # into the folder
        send_trials(on=TrialLetter.objects.get().asked_on)
        settings.EMAIL_HOST = "mail.harbour.test"
        lea.follow("Bring it back")
        assert is_seen_by_everybody(lea.page)
        lea.page.get_by_label("Or its source, copied").fill(
            WELL.replace("spf=pass", "spf=softfail")
        )
        lea.press("Read it")
        assert "The receiver found SPF: softfail." in lea.text
        assert "has left" in lea.text
        assert is_seen_by_everybody(lea.page)
        assert told == []

    assert MailCheck.objects.get(step="letter").verdict == "differs"


def test_without_a_script_everything_can_be_copied_and_looked_up(
    centre, zone, origin, chromium
):
    with at_the_desk(chromium, origin, centre.lea, is_unlocked=False) as lea:
        cookies = lea.page.context.cookies()
    context = chromium.new_context(java_script_enabled=False, viewport=DESKTOP)
    try:
        context.add_cookies(cookies)
        page = context.new_page()
        page.goto(origin + reverse("outreach:mail_step", args=["dmarc"]))
        assert page.get_by_role("button", name="Copy").count() == 0
        value = page.get_by_label("Value")
        assert value.input_value() == "v=DMARC1; p=quarantine"
        value.press("Control+a")
        page.get_by_role("button", name="Check now").click()
        assert "FW164" in page.content()
    finally:
        context.close()
