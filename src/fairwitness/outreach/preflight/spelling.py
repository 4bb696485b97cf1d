"""Misspellings, by a library's dictionaries; where the library or a language is missing, none. Pure."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from fairwitness.outreach.preflight.finding import Finding, Passage, finding
from fairwitness.outreach.preflight.style import without_addresses

MOST_WORDS = 4_000  # different ones that are looked up in one text
MOST_TOLD = 40  # misspellings of one text
LONGEST = 30
LEAST = 3
OFTEN = 200  # how often a word must have been met to be what somebody meant
_SKIPPED = re.compile(
    r"\{[^{}\n]{0,80}\}|<<[^<>\n]{1,80}>>|\[[^\[\]\n]{1,80}\]|\blorem ipsum\b", re.I
)
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_MARKS = re.compile("[\u0640\u064b-\u0652\u0670]")
_LEAST_STEM = 2
_BRITISH = (
    (r"is(e[drs]?|ing|ation|ations|ational)$", r"iz\1"),
    (r"ys(e[drs]?|ing)$", r"yz\1"),
    (r"our", "or"),
    (r"tre(s|d)?$", r"ter\1"),
    (r"ence(s?)$", r"ense\1"),
    (r"ll(ed|ing|or|ors)$", r"l\1"),
    (r"amme(s?)$", r"am\1"),
)


def has_dictionary(language: str) -> bool:
    """Whether texts in this language can be looked up here."""
    return _speller(language.partition("-")[0]) is not None


def spelling_findings(
    passage: Passage, *, known: Iterable[str] = ()
) -> Iterator[Finding]:
    """Words that are in no dictionary of the language of a text; each once, at its first place.

    `known` are texts with names and words of one's own. Names inside a sentence are left
    alone; at its beginning only what is close to a common word is told.
    """
    code = passage.language.partition("-")[0]
    speller = _speller(code)
    if speller is None:
        return
    ours = {_bare(word) for text in known for word in _WORD.findall(text)}
    told = 0
    for start, word in _words(passage.text):
        if _bare(word) in ours or _is_known(speller, code, word):
            continue
        meant = _meant(speller, word)
        if word[0].isupper() and not meant:
            continue
        told += 1
        if told > MOST_TOLD:
            return
        like = f" Is “{meant}” meant?" if meant else ""
        yield finding("FW221", passage.at(start, len(word)), word, like=like)


def _words(text: str) -> Iterator[tuple[int, str]]:
    """Each different word that is no name: with its first place."""
    blank = _SKIPPED.sub(
        lambda match: " " * len(match.group()), without_addresses(text)
    )
    seen: set[str] = set()
    for match in _WORD.finditer(blank):
        word = match.group()
        if word in seen or not LEAST <= len(word) <= LONGEST or _is_name(blank, match):
            continue
        seen.add(word)
        if len(seen) > MOST_WORDS:
            return
        yield match.start(), word


def _is_name(text: str, match: re.Match[str]) -> bool:
    word = match.group()
    if word[1:] != word[1:].lower():
        return True
    if not word[0].isupper():
        return False
    before = text[max(match.start() - 3, 0) : match.start()].rstrip(' \t"\u201c\u2018(')
    return bool(before) and before[-1] not in ".!?:\n"


def _is_known(speller: Any, code: str, word: str) -> bool:
    bare = _bare(word)
    if bare in speller or (code == "en" and _is_english(speller, bare)):
        return True
    return code == "ar" and any(stem in speller for stem in _stems(bare))


def _is_english(speller: Any, bare: str) -> bool:
    """Also what ends with 's, and the British way: -ise, -yse, -our, -re, -ence, -lled."""
    stem = bare.removesuffix("'s").removesuffix("'")
    ways = (re.sub(british, american, stem) for british, american in _BRITISH)
    return stem in speller or any(one in speller for one in ways)


def _stems(word: str) -> Iterator[str]:
    """What may be left of an Arabic word without what is written onto its ends."""
    before, after = _affixes()
    begun = [word, *(word.removeprefix(one) for one in before if word.startswith(one))]
    for stem in begun:
        for end in ("", *after):
            if stem.endswith(end) and len(stem) - len(end) >= _LEAST_STEM:
                short = stem[: len(stem) - len(end)]
                yield short
                yield f"{short}ة"


@lru_cache(maxsize=1)
def _affixes() -> tuple[list[str], list[str]]:
    """What Arabic writes onto the beginning and the end of a word."""
    row = tomllib.loads(Path(__file__).with_name("affixes.toml").read_text())["ar"]
    return row["before"].split(), row["after"].split()


def _bare(word: str) -> str:
    return _MARKS.sub("", word.lower().replace("\u2019", "'"))


def _meant(speller: Any, word: str) -> str:
    """The common word that is one slip away, or nothing."""
    bare = _bare(word)
    near = speller.known(speller.edit_distance_1(bare))
    best = max(near, key=speller.word_usage_frequency, default="")
    return best if best and speller.word_frequency[best] >= OFTEN else ""


@lru_cache(maxsize=8)
def _speller(code: str) -> Any:
    """The dictionary of a language: a row of the library, or none."""
    try:
        from spellchecker import SpellChecker  # noqa: PLC0415 # an extra
    except ImportError:
        return None
    if code not in SpellChecker.languages():
        return None
    return SpellChecker(language=code, distance=1)
