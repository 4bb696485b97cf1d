"""Reads a regular expression into its pieces; what is not a regular language is refused by name."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from fairwitness.surveys.expressions.refusals import BadExpression, Unsupported

Takes = Callable[[str], bool]
DEEPEST = 40


@dataclass(frozen=True, slots=True)
class One:
    """One character of a kind."""

    takes: Takes


@dataclass(frozen=True, slots=True)
class Edge:
    """The beginning (^) or the end ($) of the text."""

    sign: str


@dataclass(frozen=True, slots=True)
class Row:
    """Pieces one after the other."""

    pieces: tuple["Piece", ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """One of several pieces."""

    pieces: tuple["Piece", ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A piece several times; `most` is None when there is no end to it."""

    piece: "Piece"
    least: int
    most: int | None


Piece = One | Edge | Row | Branch | Repeat


def _is_digit(sign: str) -> bool:
    return "0" <= sign <= "9"


def is_word(sign: str) -> bool:
    return sign == "_" or (sign.isascii() and sign.isalnum())


def _not(takes: Takes) -> Takes:
    return lambda sign: not takes(sign)


def _is(wanted: str) -> Takes:
    return lambda sign: sign == wanted


def _between(first: str, last: str) -> Takes:
    return lambda sign: first <= sign <= last


def _in_category(category: str) -> Takes:
    return lambda sign: unicodedata.category(sign).startswith(category)


def _any_of(kinds: list[Takes]) -> Takes:
    return lambda sign: any(takes(sign) for takes in kinds)


_KINDS: dict[str, Takes] = {
    "d": _is_digit,
    "D": _not(_is_digit),
    "w": is_word,
    "W": _not(is_word),
    "s": str.isspace,
    "S": _not(str.isspace),
}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
_GROUPS = {
    "?=": "A look-ahead (?=…) in a regex",
    "?!": "A look-ahead (?!…) in a regex",
    "?<=": "A look-behind (?<=…) in a regex",
    "?<!": "A look-behind (?<!…) in a regex",
}


def read_pattern(pattern: str) -> Piece:
    """Return the pieces of a pattern."""
    reader = _Reader(pattern)
    piece = reader.branch()
    if reader.at < len(pattern):
        raise BadExpression("A bracket in this pattern is closed but never opened.")
    return piece


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.depth = 0

    def next_is(self, signs: str) -> bool:
        return self.pattern.startswith(signs, self.at)

    def take(self) -> str:
        if self.at >= len(self.pattern):
            raise BadExpression("This pattern ends too early.")
        sign = self.pattern[self.at]
        self.at += 1
        return sign

    def branch(self) -> Piece:
        rows = [self.row()]
        while self.next_is("|"):
            self.at += 1
            rows.append(self.row())
        return rows[0] if len(rows) == 1 else Branch(tuple(rows))

    def row(self) -> Piece:
        pieces: list[Piece] = []
        while self.at < len(self.pattern) and not (
            self.next_is("|") or self.next_is(")")
        ):
            pieces.append(self.repeated(self.atom()))
        return Row(tuple(pieces))

    def atom(self) -> Piece:
        sign = self.take()
        if sign == "(":
            return self.group()
        if sign == "[":
            return One(self.kinds())
        if sign == ".":
            return One(_not(_is("\n")))
        if sign in "^$":
            return Edge(sign)
        if sign == "\\":
            is_edge = self.next_is("b") or self.next_is("B")
            return Edge(self.take()) if is_edge else One(self.escape())
        if sign in "*+?":
            raise BadExpression(f"In this pattern {sign} repeats nothing.")
        return One(_is(sign))

    def group(self) -> Piece:
        for opening, name in _GROUPS.items():
            if self.next_is(opening):
                raise Unsupported(name)
        if self.next_is("?:"):
            self.at += 2
        elif self.next_is("?"):
            raise Unsupported("A group that begins with (? in a regex")
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unsupported(
                f"A regex with more than {DEEPEST} brackets in each other"
            )
        inner = self.branch()
        if not self.next_is(")"):
            raise BadExpression("A bracket in this pattern is opened but never closed.")
        self.at += 1
        self.depth -= 1
        return inner

    def repeated(self, piece: Piece) -> Piece:
        bounds = self.bounds()
        if bounds is None:
            return piece
        if self.next_is("+"):
            raise Unsupported("A possessive repetition (++) in a regex")
        if self.next_is("?"):  # as few as possible: the same answer to "is it there?"
            self.at += 1
        if self.bounds() is not None:
            raise BadExpression("This pattern repeats a repetition. Use brackets.")
        return Repeat(piece, *bounds)

    def bounds(self) -> tuple[int, int | None] | None:
        simple: dict[str, tuple[int, int | None]] = {
            "*": (0, None),
            "+": (1, None),
            "?": (0, 1),
        }
        sign = self.pattern[self.at : self.at + 1]
        if sign in simple:
            self.at += 1
            return simple[sign]
        return self.counted() if sign == "{" else None

    def counted(self) -> tuple[int, int | None] | None:
        end = self.pattern.find("}", self.at)
        least, comma, most = self.pattern[self.at + 1 : end].partition(",")
        if end < 0 or not _is_count(least) or (most and not _is_count(most)):
            return None
        self.at = end + 1
        if not comma:
            return int(least), int(least)
        if most and int(most) < int(least):
            raise BadExpression("In this pattern {n,m} counts down. Swap the numbers.")
        return int(least), int(most) if most else None

    def escape(self) -> Takes:
        sign = self.take()
        if sign in _KINDS:
            return _KINDS[sign]
        if sign in _CONTROLS:
            return _is(_CONTROLS[sign])
        if sign in "pP":
            return self.category(is_not=sign == "P")
        if sign in "xu":
            return _is(self.code_point(2 if sign == "x" else 4))
        if sign.isalnum():
            raise Unsupported(f"\\{sign} in a regex")
        return _is(sign)

    def category(self, *, is_not: bool) -> Takes:
        end = self.pattern.find("}", self.at)
        name = self.pattern[self.at + 1 : end]
        if not self.next_is("{") or end < 0 or len(name) > 2 or not name.isalpha():  # noqa: PLR2004 as L and Lu
            raise Unsupported(f"\\p{{{name}}} in a regex")
        self.at = end + 1
        takes = _in_category(name)
        return _not(takes) if is_not else takes

    def code_point(self, digits: int) -> str:
        text = self.pattern[self.at : self.at + digits]
        self.at += digits
        try:
            return chr(int(text, 16))
        except ValueError:
            raise BadExpression(f"{text} is not a code of a character.") from None

    def kinds(self) -> Takes:
        is_not = self.next_is("^")
        self.at += is_not
        kinds: list[Takes] = []
        while not self.next_is("]") or not kinds:
            kinds.append(self.kind())
        self.at += 1
        takes = _any_of(kinds)
        return _not(takes) if is_not else takes

    def kind(self) -> Takes:
        if self.next_is("[:") or self.next_is("&&"):
            raise Unsupported("[: … :] or && inside brackets of a regex")
        begin = self.at
        first = self.take()
        takes = self.escape() if first == "\\" else _is(first)
        if not self.next_is("-") or self.next_is("-]"):
            return takes
        if first == "\\" and self.pattern[begin + 1] in "dDwWsSpP":
            return takes
        self.at += 1
        low = self.single(begin)
        begin = self.at
        if self.take() == "\\":
            self.escape()
        high = self.single(begin)
        if high < low:
            raise BadExpression(f"In this pattern {low}-{high} counts down.")
        return _between(low, high)

    def single(self, begin: int) -> str:
        """Return the one character that was just read from `begin`."""
        if self.pattern[begin] != "\\":
            return self.pattern[begin]
        sign = self.pattern[begin + 1]
        if sign in "xu":
            digits = 2 if sign == "x" else 4
            return chr(int(self.pattern[begin + 2 : begin + 2 + digits], 16))
        return _CONTROLS.get(sign, sign)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit()
