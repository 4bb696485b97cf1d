"""What is wrong with the rows of a questionnaire: types, names, labels, groups, lists."""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches

from pyxform import aliases
from pyxform.parsing.expression import is_xml_tag
from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

from fairwitness.surveys.answers import MARKS
from fairwitness.surveys.checking.finding import Finding, Level
from fairwitness.surveys.checking.outline import (
    YES,
    Entry,
    Outline,
    is_known,
    is_switched_off,
)
from fairwitness.surveys.checking.workbook import Heading, Row, Sheet
from fairwitness.surveys.languages import language_of
from fairwitness.surveys.or_other import OWN_LABEL

_PARAMETER = re.compile(r"([\w-]+)\s*=\s*([^\s,;]*)")
_FILES = (".csv", ".xml", ".geojson")
_NO_NAME_NEEDED = {"note", "audit"}
_MOST_COMPARED, _LONGEST_COMPARED = 700, 60  # of what a word is compared with
# What a person sees of a question when it has no label.
_WORDS = ("label", "hint")
_SHOWS = (*_WORDS, "image", "big-image", "audio", "video")


def structure_findings(outline: Outline) -> Iterator[Finding]:
    """Everything that is wrong with rows, whatever their rules say."""
    yield from _typeless(outline)
    yield from _groups(outline)
    for entry in outline.entries:
        yield from _type(outline, entry)
        yield from _name(outline, entry)
        yield from _label(outline, entry)
        yield from _calculation(outline, entry)
        yield from _parameters(outline, entry)
        yield from _trigger(outline, entry)
    yield from _doubled_names(outline)
    yield from _lists(outline)


def meant(written: str, known: list[str]) -> str:
    """A sentence that guesses at what was meant, or nothing."""
    if len(known) > _MOST_COMPARED:
        return ""
    close = get_close_matches(written[:_LONGEST_COMPARED], known, n=1, cutoff=0.7)
    return f"Did you mean {close[0]}? " if close else ""


def _groups(outline: Outline) -> Iterator[Finding]:
    survey = outline.survey
    begun: list[Entry] = []
    for entry in outline.entries:
        if entry.edge == "begin":
            begun.append(entry)
        elif entry.edge == "end" and not begun:
            yield survey.says(
                "unopened-group",
                f"Row {entry.row.number} ends a {entry.word} that never began.",
                "Take this row out, or add the row that begins it.",
                row=entry.row,
                at="type",
            )
        elif entry.edge == "end":
            last = begun.pop()
            if last.word != entry.word:
                yield survey.says(
                    "crossed-groups",
                    f"This ends a {entry.word}, but a {last.word} is open since row {last.row.number}.",
                    f"Write end {last.word} here, or close the rows in the order they were opened.",
                    row=entry.row,
                    at="type",
                )
    for entry in begun:
        yield survey.says(
            "unclosed-group",
            f"The {entry.word} {entry.name} begins here and never ends.",
            f"Add a row end {entry.word} behind its last question.",
            row=entry.row,
            at="type",
        )


def _typeless(outline: Outline) -> Iterator[Finding]:
    for row in outline.survey.rows:
        if is_switched_off(row) or row["type"]:
            continue
        if row["name"] or row["label"]:
            yield outline.survey.says(
                "no-type",
                "This row does not say what kind of question it is.",
                "Write its type, such as text or integer, or empty the row.",
                row=row,
                at="type",
            )


def _type(outline: Outline, entry: Entry) -> Iterator[Finding]:
    survey = outline.survey
    if not is_known(entry):
        words = [*QUESTION_TYPE_DICT, *aliases.select, "begin group", "end group"]
        words += ["begin repeat", "end repeat"]
        written = entry.row["type"] if entry.edge else entry.word
        yield survey.says(
            "unknown-type",
            f"There is no type “{written}”.",
            f"{meant(written.lower(), words)}The types are listed in the XLSForm reference.",
            row=entry.row,
            at="type",
        )
    elif entry.is_selecting and not entry.list_name:
        yield survey.says(
            "no-list",
            f"“{entry.word}” does not say which list to choose from.",
            f"Write the name of a list behind it: {entry.word} colours.",
            row=entry.row,
            at="type",
        )
    elif (
        entry.word in aliases.select_from_file
        and not entry.list_name.lower().endswith(_FILES)
    ):
        yield survey.says(
            "wrong-file",
            f"A list cannot be read from “{entry.list_name}”.",
            f"Save it as one of {', '.join(_FILES)}, and write that name here.",
            row=entry.row,
            at="type",
        )
    elif (
        entry.is_selecting
        and not entry.is_from_file
        and entry.list_name not in outline.lists
        and not entry.list_name.startswith("${")
    ):
        yield survey.says(
            "unknown-list",
            f"There is no list “{entry.list_name}” on the sheet choices.",
            f"{meant(entry.list_name, list(outline.lists))}Correct the name, or add the list.",
            row=entry.row,
            at="type",
        )


def _name(outline: Outline, entry: Entry) -> Iterator[Finding]:
    survey = outline.survey
    if entry.edge == "end" or (entry.word in _NO_NAME_NEEDED and not entry.name):
        return
    if not entry.name:
        yield survey.says(
            "no-name",
            "This row has no name.",
            "Give it a short name, such as how_many.",
            row=entry.row,
            at="name",
        )
    elif not is_xml_tag(entry.name) or ":" in entry.name:
        has_space = any(sign.isspace() for sign in entry.name)
        what = "holds a space" if has_space else "holds a sign that no name may hold"
        better = "_".join(entry.name.split())
        yield survey.says(
            "bad-name",
            f"The name “{entry.name}” {what}.",
            f"Use letters, digits, hyphens and underscores, beginning with a letter: {better}."
            if has_space
            else "Use letters, digits, hyphens and underscores, beginning with a letter.",
            row=entry.row,
            at="name",
        )


def _calculation(outline: Outline, entry: Entry) -> Iterator[Finding]:
    if entry.word == "calculate" and not (
        entry.row["calculation"] or entry.row["default"]
    ):
        survey = outline.survey
        yield survey.says(
            "no-calculation",
            f"It is not said how “{entry.name}” is worked out.",
            "Write a rule into the column calculation.",
            row=entry.row,
            at=survey.heading("calculation") or "type",
        )


def _parameters(outline: Outline, entry: Entry) -> Iterator[Finding]:
    told = dict(_PARAMETER.findall(entry.row["parameters"].lower()))
    order = told.get("randomize", "")
    if entry.is_selecting and (
        order not in {"", "true", "false"} or ("seed" in told and order != "true")
    ):
        yield outline.survey.says(
            "bad-parameter",
            "Whether the choices come in an order by chance is said with true or false.",
            "Write randomize=true, and seed=… only beside it.",
            row=entry.row,
            at="parameters",
        )


def _trigger(outline: Outline, entry: Entry) -> Iterator[Finding]:
    if entry.row["trigger"]:
        yield outline.survey.says(
            "unsupported-rule",
            "Nothing here is worked out at the moment when another answer changes.",
            "Take the trigger out: a calculation is worked out anew on every page.",
            row=entry.row,
            at="trigger",
        )


def _label(outline: Outline, entry: Entry) -> Iterator[Finding]:
    if not entry.is_shown or not is_known(entry) or _is_worked_out(entry.row):
        return
    shown = any(any(entry.row.all_of(one)) for one in _SHOWS)
    survey = outline.survey
    if not shown:
        yield survey.says(
            "no-label",
            "Nobody can see what is asked here: there is no label.",
            "Write the question into the column label.",
            row=entry.row,
            at=next((one for one in survey.headings if one.meaning == "label"), None),
        )
    elif not any(any(entry.row.all_of(one)) for one in _WORDS):
        yield _without_words(survey, entry.row)
    elif len(survey.languages) > 1:
        yield from _untranslated(survey, entry.row)
        unspoken = [
            one
            for one in survey.languages
            if language_of(one).code.split("-")[0] not in OWN_LABEL
        ]
        if entry.has_other and unspoken:
            yield survey.says(
                "untranslated",
                f"What or_other adds is not in {', '.join(unspoken)}; there it is in English.",
                "Write the choice other into the list, and a question behind this one.",
                row=entry.row,
                at="type",
                level=Level.WARNING,
            )


def _without_words(sheet: Sheet, row: Row) -> Finding:
    """What is said of a picture, a sound or a film that stands alone."""
    return sheet.says(
        "no-words",
        "Whoever does not see or hear this learns nothing: it has no words beside it.",
        "Write into the column label what it shows or says.",
        row=row,
        at=next((one for one in sheet.headings if one.meaning == "label"), None),
        level=Level.WARNING,
    )


def _is_worked_out(row: Row) -> bool:
    return bool(row["calculation"])


def _untranslated(sheet: Sheet, row: Row) -> Iterator[Finding]:
    for meaning in ("label", "hint", "constraint_message", "required_message"):
        columns = [
            one for one in sheet.headings if one.meaning == meaning and one.language
        ]
        filled = {heading for heading, _text in row.all_of(meaning)}
        if not filled or any(not one.language for one in filled):
            continue
        for column in columns:
            if column not in filled:
                yield sheet.says(
                    "untranslated",
                    f"There is no {meaning} in {column.language}.",
                    "Translate it; until then people see the default language.",
                    row=row,
                    at=column,
                    level=Level.WARNING,
                )


def _doubled_names(outline: Outline) -> Iterator[Finding]:
    for name, entries in outline.named.items():
        beside: dict[Entry | None, Entry] = {}
        for entry in entries:
            inside = entry.parents[-1] if entry.parents else None
            first = beside.setdefault(inside, entry)
            if first is not entry:
                yield outline.survey.says(
                    "doubled-name",
                    f"“{name}” is the name of row {first.row.number} too.",
                    "Give each question a name of its own.",
                    row=entry.row,
                    at="name",
                )


def _lists(outline: Outline) -> Iterator[Finding]:
    choices = outline.choices
    several = {
        entry.list_name
        for entry in outline.entries
        if entry.is_multiple or entry.word == "rank"
    }
    may_double = outline.workbook.settings.get("allow_choice_duplicates", "")
    for row in choices.rows:
        if not row["list_name"] and (row["name"] or row["label"]):
            yield choices.says(
                "no-list-name",
                "This choice belongs to no list.",
                "Write the name of its list.",
                row=row,
                at="list_name",
            )
    for name, rows in outline.lists.items():
        yield from _choices(outline, name, rows, is_several=name in several)
        if may_double.lower() not in YES:
            yield from _doubled_choices(outline, rows)


def _choices(
    outline: Outline, name: str, rows: tuple[Row, ...], *, is_several: bool
) -> Iterator[Finding]:
    choices = outline.choices
    for row in rows:
        choice = row["name"]
        if not choice:
            yield choices.says(
                "no-choice-name",
                f"A choice of the list {name} has no name.",
                "Give it a short code, such as not_sure.",
                row=row,
                at="name",
            )
        elif is_several and any(sign.isspace() for sign in choice):
            yield choices.says(
                "space-in-choice",
                f"The choice “{choice}” holds a space, and several choices are kept with spaces between them.",
                f"Write {'_'.join(choice.split())}.",
                row=row,
                at="name",
            )
        if choice in MARKS:
            yield choices.says(
                "reserved-choice",
                f"“{choice}” stands for no answer here.",
                "Give this choice another name.",
                row=row,
                at="name",
            )
        if not any(any(row.all_of(one)) for one in _SHOWS):
            label: Heading | None = choices.heading("label")
            yield choices.says(
                "no-choice-label",
                f"Nobody can see what the choice “{choice}” says.",
                "Write it into the column label.",
                row=row,
                at=label,
                level=Level.WARNING,
            )
        elif not any(row.all_of("label")):
            yield _without_words(choices, row)
        else:
            yield from _untranslated(choices, row)


def _doubled_choices(outline: Outline, rows: tuple[Row, ...]) -> Iterator[Finding]:
    counts = Counter(row["name"] for row in rows)
    seen: dict[str, Row] = {}
    for row in rows:
        name = row["name"]
        if name and counts[name] > 1 and name in seen:
            yield outline.choices.says(
                "doubled-choice",
                f"The list has the choice “{name}” in row {seen[name].number} too.",
                "Give each choice of a list a name of its own, or set allow_choice_duplicates to yes.",
                row=row,
                at="name",
            )
        seen.setdefault(name, row)
