"""Reads what came back: a delivery report (RFC 3464), a complaint (RFC 5965), an answering machine (RFC 3834). Pure.

Mail servers that report in words of their own are read by `flufl.bounce`, Mailman's
reader. It guesses, so its guess counts only for the address that we wrote to.
"""

import logging
import re
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import parseaddr
from enum import Enum

LONGEST = 1_000_000  # bytes; no report is longer
# What is guessed from: a report in words is short, and its patterns are slow on what is long.
WORDS, LINE = 16_000, 200
_STATUS = re.compile(
    r"(?<![\d.])([45])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)"
)  # no IP address
# Of the address itself (RFC 3463 §3.2, §3.3); else it is about us, the way, or the moment.
_FULL = {("2", "2"), ("2", "3"), ("2", "4")}
_ABOUT_US = {"6", "7"}
# In the words of a report without a code. What says none of them says nothing of the address.
_WORDS_OF_GONE = re.compile(
    r"(?:unknown|no such|invalid) (?:user|recipient|address|mailbox|account)"
    r"|(?:user|recipient|address|mailbox|account)\b.{0,60}?"
    r"(?:unknown|not found|not exist|n't exist|n't have|disabled|no longer)"
    r"|no mailbox here",
    re.IGNORECASE | re.DOTALL,
)
_WORDS_OF_FULL = re.compile(r"\bfull\b|quota|over (?:its|the) limit", re.IGNORECASE)
_WORDS_OF_NOT_YET = re.compile(
    r"warning message only|not need to resend", re.IGNORECASE
)
_ANSWERED_BY_ITSELF = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress")
_BY_ITSELF = {"auto_reply", "auto-reply"}


class Kind(Enum):
    """What a mail that came back tells us."""

    GONE = "gone"  # the address does not exist
    LATER = "later"  # it could not be delivered now
    NOT_FROM_US = "not from us"  # they do not take such a letter, or not from us
    COMPLAINT = "complaint"
    NOTHING = "nothing"  # delayed, relayed, an answering machine
    UNKNOWN = "unknown"  # for people to read


@dataclass(frozen=True)
class Reading:
    """What a mail says, by codes alone, and its whole text, in which our return path is looked for."""

    kind: Kind
    status: str
    text: str
    about: frozenset[str] = frozenset()  # addresses that a guess is about

    def __repr__(self) -> str:
        return f"<{self.kind.value} {self.status}>"


def read_returned(content: bytes) -> Reading:
    """Say what a mail that came back tells us."""
    text = content.decode("utf-8", "replace")
    if len(content) > LONGEST:
        return Reading(Kind.UNKNOWN, "", "")
    try:
        mail = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(
            content
        )
        kind, status = _reported(mail)
        if kind is Kind.UNKNOWN and (guess := _guessed(content)):
            return Reading(*guess[:2], text, about=guess[2])
        if kind is Kind.UNKNOWN and _answers_by_itself(mail):
            kind = Kind.NOTHING
    except (MessageError, LookupError, ValueError, TypeError, AttributeError):
        return Reading(Kind.UNKNOWN, "", text)
    return Reading(kind, status, text)


def _reported(mail: EmailMessage) -> tuple[Kind, str]:
    report = str(mail.get_param("report-type", "")).lower()
    if mail.get_content_type() == "multipart/report" and report == "delivery-status":
        return _delivery(mail)
    if mail.get_content_type() == "multipart/report" and report == "feedback-report":
        return _feedback(mail)
    return Kind.UNKNOWN, ""


def _answers_by_itself(mail: EmailMessage) -> bool:
    """An answering machine: RFC 3834 §5, and what others write who do not know it."""
    automatic = str(mail.get("Auto-Submitted", "no")).strip().lower()
    if automatic.startswith("auto-replied") or any(map(mail.get, _ANSWERED_BY_ITSELF)):
        return True
    return str(mail.get("Precedence", "")).strip().lower() in _BY_ITSELF


def _guessed(content: bytes) -> tuple[Kind, str, frozenset[str]] | None:
    """What a mail server says in words of its own, and about which addresses; or nothing.

    Nobody guesses where the reader is not installed.
    """
    try:
        from flufl.bounce import all_failures  # noqa: PLC0415 # an extra
    except ImportError:
        return None
    logging.getLogger("flufl.bounce").disabled = True  # it would log what it reads
    lines = content[: 4 * WORDS].splitlines()
    mail = BytesParser().parsebytes(b"\n".join(one[:LINE] for one in lines)[:WORDS])
    if not parseaddr(mail.get("From", ""))[1]:
        return None  # it stumbles over one without a sender, and no server is without
    for_now, for_good = all_failures(mail)
    if for_good:
        about = frozenset(one.decode("ascii", "replace") for one in for_good)
        return *_in_words(_own_words(mail)), about
    return (Kind.NOTHING, "", frozenset()) if for_now else None


def _own_words(mail: Message) -> str:
    """The words of the report, without the letter of ours that comes after them."""
    part = next((one for one in mail.walk() if not one.is_multipart()), mail)
    payload = part.get_payload(decode=True)
    words = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    return re.split(r"(?m)^(?:From|Return-Path|Received): ", words, maxsplit=1)[0]


def _in_words(words: str) -> tuple[Kind, str]:
    if _WORDS_OF_NOT_YET.search(words):
        return Kind.NOTHING, ""
    if _STATUS.search(words):
        return _failure(words)
    if _WORDS_OF_FULL.search(words):
        return Kind.LATER, ""
    return (Kind.GONE if _WORDS_OF_GONE.search(words) else Kind.NOT_FROM_US), ""


def _delivery(mail: EmailMessage) -> tuple[Kind, str]:
    """The first recipient of the report: our letters have one each."""
    for part in mail.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in part.iter_parts():
            action = str(block.get("Action", "")).strip().lower()
            if action == "failed":
                return _failure(str(block.get("Status", "")))
            if action:
                return Kind.NOTHING, ""
    return Kind.UNKNOWN, ""


def _failure(told: str) -> tuple[Kind, str]:
    found = _STATUS.search(told)
    if found is None:
        return Kind.UNKNOWN, ""
    level, subject, detail = found.groups()
    if level == "4" or (subject, detail) in _FULL or subject in {"3", "4"}:
        return Kind.LATER, found[0]
    if subject in _ABOUT_US:
        return Kind.NOT_FROM_US, found[0]
    return Kind.GONE, found[0]


def _feedback(mail: EmailMessage) -> tuple[Kind, str]:
    for part in mail.walk():
        if part.get_content_type() == "message/feedback-report":
            told = str(part.get_payload()).lower() + part.as_string().lower()
            is_praise = re.search(r"feedback-type:\s*not-spam", told)
            return (Kind.NOTHING if is_praise else Kind.COMPLAINT), ""
    return Kind.UNKNOWN, ""
