"""What the words of a text say: vague, presumed, pressing, left open, hard to read. Pure."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice

from fairwitness.governance.plain import Asks, reading_grade, vague_in
from fairwitness.outreach.preflight.finding import Finding, Passage, Place, finding
from fairwitness.outreach.preflight.phrases import MOST, found, sentences

HARDEST_GRADE = 8
LONGEST_SENTENCE = 35  # words
LEAST_WORDS = 8  # a grade of fewer says nothing
LONGEST_READ = 100_000  # signs of one text whose reading grade is worked out
# Placeholders as programs for mailings write them, and as people leave them for later.
_GAPS = re.compile(
    "|".join(
        (
            r"<<[^<>\n]{1,80}>>",
            r"<(?:(?:first|last|full|your)[ _-]?)?name>",
            r"\[[A-Z][A-Z _/-]{1,60}\]",
            r"\[(?:insert|your|name|date|organi[sz]ation|link|address)\b[^\[\]\n]{0,60}\]",
            r"\{\{[^{}\n]{0,80}\}\}",
            r"\{%[^%\n]{0,60}%\}",
            r"\{\w{1,30}(?: \w{1,30}){1,3}\}",
            r"\$\{[^{}\n]{1,80}\}",
            r"\$[A-Z_]{2,30}\$",
            r"%[A-Z][A-Z_]{1,40}%",
            r"\*\|[A-Z_:]{1,40}\|\*",
            r"(?<!\w)\|[A-Z_]{2,30}\|",
            r"(?<!\w)#[A-Z_]{2,30}#",
            r"@@\w{1,30}@@",
            r"\u00ab\s?(?:first|last|full|name|nom|pr[ée]nom|vorname|nachname|anrede|titel)"
            r"[^\u00ab\u00bb\n]{0,20}\u00bb",
            r"\b(?:[FL]NAME|(?:FIRST|LAST)_?NAME)\b",
            r"\b(?:dear|hello|hi|hallo)\s"
            r"(?-i:(?:First|Last|Full)[ _-]?[Nn]ame|NAME|SURNAME|RECIPIENT)\b",
            r"\blorem ipsum\b",
            r"\b(?:TB[CD]|TO-?DO|FIX-?ME)\b",
            r"\bX{3,}\b",
            r"\b(?:x{2}|(?-i:[NX])) (?:minutes|hours|days|people|pounds|euros|questions)\b",
            r"\b20(?:xx\b|_{2})",
            r"\b(?:dd[./-]mm[./-]yyyy|mm[./-]dd[./-]yyyy|yyyy-mm-dd)\b",
            r"_{4,}",
            r"\?{3,}",
        )
    ),
    re.I,
)
_DENIED_WITHIN = 120  # signs before vague words
_DENIED = re.compile(
    r"\b(?:never|not|n['\u2019]t|nothing|nobody|no one|none|neither)\b[\w\s,-]{0,40}"
    r"\b(?:on to\b|shar|pass|giv|sell|sold|disclos|hand|send|sent|forward|show|seen?|read|receiv|get|go(?:es)?\b|reach)"
    r"|\b(?:no|without)\s+(?:\w+\s+){0,2}$",
    re.I,
)
_BRACES = re.compile(r"\{\w{1,40}\}")
_SHOUTED = re.compile(r"\b[A-Z]{3,40}(?:[ \t,!-]{1,3}[A-Z]{2,40}){1,40}\b")
_EXCLAIMED = re.compile(r"(?<!\w)\w{1,40}\s?!{2,10}")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_RUN = re.compile(r"\S+")


def style_findings(passage: Passage) -> Iterator[Finding]:
    """What is wrong with the words of a letter, wherever it was written."""
    yield from vague_findings(passage)
    yield from consent_findings(passage)
    yield from gap_findings(passage)
    yield from _each(passage, "FW232", "pressure")
    yield from _shouting(passage)
    yield from _reading(passage)


def vague_findings(passage: Passage) -> Iterator[Finding]:
    """Words that name nobody, no case and no day."""
    spans: list[tuple[int, int]] = []
    for match in found("vague", passage.text):
        spans.append(match.span())
        if _is_denied(passage.text, match.start()):
            continue
        at = passage.at(match.start(), len(match.group()))
        yield finding("FW104", at, match.group())
    for asks, match in islice(vague_in(passage.text), MOST):
        if asks is Asks.SAY_WHAT_IS_SO or _lies_in(match, spans):
            continue
        if asks is not Asks.NAME_THEM or not _is_denied(passage.text, match.start()):
            at = passage.at(match.start(), len(match.group()))
            yield finding("FW104", at, match.group(), mend=asks.value)


def _is_denied(text: str, start: int) -> bool:
    """Whether the same sentence says just before that nobody hands anything on."""
    before = re.split(r"[.!?؟\n]\s", text[max(start - _DENIED_WITHIN, 0) : start])[-1]
    return _DENIED.search(before) is not None


def consent_findings(passage: Passage) -> Iterator[Finding]:
    """Consent that is sought, presumed, or taken from silence."""
    spans: list[tuple[int, int]] = []
    for match in found("consent", passage.text):
        spans.append(match.span())
        at = passage.at(match.start(), len(match.group()))
        yield finding("FW112", at, match.group())
    for asks, match in islice(vague_in(passage.text), MOST):
        if asks is Asks.SAY_WHAT_IS_SO and not _lies_in(match, spans):
            at = passage.at(match.start(), len(match.group()))
            yield finding("FW112", at, match.group(), mend=asks.value)


def _lies_in(match: re.Match[str], spans: list[tuple[int, int]]) -> bool:
    """Whether a match is part of a longer one that was told already."""
    begun = bisect_right(spans, (match.start(), len(match.string) + 1)) - 1
    return begun >= 0 and match.end() <= spans[begun][1]


def gap_findings(passage: Passage, *, has_braces: bool = False) -> Iterator[Finding]:
    """Placeholders that nobody filled in; `{name}` too where `has_braces`."""
    searches = [_GAPS, _BRACES] if has_braces else [_GAPS]
    for search in searches:
        for match in islice(search.finditer(passage.text), MOST):
            before = passage.text[match.start() - 1 : match.start()]
            if search is _BRACES and before in {"$", "{"}:
                continue
            at = passage.at(match.start(), len(match.group()))
            yield finding("FW115", at, match.group())


def appeal_findings(passage: Passage) -> Iterator[Finding]:
    """Words that ask for money, signatures or membership."""
    yield from _each(passage, "FW107", "appeal")


def _each(passage: Passage, code: str, kind: str) -> Iterator[Finding]:
    for match in found(kind, passage.text):
        at = passage.at(match.start(), len(match.group()))
        yield finding(code, at, match.group())


def _shouting(passage: Passage) -> Iterator[Finding]:
    for search, code in ((_SHOUTED, "FW231"), (_EXCLAIMED, "FW232")):
        for match in islice(search.finditer(passage.text), MOST):
            if _GAPS.search(match.group()):
                continue
            at = passage.at(match.start(), len(match.group()))
            yield finding(code, at, match.group())


def _reading(passage: Passage) -> Iterator[Finding]:
    """The grade of the whole text by the formula of its language, at its hardest sentence."""
    read = [
        (start, bare, words)
        for start, sentence in sentences(passage.text[:LONGEST_READ])
        if (bare := without_addresses(_BRACES.sub(_blank, sentence)))
        and len(words := _WORD.findall(bare)) >= LEAST_WORDS
    ]
    grade_of = _GRADES.get(passage.language.split("-")[0])
    if grade_of and read:
        grade = grade_of(
            " ".join(f"{bare.strip().rstrip('.:;,')}." for _start, bare, _words in read)
        )
        if grade > HARDEST_GRADE:
            start, bare, _words = max(read, key=lambda one: grade_of(one[1]))
            at = _spot(passage, start, bare)
            shown = f"{grade:.0f}"
            yield finding("FW212", at, bare.strip(), grade=shown, aim=HARDEST_GRADE)
            return
    for start, bare, words in read:
        if len(words) > LONGEST_SENTENCE:
            at = _spot(passage, start, bare)
            yield finding("FW213", at, bare.strip(), number=len(words))


def without_addresses(text: str) -> str:
    """A text with links and addresses as spaces, so that every place stays where it was."""
    return _RUN.sub(_blank_if_address, text)


def _blank_if_address(found: re.Match[str]) -> str:
    run = found.group()
    is_address = "@" in run or "://" in run[:40] or run.lower().startswith("www.")
    return _blank(found) if is_address else run


def _blank(found: re.Match[str]) -> str:
    return " " * len(found.group())


def _spot(passage: Passage, start: int, sentence: str) -> Place:
    begun = start + len(sentence) - len(sentence.lstrip())
    return passage.at(begun, len(sentence.strip()))


def _vienna(text: str) -> float:
    """The grade of a German text: the fourth Vienna formula (Bamberger and Vanecek 1984)."""
    words = _WORD.findall(text)
    count = max(
        len([one for one in re.split(r"[.!?]+(?:\s|$)", text) if one.strip()]), 1
    )
    many = sum(len(re.findall(r"[aeiouyäöü]+", word.lower())) > 2 for word in words)  # noqa: PLR2004 # three syllables
    if not words:
        return 0.0
    return 0.2744 * 100 * many / len(words) + 0.2656 * len(words) / count - 1.693


_GRADES = {"en": reading_grade, "de": _vienna}
