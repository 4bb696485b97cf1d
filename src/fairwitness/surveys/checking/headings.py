"""What is wrong with sheets and their headings: missing ones, doubled ones, languages."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher, get_close_matches

from pyxform import aliases

from fairwitness.surveys.checking.finding import Finding, Level
from fairwitness.surveys.checking.workbook import Heading, Sheet, Workbook
from fairwitness.surveys.languages import language_of

_NEEDED = {"survey": ("type", "name"), "choices": ("list_name", "name")}
# What the standard's reader takes, beside what it knows under several names.
_KNOWN = [
    *("type", "name", "label", "hint", "guidance_hint", "appearance", "relevant"),
    *("constraint", "constraint_message", "required", "required_message", "default"),
    *("calculation", "choice_filter", "repeat_count", "read_only", "parameters"),
    *("trigger", "image", "audio", "video", "disabled", "list_name"),
    *map(str.lower, aliases.survey_header),
]
_SETTINGS = [
    *("name", "version", "namespaces", "default_language", "instance_name", "style"),
    *("public_key", "submission_url", "allow_choice_duplicates", "instance_xmlns"),
    *("auto_send", "auto_delete", "sms_keyword", "client_editable"),
    *aliases.settings_header,
]
_CODE = re.compile(r"\(\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\s*\)")
_SIMILAR, _MISSPELT = 0.85, 0.8
OURS = "urn:fairwitness:questionnaire:1"


def heading_findings(workbook: Workbook) -> Iterator[Finding]:
    """Everything that is wrong with the headings of all sheets."""
    if "survey" not in workbook.sheets:
        yield _no_survey(workbook)
        return
    if not workbook.sheet("survey").rows:
        yield workbook.sheet("survey").says(
            "no-questions",
            "The sheet survey asks nothing.",
            "Write the headings type, name and label into its first row, and a question a row.",
        )
        return
    for name in (*_NEEDED, "settings", "external_choices", "entities"):
        sheet = workbook.sheets.get(name)
        if sheet is not None and sheet.headings:
            yield from _missing(sheet, _NEEDED.get(name, ()))
            yield from _doubled(sheet)
            yield from _strange(sheet)
            yield from _twins(sheet)
    yield from _own_columns(workbook)
    yield from _languages(workbook)


def _no_survey(workbook: Workbook) -> Finding:
    close = get_close_matches("survey", list(workbook.sheets), n=1, cutoff=0.7)
    guess = f"Rename the sheet {close[0]}. " if close else ""
    return Finding(
        "no-survey",
        Level.ERROR,
        "There is no sheet with the name survey.",
        f"{guess}The questions stand on a sheet called survey, one a row.",
    )


def _missing(sheet: Sheet, needed: tuple[str, ...]) -> Iterator[Finding]:
    for meaning in needed:
        if sheet.heading(meaning) is None:
            yield sheet.says(
                "no-column",
                f"The sheet {sheet.name} has no column {meaning}.",
                f"Add a column with the heading {meaning}.",
            )


def _doubled(sheet: Sheet) -> Iterator[Finding]:
    seen: dict[tuple[str, str], Heading] = {}
    for one in sheet.headings:
        first = seen.setdefault((one.meaning, one.language), one)
        if first is not one:
            yield sheet.says(
                "doubled-column",
                f"The columns {first.letter} and {one.letter} both mean {one.meaning}"
                f"{' in ' + one.language if one.language else ''}.",
                "Keep one of them.",
                at=one,
            )


def _strange(sheet: Sheet) -> Iterator[Finding]:
    for one in sheet.headings:
        if one.language and "::" not in one.written:
            yield sheet.says(
                "single-colon",
                f"“{one.written}” has one colon, which newer software no longer reads.",
                f"Write {one.meaning}::{one.language}.",
                at=one,
                level=Level.WARNING,
            )
        base = one.meaning.partition(":")[0].lower()
        known = {"survey": _KNOWN, "settings": _SETTINGS}.get(
            sheet.name.strip().lower()
        )
        if known and base not in known and "fw" not in base:
            close = get_close_matches(base, known, n=1, cutoff=_MISSPELT)
            if close:
                yield sheet.says(
                    "misspelt-column",
                    f"The column “{one.written}” is read by nobody.",
                    f"Did you mean {close[0]}?",
                    at=one,
                    level=Level.WARNING,
                )


def _twins(sheet: Sheet) -> Iterator[Finding]:
    """Two spellings of one language in the headings of one sheet."""
    seen: list[str] = []
    for language, heading in sheet.languages.items():
        twin = next((one for one in seen if _is_alike(one, language)), "")
        if twin:
            yield sheet.says(
                "language-name",
                f"“{language}” here and “{twin}” in column {sheet.languages[twin].letter} become two languages.",
                f"Write {twin} here too, letter by letter.",
                at=heading,
            )
        seen.append(language)


def _own_columns(workbook: Workbook) -> Iterator[Finding]:
    survey = workbook.sheet("survey")
    has_ours = False
    for one in survey.headings:
        if one.meaning.startswith(("fw::", "fw:")):
            rest = one.meaning.partition(":")[2].lstrip(":")
            yield survey.says(
                "dropped-column",
                f"Readers of XLSForm drop “{one.written}” without a word.",
                f"Write bind::fw:{rest}, and namespaces on the sheet settings.",
                at=one,
            )
        has_ours |= one.meaning.startswith("bind::fw:")
    if has_ours and OURS not in workbook.settings.get("namespaces", ""):
        yield workbook.sheet("settings").says(
            "no-namespace",
            "The columns bind::fw:… have no meaning without a namespace.",
            f'Add the column namespaces to the sheet settings, with fw="{OURS}".',
            at="namespaces",
        )


def _languages(workbook: Workbook) -> Iterator[Finding]:
    survey, choices = workbook.sheet("survey"), workbook.sheet("choices")
    for sheet, other in ((choices, survey), (survey, choices)):
        if not other.languages or not sheet.languages:
            continue
        for language, heading in sheet.languages.items():
            if language not in other.languages:
                yield from _foreign(sheet, other, language, heading)
    for language, heading in survey.languages.items():
        if language_of(language).code.startswith("x-"):
            yield survey.says(
                "language-code",
                f"“{language}” has no code, so no page knows how it is read out.",
                f"Write {language} (en), with the code of the language in brackets: en, ar, fr.",
                at=heading,
                level=Level.WARNING,
            )
    default = workbook.settings.get("default_language", "")
    if default and survey.languages and default not in survey.languages:
        yield workbook.sheet("settings").says(
            "unknown-default",
            f"The default language “{default}” stands in no heading.",
            f"Write one of: {', '.join(survey.languages)}.",
            row=workbook.sheet("settings").rows[0],
            at="default_language",
        )


def _foreign(
    sheet: Sheet, other: Sheet, language: str, heading: Heading
) -> Iterator[Finding]:
    twin = next((one for one in other.languages if _is_alike(one, language)), "")
    if twin and sheet.name.lower() == "survey":
        return  # said once, at the sheet of the choices
    if twin:
        yield sheet.says(
            "language-name",
            f"“{language}” here and “{twin}” on the sheet {other.name} become two languages.",
            f"Write {twin} here too, letter by letter.",
            at=heading,
        )
    else:
        yield sheet.says(
            "language-missing",
            f"“{language}” is on the sheet {sheet.name} and not on the sheet {other.name}.",
            f"Add the language to the sheet {other.name}, or take it out here.",
            at=heading,
            level=Level.WARNING,
        )


def _is_alike(one: str, other: str) -> bool:
    codes = {
        found.group(1).lower() for found in map(_CODE.search, (one, other)) if found
    }
    if len(codes) > 1:
        return False  # English (en) and English (en-GB) are two on purpose
    if len(codes) == 1 and _CODE.search(one) and _CODE.search(other):
        return True
    short, long = sorted((_bare(one), _bare(other)), key=len)
    is_part = bool(short) and long.startswith(short)
    return is_part or SequenceMatcher(None, short, long).ratio() >= _SIMILAR


def _bare(language: str) -> str:
    return "".join(sign for sign in language.casefold() if sign.isalnum())
