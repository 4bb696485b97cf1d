"""The words that codes are made of, and the patience to read them back as people type them.

The list is the EFF large word list as the package xkcdpass carries it, in its order,
without words that hold a hyphen and without those of `stop_words.txt`. A code is a number
written in base `len(words())`, most significant word first. The list can never change, or
codes that lie in people's drawers would stop working: its SHA-256 is checked when it is read.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from itertools import takewhile
from string import ascii_lowercase

from fairwitness.refusal import Refused

WORDS_SHA256 = "9bd0e74d818d5dde00d5d9e1755e18506bf84ae067f1a2abe6b77562c4835389"
"""SHA-256 of the list, each word followed by a line feed."""

GROUP = 5
_LONGEST_INPUT = 2000
_LONGEST_QUOTED = 30
_ZERO_WIDTH_SPACE = "\u200b"
_DOTLESS_I = "\u0131"
_WORD = re.compile(r"[^\W\d_]+")


class UnreadableCode(Refused):
    """What was typed is no code. The message says what to look at, and never the whole code.

    `kind` is one of "empty", "too_long", "unknown_word", "word_count", "digit_count",
    "not_a_code"; `word` and `suggestion` belong to "unknown_word", `given` and `wanted`
    to the counts. Upper floors translate by kind.
    """

    status = 400

    def __init__(
        self,
        message: str,
        *,
        kind: str,
        word: str = "",
        suggestion: str = "",
        given: int = 0,
        wanted: int = 0,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.word, self.suggestion = word, suggestion
        self.given, self.wanted = given, wanted


@dataclass(frozen=True)
class Shape:
    """How long a kind of code is: so many words or, where it may be told so, so many digits."""

    words: int
    digits: int = 0

    @property
    def limit(self) -> int:
        """The first number that such a code cannot hold."""
        return int(len(words()) ** self.words)


@lru_cache(maxsize=1)
def words() -> tuple[str, ...]:
    """Return the list. Raises RuntimeError when it is not the one that codes were made of."""
    carried = files("xkcdpass").joinpath("static", "eff-long").read_text("ascii")
    ours = files("fairwitness.vault").joinpath("stop_words.txt").read_text("ascii")
    stopped = {line for line in ours.splitlines() if line and not line.startswith("#")}
    kept = [w for w in carried.split() if "-" not in w and w not in stopped]
    listed = "".join(f"{word}\n" for word in kept)
    if sha256(listed.encode()).hexdigest() != WORDS_SHA256:
        raise RuntimeError(
            "The word list is not the one that receipt codes are made of."
        )
    return tuple(kept)


@lru_cache(maxsize=1)
def _places() -> dict[str, int]:
    return {word: place for place, word in enumerate(words())}


def spell(number: int, shape: Shape) -> tuple[str, ...]:
    """Write a number as words, most significant first."""
    listed, spelled = words(), []
    for _ in range(shape.words):
        number, place = divmod(number, len(listed))
        spelled.append(listed[place])
    return tuple(reversed(spelled))


def dial(number: int, shape: Shape) -> tuple[str, ...]:
    """Write a number as decimal digits in groups of five, with leading zeros."""
    digits = str(number).zfill(shape.digits)
    return tuple(
        digits[start : start + GROUP] for start in range(0, len(digits), GROUP)
    )


def read(text: str, shape: Shape) -> int:
    """Return the number of a code typed as words or as digits. Raises UnreadableCode.

    Any spaces, commas, dots, hyphens, line numbers and capitals may stand in it, and
    letters and digits of any width or script: what can be understood is understood.
    """
    if len(text) > _LONGEST_INPUT:
        raise UnreadableCode(
            "That is much longer than a code. Please type the code alone.",
            kind="too_long",
        )
    plain = _plain(text)
    typed = _WORD.findall(plain)
    if typed:
        return _from_words(typed, shape)
    return _from_digits([c for c in plain if c.isdecimal()], shape)


def _plain(text: str) -> str:
    """Undo what keyboards, phones and word processors do to letters and digits."""
    apart = unicodedata.normalize("NFKD", text.replace(_ZERO_WIDTH_SPACE, " "))
    visible = (c for c in apart if unicodedata.category(c) not in {"Mn", "Cf"})
    return "".join(visible).casefold().replace(_DOTLESS_I, "i")


def _from_words(typed: list[str], shape: Shape) -> int:
    places = _places()
    for word in typed:
        if word not in places:
            raise _unknown(word)
    if len(typed) != shape.words:
        raise UnreadableCode(
            f"You typed {len(typed)} words. The code has {shape.words}. Please compare it with your copy.",
            kind="word_count",
            given=len(typed),
            wanted=shape.words,
        )
    number = 0
    for word in typed:
        number = number * len(places) + places[word]
    return _within(number, shape)


def _from_digits(typed: list[str], shape: Shape) -> int:
    if not typed:
        raise UnreadableCode(_please(shape), kind="empty", wanted=shape.words)
    if len(typed) != shape.digits:
        raise UnreadableCode(
            f"You typed {len(typed)} digits. {_please(shape)}",
            kind="digit_count",
            given=len(typed),
            wanted=shape.digits,
        )
    return _within(int("".join(typed)), shape)


def _within(number: int, shape: Shape) -> int:
    if number >= shape.limit:
        raise UnreadableCode(
            "This is not one of our codes. Please compare each digit with your copy.",
            kind="not_a_code",
        )
    return number


def _please(shape: Shape) -> str:
    if not shape.digits:
        return f"Please type the {shape.words} words of your code."
    return f"Please type the {shape.words} words of your code, or its {shape.digits} digits."


def _unknown(word: str) -> UnreadableCode:
    shown, nearest = word[:_LONGEST_QUOTED], _nearest(word[:_LONGEST_QUOTED])
    advice = (
        f"Did you mean “{nearest}”?" if nearest else "Please compare it with your copy."
    )
    return UnreadableCode(
        f"“{shown}” is not one of our words. {advice}",
        kind="unknown_word",
        word=shown,
        suggestion=nearest,
    )


def _nearest(word: str) -> str:
    """Return the word that was probably meant: one slip away, else similar, else none."""
    if not word.isascii():
        return ""
    one_slip = sorted(set(_slips(word)) & _places().keys())
    if one_slip:  # of several, the one that begins like it: slips come late in a word
        return max(one_slip, key=lambda near: _shared_beginning(near, word))
    close = get_close_matches(word, words(), n=1, cutoff=0.7)
    return close[0] if close else ""


def _shared_beginning(one: str, other: str) -> int:
    """Return how many letters both begin with."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _slips(word: str) -> Iterable[str]:
    """Yield all that one wrong, missing, needless or swapped letter makes of a word."""
    for cut in range(len(word) + 1):
        before, after = word[:cut], word[cut:]
        yield before + after[1:]
        yield before + after[1:2] + after[:1] + after[2:]
        for letter in ascii_lowercase:
            yield before + letter + after
            yield before + letter + after[1:]
