"""A browser that notes what it meets: addresses, headers, titles, and each field to type into."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.test import Client
from django.urls import Resolver404, resolve

from fairwitness.demo.visitor import Visitor

# Inputs into which nobody types words of their own.
NOT_TYPED = {"hidden", "radio", "checkbox", "submit", "password", "date", "button"}
# Fields whose state a browser keeps.
TOLD, NOT_TOLD = {"input", "textarea", "select"}, {"hidden", "submit", "button"}
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


@dataclass
class Notes:
    """What some browsers met between them."""

    met: list[str] = field(default_factory=list)
    asked: set[tuple[str, str]] = field(default_factory=set)
    typed: set[tuple[str, str]] = field(default_factory=set)
    remembered: set[tuple[str, str]] = field(default_factory=set)
    pages: dict[str, int] = field(default_factory=dict)
    is_ours: Callable[[str], bool] = lambda text: False


class Watching(Client):
    """A browser without script whose notes can be read afterwards."""

    def __init__(self, notes: Notes, **options: Any) -> None:
        super().__init__(**options)
        self.notes = notes

    def request(self, **request: Any) -> Any:
        """Ask, and note what was asked and what the frame of the answer says."""
        response = super().request(**request)
        asked = response.wsgi_request
        view = _view_of(asked.path)
        self.notes.pages[view] = response.status_code
        self.notes.met.append(asked.get_full_path())
        self.notes.met += [f"{name}: {told}" for name, told in response.headers.items()]
        self._note_typed(view, asked)
        if "html" in response.headers.get("Content-Type", ""):
            self._note_page(view, response)
        return response

    def _note_typed(self, view: str, asked: Any) -> None:
        for name, values in (*asked.POST.lists(), *asked.FILES.lists()):
            texts = [getattr(value, "name", value) for value in values]
            if any(map(self.notes.is_ours, texts)):
                self.notes.typed.add((view, name))

    def _note_page(self, view: str, response: Any) -> None:
        page = response.content.decode()
        self.notes.met += [f"title: {title}" for title in _TITLE.findall(page)]
        reader = _Fields()
        reader.feed(page)
        for noted, fields in (
            (self.notes.asked, reader.fields),
            (self.notes.remembered, reader.remembered),
        ):
            noted |= {(_view_of(to) or view, name) for to, name in fields}


class _Fields(HTMLParser):
    """The fields of a page into which somebody can type, with the address of their form.

    Of all fields, those too that a browser may write down and fill in another day, because
    neither they nor their form say what `autocomplete` may be.
    """

    def __init__(self) -> None:
        super().__init__()
        self.fields: set[tuple[str, str]] = set()
        self.remembered: set[tuple[str, str]] = set()
        self.action = ""
        self.is_quiet = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = told.get("action", "")
            self.is_quiet = told.get("autocomplete") == "off"
        is_typed = tag == "input" and told.get("type", "text") not in NOT_TYPED
        if (is_typed or tag == "textarea") and told.get("name"):
            self.fields.add((self.action, told["name"]))
        is_told = tag in TOLD and told.get("type") not in NOT_TOLD
        if is_told and not self.is_quiet and "autocomplete" not in told:
            self.remembered.add((self.action, told.get("name", "")))


def _view_of(path: str) -> str:
    """Which page an address belongs to."""
    try:
        return resolve(path).view_name if path else ""
    except Resolver404:
        return "nowhere"


def visitor(client: Client) -> Visitor:
    """Somebody of the demo who walks with this browser."""
    walker = Visitor()
    walker.client = client
    return walker
