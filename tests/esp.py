"""A mail service on this machine alone, which takes letters over HTTP as Postmark's API says."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import parseaddr
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

TAKEN = {"ErrorCode": 0, "Message": "OK", "MessageID": "1", "To": "TO"}
INACTIVE = {
    "ErrorCode": 406,
    "Message": "You tried to send to an inactive recipient.\n Found inactive addresses:"
    " TO.\n Inactive recipients are ones that have generated a hard bounce.",
}
INVALID = {"ErrorCode": 300, "Message": "Invalid 'To' address: 'TO'."}


@dataclass
class MailService:
    """What came, and what is answered: a status and a body; without a status it hangs up."""

    answers: list[tuple[int, Any]] = field(default_factory=list)
    letters: list[dict[str, Any]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    port: int = 0


@pytest.fixture(name="esp")
def serve_mail_service(settings: Any) -> Iterator[MailService]:
    """The service, named in the settings."""
    service = MailService()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            letter = json.loads(self.rfile.read(length))
            service.keys.add(self.headers["X-Postmark-Server-Token"])
            status, told = service.answers.pop(0) if service.answers else (200, TAKEN)
            if status:
                if status == HTTPStatus.OK:
                    service.letters.append(letter)
                to = parseaddr(letter["To"])[1]
                body = told if isinstance(told, bytes) else json.dumps(told).encode()
                body = body.replace(b"TO", to.encode())
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_said: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        service.port = server.server_port
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        settings.ESP, settings.ESP_KEY = "postmark", "a key of the service"
        settings.ESP_URL = f"http://127.0.0.1:{service.port}/"
        yield service
        server.shutdown()
        serving.join()
