"""How it is told where an address came from: who gave it, by what right, when; every source of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _

from fairwitness.outreach.models import Source


@dataclass(frozen=True)
class Origin:
    """One source of an address, in the words of one language where it has them."""

    sentence: str
    given_by: str
    given_how: str
    given_on: date
    giver_basis: str
    told: str
    basis: str
    since_on: date | None = None  # in our hands


def day_in_words(day: date | None) -> str:
    """A day as letters write it, the month by its name."""
    return formats.date_format(day, "j F Y") if day else ""


def origin_of(source: Source, language: str, *, since_on: date | None = None) -> Origin:
    """What is told of a source in this language."""
    return Origin(
        sentence=source.sentence_in(language),
        given_by=source.said("given_by", language),
        given_how=source.said("given_how", language),
        given_on=source.given_on,
        giver_basis=source.said("giver_basis", language),
        told=source.said("told", language),
        basis=str(source.get_basis_display()),
        since_on=since_on,
    )


def told_in_letters(sources: Sequence[Source], language: str) -> str:
    """Where an address came from, as a letter says it: each sentence, its giver, their right, the day."""
    told = [_in_a_letter(origin_of(one, language)) for one in sources]
    if len(told) == 1:
        return told[0]
    first = _("Your address came to us in more than one way:")
    return "\n\n".join([first, *told])


def _in_a_letter(origin: Origin) -> str:
    given = _("Given to us by: %(who)s, on %(day)s.") % {
        "who": origin.given_by,
        "day": day_in_words(origin.given_on),
    }
    right = _("Their right to pass it on: %(right)s") % {"right": origin.giver_basis}
    return "\n".join([origin.sentence, f"{given} {right}"])
