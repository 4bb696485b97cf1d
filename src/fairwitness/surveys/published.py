"""Published questionnaires, read once and kept: the same few are asked for on every page."""

from functools import lru_cache

from fairwitness.refusal import NotOpen
from fairwitness.settled import settled
from fairwitness.surveys.models import Version
from fairwitness.surveys.questions import Form
from fairwitness.surveys.xlsform import read_form


class NothingToAsk(NotOpen):
    """No questionnaire is published."""


@lru_cache(maxsize=8)
def form_of(version: str) -> Form:
    """The form of a version, by its hash. Error: `Version.DoesNotExist`."""
    return read_form(bytes(Version.objects.get(pk=version).sheet))


@settled(Version)
def _newest() -> Version | None:
    standing = Version.objects.filter(retired_on=None).defer("sheet")
    return standing.order_by("-published_on", "-pk").first()


def newest_version() -> Version:
    """The version with which a new draft starts. Error: `NothingToAsk` (503)."""
    newest = _newest()
    if newest is None:
        raise NothingToAsk("There is no form yet.")
    return newest
