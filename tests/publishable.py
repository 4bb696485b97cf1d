"""Questionnaires that may be published, made of as little as possible."""

import csv
import io
from collections.abc import Mapping, Sequence

ENGLISH, ARABIC = "English (en)", "العربية (ar)"
ABOUT = [("nothing_happened", "Nothing"), ("happened_to_me", "Something")]
TRANSLATED = ("label", "hint", "guidance_hint", "constraint_message")

Row = Mapping[str, str]


def publishable(
    *rows: Row,
    choices: Mapping[str, Sequence[Sequence[str]]],
    also: Sequence[str] = (),
) -> bytes:
    """A questionnaire as CSV: these rows are its report part.

    What a row does not say is filled: the reason, the section, the purpose. A text is the
    same in every language (English, Arabic, and those of `also`), unless it is told as
    `label_ar`. A choice is a name, a label, and what the column `of` holds, by which
    filters choose.
    """
    about = {"type": "select_one about", "name": "about", "label": "What brings you?"}
    survey = [{**about, "bind::fw:part": "survey", "bind::fw:purpose": "answers"}]
    survey += [_filled(row) for row in rows]
    lists = [
        {"list_name": name, "name": one[0], "label": one[1], "of": "".join(one[2:])}
        for name, listed in {"about": ABOUT, **choices}.items()
        for one in listed
    ]
    settings = {
        "namespaces": 'fw="urn:fairwitness:questionnaire:1"',
        "default_language": ENGLISH,
    }
    written = io.StringIO()
    for name, table in (
        ("survey", survey),
        ("choices", lists),
        ("settings", [settings]),
    ):
        spoken = [_in_each(row, (ENGLISH, ARABIC, *also)) for row in table]
        columns = list(dict.fromkeys(column for row in spoken for column in row))
        lines = [["", *(row.get(one, "") for one in columns)] for row in spoken]
        csv.writer(written).writerows([[name], ["", *columns], *lines])
    return written.getvalue().encode()


def _filled(row: Row) -> dict[str, str]:
    if row["type"].startswith("begin"):
        return {**row, "bind::fw:part": "report"}
    if row["type"].startswith("end"):
        return dict(row)
    placed = {
        "bind::fw:part": "report",
        "bind::fw:section": "narrative",
        "bind::fw:purpose": "reports",
    }
    return {**placed, **row}


def _in_each(row: Row, languages: Sequence[str]) -> Row:
    """A row with its texts in each language, and a reason for what is asked."""
    if "type" in row and not row["type"].startswith(("begin", "end")):
        row = {"guidance_hint": "So that we can help.", **row}
    codes = {one: one.rpartition("(")[2].rstrip(")") for one in languages}
    told_apart = tuple(f"_{code}" for code in codes.values())
    spoken = {}
    for column, text in row.items():
        if column in TRANSLATED:
            for language, code in codes.items():
                spoken[f"{column}::{language}"] = row.get(f"{column}_{code}", text)
        elif not column.endswith(told_apart):
            spoken[column] = text
    return spoken
