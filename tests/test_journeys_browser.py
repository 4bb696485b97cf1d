"""What a browser does besides going on: the Enter key, another language, leaving quickly."""

import pytest
from playwright.sync_api import Page

from tests.journeys.person import Person, somebody
from tests.journeys.reporting import STORY, begin, come_back

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "keystore"]),
]

LEAST = {"young": "no", "role": "saw_or_heard", "what_happened": STORY}


@pytest.fixture(params=[True, False], ids=["script", "no_script"])
def reporter(request, origin, centre, chromium):
    """Somebody who has begun, with and without script."""
    with somebody(chromium, origin, has_script=request.param) as person:
        begin(person)
        yield person


def tell_the_least(person: Person) -> None:
    """The least there is, up to the check."""
    for _page in LEAST:
        person.fill_in(LEAST)
        is_last = "what_happened" in person.at
        person.press("Send what I have so far" if is_last else "Continue")


def test_the_enter_key_goes_on_and_changes_nothing_else(reporter):
    page: Page = reporter.page

    page.check("input[value=no]")
    reporter.arrive(lambda: page.locator("input[value=no]").press("Enter"))

    assert reporter.at == "/tell/form/role/"
    assert page.get_attribute("html", "lang") == "en"


def test_another_language_keeps_what_was_typed(reporter):
    page: Page = reporter.page
    reporter.press("Skip this question")
    reporter.press("Skip this question")
    page.fill("textarea", STORY)

    reporter.arrive(page.locator(".bar button[lang=ar]").click)

    assert page.get_attribute("html", "dir") == "rtl"
    assert page.input_value("textarea") == STORY
    assert reporter.heading == "ماذا حدث؟"


def test_leaving_quickly_leaves_nothing_that_opens(origin, centre, chromium):
    for has_script in (True, False):
        with somebody(chromium, origin, has_script=has_script) as reporter:
            begin(reporter)
            tell_the_least(reporter)

            page: Page = reporter.page
            page.route(
                "https://weather.example/**", lambda way: way.fulfill(body="Rain")
            )
            page.click(".leave")
            page.wait_for_url("https://weather.example/**")
            reporter.open("/tell/check/")

            assert reporter.at == "/tell/"
            assert STORY not in page.content()
            assert reporter.elsewhere == ["https://weather.example/"]
            reporter.elsewhere.clear()


def test_a_report_can_be_thrown_away_or_kept(reporter):
    tell_the_least(reporter)

    reporter.arrive(reporter.page.locator("#walk button[value=delete]").click)
    reporter.follow("Keep it")

    assert STORY in reporter.text


def test_every_page_that_a_code_opens_can_be_used_by_anybody(origin, centre, chromium):
    with somebody(chromium, origin) as reporter:
        begin(reporter)
        tell_the_least(reporter)
        reporter.press("Send my report")
        reporter.press("I have it, go on")
        reporter.open("/report/messages/")
        reporter.write("Write to us", "In the evening, please.")
        reporter.press("Send this message")
        for name in ("package", "add", "news", "about", "me", "count", "evidence"):
            reporter.open(f"/report/{name}/")
        reporter.open("/report/code/")
        for _step in range(2):
            reporter.arrive(reporter.page.locator(".ways button").first.click)
        reporter.press("Close this page")
        come_back(reporter, "mapl velvet")

        assert reporter.page.locator(".errors").count() == 1
