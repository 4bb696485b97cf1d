"""Words that the check looks for: rows of phrases.toml, found in time that grows with the text. Pure."""

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path

MOST = 100  # places of one kind in one text
_ENDS = re.compile(
    r"[.!?؟](?=\s|$)|\n[ \t\r]*\n"
    r"|:[ \t]{0,9}(?:\{\w{1,40}\}|https?://\S{1,400})(?=[ \t\r]{0,9}(?:\n|$))"
)


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_name("phrases.toml").read_text())


def kinds() -> frozenset[str]:
    """Every kind of words that can be looked for."""
    return frozenset(_table())


@lru_cache(maxsize=64)
def _search(kind: str) -> re.Pattern[str]:
    phrases = [one for words in _table()[kind].values() for one in words]
    longest_first = sorted(set(phrases), key=len, reverse=True)
    return re.compile(
        r"(?<!\w)(?:" + "|".join(map(_spelled, longest_first)) + r")(?!\w)", re.I
    )


def _spelled(phrase: str) -> str:
    ending = r"\w*" if phrase.endswith("*") else ""
    words = phrase.rstrip("*").split()
    return r"\s+".join(_word(word) for word in words) + ending


def _word(word: str) -> str:
    return "".join(
        "['\u2019]" if sign == "'" else "[sz]" if sign == "?" else re.escape(sign)
        for sign in word
    )


def found(kind: str, text: str) -> Iterator[re.Match[str]]:
    """Each place where words of a kind stand; after a hundred nobody reads on."""
    return islice(_search(kind).finditer(text), MOST)


def says(kind: str, text: str) -> bool:
    """Whether words of a kind stand anywhere."""
    return _search(kind).search(text) is not None


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Each sentence with its start; a full stop, an empty line or a labelled link ends one."""
    start = 0
    for end in _ENDS.finditer(text):
        yield start, text[start : end.end()]
        start = end.end()
    if start < len(text):
        yield start, text[start:]
