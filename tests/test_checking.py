"""The checker of questionnaires: each mistake that authors make, in the right cell."""

import csv
import io
import json
import zipfile
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.cli import main
from fairwitness.surveys.checking import Finding, Level, check_form
from fairwitness.surveys.checking.finding import letters
from fairwitness.surveys.xlsform import DEFAULT

HEADINGS = [
    "type",
    "name",
    "label",
    "relevant",
    "constraint",
    "calculation",
    "choice_filter",
    "required",
]
COLOURS = [["colours", "red", "Red"], ["colours", "blue", "Blue"]]
Cells = list[str]


def form(*rows: Cells, choices: list[Cells] | None = None, **settings: str) -> bytes:
    """A questionnaire as CSV. Its first question stands in row 3: below the name of the sheet."""
    survey = [["survey"], ["", *HEADINGS], *(["", *row] for row in rows)]
    lists = [["choices"], ["", "list_name", "name", "label"]]
    lists += [["", *row] for row in (COLOURS if choices is None else choices)]
    told = [["settings"], ["", *settings], ["", *settings.values()]] if settings else []
    written = io.StringIO()
    csv.writer(written).writerows([*survey, *lists, *told])
    return written.getvalue().encode()


def errors(content: bytes, **more: Any) -> list[Finding]:
    """The errors alone."""
    found = check_form(content, **more)
    return [one for one in found if one.level is Level.ERROR]


def place(found: list[Finding]) -> list[tuple[str, str | None, str | None]]:
    """Code and cell of each finding."""
    return [(one.code, one.sheet, one.cell) for one in found]


AGE = ["integer", "age", "How old are you?"]
ONE = ["select_one colours", "colour", "Which one?"]
SEVERAL = ["select_multiple colours", "colours_seen", "Which ones?"]

# What stands in the form, then the finding: its code, and its cell.
MISTAKES: dict[str, tuple[list[Cells], str, list[str]]] = {
    "an unbalanced bracket": (
        [AGE, ["text", "b", "B", "(${age} > 3"]],
        "unbalanced-brackets", ["E4"],
    ),
    "an unknown function": (
        [AGE, ["text", "b", "B", "selectd(${age}, 'x')"]],
        "unknown-function", ["E4"],
    ),
    "an unknown question": (
        [AGE, ["text", "b", "B", "${aeg} > 3"]],
        "unknown-question", ["E4"],
    ),
    "an unknown question in a text": (
        [AGE, ["text", "b", "You said ${aeg}."]],
        "unknown-question", ["D4"],
    ),
    "two questions that wait for each other": (
        [["text", "a", "A", "${b} = 'x'"], ["text", "b", "B", "${a} = 'x'"]],
        "circular", ["E3", "E4"],
    ),
    "two calculations that wait for each other": (
        [["calculate", "a", "", "", "", "${b} + 1"], ["calculate", "b", "", "", "", "${a} + 1"]],
        "circular", ["G3", "G4"],
    ),
    "a question that hangs on itself": (
        [["text", "a", "A", "${a} = 'x'"]],
        "names-itself", ["E3"],
    ),
    "a name without its brackets": (
        [AGE, ["text", "b", "B", "age > 3"]],
        "bare-name", ["E4"],
    ),
    "a word that is no value": (
        [AGE, ["calculate", "b", "", "", "", "if(${age} > 3, ${age}, null)"]],
        "bare-name", ["G4"],
    ),
    "a path to no question": (
        [AGE, ["text", "b", "B", "/data/aeg > 3"]],
        "unknown-question", ["E4"],
    ),
    "curly quotes": (
        [ONE, ["text", "b", "B", "${colour} = \u2018red\u2019"]],
        "curly-quotes", ["E4"],
    ),
    "a doubled equals sign": (
        [AGE, ["text", "b", "B", "${age} == 3"]],
        "wrong-operator", ["E4"],
    ),
    "a doubled ampersand": (
        [AGE, ["text", "b", "B", "${age} > 3 && ${age} < 9"]],
        "wrong-operator", ["E4"],
    ),
    "a list that is not there": (
        [["select_one colors", "colour", "Which one?"]],
        "unknown-list", ["B3"],
    ),
    "equals on several choices": (
        [SEVERAL, ["text", "b", "B", "${colours_seen} = 'red'"]],
        "equals-on-multiple", ["E4"],
    ),
    "a choice that is not in the list": (
        [ONE, ["text", "b", "B", "${colour} = 'rde'"]],
        "unknown-choice", ["E4"],
    ),
    "a selected choice that is not in the list": (
        [SEVERAL, ["text", "b", "B", "selected(${colours_seen}, 'green')"]],
        "unknown-choice", ["E4"],
    ),
    "a constraint on a choice that is not in the list": (
        [[*ONE, "", ". != 'green'"]],
        "unknown-choice", ["F3"],
    ),
    "a filter on a column that is not there": (
        [AGE, [*ONE, "", "", "", "district = ${age}"]],
        "unknown-column", ["H4"],
    ),
    "a doubled name": (
        [AGE, ["text", "age", "Again?"]],
        "doubled-name", ["C4"],
    ),
    "a space in a name": (
        [["text", "my age", "A"]],
        "bad-name", ["C3"],
    ),
    "a group that never ends": (
        [["begin group", "g", "G"], AGE],
        "unclosed-group", ["B3"],
    ),
    "a group that never began": (
        [AGE, ["end group", "", ""]],
        "unopened-group", ["B4"],
    ),
    "a repeat that ends as a group": (
        [["begin repeat", "g", "G"], AGE, ["end group", "", ""]],
        "crossed-groups", ["B5"],
    ),
    "an unknown type": (
        [["txet", "a", "A"]],
        "unknown-type", ["B3"],
    ),
    "a question without a label": (
        [["text", "a", ""]],
        "no-label", ["D3"],
    ),
    "a row without a name": (
        [["text", "", "A"]],
        "no-name", ["C3"],
    ),
    "an operator with nothing behind it": (
        [AGE, ["text", "b", "B", "${age} > 3 and"]],
        "ends-early", ["E4"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_found_in_its_cell(name):
    rows, code, cells = MISTAKES[name]

    found = errors(form(*rows))

    assert place(found) == [(code, "survey", cell) for cell in cells]
    assert all(one.message and one.fix for one in found)


def test_a_space_in_a_choice_of_several_is_found_in_its_cell():
    choices = [["colours", "dark red", "Dark red"], ["colours", "blue", "Blue"]]

    found = errors(form(SEVERAL, choices=choices))

    assert place(found) == [("space-in-choice", "choices", "C6")]


def test_a_doubled_choice_is_found_unless_the_form_allows_it():
    doubled = [*COLOURS, ["colours", "red", "Crimson"]]

    found = errors(form(ONE, choices=doubled))
    allowed = errors(form(ONE, choices=doubled, allow_choice_duplicates="yes"))

    assert place(found) == [("doubled-choice", "choices", "C8")]
    assert allowed == []


def test_a_language_with_two_names_is_found_where_it_is_second():
    book = openpyxl.Workbook()
    survey, choices = book.active, book.create_sheet("choices")
    assert survey is not None
    survey.title = "survey"
    survey.append(["type", "name", "label::English (en)", "label::Français (fr)"])
    survey.append(["select_one colours", "colour", "Which?", "Laquelle ?"])
    choices.append(["list_name", "name", "label::English(en)", "label::Français (fr)"])
    choices.append(["colours", "red", "Red", "Rouge"])

    found = errors(saved(book), name="colours.xlsx")

    assert place(found) == [("language-name", "choices", "C1")]
    assert "English (en)" in found[0].fix


def test_a_language_without_a_code_is_advised_to_have_one():
    book = openpyxl.Workbook()
    survey = book.active
    assert survey is not None
    survey.title = "survey"
    survey.append(["type", "name", "label::English", "hint::English", "label::fr"])
    survey.append(["text", "a", "Which?", "One", "Laquelle ?"])

    found = [one for one in check_form(saved(book)) if one.code == "language-code"]

    assert place(found) == [("language-code", "survey", "C1")]
    assert "English (en)" in found[0].fix


def saved(book: openpyxl.Workbook) -> bytes:
    """A workbook as a file."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_column_that_readers_drop_is_found():
    book = openpyxl.Workbook()
    survey = book.active
    assert survey is not None
    survey.title = "survey"
    survey.append(["type", "name", "label", "fw::purpose", "relevent", "label"])
    survey.append(["text", "a", "A", "figures"])

    found = check_form(saved(book), name="a.xls")
    codes = {one.code: (one.level, one.cell) for one in found}

    assert codes["dropped-column"] == (Level.ERROR, "D1")
    assert codes["misspelt-column"] == (Level.WARNING, "E1")
    assert codes["doubled-column"] == (Level.ERROR, "F1")
    assert codes["wrong-ending"] == (Level.WARNING, None)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["deviceid", "device", ""], "takes-too-much"),
        (["audit", "audit", ""], "takes-too-much"),
        (["geopoint", "where", "Where was it?"], "takes-too-much"),
        (["text", "home", "Your home address"], "identifies"),
        (["text", "phone", "A number to call"], "identifies"),
        (AGE, "no-purpose"),
    ],
)
def test_what_asks_for_too_much_is_a_warning(row, code):
    found = check_form(form(row))

    assert code in {one.code for one in found if one.level is Level.WARNING}


@pytest.mark.parametrize(
    ("rule", "is_told"),
    [
        ("regex(., '[0-9]{4}')", True),
        ("regex(., '^[0-9]{4}$')", False),
        ("boolean-from-string(.)", True),
        (". > 3", False),
    ],
)
def test_what_behaves_differently_in_collect_is_a_warning(rule, is_told):
    found = check_form(form(["text", "a", "A", "", rule]))

    assert ("differs-in-collect" in {one.code for one in found}) is is_told


def test_rules_that_are_right_are_left_alone():
    rows = [
        AGE,
        [*ONE, "", "", "", "name != 'blue' or ${age} > 3"],
        SEVERAL,
        ["begin group", "more", "More", "selected(${colours_seen}, 'red') and ${colour} = 'red'"],
        ["text", "why", "Why ${colour}?", "", "string-length(.) < 40 and . != 'it\u2019s'", "", "", "yes"],
        ["calculate", "double", "", "", "", "if(${age} != '', ${age} * 2, 0)"],
        ["end group", "", ""],
    ]  # fmt: skip

    assert errors(form(*rows)) == []


def test_the_questionnaire_of_the_house_has_nothing_wrong():
    found = check_form(DEFAULT.read_bytes(), name=DEFAULT.name)

    assert [one for one in found if one.code != "untranslated"] == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nonsense",
        b"PK\x03\x04 torn",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 torn",
        b"survey,\n",
        b'survey,\n,"type',
        b"survey,\n,type,name\n,text,\x00",
    ],
)
def test_a_file_that_is_no_questionnaire_is_one_kind_sentence(content):
    found = errors(content)

    assert found
    assert all(one.message.endswith(".") for one in found)


def test_a_spreadsheet_that_swells_is_not_unpacked():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b" " * 70_000_000)

    found = errors(file.getvalue())

    assert [one.code for one in found] == ["unreadable"]
    assert "too large" in found[0].message


@given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=8), max_size=6))
def test_whatever_stands_in_the_cells_every_finding_has_a_place(rows):
    for one in check_form(form(*rows)):
        assert one.message
        assert one.cell is None or (one.row and one.column)


@given(st.text(max_size=60))
def test_whatever_is_written_as_a_rule_is_read_or_refused(rule):
    check_form(form(AGE, ["text", "b", "B", rule, rule, rule, rule]))


def test_columns_are_named_as_in_spreadsheets():
    assert [letters(index) for index in (0, 25, 26, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
    ]


def test_the_command_prints_cells_for_people_and_for_machines(tmp_path, capsys):
    file = tmp_path / "colours.csv"
    file.write_bytes(form(AGE, ["text", "b", "B", "${age} == 3"]))

    code = main(["questionnaire", "check", str(file), "--json"])
    told = json.loads(capsys.readouterr().out)["findings"]
    main(["questionnaire", "check", str(file)])
    printed = capsys.readouterr().out

    assert code == 1
    wrong = [one for one in told if one["level"] == "error"]
    assert [
        (one["sheet"], one["row"], one["column"], one["cell"]) for one in wrong
    ] == [("survey", 4, "relevant", "E4")]
    assert "survey E4 relevant" in printed
    assert "Write = instead of ==" in printed


def test_what_only_the_standard_s_reader_finds_has_the_row_that_is_shown():
    found = errors(form(["text", "meta", "A"]))

    assert [(one.sheet, one.row) for one in found] == [("survey", 3)]
    assert "Row 3" in found[0].message
