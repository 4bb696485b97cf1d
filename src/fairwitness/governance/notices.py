"""What people are told before they tell us anything: made from rows, kept by its hash."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from fairwitness.governance import notice_parts, places
from fairwitness.governance.countries import country
from fairwitness.governance.models import (
    Controller,
    Notice,
    Processor,
    Purpose,
    Recipient,
    StandingNotice,
)
from fairwitness.governance.notice_parts import Bound
from fairwitness.refusal import NotOpen
from fairwitness.settled import settled

FORMAT = 1
Body = dict[str, Any]


class NoNotice(NotOpen):
    """There is nothing yet to show to people before they tell us something."""


def languages() -> list[str]:
    """The languages in which the centre speaks to people."""
    return [code for code, _name in settings.LANGUAGES]


def bound() -> Bound:
    """What the notice is made from. Error: `NoNotice` while any of it is missing."""
    controller = Controller.objects.first()
    purposes = {purpose.code: purpose for purpose in Purpose.objects.order_by("code")}
    holders = places.holders()
    lacks = [code for code in Purpose.Serves.values if code not in purposes]
    if controller is None or lacks or not holders:
        raise NoNotice(
            _(
                "The notice cannot be made yet: first say who runs the centre, why it"
                " may hold what, and where it lies."
            )
        )
    return Bound(
        controller=controller,
        country=country(controller.country),
        purposes={code: purposes[code] for code in Purpose.Serves.values},
        processors=list(Processor.objects.order_by("does", "name", "pk")),
        holders=holders,
        recipients=list(Recipient.objects.standing()),
    )


def build(language: str) -> Body:
    """The notice in a language, from what holds at this moment. Error: `NoNotice`."""
    rows = bound()
    with translation.override(language):
        return {
            "format": FORMAT,
            "language": language,
            "centre": rows.controller.centre_name,
            "top": notice_parts.top(rows),
            "parts": [
                {"name": name, "title": title, "says": says(rows)}
                for name, title, says in notice_parts.parts()
            ],
        }


def hash_of(body: Body) -> str:
    """The SHA-256 of a notice in canonical JSON, in hex: what a consent points at."""
    written = json.dumps(
        body, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(written.encode()).hexdigest()


@settled(StandingNotice)
def current(language: str) -> Notice:
    """The notice that people are shown today, in English where a language has none.

    Error: `NoNotice` before the first one was published.
    """
    wanted = [language, settings.LANGUAGE_CODE]
    standing = {
        row.language: row.notice
        for row in StandingNotice.objects.filter(language__in=wanted).select_related(
            "notice"
        )
    }
    for code in wanted:
        if code in standing:
            return standing[code]
    raise NoNotice(_("We cannot take anything yet: our notice is not published."))


def is_published() -> bool:
    """Whether every language has its notice."""
    have = set(StandingNotice.objects.values_list("language", flat=True))
    return set(languages()) <= have
