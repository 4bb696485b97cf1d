"""Hands a letter over: to the mail server, a service, or into a folder until one is set. No models.

What became of it is one of four: it returns (handed over), `NotNow` (nothing left this
machine, or the server asks to wait), `Rejected` (the server will never take it), or
`Unknown` (the line broke after the text was sent: it may have arrived).
"""

import os
import re
import secrets
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from pathlib import Path
from typing import Protocol

from django.conf import settings

from fairwitness.mail.service import Service

_GO_ON, _TRANSIENT, _CLOSING, _PERMANENT = 354, 400, 421, 500
_GROUP = 3  # MAIL, RCPT, DATA
_PLAIN = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")
NO_EXTRA = "esp"  # stands for a status where the library for services is missing
NO_TLS = "TLS"  # stands for a status when no encrypted line came about
_ENHANCED = re.compile(rb"\s*([245]\.\d{1,3}\.\d{1,3})\b")


class HandOverFailed(Exception):
    """The letter was not taken, as far as we know."""


class NotNow(HandOverFailed):
    """Nothing was taken; another try later may do. `ends_line`: the connection is of no more use."""

    def __init__(self, status: str = "", *, ends_line: bool = False) -> None:
        super().__init__(status)
        self.status, self.ends_line = status, ends_line


class Rejected(HandOverFailed):
    """The server refuses this letter for good. `status` holds codes, never the server's words."""

    def __init__(self, status: str, *, is_about_address: bool) -> None:
        super().__init__(status)
        self.status, self.is_about_address = status, is_about_address


class Unknown(HandOverFailed):
    """The line broke while the server had the text: nobody knows."""


Writing = EmailMessage | bytes  # bytes go as they are, with lines that end in CRLF


class Carrier(Protocol):
    """Something that takes letters."""

    def hand_over(self, letter: Writing, *, sender: str, to: str) -> None:
        """Take one letter. Errors: `NotNow`, `Rejected`, `Unknown`."""


@contextmanager
def carrier() -> Iterator[Carrier]:
    """Open the way for letters, once for a batch. Error: `NotNow` when there is none."""
    if settings.ESP:
        with Session.opened() as session:
            yield session
        return
    if not settings.EMAIL_HOST:
        yield Folder(settings.OUTBOX)
        return
    smtp = _connect()
    try:
        yield Line(smtp)
    finally:
        smtp.close()


@dataclass(frozen=True)
class Folder:
    """A folder of letters: each appears whole, under a random name, for its owner alone."""

    place: Path

    def hand_over(self, letter: Writing, *, sender: str, to: str) -> None:
        """Write the letter as a mail server would deliver it, with its return path."""
        name = secrets.token_hex(16)
        part, whole = self.place / f".{name}.part", self.place / f"{name}.eml"
        try:
            self.place.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as opened:
                opened.write(f"Return-Path: <{sender}>\r\n".encode())
                opened.write(_written(letter, to=to))
                opened.flush()
                os.fsync(opened.fileno())
            part.replace(whole)
        except OSError:  # the disk is full, or not there
            part.unlink(missing_ok=True)
            raise NotNow(ends_line=True) from None


@dataclass(frozen=True)
class Line:
    """An open connection to the mail server."""

    smtp: smtplib.SMTP

    def hand_over(self, letter: Writing, *, sender: str, to: str) -> None:
        """Speak SMTP step by step (RFC 5321 §3.3), so that each failure says how far it came."""
        text = _written(letter, to=to)
        try:
            self._address(sender, to)
            self._write(text)
        except OSError:  # smtplib's own errors are of this kind
            raise NotNow(ends_line=True) from None
        try:
            code, words = self._end()
        except OSError:
            raise Unknown from None
        if not _is_answer(code):
            raise Unknown
        self._judge(code, words)

    def _address(self, sender: str, to: str) -> None:
        """Ask whether the server takes a letter to this person, until it waits for the text."""
        if to.isascii() and self.smtp.has_extn("pipelining"):
            self._address_at_once(sender, to)
            return
        if not to.isascii() and not self.smtp.has_extn("smtputf8"):
            raise Rejected("no SMTPUTF8", is_about_address=False)
        self._judge_sender(
            *self.smtp.mail(sender, [] if to.isascii() else ["SMTPUTF8"])
        )
        self._judge_person(*self.smtp.rcpt(to))
        self._judge_opening(*self.smtp.docmd("DATA"))

    def _address_at_once(self, sender: str, to: str) -> None:
        """The same, in one group of commands, each with its answer (RFC 2920 §3.1).

        A server that refuses may still wait for a text: it gets an empty one, to nobody.
        """
        self.smtp.send(
            f"MAIL FROM:{_quoted(sender)}\r\nRCPT TO:{_quoted(to)}\r\nDATA\r\n"
        )
        answers: list[tuple[int, bytes]] = []
        while len(answers) < _GROUP and (not answers or _goes_on(answers[-1][0])):
            answers.append(self.smtp.getreply())
        if len(answers) == _GROUP and answers[-1][0] == _GO_ON:
            self._leave_unwritten(*(code for code, _words in answers[:-1]))
        for judge, answer in zip(
            (self._judge_sender, self._judge_person, self._judge_opening),
            answers,
            strict=False,  # a server that hangs up answers no more
        ):
            judge(*answer)

    def _leave_unwritten(self, sender: int, person: int) -> None:
        """End a text that the server waits for although it refused, unless somebody would get it."""
        if person >= _TRANSIENT:
            self.smtp.send(".\r\n")
            self.smtp.getreply()
        elif sender >= _TRANSIENT:
            raise NotNow(ends_line=True)

    def _write(self, text: bytes) -> None:
        """Send the text without its end: a server takes nothing before that (RFC 5321 §4.1.1.4)."""
        begins_with_dot = text.startswith(b".")
        self.smtp.send(b"." * begins_with_dot + text.replace(b"\n.", b"\n.."))
        if not text.endswith(b"\r\n"):
            self.smtp.send(b"\r\n")

    def _end(self) -> tuple[int, bytes]:
        """End the text, and wait as long as servers may take to look at it (§4.5.3.2.6)."""
        if self.smtp.sock is None:
            raise smtplib.SMTPServerDisconnected
        self.smtp.sock.settimeout(settings.EMAIL_ANSWER_TIMEOUT)
        self.smtp.send(b".\r\n")
        answer = self.smtp.getreply()
        self.smtp.sock.settimeout(settings.EMAIL_TIMEOUT)
        return answer

    def _judge_sender(self, code: int, words: bytes) -> None:
        if code >= _PERMANENT:  # it is about us, and so about every letter
            raise NotNow(_status(code, words), ends_line=True)
        self._judge(code, words)

    def _judge_person(self, code: int, words: bytes) -> None:
        self._judge(code, words, is_about_address=True)

    def _judge_opening(self, code: int, words: bytes) -> None:
        if code != _GO_ON:
            self._judge(code, words)
            raise NotNow(ends_line=True)

    def _judge(
        self, code: int, words: bytes | str, *, is_about_address: bool = False
    ) -> None:
        if not _is_answer(code):
            raise NotNow(ends_line=True)
        if code < _TRANSIENT:
            return
        status = _status(code, words)
        if code < _PERMANENT:
            raise NotNow(status, ends_line=code == _CLOSING or not self._clear())
        self._clear()
        is_about_address = is_about_address and " 5.7." not in status
        raise Rejected(status, is_about_address=is_about_address)

    def _clear(self) -> bool:
        """Begin anew after a refusal; false when the line is dead."""
        try:
            return self.smtp.rset()[0] < _TRANSIENT
        except OSError:
            return False


@dataclass(frozen=True)
class Session:
    """A mail service that is spoken to over its own API. It takes no return path of ours."""

    service: Service

    @classmethod
    @contextmanager
    def opened(cls) -> Iterator["Session"]:
        """Begin, and let go in the end. Error: `NotNow` where the extra is missing."""
        try:
            service = Service(settings.ESP, key=settings.ESP_KEY, url=settings.ESP_URL)
        except ImportError:
            raise NotNow(NO_EXTRA, ends_line=True) from None
        service.open()
        try:
            yield cls(service)
        finally:
            service.close()

    def hand_over(self, letter: Writing, *, sender: str, to: str) -> None:
        """Ask once. What is neither taken nor refused in words is unknown, and not asked again."""
        answer = self.service.send(_written(letter, to=to))
        if answer is None:
            return
        if not answer.is_known:
            raise Unknown
        if answer.is_final:
            raise Rejected(answer.status, is_about_address=answer.is_about_address)
        raise NotNow(answer.status, ends_line=True)


def _connect() -> smtplib.SMTP:
    try:
        smtp = smtplib.SMTP(
            settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=settings.EMAIL_TIMEOUT
        )
    except OSError as wrong:
        raise NotNow(_why(wrong), ends_line=True) from None
    try:
        if smtp.sock is not None:  # the end of a text must not wait for an answer to it
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        smtp.ehlo_or_helo_if_needed()
        if settings.EMAIL_USE_TLS:
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()  # what it said before counts no more
        if settings.EMAIL_HOST_USER:
            smtp.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except OSError as wrong:
        smtp.close()
        raise NotNow(_why(wrong), ends_line=True) from None
    return smtp


def _written(letter: Writing, *, to: str) -> bytes:
    if isinstance(letter, bytes):
        return letter
    return letter.as_bytes(policy=SMTP if to.isascii() else SMTPUTF8)


def _quoted(address: str) -> str:
    """An address in a command. Error: `ValueError` for one that would begin another."""
    if not address.isprintable():
        raise ValueError("an address holds the end of a line")
    return f"<{address}>" if _PLAIN.fullmatch(address) else smtplib.quoteaddr(address)


def _goes_on(code: int) -> bool:
    """Whether more answers follow this one: it is one, and the server does not hang up."""
    return _is_answer(code) and code != _CLOSING


def _why(wrong: OSError) -> str:
    """The codes with which a server sent us away, or TLS when it could not be agreed on."""
    if isinstance(wrong, smtplib.SMTPResponseException):
        return _status(wrong.smtp_code, wrong.smtp_error)
    is_tls = isinstance(wrong, (ssl.SSLError, smtplib.SMTPNotSupportedError))
    return NO_TLS if is_tls else ""


def _is_answer(code: int) -> bool:
    """Whether this is what a server says after a step; smtplib takes any noise for a reply."""
    return code // 100 in {2, 4, 5}


def _status(code: int, words: bytes | str) -> str:
    """The codes of an answer (RFC 5321, RFC 3463) without its words, which may hold the address."""
    told = words if isinstance(words, bytes) else words.encode()
    enhanced = _ENHANCED.match(told)
    return f"{code} {enhanced[1].decode()}" if enhanced else str(code)
