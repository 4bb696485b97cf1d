"""Reads what came back: a delivery report (RFC 3464), a complaint (RFC 5965), an answering machine (RFC 3834). Pure."""

import re
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from enum import Enum

LONGEST = 1_000_000  # bytes; no report is longer
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# Of the address itself (RFC 3463 §3.2, §3.3); else it is about us, the way, or the moment.
_FULL = {("2", "2"), ("2", "3"), ("2", "4")}
_ABOUT_US = {"6", "7"}


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
        kind, status = _kind(mail)
    except (MessageError, LookupError, ValueError, TypeError, AttributeError):
        return Reading(Kind.UNKNOWN, "", text)
    return Reading(kind, status, text)


def _kind(mail: EmailMessage) -> tuple[Kind, str]:
    report = str(mail.get_param("report-type", "")).lower()
    if mail.get_content_type() == "multipart/report" and report == "delivery-status":
        return _delivery(mail)
    if mail.get_content_type() == "multipart/report" and report == "feedback-report":
        return _feedback(mail)
    automatic = str(mail.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    if automatic == "auto-replied" or mail.get("X-Autoreply"):
        return Kind.NOTHING, ""
    return Kind.UNKNOWN, ""


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
