"""Questionnaires that may be published, made of as little as possible."""

import csv
import io
from collections.abc import Mapping, Sequence

ENGLISH, ARABIC = "English (en)", "العربية (ar)"
ABOUT = [("nothing_happened", "Nothing"), ("happened_to_me", "Something")]
TRANSLATED = ("label", "guidance_hint", "constraint_message")

Row = Mapping[str, str]


def publishable(*rows: Row, choices: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """A questionnaire as CSV: these rows are its report part.

    What a row does not say is filled: the reason, the section, the purpose. A text is the
    same in both languages, unless it is told as `label_ar`. A choice is a name, a label,
    and what the column `of` holds, by which filters choose.
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
        spoken = [_in_both(row) for row in table]
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


def _in_both(row: Row) -> Row:
    """A row with its texts in both languages, and a reason for what is asked."""
    if "type" in row and not row["type"].startswith(("begin", "end")):
        row = {"guidance_hint": "So that we can help.", **row}
    spoken = {}
    for column, text in row.items():
        if column in TRANSLATED:
            spoken[f"{column}::{ENGLISH}"] = text
            spoken[f"{column}::{ARABIC}"] = row.get(f"{column}_ar", text)
        elif not column.endswith("_ar"):
            spoken[column] = text
    return spoken
