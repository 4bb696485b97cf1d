"""What every page may know about the centre. Nothing is read until a page uses it.

What was read last is remembered by each process: while the database is away, whom to ring
still stands on every page.
"""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import Error
from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from fairwitness.governance.countries import Country, Line, country
from fairwitness.governance.models import Controller, Helpline
from fairwitness.settled import settled


@dataclass(frozen=True)
class Language:
    """A language in its own name, and which way it runs."""

    code: str
    name: str
    dir: str

    @classmethod
    def of(cls, code: str) -> "Language":
        is_rtl = {code, code.split("-", maxsplit=1)[0]} & set(settings.LANGUAGES_BIDI)
        way = "rtl" if is_rtl else "ltr"
        return cls(code, settings.LANGUAGE_NAMES.get(code, code), way)


@dataclass(frozen=True)
class Centre:
    """The centre as its pages show it; all empty until it says who it is."""

    name: str = ""
    title: str = ""
    quiet_name: str = ""
    registration: str = ""
    email: str = ""
    exit_url: str = ""
    emergency_number: str = ""
    is_training: bool = False
    languages: tuple[Language, ...] = ()
    country: Country | None = field(default=None, repr=False)

    @cached_property
    def helplines(self) -> list[Line]:
        """The centre's own help lines, then those of its country."""
        if self.country is None:
            return []
        return _own_helplines() + self.country.helplines


@dataclass
class _Memory:
    """What was read last."""

    controller: Controller | None = None
    helplines: list[Line] = field(default_factory=list)


_memory = _Memory()


def _own_helplines() -> list[Line]:
    with suppress(Error):  # else those of before
        _memory.helplines = [
            Line(one.name, one.number, re.sub(r"[^\d+]", "", one.number), one.hours)
            for one in _own_lines()
        ]
    return _memory.helplines


@settled(Helpline)
def _own_lines() -> list[Helpline]:
    return list(Helpline.objects.order_by("name"))


@settled(Controller)
def _controller() -> Controller | None:
    return Controller.objects.first()


def load() -> Centre:
    """The centre of this moment; without a database, as it was last known."""
    languages = tuple(Language.of(code) for code, _name in settings.LANGUAGES)
    with suppress(Error):  # else the one of before
        _memory.controller = _controller()
    one = _memory.controller
    if one is None:
        return Centre(is_training=settings.IS_TRAINING, languages=languages)
    home = country(one.country)
    return Centre(
        name=one.legal_name,
        title=one.centre_name,
        quiet_name=one.quiet_name,
        registration=one.registration_number,
        email=one.email,
        exit_url=one.exit_url,
        emergency_number=home.emergency,
        is_training=settings.IS_TRAINING,
        languages=languages,
        country=home,
    )


def centre(request: HttpRequest) -> dict[str, Any]:
    """Give templates `centre` and `language`; the rows are read when a page asks for them."""
    del request
    return {
        "centre": SimpleLazyObject(load),
        "language": Language.of(translation.get_language() or settings.LANGUAGE_CODE),
    }
