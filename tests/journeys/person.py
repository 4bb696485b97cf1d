"""Somebody in front of chromium. Every page they come to is looked at.

Set FAIRWITNESS_SHOTS to a folder to get a picture of each page that was not seen before.
"""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.urls import resolve
from playwright.sync_api import Browser, Download, Locator, Page

from tests.browser import (
    DESKTOP,
    asked_elsewhere,
    complaints,
    sideways,
    violations,
    window,
)

PHONE = {"width": 360, "height": 740}
MOST_PAGES = 40
Typed = str | list[str]

# What a title may not say to somebody who looks over a shoulder, or at a list of windows.
LOUD = re.compile(
    r"discriminat|harass|report|incident|victim|complain|witness|abuse|racis|tell us|what happened",
    re.IGNORECASE,
)
# What a page is built of: two that are alike in this are alike to axe, but for their words.
PARTS = """() => [...new Set([...document.querySelectorAll('*')].map((one) => [
  one.tagName, one.className, one.type, one.role, one.lang, one.dir,
  one.getAttribute('aria-invalid'), one.getAttribute('aria-live'), one.hidden, one.disabled,
].join('|')))].sort().join(' ')"""
_looked_at: set[tuple[str, str]] = set()
_pictures: Counter[tuple[str, ...]] = Counter()


class Person:
    """One person with one window, and what was wrong on the pages they came to."""

    def __init__(self, page: Page, origin: str, *, has_script: bool) -> None:
        self.page = page
        self.origin = origin
        self.has_script = has_script
        self.wrong: list[str] = []
        self.elsewhere = asked_elsewhere(page, origin)
        self.complaints = complaints(page)

    # Moving

    def open(self, address: str) -> None:
        """Type an address."""
        self.page.goto(address if "//" in address else self.origin + address)
        self.look()

    def press(self, name: str) -> None:
        """Press a button that leads to a page."""
        self.arrive(self.page.get_by_role("button", name=name, exact=True).click)

    def follow(self, name: str) -> None:
        """Follow a link."""
        link = self.page.get_by_role("link", name=name, exact=True)
        self.arrive(link.first.click)

    def follow_out(self, name: str) -> str:
        """Follow a link that opens a window of its own; look at that page, and close it."""
        with self.page.expect_popup() as opened:
            self.page.get_by_role("link", name=name).click()
        beside = Person(opened.value, self.origin, has_script=self.has_script)
        beside.page.wait_for_load_state()
        beside.look()
        text = beside.text
        self.wrong += beside.wrong
        beside.page.close()
        return text

    def save(self, name: str, *, role: Any = "link") -> Download:
        """Save a file."""
        with self.page.expect_download() as saved:
            self.page.get_by_role(role, name=name, exact=True).click()
        return saved.value

    def go_back(self) -> None:
        """Press the browser's own Back."""
        self.arrive(self.page.go_back)

    def reload(self) -> None:
        """Load the page again."""
        self.arrive(self.page.reload)

    def arrive(self, move: Callable[[], Any]) -> None:
        """Do what leads to another page, and look at that page."""
        with self.page.expect_navigation():
            move()
        self.look()

    # Filling in

    def write(self, label: str, text: str) -> None:
        """Type into the field of this label."""
        self.page.get_by_label(label, exact=True).fill(text)

    def choose(self, label: str) -> None:
        """Tick what stands beside this label."""
        self.page.get_by_label(label, exact=True).check()

    def pick(self, label: str, value: str) -> None:
        """Choose a value from the list of this label."""
        self.page.get_by_label(label, exact=True).select_option(value)

    def unfold(self, name: str) -> None:
        """Open what can be unfolded."""
        self.page.locator("summary", has_text=name).first.click()

    def fill_in(self, answers: Mapping[str, Typed]) -> bool:
        """Answer whatever this page asks of these answers. Returns whether it asked any."""
        is_asked = False
        for name, told in answers.items():
            controls = self.page.locator(f'[name="{name}"]')
            if controls.count():
                is_asked = True
                _answer(controls, told if isinstance(told, list) else [told])
        return is_asked

    def walk(self, answers: Mapping[str, Typed], *, until: str) -> None:
        """Answer page after page, skipping what is not in the answers, until an address."""
        for _page in range(MOST_PAGES):
            if until in self.at:
                return
            self.press("Continue" if self.fill_in(answers) else "Skip this question")
        raise AssertionError(f"still on {self.at}")

    # Seeing

    @property
    def at(self) -> str:
        """The address, without the origin."""
        return self.page.url.removeprefix(self.origin)

    @property
    def text(self) -> str:
        """The page as it is seen."""
        return self.page.locator("main").inner_text()

    @property
    def heading(self) -> str:
        """The one heading of the page, or what it confirms."""
        headings = self.page.locator("h1")
        return headings.first.inner_text() if headings.count() else ""

    def look(self) -> None:
        """Look at the page: quiet, within its window, accessible, all of it from this house."""
        title = self.page.title()
        is_desk = self.at.startswith("/desk")
        if not title or (LOUD.search(title) and not is_desk):
            self._note(f"is called {title!r}")
        if wide := sideways(self.page):
            self._note(f"is {wide} px too wide")
        if self.has_script and self._is_new():
            for found in violations(self.page):
                self._note(found)

    def _is_new(self) -> bool:
        page = self.page
        found = resolve(self.at.partition("?")[0].partition("#")[0])
        seen = (found.view_name, page.evaluate(PARTS))
        if seen in _looked_at:
            return False
        _looked_at.add(seen)
        language = page.locator("html").get_attribute("lang") or ""
        self._take_picture(found.view_name, found.kwargs.get("step", ""), language)
        return True

    def _take_picture(self, *marks: str) -> None:
        folder = os.environ.get("FAIRWITNESS_SHOTS")
        if not folder:
            return
        _pictures[marks] += 1
        parts = [marks[0].replace(":", "-"), *marks[1:], str(_pictures[marks])]
        place = Path(folder) / f"{'-'.join(filter(None, parts))}.png"
        self.page.screenshot(path=place, full_page=True)

    def _note(self, what: str) -> None:
        self.wrong.append(f"{self.at} {what}")


def _answer(controls: Locator, told: list[str]) -> None:
    first = controls.first
    kind = first.evaluate("one => one.tagName + ' ' + one.type").lower()
    if kind.endswith(("radio", "checkbox")):
        for value in told:
            controls.and_(controls.page.locator(f'[value="{value}"]')).check()
    elif kind.startswith("select"):
        first.select_option(told[0])
    else:
        first.fill(told[0])


@contextmanager
def somebody(
    browser: Browser, origin: str, *, has_script: bool = True, **options: Any
) -> Iterator[Person]:
    """Somebody with a phone. At the end, nothing may have been wrong on any page."""
    chosen = {
        "viewport": PHONE,
        "locale": "en-GB",
        "java_script_enabled": has_script,
        **options,
    }
    with window(browser, **chosen) as page:
        page.set_default_timeout(15_000)
        person = Person(page, origin, has_script=has_script)
        yield person
        found = [*person.wrong, *person.elsewhere, *person.complaints]
        assert not found, "\n".join(found)


@contextmanager
def somebody_at_a_desk(browser: Browser, origin: str) -> Iterator[Person]:
    """The same with a wide screen."""
    with somebody(browser, origin, viewport=DESKTOP) as person:
        yield person
