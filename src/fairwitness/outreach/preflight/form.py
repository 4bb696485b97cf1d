"""What a questionnaire asks, whether it says why, and whether it speaks every language. Pure."""

from collections.abc import Iterable, Iterator

from fairwitness.outreach.preflight.finding import Finding, Passage, Place, finding
from fairwitness.outreach.preflight.style import (
    appeal_findings,
    consent_findings,
    gap_findings,
    vague_findings,
)
from fairwitness.surveys.checking import check_form
from fairwitness.surveys.checking.advice import privacy_findings
from fairwitness.surveys.checking.finding import Finding as Said
from fairwitness.surveys.checking.finding import Level
from fairwitness.surveys.checking.outline import YES, Outline, outline_of
from fairwitness.surveys.checking.workbook import Heading, Row, Sheet, read_workbook
from fairwitness.surveys.files import UnreadableForm
from fairwitness.surveys.languages import language_of

PART = "form"
MOST_ERRORS = 50
MOST_TEXTS = 5_000
_SPOKEN = ("label", "hint", "guidance_hint", "constraint_message", "required_message")


def published_findings(content: bytes, *, speaks: Iterable[str]) -> Iterator[Finding]:
    """What is not right about a questionnaire that works; `speaks` are the letter's languages."""
    outline = outline_of(read_workbook(content))
    yield from _asked(outline, privacy_findings(outline))
    yield from _worded(outline)
    yield from _translated(outline, tuple(speaks))


def outside_form_findings(
    content: bytes, *, name: str, speaks: Iterable[str]
) -> Iterator[Finding]:
    """What is not right about any file that may be a questionnaire."""
    said = check_form(content, name=name)
    errors = [one for one in said if one.level is Level.ERROR]
    for one in errors[:MOST_ERRORS]:
        at = Place(PART, sheet=one.sheet or "", cell=_cell(one))
        yield finding("FW174", at, what=one.message, how=one.fix or "Mend it there.")
    try:
        outline = outline_of(read_workbook(content))
    except UnreadableForm:
        return
    yield from _asked(outline, (one for one in said if one not in errors))
    yield from _worded(outline)
    yield from _translated(outline, tuple(speaks))


def texts_of(content: bytes) -> str:
    """What a form says in its notes and questions, or nothing if it cannot be read."""
    try:
        outline = outline_of(read_workbook(content))
    except UnreadableForm:
        return ""
    return "\n".join(passage.text for passage, _word in _passages(outline))


def _cell(said: Said) -> str:
    return said.cell or (f"row {said.row}" if said.row else "")


def _asked(outline: Outline, said: Iterable[Said]) -> Iterator[Finding]:
    """What the check of questionnaires says about privacy, under the codes of a campaign."""
    rows = {row.number: row for row in outline.survey.rows}
    for one in said:
        at = Place(PART, sheet=one.sheet or "", cell=_cell(one))
        row = rows.get(one.row or 0)
        words = (row["label"] or row["name"]) if row else ""
        if one.code == "no-purpose":
            yield finding("FW171", at, words, what=one.message, how=one.fix)
        elif one.code == "identifies" and "full address" in one.message:
            yield finding("FW172", at, words, what=one.message)
        elif one.code in {"identifies", "takes-too-much"}:
            yield finding("FW173", at, words, what=one.message, how=one.fix)


def _worded(outline: Outline) -> Iterator[Finding]:
    for passage, word in _passages(outline):
        if word == "note":
            yield from vague_findings(passage)
            yield from appeal_findings(passage)
        else:
            yield from (one for one in vague_findings(passage) if one.code == "FW112")
        yield from consent_findings(passage)
        yield from (
            one for one in gap_findings(passage) if not one.words.startswith("${")
        )


def _passages(outline: Outline) -> Iterator[tuple[Passage, str]]:
    """Each text of the sheet of questions, with the type of its row."""
    told = 0
    for row in outline.survey.rows:
        word = row["type"].strip().lower()
        for meaning in _SPOKEN:
            for heading, text in row.all_of(meaning):
                told += 1
                if told > MOST_TEXTS:
                    return
                code = language_of(heading.language).code
                cell = f"{heading.letter}{row.number}"
                yield Passage(PART, text, code, outline.survey.name, cell), word


def _translated(outline: Outline, speaks: tuple[str, ...]) -> Iterator[Finding]:
    spoken = {**outline.survey.languages, **outline.choices.languages}
    for sheet in (outline.survey, outline.choices):
        for row in sheet.rows:
            if row["disabled"].strip().lower() not in YES:
                yield from _untranslated(sheet, row, list(spoken))
    codes = {language_of(one).code.split("-")[0] for one in spoken}
    known = {one for one in codes if one not in {"und", "x"}}
    missing = (
        [one for one in speaks if one.split("-")[0] not in known]
        if known
        else list(speaks[1:])
    )
    for code in missing:
        yield finding("FW182", PART, code, other="the questionnaire")


def _untranslated(sheet: Sheet, row: Row, spoken: list[str]) -> Iterator[Finding]:
    for meaning in _SPOKEN:
        texts: dict[str, tuple[Heading, str]] = {
            heading.language: (heading, text) for heading, text in row.all_of(meaning)
        }
        if len(spoken) < 2 or not texts:  # noqa: PLR2004 # one language needs no other
            continue
        _heading, words = next(iter(texts.values()))
        for language in spoken:
            if language not in texts:
                there = next(
                    (
                        one
                        for one in sheet.headings
                        if one.meaning == meaning and one.language == language
                    ),
                    None,
                )
                cell = f"{there.letter}{row.number}" if there else f"row {row.number}"
                at = Place(PART, sheet=sheet.name, cell=cell)
                yield finding("FW181", at, words, language=language)
