"""What the centre may not write about itself: vague words, placeholders, long sentences.

The texts of other apps (letters, consent wordings) are held to the same rules.
"""

import re
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fairwitness.governance.plain import Asks, reading_grade, vague_in
from fairwitness.refusal import Refused

__all__ = [
    "Placeholder",
    "Vague",
    "VagueWords",
    "placeholder_in",
    "reading_grade",
    "require_plain",
    "require_real",
    "vague_words",
]

NAME_THEM = gettext_lazy("Name each organisation, or leave the sentence out.")
SAY_WHEN = gettext_lazy("Say in which case, or leave the sentence out.")
SAY_A_DAY = gettext_lazy("Say within how many working days.")
SAY_WHAT_IS_SO = gettext_lazy(
    "Say what is so: the person has said yes, or nothing is passed on."
)
SAY_WHAT_YOU_DO = gettext_lazy("Say what you do to protect it.")

_INSTEAD = {
    Asks.NAME_THEM: NAME_THEM,
    Asks.SAY_WHEN: SAY_WHEN,
    Asks.SAY_A_DAY: SAY_A_DAY,
    Asks.SAY_WHAT_IS_SO: SAY_WHAT_IS_SO,
    Asks.SAY_WHAT_YOU_DO: SAY_WHAT_YOU_DO,
}

PLACEHOLDERS = (
    "tbd", "tbc", "todo", "to do", "fixme", "lorem", "ipsum", "n/a", "none yet",
    "xxx", "foo", "bar", "placeholder", "your name", "your organisation",
    "name of organisation", "insert", "asdf", "test", "changeme", "...", "…", "-", "?",
)  # fmt: skip
INVENTED = ("example", "invented", "sample", "demo", "fictitious")


class VagueWords(Refused):
    """A text says something that means nothing. The message names the words."""

    status = 400


class Placeholder(Refused):
    """A text stands where an answer should be."""

    status = 400


@dataclass(frozen=True)
class Vague:
    """Words that mean nothing, as they stand, and what to write instead."""

    words: str
    instead: str


def vague_words(text: str) -> list[Vague]:
    """Every vague word of a text in the order of the rules, with what to write instead."""
    return [Vague(found.group(), str(_INSTEAD[asks])) for asks, found in vague_in(text)]


def require_plain(*texts: str) -> None:
    """Refuse texts that name nobody and promise nothing. Raises VagueWords, Placeholder."""
    for text in texts:
        found = vague_words(text)
        if found:
            words = ", ".join(f"“{one.words}”" for one in found)
            raise VagueWords(
                ngettext(
                    "%(words)s says nothing that anybody can check. %(instead)s",
                    "%(words)s say nothing that anybody can check. %(instead)s",
                    len(found),
                )
                % {"words": words, "instead": found[0].instead}
            )
        require_real(text)


def require_real(*texts: str) -> None:
    """Refuse texts that stand where an answer should be. Raises Placeholder."""
    for text in texts:
        word = placeholder_in(text)
        if word:
            raise Placeholder(
                _("“%(word)s” is not an answer yet. Write what is so.") % {"word": word}
            )


def placeholder_in(text: str) -> str:
    """The placeholder in a text, or nothing. A training centre may be invented."""
    bare = " ".join(text.casefold().split())
    if bare in PLACEHOLDERS:
        return text.strip()
    begun = re.match(r"(tbd|tbc|todo|fixme|lorem ipsum|xxx)\b", bare)
    if begun:
        return begun.group()
    if settings.IS_TRAINING:
        return ""
    invented = re.search(rf"(?<!\w)(?:{'|'.join(INVENTED)})(?!\w)", bare)
    return invented.group() if invented else ""
