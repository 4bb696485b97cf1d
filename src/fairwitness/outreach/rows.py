"""Whether a row of a list can be taken, and if not: which column, why, and how to mend it."""

from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fairwitness.outreach.addresses import (
    Address,
    Matcher,
    NotAnAddress,
    looks_like_a_formula,
    read_address,
)
from fairwitness.outreach.sheets import Row

LONGEST_NAME = 120
# No-break, thin and ideographic spaces.
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2009\u202f\u3000"), " ")
# Persian, Urdu and Sinhala names are written with them; every other invisible sign is refused.
_JOINERS = dict.fromkeys(map(ord, "\u200c\u200d"))


@dataclass(frozen=True)
class Why:
    """Why a row stays out, and how to mend it."""

    sentence: str | Promise
    mend: str | Promise
    column: str = ""


# By the name that is kept with the row's number.
REASONS = {
    "far_too_long": Why(
        _("A cell holds far more than an address."),
        _("Look whether cells of several rows ran into one, and part them."),
    ),
    "outside": Why(
        _("A cell stands outside of the named columns."),
        _("Delete the cell, or put quotation marks around a name with a comma."),
    ),
    "quotation": Why(
        _("A cell is too long, or a quotation mark is open."),
        _("Close the quotation mark, or delete it."),
    ),
    "formula_address": Why(
        _("A cell begins like a formula."),
        _("Write the address without =, +, - or @ before it."),
        "email",
    ),
    "formula_name": Why(
        _("A cell begins like a formula."),
        _("Write the name without =, +, - or @ before it, or leave it empty."),
        "name",
    ),
    "no_address": Why(
        _("There is no address in this row."),
        _("Write the address, or delete the row."),
        "email",
    ),
    "not_an_address": Why(
        _("No letter can be sent to this address."),
        _("Write one address as in name@members.example, without signs around it."),
        "email",
    ),
    "language": Why(
        _("We do not write in this language. We write in: %(codes)s."),
        _("Write one of these codes, or leave the cell empty."),
        "language",
    ),
    "name": Why(
        _("This is no name that could stand in a letter."),
        _("Write the name alone, on one line, or leave the cell empty."),
        "name",
    ),
    "again": Why(
        _("The same address stands further up in this file."),
        _("Nothing to mend: it was taken the first time."),
        "email",
    ),
}


class Refusal(NamedTuple):
    """A row that stayed out, as a person reads of it. Nothing of what the row said."""

    row: int
    why: str
    column: str
    mend: str


class Person(NamedTuple):
    """A row that can be taken."""

    row: int
    address: Address
    language: str
    name: str

    def __repr__(self) -> str:
        return "[person]"


class CannotTake(Exception):
    """One row stays out; the message is the name of the reason."""


def told(row: int, why: str) -> Refusal:
    """A reason in words."""
    reason = REASONS[why]
    sentence = str(reason.sentence) % {"codes": ", ".join(sorted(_codes()))}
    return Refusal(row, sentence, reason.column, str(reason.mend))


class Reader:
    """Checks rows one after the other; each language is looked up once."""

    def __init__(self, key: bytes) -> None:
        self._match = Matcher(key).match
        self._languages: dict[str, str] = {}

    def read(self, row: Row) -> tuple[bytes, Person]:
        """The match hash and what will be kept. Error: `CannotTake`."""
        if row.trouble:
            raise CannotTake(row.trouble)
        typed = row.address
        if not typed:
            raise CannotTake("no_address")
        if looks_like_a_formula(typed):
            raise CannotTake("formula_address")
        try:
            address = read_address(typed)
        except NotAnAddress:
            raise CannotTake("not_an_address") from None
        language = self._languages.get(row.language)
        if language is None:
            language = self._languages[row.language] = _language(row.language)
        name = row.name and _name(row.name)
        return self._match(address), Person(row.number, address, language, name)


def _codes() -> set[str]:
    return {code for code, _name in settings.LANGUAGES}


def _language(typed: str) -> str:
    """The code of a language that we write in; without a word, the centre's first."""
    names = {name.casefold(): code for code, name in settings.LANGUAGE_NAMES.items()}
    wanted = typed.casefold()
    code = names.get(wanted, wanted.replace("_", "-").split("-")[0])
    if not wanted:
        return str(settings.LANGUAGE_CODE)
    if code not in _codes():
        raise CannotTake("language")
    return code


def _name(typed: str) -> str:
    """A name as it stands in a letter, on one line; the spaces of office programs become plain."""
    is_plain = typed.isprintable()
    name = typed if is_plain else typed.translate(_SPACES)
    if looks_like_a_formula(name):
        raise CannotTake("formula_name")
    is_plain = is_plain or name.translate(_JOINERS).isprintable()
    if len(name) > LONGEST_NAME or not is_plain:
        raise CannotTake("name")
    return name
