"""What the command line does for outreach: import a list, check a campaign, launch its next wave."""

import hashlib
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from fairwitness.outreach.actions import (
    ImportReport,
    SourceIncomplete,
    add_source,
    import_contacts,
    keep_warning,
    launch_wave,
)
from fairwitness.outreach.kept import Told, with_reasons
from fairwitness.outreach.models import Campaign, KeptWarning, Source, Wave
from fairwitness.outreach.preflight.campaign import preflight, unchecked
from fairwitness.outreach.recipients import next_wave
from fairwitness.refusal import Refused
from fairwitness.staff.models import User

# What a source file must say; `evidence` is the path of the paper, beside the file.
WRITTEN = (
    "code",
    "given_by",
    "given_how",
    "given_on",
    "told",
    "sentence",
    "giver_basis",
    "basis",
)


class NoSuchThing(Refused):
    """A name that was given on the command line means nothing here."""

    status = 404


def import_file(
    file: Path,
    source: Path,
    *,
    by: str,
    progress: Callable[[int], object] = lambda rows: None,
) -> ImportReport:
    """Import contacts from a file, with the source that a TOML file tells of.

    A source that is known already by its code is used again as it stands.
    """
    if not file.is_file():
        raise NoSuchThing(_("There is no file %(name)s.") % {"name": file.name})
    user = member(by)
    row = _read_source(source)
    standing = Source.objects.filter(code=row.code).first()
    if standing is None:
        standing = add_source(row, by=user, on=timezone.localdate())
    return import_contacts(file, source=standing, by=user, progress=progress)


@dataclass(frozen=True)
class Preflight:
    """What the check found, with reasons, and what it could not look at."""

    told: list[Told]
    unchecked: list[str]


def preflight_named(name: str) -> Preflight:
    """Check a campaign by its short name."""
    campaign = _campaign(name)
    findings = preflight(campaign, on=timezone.localdate())
    return Preflight(with_reasons(campaign, findings), unchecked(campaign))


def keep_named(
    name: str, code: str, *, words: str = "", reason: str, by: str
) -> KeptWarning:
    """Let the one warning of this code (and these words) stand. Error: `NoSuchThing`."""
    campaign = _campaign(name)
    found = [
        one
        for one in preflight(campaign, on=timezone.localdate())
        if one.code == code and words in {"", one.words}
    ]
    if not found:
        raise NoSuchThing(_("The check does not find %(code)s.") % {"code": code})
    if len(found) > 1:
        told = "; ".join(f"“{one.words}”" for one in found)
        raise NoSuchThing(
            _("The check finds %(code)s more than once. Name the words: %(told)s.")
            % {"code": code, "told": told}
        )
    return keep_warning(campaign, found[0], reason=reason, by=member(by))


def launch(name: str, *, by: str) -> Wave:
    """Launch the next wave of a campaign: the invitation, then at most two reminders."""
    campaign = _campaign(name)
    return launch_wave(campaign, number=next_wave(campaign), by=member(by))


def member(name: str) -> User:
    """A member of staff by name. Error: `NoSuchThing`."""
    user = User.objects.filter(name=name, is_active=True).first()
    if user is None:
        raise NoSuchThing(_("Nobody of that name works here."))
    return user


def _campaign(name: str) -> Campaign:
    campaign = Campaign.objects.select_related("source").filter(name=name).first()
    if campaign is None:
        raise NoSuchThing(_("There is no campaign “%(name)s”.") % {"name": name})
    return campaign


def _read_source(place: Path) -> Source:
    if not place.is_file():
        raise NoSuchThing(_("There is no file %(name)s.") % {"name": place.name})
    try:
        told = tomllib.loads(place.read_text())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise SourceIncomplete(
            _("The source file cannot be read: %(wrong)s.") % {"wrong": wrong}
        ) from wrong
    missing = [name for name in WRITTEN if not told.get(name)]
    if missing:
        raise SourceIncomplete(
            _("The source file does not say: %(names)s.")
            % {"names": ", ".join(missing)}
        )
    return Source(
        **{name: told[name] for name in WRITTEN},
        sentences=told.get("sentences", {}),
        translated=told.get("translated", {}),
        basis_evidence={
            name: str(answer) for name, answer in told.get("basis_evidence", {}).items()
        },
        evidence_hash=_evidence_hash(told, place.parent),
    )


def _evidence_hash(told: dict[str, Any], beside: Path) -> str:
    """The SHA-256 of the paper that shows it, or the one that is written down."""
    if "evidence" not in told:
        return str(told.get("evidence_hash", ""))
    paper = beside / str(told["evidence"])
    if not paper.is_file():
        raise NoSuchThing(_("There is no file %(name)s.") % {"name": paper.name})
    return hashlib.sha256(paper.read_bytes()).hexdigest()
