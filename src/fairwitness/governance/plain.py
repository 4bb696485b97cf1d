"""Plain words: which ones mean nothing, and how hard a text is to read. Pure."""

import re
from collections.abc import Iterator, Mapping
from enum import Enum


class Asks(Enum):
    """What should stand where vague words stand, in English."""

    NAME_THEM = "Name each organisation, or leave the sentence out."
    SAY_WHEN = "Say in which case, or leave the sentence out."
    SAY_A_DAY = "Say within how many working days."
    SAY_WHAT_IS_SO = "Say what is so: the person has said yes, or nothing is passed on."
    SAY_WHAT_YOU_DO = "Say what you do to protect it."


# What is refused, by what to write instead. Whole words; `*` stands for any ending.
VAGUE: Mapping[Asks, tuple[str, ...]] = {
    Asks.NAME_THEM: (
        "relevant part*", "relevant authorit*", "relevant bod*", "relevant organi*",
        "relevant agenc*", "appropriate authorit*", "appropriate bod*",
        "competent bod*", "interested part*", "partner*", "third part*",
        "selected organi*", "trusted organi*", "affiliates", "and others",
        "such as the police", "zuständige stellen", "relevante stellen", "dritte",
        "الجهات المعنية", "الجهات المختصة", "الأطراف المعنية", "أطراف ثالثة", "شركائنا",
    ),
    Asks.SAY_WHEN: (
        "where appropriate", "as appropriate", "if appropriate", "where necessary",
        "where relevant", "where possible", "as required", "from time to time",
        "for other purposes", "among other things", "gegebenenfalls",
        "عند الاقتضاء", "عند الضرورة", "عند الحاجة",
    ),
    Asks.SAY_A_DAY: (
        "as soon as possible", "in due course", "without undue delay", "promptly",
        "in a timely manner", "as long as necessary", "no longer than necessary",
        "so bald wie möglich", "في أقرب وقت ممكن",
    ),
    Asks.SAY_WHAT_IS_SO: (
        "sought", "seek consent", "seek your consent", "seek permission",
        "will try to obtain", "try to obtain", "attempt to obtain",
        "endeavour to obtain", "endeavor to obtain", "implied consent",
        "deemed to have agreed", "deemed to consent",
    ),
    Asks.SAY_WHAT_YOU_DO: (
        "industry standard*", "state of the art", "military grade", "bank level",
        "100 % anonymous", "100% anonymous", "completely anonymous",
        "completely secure", "totally secure",
    ),
}  # fmt: skip


def _pattern(words: str) -> str:
    ending = r"\w*" if words.endswith("*") else ""
    return r"\s+".join(map(re.escape, words.rstrip("*").split())) + ending


_SEARCHES = [
    (
        asks,
        re.compile(r"(?<!\w)(?:" + "|".join(map(_pattern, group)) + r")(?!\w)", re.I),
    )
    for asks, group in VAGUE.items()
]


def vague_in(text: str) -> Iterator[tuple[Asks, re.Match[str]]]:
    """Every vague word of a text in the order of the rules, with what is asked instead."""
    for asks, search in _SEARCHES:
        for found in search.finditer(text):
            yield asks, found


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
