"""What a real browser keeps of somebody who told, came back and left quickly: no word, no code.

The profile lies on the disk, as that of a shared computer does, and is searched in every
dress: history, sessions that are opened again, caches, storage, cookies, what is filled in.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from fairwitness.intake.models import Message
from fairwitness.vault.receipt import ReceiptCode
from tests.browser import QUIET, WITH_WINDOWS
from tests.canary import Canaries, in_folder, in_text
from tests.journeys.person import Person
from tests.journeys.reporting import come_back, tell

pytestmark = [
    pytest.mark.browser,
    pytest.mark.proof,
    pytest.mark.django_db(transaction=True, databases=["default", "keystore"]),
]
NEUTRAL = "https://weather.example/**"
NOTES = "https://notes.example/"
CARELESS = """<title>{title}</title><script>localStorage.note = "{storage}"</script>
<form><textarea></textarea><input name="asked"><button>Ask</button></form>"""
KEPT_BY_PAGES = """async () => JSON.stringify([
    Object.entries(localStorage), Object.entries(sessionStorage), document.cookie,
    await indexedDB.databases(), await caches.keys(), window.name, history.state,
    (await navigator.serviceWorker.getRegistrations()).length,
])"""


@contextmanager
def on_shared_computer(browser: Browser, profile: Path) -> Iterator[BrowserContext]:
    """A browser as people have it: it writes down what it will, and opens it again."""
    context = browser.browser_type.launch_persistent_context(
        profile,
        executable_path=WITH_WINDOWS,
        args=[*QUIET, "--headless=new"],
        headless=False,
        viewport=ViewportSize(width=1280, height=900),
        locale="en-GB",
    )
    try:
        context.route(NEUTRAL, lambda way: way.fulfill(body="Rain"))
        yield context
    finally:
        context.close()


def listen(page: Page) -> list[str]:
    """Every address, header and title from now on."""
    met: list[str] = []
    page.on(
        "request",
        lambda asked: met.extend([asked.url, str(asked.all_headers().get("referer"))]),
    )
    page.on("response", lambda told: met.append(str(told.all_headers())))
    page.on("domcontentloaded", lambda shown: met.append(shown.title()))
    return met


def told_by(canaries: Canaries) -> dict[str, str | list[str]]:
    """A report with a canary wherever words are taken."""
    words = canaries.words
    return {
        "young": "no",
        "role": "happened_to_me",
        "what_happened": words("what happened"),
        "setting": "own_words",
        "setting_own_words": words("setting"),
        "told": ["organisation"],
        "told_more": words("told more"),
    }


def remember(canaries: Canaries, code: ReceiptCode) -> None:
    """Look for the code as it is typed, shown and held."""
    canaries.also("code in words", " ".join(code.words))
    canaries.also("code on a page", "</li><li>".join(code.words))
    canaries.also("code in digits", "".join(code.digits))
    canaries.also("code in fives", " ".join(code.digits))


def be_careless(context: BrowserContext, canaries: Canaries) -> None:
    """Type into a page that takes no care: the search must find what the browser keeps."""
    body = CARELESS.format(title=canaries.new("title"), storage=canaries.new("storage"))
    context.route(
        f"{NOTES}**", lambda way: way.fulfill(body=body, content_type="text/html")
    )
    page = context.new_page()
    page.goto(NOTES)
    page.fill("textarea", canaries.words("what was typed and not sent"))
    page.fill("input", canaries.new("query"))
    page.click("button")
    page.wait_for_url(f"{NOTES}?**")


def back_through(page: Page) -> list[str]:
    """What every page shows to which Back leads."""
    shown = []
    for _step in range(30):
        if page.go_back() is None:
            break
        shown.append(page.title() + page.content())
    return shown


def test_a_browser_keeps_no_word_of_what_was_told(origin, centre, chromium, tmp_path):
    canaries, careless = Canaries(), Canaries()
    with on_shared_computer(chromium, tmp_path) as context:
        page = context.pages[0]
        met = listen(page)
        reporter = Person(page, origin, has_script=False)
        code = tell(reporter, told_by(canaries))
        remember(canaries, code)
        reporter.press("I have it, go on")
        come_back(reporter, " ".join(code.words))
        reporter.open("/report/messages/")
        page.fill("textarea", canaries.words("message"))
        reporter.press("Send this message")
        stored = str(page.evaluate(KEPT_BY_PAGES))
        page.fill("textarea", canaries.words("typed and never sent"))
        page.click(".leave")
        page.wait_for_url(NEUTRAL)
        cookies = context.cookies(origin)
        behind = back_through(page)
        be_careless(context, careless)
        met += [stored, *behind]

    assert Message.objects.exists()
    assert cookies == []
    assert behind, "Back leads to pages of ours"
    assert [one for told in met for one in in_text(canaries, told)] == []
    assert in_folder(canaries, tmp_path) == []
    seen = {
        one.rpartition(": ")[2].partition(" (")[0]
        for one in in_folder(careless, tmp_path)
    }
    assert seen == set(careless.named.values()), "the search is not blind"
    assert origin.encode() in (tmp_path / "Default" / "History").read_bytes()
