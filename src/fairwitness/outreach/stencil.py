"""Letters as the bytes that leave: what is the same for everybody is written once, then filled in.

What a letter is, `Letter.to` says; here it is asked once for a campaign, a language, a wave
and a day, with places where one person's parts go. Python's `email` takes milliseconds for
a letter, this takes microseconds for each after the first.
"""

import re
from base64 import encodebytes
from collections.abc import Iterator
from datetime import date
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

from fairwitness.outreach.keys import new_key
from fairwitness.outreach.letters import LEAVE_HERE, OPEN_HERE, Keys, Letter

LONGEST_HEADER = 78  # RFC 5322 §2.1.1; longer ones are folded by Python
_NOBODY = "nobody@nowhere.example"
_WORD = r"[A-Za-z0-9_+-]+"
_PLAIN_ADDRESS = re.compile(rf"{_WORD}(\.{_WORD})*@{_WORD}(\.{_WORD})*")
_PLAIN_NAME = re.compile(r"[A-Za-z]+( [A-Za-z]+)*")


class Stencil:
    """A letter that lacks nothing but one person's address, name and keys."""

    def __init__(self, letter: Letter, *, on: date) -> None:
        self._letter, self._on = letter, on
        keys = Keys(open=OPEN_HERE, leave=LEAVE_HERE, bounce="")
        self._parts = list(_parts_of(letter.to(_NOBODY, name="", keys=keys, on=on)))

    def to(self, address: str, *, name: str, keys: Keys) -> bytes:
        """The letter to one person, as it goes to the mail server."""
        if not address.isascii():
            letter = self._letter.to(address, name=name, keys=keys, on=self._on)
            return letter.as_bytes(policy=SMTPUTF8)
        values = {
            b"to": _to_line(address, name),
            b"id": new_key().encode(),
            b"open": keys.open.encode(),
            b"leave": keys.leave.encode(),
        }
        return b"".join(
            _encoded(part % values) if is_encoded else part % values
            for part, is_encoded in self._parts
        )


def _parts_of(model: EmailMessage) -> Iterator[tuple[bytes, bool]]:
    """The bytes of a letter with places in them, cut where a text travels as base64."""
    places = {
        b"To: " + _NOBODY.encode() + b"\r\n": b"%(to)s",
        model["Message-ID"].partition("@")[0].removeprefix("<").encode(): b"%(id)s",
        OPEN_HERE.encode(): b"%(open)s",
        LEAVE_HERE.encode(): b"%(leave)s",
    }
    rest = model.as_bytes(policy=SMTP)
    for part in model.iter_parts():
        if part["Content-Transfer-Encoding"] == "base64":
            text = part.get_payload(decode=True)
            assert isinstance(text, bytes)  # noqa: S101 # it holds no other parts
            before, found, rest = rest.partition(_encoded(text))
            if not found:
                raise ValueError("a text is not where it was put")
            yield _with_places(before, places), False
            yield _with_places(text, places), True
    yield _with_places(rest, places), False


def _with_places(text: bytes, places: dict[bytes, bytes]) -> bytes:
    text = text.replace(b"%", b"%%")
    for found, place in places.items():
        text = text.replace(found, place)
    return text


def _encoded(text: bytes) -> bytes:
    """Base64 in lines of 76 (RFC 2045 §6.8)."""
    return encodebytes(text).replace(b"\n", b"\r\n")


def _to_line(address: str, name: str) -> bytes:
    line = f"To: {name} <{address}>" if name else f"To: {address}"
    is_plain = _PLAIN_ADDRESS.fullmatch(address) and (
        not name or _PLAIN_NAME.fullmatch(name)
    )
    if is_plain and len(line) <= LONGEST_HEADER:
        return line.encode() + b"\r\n"
    local, _at, domain = address.rpartition("@")
    header = SMTP.header_factory("To", Address(name, local, domain))
    folded: str = header.fold(policy=SMTP)
    return folded.encode()
