"""A real SMTP server on loopback, with a mind of its own."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class PostOffice:
    """What the server took, and what it answers to addresses that it knows."""

    port: int = 0
    taken: list[tuple[str, str, bytes]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)  # to RCPT, by address
    after_text: dict[str, str] = field(default_factory=dict)  # to the text, by address
    to_sender: str = ""  # to MAIL FROM
    lines: int = 0  # connections
    holds: threading.Event | None = None  # keeps the text until it is set
    has_text: threading.Event = field(default_factory=threading.Event)
    takes: float = 0.0  # seconds that a letter takes
    on_taken: Callable[[], object] | None = None  # called before the server answers

    async def handle_MAIL(  # noqa: N802 # the server's name for it
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if not envelope.mail_from and not getattr(session, "is_counted", False):
            self.lines += 1
            session.is_counted = True  # type: ignore[attr-defined] # a mark of ours
        if self.to_sender:
            return self.to_sender
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 # the same
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 # the same
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        [to] = envelope.rcpt_tos
        answer = self.after_text.get(to, "250 OK")
        if answer == "hang up":
            self.has_text.set()
            server.transport.close()
            return "250 OK"
        if self.holds is not None:
            self.has_text.set()
            await server.loop.run_in_executor(None, self.holds.wait, 60)
        if answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.taken.append((envelope.mail_from or "", to, content))
        if self.takes:
            await asyncio.sleep(self.takes)
        if self.on_taken is not None:
            self.on_taken()
        return answer


class _Loopback(Controller):
    """Listens on a port that is free at this moment."""

    def _trigger_server(self) -> None:
        """Look which port it became before greeting it."""
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture(name="post_office")
def serve_post_office(settings):
    """A running server, to which the settings point."""
    office = PostOffice()
    controller = _Loopback(
        office, hostname="127.0.0.1", port=0, enable_SMTPUTF8=True, ready_timeout=20
    )
    controller.start()
    office.port = controller.port
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_USE_TLS = False
    settings.EMAIL_TIMEOUT = 10
    yield office
    if office.holds is not None:
        office.holds.set()
    controller.stop()
