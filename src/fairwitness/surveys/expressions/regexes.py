"""Regular expressions that always end: the automaton is walked, never searched backwards.

Authors write these patterns and strangers write the texts, so a pattern that makes a
backtracking engine run for years would be a way to stop the centre. Here the time is
bounded by length of pattern x length of text (Thompson 1968), and by a budget.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from fairwitness.surveys.expressions.patterns import (
    Branch,
    Edge,
    One,
    Piece,
    Repeat,
    Row,
    is_word,
    read_pattern,
)
from fairwitness.surveys.expressions.refusals import TooCostly

LONGEST_PATTERN = 500
LONGEST_TEXT = 50_000
MOST_STATES = 2_000
MOST_WORK = 1_000_000  # states looked at in one search, about half a second

_MATCH = -1


@dataclass(slots=True)
class _State:
    """A step of the automaton: takes a character, or splits, or asks for an edge of the text."""

    takes: Callable[[str], bool] | None = None
    edge: str = ""
    nexts: list[int] = field(default_factory=list)


_END = _State()


class Regex:
    """A pattern, ready to be looked for. Build it with `compile_regex`."""

    def __init__(self, pattern: str) -> None:
        if len(pattern) > LONGEST_PATTERN:
            raise TooCostly(
                f"This pattern is longer than {LONGEST_PATTERN} characters. Shorten it."
            )
        self._states: list[_State] = []
        self._built = 0
        self._start = self._build(read_pattern(pattern), _MATCH)
        self._has_words = any(state.edge in {"b", "B"} for state in self._states)
        self._moves: dict[tuple[frozenset[int], str, str], frozenset[int]] = {}
        self.work = 0

    def found_in(self, text: str) -> bool:
        """Tell whether the pattern matches anywhere in the text (ODK XForms: /pattern/)."""
        if len(text) > LONGEST_TEXT:
            raise TooCostly("This text is too long for the rule that checks it.")
        self.work = 0
        here = self._closure([self._start], edges=self._edges(text, 0))
        for number, sign in enumerate(text, start=1):
            if _MATCH in here:
                return True
            is_plain = number < len(text) and not self._has_words
            here = self._move(here, sign, "" if is_plain else self._edges(text, number))
        return _MATCH in here

    def _edges(self, text: str, at: int) -> str:
        """Which edges lie before the sign at this place: of the text, and of words."""
        edges = ("^" if at == 0 else "") + ("$" if at == len(text) else "")
        if not self._has_words:
            return edges
        before, after = text[max(at - 1, 0) : at], text[at : at + 1]
        is_border = (before != "" and is_word(before)) != (
            after != "" and is_word(after)
        )
        return edges + ("b" if is_border else "B")

    def _move(self, here: frozenset[int], sign: str, edges: str) -> frozenset[int]:
        known = self._moves.get((here, sign, edges))
        if known is not None:
            return known
        self._spend(len(here))
        after = [self._start]  # the pattern may begin at every character
        for number in here:
            state = self._states[number] if number != _MATCH else _END
            if state.takes is not None and state.takes(sign):
                after.extend(state.nexts)
        there = self._closure(after, edges=edges)
        if len(self._moves) > MOST_STATES:
            self._moves.clear()
        self._moves[here, sign, edges] = there
        return there

    def _closure(
        self, numbers: list[int] | frozenset[int], *, edges: str
    ) -> frozenset[int]:
        seen: set[int] = set()
        waiting = list(numbers)
        while waiting:
            number = waiting.pop()
            if number in seen:
                continue
            seen.add(number)
            if number == _MATCH:
                continue
            state = self._states[number]
            if state.takes is None and (not state.edge or state.edge in edges):
                waiting.extend(state.nexts)
        self._spend(len(seen))
        return frozenset(seen)

    def _spend(self, work: int) -> None:
        self.work += work
        if self.work > MOST_WORK:
            raise TooCostly("A pattern of this form takes too long to work out.")

    def _add(self, state: _State) -> int:
        self._states.append(state)
        return len(self._states) - 1

    def _build(self, piece: Piece, after: int) -> int:
        """Add the states of a piece that lead to the state `after`; return where it begins."""
        self._built += 1
        if self._built > MOST_STATES:
            raise TooCostly(
                "This pattern repeats too much. Use smaller numbers in {…}."
            )
        match piece:
            case One(takes):
                return self._add(_State(takes, nexts=[after]))
            case Edge(sign):
                return self._add(_State(edge=sign, nexts=[after]))
            case Row(pieces):
                for each in reversed(pieces):
                    after = self._build(each, after)
                return after
            case Branch(pieces):
                return self._add(
                    _State(nexts=[self._build(each, after) for each in pieces])
                )
            case Repeat(inner, least, most):
                return self._repeat(inner, least, most, after)

    def _repeat(self, inner: Piece, least: int, most: int | None, after: int) -> int:
        if most is None:
            loop = self._add(_State(nexts=[after]))
            self._states[loop].nexts.append(self._build(inner, loop))
            after = loop
        else:
            end = after
            for _ in range(most - least):
                begin = self._build(inner, after)
                after = self._add(_State(nexts=[begin, end]))
        for _ in range(least):
            after = self._build(inner, after)
        return after


@lru_cache(maxsize=256)
def compile_regex(pattern: str) -> Regex:
    """Read a pattern; what cannot be walked in bounded time is refused by name."""
    return Regex(pattern)
