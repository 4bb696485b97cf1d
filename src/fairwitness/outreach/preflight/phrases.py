"""Words that the check looks for: rows of phrases.toml, found in time that grows with the text. Pure."""

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path

MOST = 100  # places of one kind in one text
_ENDS = re.compile(
    r"[.!?؟](?=\s*$|\s+[^\sa-z])|\n[ \t\r]*\n"
    r"|:[ \t]{0,9}(?:\{\w{1,40}\}|https?://\S{1,400})(?=[ \t\r]{0,9}(?:\n|$))"
)
_PART = re.compile(r"\([^()]*\)|\S+")
_GAP = r"[^\s.!?؟]+\s+"  # one word of the same sentence
_END = r"[,;:]?\s+"  # of a word
_SIGNS = {"'": "['\u2019]", "?": "[sz]", "*": r"\w*"}


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
    """A row as a pattern: `(a|b c)` is either, `*` any ending, `..` up to six words between."""
    spelled = ""
    for part in _PART.findall(phrase):
        if part == "..":
            spelled += rf"(?:{_GAP}){{0,6}}?"
            continue
        either = part.strip("()").split("|") if part.startswith("(") else [part]
        ways = "|".join(
            r"\s+".join(map(_word, one.split())) for one in either if one.strip()
        )
        is_left_out = part.startswith("(") and "" in either
        spelled += rf"(?:(?:{ways}){_END})?" if is_left_out else f"(?:{ways}){_END}"
    return spelled.removesuffix(_END)


def _word(word: str) -> str:
    return "".join(_SIGNS.get(sign) or re.escape(sign) for sign in word)


def found(kind: str, text: str) -> Iterator[re.Match[str]]:
    """Each place where words of a kind stand; after a hundred nobody reads on."""
    return islice(_search(kind).finditer(text), MOST)


def says(kind: str, text: str) -> bool:
    """Whether words of a kind stand anywhere."""
    return _search(kind).search(text) is not None


@lru_cache(maxsize=1)
def _countries() -> tuple[re.Pattern[str], dict[str, str]]:
    table = tomllib.loads(Path(__file__).with_name("countries.toml").read_text())
    endings = {name: ending for ending, names in table.items() for name in names}
    longest_first = sorted(endings, key=len, reverse=True)
    names = "|".join(re.escape(one).replace(r"\ ", r"\s+") for one in longest_first)
    return re.compile(rf"(?<!\w)(?:{names})(?!\w)", re.I), endings


def countries(text: str, *, but: str) -> Iterator[re.Match[str]]:
    """Each place where a country of countries.toml is named, but for that of a domain."""
    search, endings = _countries()
    for match in islice(search.finditer(text), MOST):
        name = " ".join(match.group().lower().split())
        if not but.endswith(f".{endings[name]}"):
            yield match


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Each sentence with its start; a full stop, an empty line or a labelled link ends one.

    A stop before a small letter is that of a short form ("Inc. in").
    """
    start = 0
    for end in _ENDS.finditer(text):
        yield start, text[start : end.end()]
        start = end.end()
    if start < len(text):
        yield start, text[start:]
