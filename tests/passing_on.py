"""Passing a case on, step by step, for tests: asked, prepared, approved, handed over."""

import io
import zipfile

import pyrage

from fairwitness.disclosure.actions import (
    approve_release,
    look_at_preview,
    prepare_preview,
    release,
    request_release,
)
from fairwitness.disclosure.models import Release
from fairwitness.intake.actions import (
    give_consent,
)
from fairwitness.intake.models import Consent
from tests.desk import TODAY

OMBUDS, AID = "Ombuds Office", "City Legal Aid"


def yes(centre, told, *, to: str = OMBUDS, sections=("narrative",), **more) -> Consent:
    """The reporter's signed yes."""
    report, code = told
    given = {
        "recipient": centre.recipients[to],
        "sections": sections,
        "code": code,
        "on": TODAY,
    }
    return give_consent(report, **{**given, **more})


def ask(
    centre, staff, report, *, to: str = OMBUDS, sections=("narrative",), on=TODAY
) -> Release:
    """Ben asks for a release."""
    return request_release(
        report,
        recipient=centre.recipients[to],
        sections=sections,
        by=staff.ben.user,
        on=on,
    )


def prepare(asked: Release, staff, *, on=TODAY):
    """Ben prepares it."""
    return prepare_preview(asked, by=staff.ben.user, ring=staff.ben.ring, on=on)


def approve(asked: Release, staff, *, seen: bytes | None = None, who=None):
    """Lea, or another, looks at it and approves."""
    hand = who or staff.lea
    looked = look_at_preview(asked, by=hand.user, ring=hand.ring).digest
    return approve_release(
        asked, seen=seen or looked, by=hand.user, private=hand.private, on=TODAY
    )


def hand_over(asked: Release, staff, *, on=TODAY) -> bytes:
    """Ben releases it."""
    return release(asked, by=staff.ben.user, ring=staff.ben.ring, on=on)


def approved(centre, staff, told, **more) -> Release:
    """A release that only has to be handed over."""
    yes(centre, told, **more)
    asked = ask(centre, staff, told[0])
    prepare(asked, staff)
    approve(asked, staff)
    return asked


def files_in(centre, sealed: bytes, *, to: str = OMBUDS) -> dict[str, str]:
    """What the recipient reads, with their own key."""
    plain = pyrage.decrypt(sealed, [centre.identities[to]])
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}
