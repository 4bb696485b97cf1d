"""Reads a letter that a mail program saved (.eml): headers, words, links. Pure, and bounded.

A letter that somebody made to hurt is refused with FW124, or read as far as it can be.
"""

import re
from dataclasses import dataclass
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import parseaddr

from fairwitness.outreach.plain_part import unflowed
from fairwitness.outreach.preflight.domain import tags_of
from fairwitness.outreach.preflight.finding import Passage, Place
from fairwitness.outreach.preflight.html import Seen, read_html
from fairwitness.outreach.preflight.links import ADDRESS, Link

LARGEST = 2_000_000  # bytes of a letter that is read
LONGEST_TEXT = 300_000  # signs of one part that are read
LONGEST_HEADER = 20_000
MOST_HEADERS = 400
MOST_BOUNDARIES = 2_000
MOST_PARTS = 200
MOST_LINKS = 2_000
_TRAILING = ".,;:!?)]}'\"»”؟،"


class NotALetter(Exception):
    """It cannot be read. The message says why."""


@dataclass(frozen=True)
class Head:
    """What the headers say of who sends it, to whom, and how to leave."""

    subject: str = ""
    sender_name: str = ""
    sender: str = ""
    to: str = ""
    return_path: str = ""
    leave: str = ""
    leave_post: str = ""
    signed: tuple[dict[str, str], ...] = ()
    results: tuple[str, ...] = ()  # what receivers found, the last one first
    received: tuple[str, ...] = ()  # its way, the last hop first

    @property
    def domain(self) -> str:
        """The domain of the sender."""
        return domain_of(self.sender)


@dataclass(frozen=True)
class Letter:
    """A letter as its reader gets it."""

    head: Head
    texts: tuple[Passage, ...]
    links: tuple[Link, ...] = ()
    pictures: tuple[tuple[str, Place], ...] = ()
    active: tuple[tuple[str, Place], ...] = ()
    files: tuple[str, ...] = ()
    is_html_alone: bool = False
    language: str = ""
    words: str = ""
    is_cut: bool = False


def domain_of(address: str) -> str:
    """The domain of an address, in small letters."""
    return address.rpartition("@")[2].strip().strip(">").lower().rstrip(".")


def read_letter(content: bytes) -> Letter:
    """Read a letter. Error: `NotALetter`."""
    if len(content) > LARGEST:
        raise NotALetter("it is larger than 2 MB")
    if not content.strip():
        raise NotALetter("it is empty")
    if len(re.findall(rb"^--", content, re.M)) > MOST_BOUNDARIES:
        raise NotALetter("it has too many parts")
    try:
        message = BytesParser(policy=compat32).parsebytes(_bounded(content))
        parts = _parts(message)
        return _letter(message, parts)
    except (RecursionError, MessageError) as wrong:
        raise NotALetter("its parts cannot be told apart") from wrong


def _bounded(content: bytes) -> bytes:
    """The letter with headers that are cut where nobody writes on."""
    head, gap, body = (
        re.split(rb"(\r?\n\r?\n)", content, maxsplit=1)
        if re.search(rb"\r?\n\r?\n", content)
        else (content, b"", b"")
    )
    lines = re.split(rb"\r?\n(?![ \t])", head)[:MOST_HEADERS]
    return (
        b"\r\n".join(line[:LONGEST_HEADER] for line in lines)
        + (gap or b"\r\n\r\n")
        + body
    )


def _parts(message: Message) -> list[Message]:
    """The parts that hold something, the nearest first; never more than a letter has."""
    found: list[Message] = []
    waiting = [message]
    while waiting and len(found) < MOST_PARTS:
        part = waiting.pop(0)
        inner = part.get_payload()
        if isinstance(inner, list):
            waiting += [one for one in inner[:MOST_PARTS] if isinstance(one, Message)]
        else:
            found.append(part)
    return found


def _letter(message: Message, parts: list[Message]) -> Letter:
    head = _head(message)
    plain = [_text(one) for one in parts if _is(one, "text/plain")]
    coded = [_text(one) for one in parts if _is(one, "text/html")]
    pages = [read_html("\n".join(coded)[:LONGEST_TEXT], part="letter (HTML)")]
    pages = pages if coded else []
    written = "\n".join(plain)[:LONGEST_TEXT]
    is_cut = any(sum(map(len, texts)) > LONGEST_TEXT for texts in (plain, coded))
    words = written if written.strip() else "\n".join(one.text.text for one in pages)
    if not head.subject and not head.sender:
        raise NotALetter("it has neither a sender nor a subject")
    language = _language([message, *parts], pages, words)
    texts = [Passage("letter", written, language)] if written.strip() else []
    texts += [
        Passage(one.text.part, one.text.text, language, source=one.text.source)
        for one in pages
    ]
    return Letter(
        head=head,
        texts=tuple(texts),
        links=_links(texts[:1] if written.strip() else [], pages),
        pictures=tuple(picture for one in pages for picture in one.pictures),
        active=tuple(one for page in pages for one in page.active),
        files=tuple(_name(one) for one in parts if _is_file(one)),
        is_html_alone=bool(pages) and not written.strip(),
        language=language,
        words=words,
        is_cut=is_cut,
    )


def _head(message: Message) -> Head:
    name, sender = parseaddr(_header(message, "From"))
    signed = message.get_all("DKIM-Signature") or []
    return Head(
        subject=_header(message, "Subject"),
        sender_name=name,
        sender=sender,
        to=parseaddr(_header(message, "To"))[1],
        return_path=_header(message, "Return-Path").strip(" <>"),
        leave=_header(message, "List-Unsubscribe"),
        leave_post=_header(message, "List-Unsubscribe-Post"),
        signed=tuple(tags_of(str(one)) for one in signed[:20]),
        results=_all(message, "Authentication-Results"),
        received=_all(message, "Received"),
    )


def _all(message: Message, name: str) -> tuple[str, ...]:
    """Each header of a name, on one line."""
    told = (message.get_all(name) or [])[:20]
    return tuple(" ".join(str(one)[:2_000].split()) for one in told)


def _header(message: Message, name: str) -> str:
    """A header in words, on one line, however it is encoded."""
    raw = str(message.get(name) or "")[:LONGEST_HEADER]
    try:
        pieces = decode_header(raw)
    except (HeaderParseError, ValueError):
        return " ".join(raw.split())
    told = "".join(
        _decoded(one, charset or "ascii") if isinstance(one, bytes) else one
        for one, charset in pieces
    )
    return " ".join(told.split())


def _decoded(content: bytes, charset: str) -> str:
    """Bytes as words; what nobody can read becomes a sign that says so."""
    try:
        return content.decode(charset)
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace")


def _text(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        charset = part.get_content_charset("utf-8")
    except (ValueError, LookupError):
        charset = "utf-8"
    text = _decoded(content, charset)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return unflowed(text) if _is_flowed(part) else text


def _is_flowed(part: Message) -> bool:
    try:
        return str(part.get_param("format") or "").lower() == "flowed"
    except (ValueError, LookupError, HeaderParseError):
        return False


def _is(part: Message, kind: str) -> bool:
    return part.get_content_type() == kind and not _is_file(part)


def _is_file(part: Message) -> bool:
    kind, disposed = part.get_content_type(), str(part.get("Content-Disposition") or "")
    is_inline = not disposed.strip().lower().startswith("attachment")
    return not (kind in {"text/plain", "text/html"} and is_inline)


def _name(part: Message) -> str:
    try:
        named = part.get_filename()
    except (ValueError, LookupError, HeaderParseError):
        named = None
    return str(named or part.get_content_type())


def _links(texts: list[Passage], pages: list[Seen]) -> tuple[Link, ...]:
    """Each link once for each part; a link in HTML also by what it shows."""
    links = [
        link for page in pages for link in page.links if not link.href.startswith("#")
    ]
    for passage in texts:
        for match in ADDRESS.finditer(passage.text):
            href = match.group().rstrip(_TRAILING)
            links.append(Link(href, passage.at(match.start(), len(href))))
            if len(links) > MOST_LINKS:
                break
    return tuple(links[:MOST_LINKS])


def _language(messages: list[Message], pages: list[Seen], words: str) -> str:
    """The language that the letter names, or Arabic where it is written so, or English."""
    headers = (_header(one, "Content-Language") for one in messages)
    named = next(filter(None, [*headers, *(one.language for one in pages)]), "")
    code = re.match(r"\s*([A-Za-z]{2,3})\b", named)
    if code:
        return code[1].lower()
    some = words[:20_000]
    arabic = len(re.findall(r"[\u0600-\u06ff]", some))
    return "ar" if arabic > len(re.findall(r"[A-Za-z]", some)) else "en"
