"""How a report's keys come from one another. Pure; DESIGN: "Keys", REPORT.

A report has two or three 32-byte keys D: `case`, `identity`, `others`. Each section's
key is HKDF(D || shred key, label), so that neither the wraps nor the keystore alone
opens anything.
"""

import hashlib
import hmac
import uuid
from typing import Literal

from fairwitness.vault.envelope import Context, derive

Part = Literal["case", "identity", "others"]

# Which key of the report seals which kind of section.
PART_OF: dict[str, Part] = {
    "header": "case",
    "narrative": "case",
    "messages": "case",
    "evidence": "case",
    "assessment": "case",
    "identity": "identity",
    "others": "others",
}


def section_key(key: bytes, shred_key: bytes, section: str) -> bytes:
    """The 32-byte key of one section, from the report's key D and its shred key."""
    return derive(key + shred_key, f"fairwitness/section/1/{section}".encode())


def section_context(report: uuid.UUID, section: str) -> Context:
    """What a section's envelope is bound to: this report and this section."""
    return Context(purpose="report", subject=str(report), section=section)


def fact_id(case_key: bytes) -> str:
    """The id of a report's fact: found with the case key, and by nobody without it."""
    return hmac.new(case_key, b"fact", hashlib.sha256).hexdigest()


def waiting_fact_id(case_key: bytes) -> str:
    """The id of a fact while it waits: another, so that the one does not lead to the other."""
    return hmac.new(case_key, b"waiting fact", hashlib.sha256).hexdigest()


def incident_id(incident_key: bytes) -> str:
    """The id of an incident among the facts, from the incident's own sealed key."""
    return hmac.new(incident_key, b"incident", hashlib.sha256).hexdigest()


def person_id(incident_key: bytes) -> str:
    """The id of the people affected by an incident among the facts."""
    return hmac.new(incident_key, b"person", hashlib.sha256).hexdigest()
