"""Somebody in front of a browser without script: opens pages, fills in forms, follows redirects.

The demo answers and reports through the real pages, so it is a journey too.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.test import Client

Typed = str | list[str]
MOST_PAGES = 60
_CODE = re.compile(r'<p class="code line"[^>]*>(.*?)</p>', re.S)


class Astray(Exception):
    """A page was not what the journey expects; names the address, never what was typed."""


@dataclass
class Form:
    """A form as the page shows it: what it holds already, and which fields it asks for."""

    action: str
    method: str
    holds: list[tuple[str, str]] = field(default_factory=list)
    asks: list[str] = field(default_factory=list)


class _Forms(HTMLParser):
    """Reads the forms out of a page; fields outside of a form may name theirs."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.within: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.within = Form(told.get("action", ""), told.get("method", "get"))
            self.forms.append(self.within)
        elif self.within and told.get("name") and "form" not in told:
            self._take(self.within, tag, told)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.within = None

    @staticmethod
    def _take(form: Form, tag: str, told: dict[str, str]) -> None:
        kind = told.get("type", "text")
        if tag == "input" and kind == "hidden":
            form.holds.append((told["name"], told.get("value", "")))
        elif tag in {"input", "textarea", "select"} and kind != "submit":
            form.asks.append(told["name"])


class Visitor:
    """One person with one browser."""

    def __init__(self, language: str = "en") -> None:
        host = urlsplit(settings.BASE_URL).netloc
        headers = {"host": host, "accept-language": language}
        self.client = Client(headers=headers)
        self.page: Any = HttpResponse()
        self.at = ""

    def open(self, address: str) -> None:
        """Open an address of ours."""
        self._arrive(self.client.get(_path(address), follow=True), _path(address))

    @property
    def code_words(self) -> list[str]:
        """The receipt code that the page shows, as its nine words."""
        found = _CODE.search(self.page.content.decode())
        if found is None:
            raise Astray(f"no code on {self.at}")
        return re.findall(r"[a-z]+", re.sub(r"<[^>]*>", " ", found[1]))

    @property
    def forms(self) -> list[Form]:
        """The forms of the page."""
        reader = _Forms()
        reader.feed(self.page.content.decode())
        return reader.forms

    def form(self, *, action: str = "", asks: str = "") -> Form:
        """The form that goes to an address, or asks for a field."""
        for form in self.forms:
            if action in form.action and (not asks or asks in form.asks):
                return form
        raise Astray(f"no form for {action or asks} on {self.at}")

    def send(self, form: Form, **typed: Typed) -> None:
        """Send a form with what was typed."""
        posted: dict[str, list[str]] = {}
        for name, value in form.holds:
            posted.setdefault(name, []).append(value)
        for name, given in typed.items():
            posted[name] = given if isinstance(given, list) else [given]
        address = form.action or self.at
        self._arrive(self.client.post(_path(address), posted, follow=True), address)

    def walk(self, answers: Mapping[str, Typed], *, until: str) -> None:
        """Answer page after page, skipping what is not in `answers`, until an address is reached."""
        for _page in range(MOST_PAGES):
            if until in self.at:
                return
            form = self.form(action=self.at)
            known = {name: answers[name] for name in form.asks if name in answers}
            self.send(form, **known, act="continue" if known else "skip")
        raise Astray(f"still on {self.at} after {MOST_PAGES} pages")

    def _arrive(self, page: HttpResponseBase, address: str) -> None:
        chain = getattr(page, "redirect_chain", [])
        self.at = _path(chain[-1][0]) if chain else _path(address)
        self.page = page
        if page.status_code >= 400:  # noqa: PLR2004 # HTTP
            raise Astray(f"{self.at} answered {page.status_code}")


def _path(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
