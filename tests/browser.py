"""Debian's chromium for the tests: fixtures, and what every page must stand."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import override_settings
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page, Request, sync_playwright

# Debian's chromium; its shell without windows, where it is there, does the same sooner.
WITH_WINDOWS, SHELL = "/usr/bin/chromium", "/usr/bin/chromium-headless-shell"
CHROMIUM = os.environ.get("CHROMIUM", SHELL if Path(SHELL).exists() else WITH_WINDOWS)
PHONE = {"width": 320, "height": 640}
DESKTOP = {"width": 1280, "height": 900}
# The rules of axe that colour, size and place decide.
SEEN = ("color-contrast", "target-size", "scrollable-region-focusable")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--renderer-process-limit=1",
    "--disable-site-isolation-trials",
]

# The gallery needs no database and none of the house's doors.
GALLERY = {
    "ROOT_URLCONF": "tests.gallery.urls",
    "MIDDLEWARE": [
        "csp.middleware.CSPMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ],
    "TEMPLATES": [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [Path(__file__).parent / "gallery" / "templates"],
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "tests.gallery.centre.centre",
                ]
            },
        }
    ],
    "ALLOWED_HOSTS": ["*"],
}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give the tests one browser; each opens windows of its own in it."""
    # Playwright keeps a loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    """Serve the gallery of components and give its address."""
    with override_settings(**GALLERY):
        server = LiveServerThread(
            "127.0.0.1", StaticFilesHandler, connections_override={}
        )
        server.daemon = True
        server.start()
        server.is_ready.wait()
        yield f"http://127.0.0.1:{server.port}"
        server.terminate()


@pytest.fixture
def origin(live_server: Any, settings: Any) -> str:
    """Serve the whole house and give its address; letters lead there too. Ask for it first."""
    settings.BASE_URL = str(live_server.url)
    return str(settings.BASE_URL)


@contextmanager
def window(browser: Browser, **options: Any) -> Iterator[Page]:
    """Open a window of its own, without memory of any other."""
    context = browser.new_context(**{"viewport": PHONE, **options})
    try:
        yield context.new_page()
    finally:
        context.close()


def violations(page: Page, *, rules: tuple[str, ...] = ()) -> list[str]:
    """Return what axe finds on the page: every rule of WCAG and its best practices, or these."""
    chosen = {"runOnly": list(rules)} if rules else {}
    found = Axe().run(page, options={"resultTypes": ["violations"], **chosen})
    return [
        f"{one['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for one in found.response["violations"]
        for node in one["nodes"]
    ]


def sideways(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return int(wide)


def asked_elsewhere(page: Page, origin: str) -> list[str]:
    """Collect, from now on, the address of every request that leaves the origin."""
    left: list[str] = []

    def look(request: Request) -> None:
        if request.url.startswith(("http", "ws")) and not request.url.startswith(
            origin
        ):
            left.append(request.url)

    page.on("request", look)
    return left


def complaints(page: Page) -> list[str]:
    """Collect, from now on, what the browser complains about: a broken policy, a script."""
    told: list[str] = []
    page.on(
        "console", lambda line: told.append(line.text) if line.type == "error" else None
    )
    page.on("pageerror", lambda error: told.append(str(error)))
    return told
