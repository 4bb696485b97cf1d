"""What the centre may not write about itself: vague words, placeholders, long sentences.

The texts of other apps (letters, consent wordings) are held to the same rules.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fairwitness.refusal import Refused

NAME_THEM = gettext_lazy("Name each organisation, or leave the sentence out.")
SAY_WHEN = gettext_lazy("Say in which case, or leave the sentence out.")
SAY_A_DAY = gettext_lazy("Say within how many working days.")
SAY_WHAT_IS_SO = gettext_lazy(
    "Say what is so: the person has said yes, or nothing is passed on."
)
SAY_WHAT_YOU_DO = gettext_lazy("Say what you do to protect it.")

# What is refused, by what to write instead. Whole words; `*` stands for any ending.
VAGUE: Mapping[Promise, tuple[str, ...]] = {
    NAME_THEM: (
        "relevant part*", "relevant authorit*", "relevant bod*", "relevant organi*",
        "relevant agenc*", "appropriate authorit*", "appropriate bod*",
        "competent bod*", "interested part*", "partner*", "third part*",
        "selected organi*", "trusted organi*", "affiliates", "and others",
        "such as the police", "zuständige stellen", "relevante stellen", "dritte",
        "الجهات المعنية", "الجهات المختصة", "الأطراف المعنية", "أطراف ثالثة", "شركائنا",
    ),
    SAY_WHEN: (
        "where appropriate", "as appropriate", "if appropriate", "where necessary",
        "where relevant", "where possible", "as required", "from time to time",
        "for other purposes", "among other things", "gegebenenfalls",
        "عند الاقتضاء", "عند الضرورة", "عند الحاجة",
    ),
    SAY_A_DAY: (
        "as soon as possible", "in due course", "without undue delay", "promptly",
        "in a timely manner", "as long as necessary", "no longer than necessary",
        "so bald wie möglich", "في أقرب وقت ممكن",
    ),
    SAY_WHAT_IS_SO: (
        "sought", "seek consent", "seek your consent", "seek permission",
        "will try to obtain", "try to obtain", "attempt to obtain",
        "endeavour to obtain", "endeavor to obtain", "implied consent",
        "deemed to have agreed", "deemed to consent",
    ),
    SAY_WHAT_YOU_DO: (
        "industry standard*", "state of the art", "military grade", "bank level",
        "100 % anonymous", "100% anonymous", "completely anonymous",
        "completely secure", "totally secure",
    ),
}  # fmt: skip

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


def _pattern(words: str) -> str:
    ending = r"\w*" if words.endswith("*") else ""
    return r"\s+".join(map(re.escape, words.rstrip("*").split())) + ending


_SEARCHES = [
    (re.compile(r"(?<!\w)(?:" + "|".join(map(_pattern, group)) + r")(?!\w)", re.I), how)
    for how, group in VAGUE.items()
]


def vague_words(text: str) -> list[Vague]:
    """Every vague word of a text in the order of the rules, with what to write instead."""
    return [
        Vague(found.group(), str(how))
        for search, how in _SEARCHES
        for found in search.finditer(text)
    ]


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


def reading_grade(text: str) -> float:
    """The school grade that an English text asks for (Flesch-Kincaid, Kincaid et al. 1975)."""
    sentences = max(
        len([s for s in re.split(r"[.!?:]+(?:\s|$)", text) if s.strip()]), 1
    )
    words = re.findall(r"[A-Za-z']+", text)
    if not words:
        return 0.0
    syllables = sum(map(_syllables, words))
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def _syllables(word: str) -> int:
    bare = re.sub(r"[^a-z]", "", word.lower())
    groups = len(re.findall(r"[aeiouy]+", bare))
    is_silent = bare.endswith("e") and not bare.endswith(("le", "ee"))
    return max(groups - (1 if is_silent and groups > 1 else 0), 1)
