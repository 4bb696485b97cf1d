"""Somebody who walks through the journeys without a browser: opens pages, answers, goes back."""

import re
from typing import Any

from django.http import HttpResponse
from django.test import Client

from fairwitness.surveys import drafts
from fairwitness.surveys.drafts import Journey, OpenDraft

STORY = "They shut the door on me. Two others heard it."
VALUES = {
    "en": {"place": "the branch", "period": "1 January 2026"},
    "ar": {"place": "الفرع", "period": "1 يناير 2026"},
}


class Walker:
    """One person with one browser, and the page they are on."""

    def __init__(self, *, language: str = "en", **options: Any) -> None:
        headers = {"accept-language": language}
        self.client = Client(headers=headers, **options)
        self.at = ""
        self.page: Any = None

    def open(self, address: str) -> str:
        """Open a page, and say where one ends up."""
        return self._arrived(self.client.get(address, follow=True), address)

    def post(self, where: str = "", /, **typed: Any) -> str:
        """Send a form; names with a dash are written with two underscores."""
        address = where or self.at
        posted = {name.replace("__", "-"): told for name, told in typed.items()}
        return self._arrived(self.client.post(address, posted, follow=True), address)

    def _arrived(self, page: Any, address: str) -> str:
        chain = page.redirect_chain
        self.at = chain[-1][0] if chain else address
        self.page = page
        return self.at

    @property
    def step(self) -> str:
        """The last word of the address."""
        return self.at.rstrip("/").rsplit("/", 1)[-1]

    @property
    def text(self) -> str:
        """The page as it reads."""
        bare = re.sub(r"<[^>]+>", " ", self.page.content.decode())
        return re.sub(r"\s+", " ", bare)

    @property
    def title(self) -> str:
        found = re.search(
            r"<title>(.*?)</title>", self.page.content.decode(), re.DOTALL
        )
        return found.group(1) if found else ""

    def draft(self, journey: Journey = Journey.REPORT) -> OpenDraft | None:
        """The draft that this browser's cookie opens."""
        written = self.client.cookies.get(drafts.cookie_name(journey))
        request = type("Asked", (), {"COOKIES": {}})()
        if written:
            request.COOKIES[drafts.cookie_name(journey)] = written.value
        return drafts.load(request, journey)

    def invited(self, version: str, **more: Any) -> None:
        """Come by a personal link, as the landing page begins the survey part."""
        response = HttpResponse()
        told: dict[str, Any] = {
            "door": "invited",
            "campaign": "00000000-0000-4000-8000-000000000001",
            "invitation": "00000000-0000-4000-8000-000000000002",
            "not_mine_url": "/i/not-mine/",
            "version": version,
            "values": VALUES,
        }
        drafts.start(Journey.SURVEY, told | more, response)
        self.client.cookies.update(response.cookies)
        self.open("/answer/")

    def begin(self) -> None:
        """Read what comes first, and begin to tell."""
        self.open("/tell/")
        self.post("/tell/")

    def walk(self, answers: dict[str, dict[str, Any]], *, until: str = "check") -> None:
        """Answer page after page, skipping those without an answer."""
        for _page in range(40):
            if self.step == until:
                return
            self.post(**answers.get(self.step, {"act": "skip"}))
        raise AssertionError(f"still on {self.at}")

    def tell(self, **answers: Any) -> str:
        """Tell a whole account and send it. Returns the code, as words."""
        self.begin()
        told = {
            "young": {"young": "no"},
            "role": {"role": answers.get("role", "happened_to_me")},
            "what_happened": {"what_happened": answers.get("what_happened", STORY)},
            **{
                step: given
                for step, given in answers.items()
                if isinstance(given, dict)
            },
        }
        self.walk(told)
        self.post(act="send")
        return " ".join(self.page.context["words"])

    def come_back(self, code: str) -> str:
        """Come back with a code."""
        self.open("/report/")
        return self.post("/report/", code=code)
