"""The journeys of respondent and reporter in a real browser, with its script on and off."""

from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from playwright.sync_api import Browser, Page

from fairwitness.intake.models import Consent, Report
from fairwitness.surveys import drafts
from fairwitness.surveys.models import Pending
from tests.browser import PHONE, asked_elsewhere, sideways, violations, window
from tests.walking import VALUES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "keystore"]),
]

STORY = "Since March the chair of our branch has kept me out of meetings."
ON = "#walk .ways button[value=continue]"
SKIP = "#walk .ways button[value=skip]"


@pytest.fixture
def house(centre, live_server) -> str:
    """The address of an open centre."""
    return str(live_server.url)


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def page(request, house, chromium: Browser) -> Iterator[Page]:
    """A window on a small phone."""
    with window(chromium, viewport=PHONE, java_script_enabled=request.param) as opened:
        yield opened


@pytest.fixture
def scripted(house, chromium: Browser) -> Iterator[Page]:
    """A window with script, in which axe can look."""
    with window(chromium, viewport=PHONE) as opened:
        yield opened


def tell(page: Page, house: str) -> None:
    """Tell the least there is, up to the check."""
    page.goto(f"{house}/tell/")
    page.click("main form button[type=submit]")
    page.check("input[value=no]")
    page.click(ON)
    page.check("input[value=saw_or_heard]")
    page.click(ON)
    page.fill("textarea", STORY)
    page.click("#walk .ways button[value=send]")


def come_by_link(page: Page, house: str, version: str) -> None:
    """Begin the survey part as the landing page of a link does."""
    response = HttpResponse()
    drafts.start_survey(
        response,
        version=version,
        door="open",
        campaign=None,
        invitation=None,
        values=VALUES,
    )
    name = drafts.cookie_name(drafts.Journey.SURVEY)
    value = str(response.cookies[name].value)
    page.context.add_cookies([{"name": name, "value": value, "url": house}])
    page.goto(f"{house}/answer/")


def test_a_reporter_tells_sends_consents_and_comes_back(page, house):
    left = asked_elsewhere(page, house)
    tell(page, house)
    assert page.title().startswith("Check before you send")
    page.dblclick("#walk button[value=send]")
    page.wait_for_url("**/tell/receipt/")
    code = " ".join(page.locator("ol.code").first.locator("li").all_inner_texts())
    page.click("button[value=yes]")
    page.click("button[value=yes]")
    page.click("button[value=no]")
    page.click(".ways a")
    page.click("text=These questions can wait")
    assert page.locator("h1").inner_text() == "Your report"
    page.click("main form[action='/report/close/'] button")

    page.goto(f"{house}/report/")
    page.fill("textarea", code)
    page.click(".ways button")
    page.click("text=Read what you sent")

    assert STORY in page.locator("main").inner_text()
    assert Report.objects.count() == Consent.objects.count() == 1
    assert left == []


def test_a_respondent_answers_and_is_offered_a_fresh_form(page, house, centre):
    come_by_link(page, house, centre.version.pk)

    page.check("input[value=happened_to_me]")
    page.click(ON)
    for _question in range(3):
        page.click(SKIP)
    page.click("text=Send my answers")
    page.click("text=Go to the first page")

    assert page.url == f"{house}/tell/"
    assert Pending.objects.count() == 1
    names = {cookie["name"] for cookie in page.context.cookies()}
    assert drafts.cookie_name(drafts.Journey.SURVEY) not in names


def test_nothing_happened_takes_one_choice_and_one_button(page, house, centre):
    come_by_link(page, house, centre.version.pk)

    page.check("input[value=nothing_happened]")
    page.click(ON)

    assert "counts as much as any other answer" in page.locator("h1").inner_text()


def test_back_and_reload_lose_no_words(page, house):
    tell(page, house)

    page.go_back()
    page.go_back()
    page.go_forward()
    page.reload()

    assert page.locator("textarea").input_value() == STORY


def test_the_enter_key_goes_on_and_changes_nothing_else(page, house):
    page.goto(f"{house}/tell/")
    page.click("main form button[type=submit]")

    page.check("input[value=no]")
    page.locator("input[value=no]").press("Enter")

    page.wait_for_url("**/role/")
    assert page.locator("html").get_attribute("lang") == "en"


def test_another_language_keeps_what_was_typed(page, house):
    page.goto(f"{house}/tell/")
    page.click("main form button[type=submit]")
    page.click(SKIP)
    page.click(SKIP)
    page.fill("textarea", STORY)

    page.click(".bar button[lang=ar]")

    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.locator("textarea").input_value() == STORY
    assert page.locator("h1").inner_text() == "ماذا حدث؟"


def test_leaving_quickly_leaves_nothing_that_opens(page, house):
    tell(page, house)

    page.route("https://weather.example/**", lambda route: route.fulfill(body="Rain"))
    page.click(".leave")
    page.wait_for_url("https://weather.example/**")
    page.goto(f"{house}/tell/check/")

    assert page.url == f"{house}/tell/"
    assert STORY not in page.content()


class Look:
    """Looks at page after page, and remembers what would bar somebody."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: list[str] = []

    def __call__(self) -> None:
        name = self.page.title()
        self.found += [f"{name}: {one}" for one in violations(self.page)]
        if wide := sideways(self.page):
            self.found.append(f"{name}: {wide} px too wide")


def test_no_page_on_the_way_to_the_receipt_bars_anybody(scripted, house):
    page, look = scripted, Look(scripted)
    page.goto(f"{house}/tell/")
    look()
    page.click("main form button[type=submit]")
    page.check("input[value=yes]")
    page.click(ON)
    look()
    page.go_back()
    for value in ("no", "saw_or_heard"):
        page.check(f"input[value={value}]")
        page.click(ON)
        look()
    page.fill("textarea", STORY)
    page.click(ON)
    page.select_option("select[name=when-month]", "03")
    page.click(ON)
    look()
    for _question in range(6):
        page.click(SKIP)
        look()
    page.click("#walk .ways button[value=save]")
    look()
    page.click("main a.button")
    page.click("#walk .ways button[value=send]")
    look()
    page.click("#walk button[value=delete]")
    look()
    page.click("text=Keep it")
    page.click("#walk button[value=send]")
    look()

    assert look.found == []


def test_no_page_that_a_code_opens_bars_anybody(scripted, house):
    page, look = scripted, Look(scripted)
    tell(page, house)
    page.click("#walk button[value=send]")
    page.click("button[value=yes]")
    look()
    page.click("button[value=yes]")
    page.goto(f"{house}/report/messages/")
    page.fill("textarea", "In the evening, please.")
    page.click(".ways button")
    for name in (
        "page", "sent", "package", "messages", "add", "news", "about", "me", "count",
        "evidence", "code", "erase",
    ):  # fmt: skip
        page.goto(f"{house}/report/{name}/")
        look()
    page.goto(f"{house}/report/code/")
    for _step in range(2):
        page.click(".ways button")
        look()
    page.click("text=Close this page")
    look()
    page.goto(f"{house}/report/")
    page.fill("textarea", "mapl velvet")
    page.click(".ways button")
    look()

    assert look.found == []


def test_no_page_of_the_respondent_bars_anybody(scripted, house, centre):
    page, found = scripted, []
    come_by_link(page, house, centre.version.pk)

    for value in ("happened_to_me", "one", "-not_sure", "-rather_not"):
        found += violations(page)
        page.check(f"input[value='{value}']")
        page.click(ON)
    found += violations(page)
    page.click("text=Send my answers")
    found += violations(page)

    assert found == []
    assert sideways(page) == 0


def test_the_pages_hold_from_right_to_left(house, chromium):
    found = []
    with window(chromium, viewport=PHONE, locale="ar") as page:
        tell(page, house)
        found += violations(page)
        assert sideways(page) == 0
        page.click("#walk button[value=send]")
        found += violations(page)
        page.click("button[value=yes]")
        found += violations(page)

        assert page.locator("html").get_attribute("dir") == "rtl"
        assert found == []
