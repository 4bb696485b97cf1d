"""A browser without script against a real server on this machine, for journeys of the demo's visitor."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from fairwitness.demo.visitor import Visitor

SECONDS = 60


@dataclass
class Arrived:
    """A page as it came, with the address at which the redirects ended."""

    status_code: int
    content: bytes
    redirect_chain: list[tuple[str, int]] = field(default_factory=list)


class Wire:
    """Asks a server of this machine, keeps its cookies and follows where it leads.

    With a `public` address it stands where the proxy stands that speaks TLS for it.
    """

    def __init__(self, base: str, *, public: str = "") -> None:
        self.base, self.public = base, public or base
        kept = CookieJar(DefaultCookiePolicy(secure_protocols=("http", "https")))
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(kept))
        told = urlsplit(self.public)
        proxy = {"Host": told.netloc, "X-Forwarded-Proto": told.scheme}
        self.headers = proxy if public else {}

    def get(self, path: str, *, follow: bool = True) -> Arrived:
        return self._ask(Request(self.base + path, headers=self.headers))  # noqa: S310 # our own server

    def post(
        self, path: str, posted: dict[str, Any], *, follow: bool = True
    ) -> Arrived:
        body = urlencode(posted, doseq=True).encode()
        own = {"Origin": self.public, "Referer": self.public + path, **self.headers}
        return self._ask(Request(self.base + path, data=body, headers=own))  # noqa: S310 # our own server

    def _ask(self, request: Request) -> Arrived:
        try:
            answer = self.opener.open(request, timeout=SECONDS)
        except HTTPError as refused:
            answer = refused
        with answer:
            chain = [(answer.geturl(), 302)]
            return Arrived(answer.status or 0, answer.read(), chain)


class _Shown(HTMLParser):
    """What stands in the fields of a page already."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag in {"textarea", "select"}:
            self.within = told.get("name", "")
            self.values[self.within] = ""
        elif tag == "option" and "selected" in told:
            self.values[self.within] = told["value"]
        elif tag == "input" and told.get("type") not in {"hidden", "submit"}:
            self.values[told.get("name", "")] = told.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.within and self.get_starttag_text() and self.lasttag == "textarea":
            self.values[self.within] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in {"textarea", "select"}:
            self.within = ""
        self.values = {name: one.strip() for name, one in self.values.items()}


class Caller(Visitor):
    """Somebody in front of a browser; behind it a real server, or the pages themselves."""

    def __init__(self, wire: Wire | None = None) -> None:
        super().__init__()
        if wire is not None:
            self.client = wire  # type: ignore[assignment] # it asks and posts as the test client does

    @property
    def text(self) -> str:
        """The page, without its marks."""
        return re.sub(r"<[^>]*>", " ", self.page.content.decode())

    @property
    def shown(self) -> dict[str, str]:
        """What stands in the fields already, to start from."""
        reader = _Shown()
        reader.feed(self.page.content.decode())
        return reader.values

    def fill(self, address: str, *, asks: str = "", **typed: Any) -> None:
        """Open a page, and send the form that asks for this."""
        self.open(address)
        self.send(self.form(asks=asks or next(iter(typed))), **typed)
