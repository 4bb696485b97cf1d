"""A browser that costs the machine next to nothing: one kept connection, cookies, forms, no parser.

Python's own http.client reads headers with the parser of e-mails, and would take a quarter
of the machine that it measures.
"""

import re
import secrets
import socket
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import quote_plus, urlsplit

LARGEST = 65_536
TIMEOUT = 30.0  # seconds
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)
_COOKIE = re.compile(rb"\r\nset-cookie: *([^=]+)=([^;\r]*)", re.I)
_PLACE = re.compile(rb"\r\nlocation: *([^\r]+)", re.I)
_CHUNKED = b"transfer-encoding: chunked"
_CLOSING = b"connection: close"
_LAST_CHUNK = b"0\r\n\r\n"
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="(\w+)"')


class Unwell(Exception):
    """The server answered with what a visitor should not see; says the address and the number."""


@dataclass(frozen=True)
class Page:
    """What came back."""

    status: int
    place: str
    body: bytes
    length: int


@dataclass
class Browser:
    """One person's browser; a new person starts with `forget`, on the same connection."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    name: str = field(default_factory=lambda: secrets.token_hex(32))
    _line: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_trouble: object) -> None:
        self.close()

    def forget(self) -> None:
        """Another person: no cookie, no page."""
        self.cookies.clear()
        self.token = ""

    def open(self, address: str) -> Page:
        """Open a page."""
        return self._ask("GET", address, b"")

    def send(self, address: str, **typed: str) -> Page:
        """Post a form with the token of the last page."""
        fields = {"csrfmiddlewaretoken": self.token, **typed}
        body = "&".join(
            f"{name}={quote_plus(told)}" for name, told in fields.items()
        ).encode()
        return self._ask("POST", address, body)

    def follow(self, page: Page) -> Page:
        """Go where a page leads, as long as it leads on."""
        while page.status in {301, 302}:
            page = self.open(urlsplit(page.place).path)
        return page

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _ask(self, method: str, address: str, body: bytes) -> Page:
        host = f"127.0.0.1:{self.port}"
        lines = [f"{method} {address} HTTP/1.1", f"Host: {host}", "Accept-Language: en"]
        if self.cookies:
            told = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            lines.append(f"Cookie: {told}")
        if method == "POST":
            lines += [
                f"Origin: http://{host}",
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(body)}",
            ]
        page = self._exchange("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        if page.status not in {200, 302}:
            raise Unwell(f"{method} {address} answered {page.status}")
        return page

    def _exchange(self, asked: bytes) -> Page:
        if self._line is None:
            self._line = socket.create_connection(("127.0.0.1", self.port), TIMEOUT)
            self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._line.sendall(asked)
        head, body = self._hear()
        for name, value in _COOKIE.findall(head):
            self.cookies[name.decode()] = value.decode()
        place = _PLACE.search(head)
        token = _TOKEN.search(body)
        if token:
            self.token = token[1].decode()
        return Page(
            int(head[9:12]), place[1].decode() if place else "", body, len(body)
        )

    def _hear(self) -> tuple[bytes, bytes]:
        """The head and the body of one answer."""
        told = b""
        while b"\r\n\r\n" not in told:
            told += self._more()
        head, _blank, body = told.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if length:
            while len(body) < int(length[1]):
                body += self._more()
        elif _CHUNKED in head.lower():
            while not body.endswith(_LAST_CHUNK):
                body += self._more()
        elif _CLOSING in head.lower():
            body += self._rest()
        if _CLOSING in head.lower():
            self.close()
        return head, body

    def _rest(self) -> bytes:
        """What comes until the server hangs up."""
        return b"".join(
            iter(lambda: self._line.recv(LARGEST) if self._line else b"", b"")
        )

    def _more(self) -> bytes:
        if self._line is None:
            raise Unwell("the connection was closed")
        came = self._line.recv(LARGEST)
        if not came:
            raise Unwell("the server hung up")
        return came
