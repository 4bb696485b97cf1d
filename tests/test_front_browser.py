"""The public pages in a real browser: read by everybody, and left fast, also without script."""

from datetime import date

import pytest
from django.urls import reverse

from fairwitness.governance import actions as governance
from fairwitness.governance.models import Controller
from tests.browser import (
    DESKTOP,
    PHONE,
    SEEN,
    asked_elsewhere,
    sideways,
    violations,
    window,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "keystore"]),
]
PAGES = (
    "home", "who_we_are", "notice", "policy", "limits", "named", "received",
    "questions", "asked", "editions",
)  # fmt: skip


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
