"""The visits that are measured, as requests: what somebody does, and the floor's likeness of it."""

import secrets
from collections.abc import Callable, Sequence

from fairwitness.bench.browser import Browser, Page

WORDS = "They shut the door of the reading room when I came, and said it was full. " * 4

Visit = Callable[[Browser], None]


def whole(browser: Browser) -> list[Page]:
    """Tell by the shortest way of the default questionnaire. Returns every page that was shown.

    The first page; begin; three questions (age, role, what happened); "send what I have";
    check your answers, with the code; send; the receipt.
    """
    browser.forget()
    shown = [browser.open("/tell/")]
    shown.append(browser.follow(browser.send("/tell/")))
    for step, typed, act in (
        ("young", {"young": "no"}, "continue"),
        ("role", {"role": "happened_to_me"}, "continue"),
        ("what_happened", {"what_happened": WORDS}, "send"),
    ):
        came = browser.send(f"/tell/form/{step}/", tries="0", act=act, **typed)
        shown.append(browser.follow(came))
    shown.append(browser.follow(browser.send("/tell/check/", act="send")))
    return shown


def like_whole(sizes: Sequence[int]) -> Visit:
    """The floor's visit: as many pages of the same sizes, as many posts, the last one durable."""

    def visit(browser: Browser) -> None:
        browser.forget()
        row = secrets.token_hex(32)
        browser.open(f"/floor/page/{sizes[0]}/")
        last = len(sizes) - 1
        for index, size in enumerate(sizes[1:], 1):
            kind = "last" if index == last else "step"
            browser.follow(
                browser.send(f"/floor/{kind}/{size}/{row}/", tries="0", what=WORDS)
            )

    return visit


def bare_whole(sizes: Sequence[int]) -> Visit:
    """As many requests to a view that does nothing."""

    def visit(browser: Browser) -> None:
        browser.forget()
        browser.open(f"/floor/bare/{sizes[0]}/")
        for size in sizes[1:]:
            browser.send("/floor/bare/0/", what=WORDS)
            browser.open(f"/floor/bare/{size}/")

    return visit


def single(browser: Browser) -> Page:
    """A sealed report in one request; the page with the form was opened once, before."""
    if not browser.token:
        browser.open("/single/")
    return browser.send("/single/", what=WORDS)


def like_single(size: int) -> Visit:
    """The floor's likeness: one row, durable, and a page of the same size."""

    def visit(browser: Browser) -> None:
        if not browser.token:
            browser.open(f"/floor/page/{size}/")
        browser.send(f"/floor/sealed/{size}/{browser.name}/", what=WORDS)

    return visit


def bare_single(size: int) -> Visit:
    """One request to a view that does nothing."""
    return lambda browser: _only(browser.send(f"/floor/bare/{size}/", what=WORDS))


def _only(_page: Page) -> None:
    return None


def visit_of(kind: str, sizes: Sequence[int]) -> Visit:
    """The visit of a name."""
    match kind:
        case "whole":
            return lambda browser: _only(whole(browser)[-1])
        case "whole/floor":
            return like_whole(sizes)
        case "whole/bare":
            return bare_whole(sizes)
        case "single":
            return lambda browser: _only(single(browser))
        case "single/floor":
            return like_single(sizes[0])
        case "single/bare":
            return bare_single(sizes[0])
    raise ValueError(f"no visit is called {kind}")
