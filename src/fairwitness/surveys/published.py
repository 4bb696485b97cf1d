"""Published questionnaires, read once and kept: the same few are asked for on every page."""

from contextlib import suppress
from functools import lru_cache

from fairwitness.refusal import NotOpen
from fairwitness.settled import settled
from fairwitness.surveys.companions import version_hash
from fairwitness.surveys.enclosed import enclosed
from fairwitness.surveys.freezing import NotFrozen
from fairwitness.surveys.models import Questionnaire, Version
from fairwitness.surveys.questions import Form
from fairwitness.surveys.xlsform import UnreadableForm, read_form


class NothingToAsk(NotOpen):
    """No questionnaire is published."""


@lru_cache(maxsize=8)
def form_of(version: str) -> Form:
    """The form of a version, by its hash. Errors: `Version.DoesNotExist`, `NotFrozen`."""
    found = Version.objects.get(pk=version)
    return read_form(sheet_of(found), enclosed(found.files))


def sheet_of(version: Version) -> bytes:
    """The sheet of a version, as it was published with its files. Error: `NotFrozen`."""
    sheet = bytes(version.sheet)
    if version_hash(sheet, version.files) != version.pk:
        raise NotFrozen(
            "This questionnaire was changed after it was published. Restore it from a backup."
        )
    return sheet


def earlier_forms(questionnaire: Questionnaire) -> list[Form]:
    """The forms of all versions of a questionnaire, the oldest first; unreadable ones left out."""
    versions = questionnaire.versions.order_by("number", "published_on", "pk")
    forms = []
    for pk in versions.values_list("pk", flat=True):
        with suppress(UnreadableForm):
            forms.append(form_of(pk))
    return forms


@settled(Version)
def newest_of_all() -> Version | None:
    """The version that whoever comes is asked, or none while nothing is published."""
    standing = Version.objects.filter(retired_on=None).defer("sheet")
    return standing.order_by("-number", "-published_on", "-pk").first()


def newest_version() -> Version:
    """The version with which a new draft starts. Error: `NothingToAsk` (503)."""
    newest = newest_of_all()
    if newest is None:
        raise NothingToAsk("There is no form yet.")
    return newest
