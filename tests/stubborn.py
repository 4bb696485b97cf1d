"""People who go on when a page does not come: over real HTTP, from the letter to the receipt."""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

from fairwitness.demo.visitor import Visitor
from tests.invited import read, words_of

PATIENCE = 120.0  # seconds; nobody in these tests gives up earlier
PAUSE = 0.1
UNSAVED = 503
_LINK = re.compile(r"/i/[0-9a-z]{26}(?=\s)")


@dataclass
class Came:
    """A page as it came."""

    status_code: int
    content: bytes
    redirect_chain: list[tuple[str, int]]


@dataclass
class Browser:
    """Cookies, redirects, and the button that says "try again". No script."""

    port: int
    asked: Callable[[], None] = lambda: None
    cookies: dict[str, str] = field(default_factory=dict)
    tries: int = 0
    heard: Message = field(default_factory=Message)  # the head of the last answer

    def get(self, address: str, *, follow: bool = True) -> Came:
        """Open an address, as often as it takes."""
        del follow
        return self._go("GET", address, None)

    def post(self, address: str, posted: Any, *, follow: bool = True) -> Came:
        """Send a form, as often as it takes."""
        del follow
        return self._go("POST", address, urlencode(posted, doseq=True))

    def _go(self, method: str, address: str, body: str | None) -> Came:
        chain: list[tuple[str, int]] = []
        while True:
            status, there, content = self._until_it_comes(method, address, body)
            if not there:
                return Came(status, content, chain)
            method, body = "GET", None
            address = urlsplit(there)._replace(scheme="", netloc="").geturl()
            chain.append((address, status))

    def _until_it_comes(
        self, method: str, address: str, body: str | None
    ) -> tuple[int, str, bytes]:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            self.tries += 1
            try:
                came = self._ask(method, address, body)
            except (OSError, HTTPException):
                time.sleep(PAUSE)
                continue
            self.asked()
            if came[0] != UNSAVED:
                return came
            time.sleep(PAUSE)
        raise AssertionError(f"{method} {address} never came")

    def _ask(
        self, method: str, address: str, body: str | None
    ) -> tuple[int, str, bytes]:
        line = HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Accept-Language": "en", "Cookie": self._cookie()}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            line.request(method, address, body, headers)
            came = line.getresponse()
            content = came.read()
            self.heard = came.headers
            for set_cookie in came.headers.get_all("Set-Cookie", []):
                name, _is, value = set_cookie.split(";")[0].partition("=")
                self.cookies[name] = value.strip('"')
            return came.status, came.headers.get("Location", ""), content
        finally:
            line.close()

    def _cookie(self) -> str:
        return "; ".join(
            f"{name}={told}" for name, told in self.cookies.items() if told
        )


@dataclass(frozen=True)
class Receipt:
    """A code that was shown after sending, and what its reporter had told."""

    code: str
    account: str


@dataclass
class Crowd:
    """Everybody who comes, and what they were shown."""

    port: int
    asked: int = 0
    receipts: list[Receipt] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)  # count codes that were shown
    hesitating: list[tuple[Visitor, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def visitor(self) -> Visitor:
        """Somebody with a browser of their own."""
        visitor = Visitor()
        visitor.client = Browser(self.port, self._count)  # type: ignore[assignment] # drives alike
        return visitor

    def _count(self) -> None:
        with self.lock:
            self.asked += 1

    def answer(self, letter: bytes, *, about: str) -> Visitor:
        """Answer by the link of a letter, up to the thanks."""
        visitor = self.visitor()
        visitor.open(_link_in(letter))
        visitor.send(visitor.form(action="/i/"))
        until = "thanks" if about == "nothing_happened" else "check"
        answers = {"about": about, "how_many": "one", "area": "lowmoor"}
        visitor.walk(answers, until=f"/answer/{until}/")
        if until == "check":
            visitor.send(visitor.form(action="/answer/check/"))
        assert visitor.at == "/answer/thanks/", visitor.at
        self.answered.append(" ".join(visitor.code_words))
        return visitor

    def tell(self, visitor: Visitor, account: str) -> None:
        """Tell and send it, until the receipt is shown and kept."""
        self.begin(visitor, account)
        self.send(visitor, account)

    def begin(self, visitor: Visitor, account: str) -> None:
        """Tell it, up to the check."""
        visitor.send(visitor.form(action="/tell/"))
        told = {"young": "no", "role": "happened_to_me", "what_happened": account}
        visitor.walk(told, until="/tell/check/")

    def send(self, visitor: Visitor, account: str) -> None:
        """Look it over, send it, and say "I have it"."""
        assert account in visitor.page.content.decode()
        code = visitor.code_words
        visitor.send(visitor.form(action="/tell/check/"), act="send")
        assert visitor.at == "/tell/receipt/", visitor.at
        shown = visitor.page.content.decode()
        assert all(word in shown for word in code)
        self.receipts.append(Receipt(" ".join(code), account))
        visitor.send(visitor.form(action="/tell/receipt/kept/"), kept="yes")
        assert visitor.at.startswith("/report/"), visitor.at

    def reads_back(self, receipt: Receipt) -> bool:
        """Whether somebody with this code finds what was told."""
        visitor = self.visitor()
        visitor.open("/report/")
        visitor.send(visitor.form(asks="code"), code=receipt.code)
        visitor.open("/report/sent/")
        return receipt.account in visitor.page.content.decode()


def _link_in(letter: bytes) -> str:
    """The personal link of a letter, without the host."""
    found = _LINK.search(words_of(read(letter)))
    assert found
    return found[0]
