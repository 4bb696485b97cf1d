"""The public pages in a real browser: read by everybody, and left fast, also without script."""

from datetime import date

import pytest
from django.urls import reverse

from fairwitness.governance import actions as governance
from fairwitness.governance.models import Controller
from fairwitness.outreach.outcomes import Outcome
from tests.browser import (
    DESKTOP,
    PHONE,
    SEEN,
    asked_elsewhere,
    sideways,
    violations,
    window,
)
from tests.invited import make_invited

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "keystore"]),
]
PAGES = (
    "home", "who_we_are", "notice", "policy", "limits", "named", "received",
    "questions", "asked", "editions", "campaigns",
)  # fmt: skip

MANY = [f"member{number}@members.example" for number in range(1, 41)]
NUMBERS = {
    "own": 20, "left": 5, "returned": 0, "not_sent": 0,
    "passed_on": 5, "on_behalf": 0, "not_for_me": 0, "links": [5, 0, 0, 0, 0],
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "size", "rules"), [("en", DESKTOP, ()), ("ar", PHONE, SEEN)]
)
def test_everybody_can_read_every_public_page(
    centre, live_server, chromium, language, size, rules
):
    governance.ask_question("Who pays?", on=date(2026, 11, 1))
    found = []
    with window(chromium, viewport=size, locale=language) as page:
        left = asked_elsewhere(page, live_server.url)
        for name in PAGES:
            page.goto(live_server.url + reverse(f"front:{name}"))
            found += [(name, one) for one in violations(page, rules=rules)]
            assert sideways(page) <= 0, name

    assert (found, left) == ([], [])


@pytest.mark.parametrize(
    ("language", "size", "rules"), [("en", DESKTOP, ()), ("ar", PHONE, SEEN)]
)
def test_everybody_can_read_the_page_of_a_campaign_without_a_script(
    centre, live_server, chromium, language, size, rules
):
    campaign = make_invited(centre, MANY)
    Outcome.objects.create(
        campaign=campaign, counted_on=date(2026, 11, 30), numbers=NUMBERS
    )
    with window(
        chromium, viewport=size, locale=language, java_script_enabled=False
    ) as page:
        left = asked_elsewhere(page, live_server.url)
        page.goto(live_server.url + reverse("front:campaigns"))
        page.get_by_role("link", name="Spring survey").click()
        table = page.locator("table").first

        assert table.locator("tbody tr").count() == 5  # one a line
        assert sideways(page) <= 0
        address = page.url
    with window(chromium, viewport=size, locale=language) as page:
        page.goto(address)
        found = violations(page, rules=rules)

    assert (found, left) == ([], [])


@pytest.mark.parametrize("has_script", [True, False])
def test_leaving_quickly_leads_to_the_neutral_site(
    centre, live_server, chromium, has_script
):
    elsewhere = live_server.url.replace("127.0.0.1", "localhost") + "/robots.txt"
    Controller.objects.update(exit_url=elsewhere)
    with window(chromium, java_script_enabled=has_script) as page:
        page.goto(live_server.url + reverse("intake:tell"))

        page.get_by_role("button", name="Leave quickly").click()
        page.wait_for_url(elsewhere)

        assert page.url == elsewhere
        assert page.context.cookies() == []
