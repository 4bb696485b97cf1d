"""Lists that a questionnaire brings beside its sheet `choices`: on a sheet of their own, or in files."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from fairwitness.surveys.expressions.tree import UnreadableXml, local, parse_xml
from fairwitness.surveys.files import LARGEST_FILE, UnreadableForm
from fairwitness.surveys.languages import language_of
from fairwitness.surveys.questions import Choice, Form, Text, Texts

MOST_ROWS = 20_000
MOST_COLUMNS = 300
MOST_FILLED = 150_000  # cells
ENDINGS = (".csv", ".xml", ".geojson")
Rows = Iterable[Mapping[str, str]]
# What the readers say of files that are torn, nested without end, or of another kind.
_NO_LIST = (
    *(AttributeError, csv.Error, LookupError, RecursionError, TypeError),
    *(UnreadableXml, ValueError),
)


def external_lists(rows: Rows) -> dict[str, tuple[Choice, ...]]:
    """Return the lists of the sheet `external_choices`, by name."""
    found: dict[str, list[Choice]] = {}
    for row in rows:
        name = row.get("list_name") or row.get("list name") or ""
        if name:
            found.setdefault(name, []).append(_choice(row, without="list_name"))
    return {name: tuple(choices) for name, choices in found.items()}


def lists_beside(folder: Path, names: Iterable[str]) -> dict[str, tuple[Choice, ...]]:
    """Return the lists that lie in files of these names in a folder. Error: `UnreadableForm`."""
    found = {}
    for name in names:
        for ending in ENDINGS:
            file = folder / f"{Path(name).name}{ending}"
            if file.is_file():
                found[name] = list_in(file.read_bytes(), file.name)
                break
    return found


def brought_into(form: Form, contents: Mapping[str, bytes]) -> Form:
    """Return a form with the lists that came in files; those that are missing stay from elsewhere.

    `contents` holds the files by their names. Error: `UnreadableForm`.
    """
    found = {
        name: list_in(contents[file], file)
        for name, file in form.sources.items()
        if file in contents
    }
    return replace(
        form,
        lists={**form.lists, **found},
        external=tuple(name for name in form.external if name not in found),
    )


def list_in(content: bytes, name: str) -> tuple[Choice, ...]:
    """Return the list of a file: CSV, XML (root and items), or GeoJSON. Error: `UnreadableForm`."""
    if len(content) > LARGEST_FILE:
        raise UnreadableForm(f"{name} is too large. Keep only what is needed in it.")
    read = {".csv": _written, ".xml": _elements, ".geojson": _features}
    try:
        rows = read[Path(name).suffix.lower()](content)
        choices = tuple(_choice(row) for row in _bounded(rows, name))
    except _NO_LIST as wrong:
        raise UnreadableForm(
            f"{name} cannot be read as a list. Save it as CSV with the columns name and label."
        ) from wrong
    if not any(choice.name or choice.columns for choice in choices):
        raise UnreadableForm(
            f"{name} holds no row. Write the columns name and label, and a choice a row."
        )
    return choices


def _bounded(rows: Rows, name: str) -> Rows:
    """Read on while it is a list that somebody could choose from."""
    filled = 0
    for number, row in enumerate(rows, start=1):
        filled += len(row)
        if number > MOST_ROWS:
            raise UnreadableForm(
                f"{name} has more than {MOST_ROWS:,} rows. Shorten it."
            )
        if len(row) > MOST_COLUMNS or filled > MOST_FILLED:
            raise UnreadableForm(
                f"{name} holds more than a list needs: {MOST_COLUMNS} columns and"
                f" {MOST_FILLED:,} cells at most. Take columns out."
            )
        yield row


def _choice(row: Mapping[str, str], *, without: str = "") -> Choice:
    columns = {key.strip(): told for key, told in row.items() if key and told}
    columns.pop(without, None)
    label = _label(columns)
    name = columns.pop("name", "")
    return Choice(
        name, label, {key: columns[key] for key in columns if "::" not in key}
    )


def _label(columns: dict[str, str]) -> Texts:
    """The label in every language; without one, the name serves."""
    texts = {}
    for heading in [
        one for one in columns if one.partition("::")[0].strip() == "label"
    ]:
        code = language_of(heading.partition("::")[2].strip()).code
        texts[code] = Text((columns.pop(heading),))
    return texts or {language_of("").code: Text((columns.get("name", ""),))}


def _written(content: bytes) -> Rows:
    text = content.decode("utf-8-sig", errors="replace")
    return csv.DictReader(io.StringIO(text), restkey="", restval="")


def _elements(content: bytes) -> Rows:
    root = parse_xml(content.decode("utf-8-sig"))
    return [{local(each.tag): each.text or "" for each in item} for item in root]


def _features(content: bytes) -> Rows:
    return [_feature(each) for each in json.loads(content)["features"]]


def _feature(feature: Mapping[str, Any]) -> dict[str, str]:
    """A place with its properties: `id` is its name, `title` its label, unless it has these."""
    row = {key: str(told) for key, told in feature.get("properties", {}).items()}
    row.setdefault("name", str(feature.get("id", row.get("id", ""))))
    row.setdefault("id", row["name"])
    row.setdefault("title", row["name"])
    row.setdefault("label", row["title"])
    geometry = feature.get("geometry") or {}
    if geometry.get("type") == "Point":
        longitude, latitude = geometry["coordinates"][:2]
        row["geometry"] = f"{latitude} {longitude} 0 0"
    return row
