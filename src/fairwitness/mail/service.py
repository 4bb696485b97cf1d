"""Hands letters to a mail service over its own API, for centres that have no way to SMTP; an extra.

Only services that leave out the counting of clicks and openings when a letter asks for it.
"""

from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

# By the name of anymail's backend: what its key is called there, and who is asked.
SERVICES = {
    "mailgun": ("api_key", "api.mailgun.net"),
    "mandrill": ("api_key", "mandrillapp.com"),
    "postmark": ("server_token", "api.postmarkapp.com"),
    "sparkpost": ("api_key", "api.sparkpost.com"),
}
# What the service writes itself, or works out from the parts.
_NOT_OURS = ("from", "to", "subject", "date", "message-id", "mime-version", "content-")
_OK, _TOO_MANY, _NOT_THERE, _SERVER = 200, 429, 503, 500
_SHUT_OUT = {401, 402, 403, 407}


def host_of(name: str, url: str = "") -> str:
    """Who is asked: the host of the address that is set, or of the service."""
    return urlsplit(url).hostname or SERVICES[name][1]


@dataclass(frozen=True)
class Answer:
    """What became of a letter that the service did not plainly take. `status` holds codes."""

    status: str
    is_about_address: bool = False
    is_final: bool = False
    is_known: bool = True


class Service:
    """A session with one service. Error: `ImportError` without the extra."""

    def __init__(self, name: str, *, key: str, url: str = "") -> None:
        backend = import_module(f"anymail.backends.{name}").EmailBackend
        options = {"api_url": url} if url else {}
        self._backend = backend(**{SERVICES[name][0]: key}, **options)

    def open(self) -> None:
        """Begin; nothing is asked yet."""
        self._backend.open()

    def close(self) -> None:
        """Let go of the connection."""
        self._backend.close()

    def send(self, letter: bytes) -> Answer | None:
        """Hand over one letter. Returns nothing when the service took it.

        No error of the library leaves here: its words hold the letter.
        """
        from anymail.exceptions import (  # noqa: PLC0415 # an extra
            AnymailAPIError,
            AnymailError,
            AnymailRecipientsRefused,
        )

        message = _as_django_has_it(letter)
        try:
            self._backend.send_messages([message])
        except AnymailRecipientsRefused:
            return Answer("refused", is_about_address=True, is_final=True)
        except AnymailAPIError as wrong:
            return _meaning(wrong)
        except (AnymailError, ValueError):  # it cannot be said in the service's terms
            return Answer("not taken", is_final=True)
        states = message.anymail_status.status or {"unknown"}
        if states <= {"sent", "queued"}:
            return None
        return Answer("unknown", is_known=False)


def _meaning(wrong: Any) -> Answer:
    """What an answer that is no success says; without one, whether anything was sent."""
    import requests  # noqa: PLC0415 # an extra

    code = wrong.status_code
    if code is None:
        return Answer(
            "", is_known=isinstance(wrong, requests.ConnectTimeout) or _unsent(wrong)
        )
    status = str(code)
    if code in {_TOO_MANY, _NOT_THERE} | _SHUT_OUT:
        return Answer(status)
    # A gateway in between may have given up on what was taken behind it.
    if code >= _SERVER or code // 100 == _OK // 100:
        return Answer(status, is_known=False)
    return Answer(status, is_final=True)


def _unsent(wrong: Any) -> bool:
    """Whether no connection came about."""
    from urllib3.exceptions import NewConnectionError  # noqa: PLC0415 # an extra

    cause: Any = wrong.__cause__
    reason = getattr(cause.args[0], "reason", None) if cause and cause.args else None
    return isinstance(reason, NewConnectionError)


def _as_django_has_it(letter: bytes) -> Any:
    """The letter in parts, with each header that is ours, and nothing that counts readers."""
    from django.core.mail import EmailMultiAlternatives  # noqa: PLC0415

    read: EmailMessage = message_from_bytes(letter, policy=default)
    message = EmailMultiAlternatives(
        subject=str(read["Subject"]),
        body=_text(read, "plain"),
        from_email=str(read["From"]),
        to=[str(read["To"])],
        headers={
            name: str(value)
            for name, value in read.items()
            if not name.lower().startswith(_NOT_OURS)
        },
    )
    if html := _text(read, "html"):
        message.attach_alternative(html, "text/html")
    for part in read.iter_attachments():
        message.attach(part.get_filename(), part.get_content(), part.get_content_type())
    message.track_clicks = message.track_opens = False  # type: ignore[attr-defined] # anymail reads them
    return message


def _text(read: EmailMessage, kind: str) -> str:
    part = read.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
