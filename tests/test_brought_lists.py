"""What is not typed: choices from elsewhere, what a device would fill in, what can only be read."""

import datetime as dt
import json
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from fairwitness.cli import main
from fairwitness.surveys.brought import list_in
from fairwitness.surveys.checking import Level, check_form
from fairwitness.surveys.files import UnreadableForm
from fairwitness.surveys.headless import run_form
from fairwitness.surveys.journey import Journey
from fairwitness.surveys.logic import Occasion, work_out
from fairwitness.surveys.questions import Kind, Part
from fairwitness.surveys.xlsform import read_form
from tests.sheets import form_of, question, sheet_of
from tests.test_checking import form

NOW = dt.datetime(2026, 3, 31, 12, tzinfo=dt.UTC)


def cascading() -> bytes:
    """Towns on a sheet of their own, chosen by the district."""
    book = Workbook()
    survey = book.worksheets[0]
    survey.title = "survey"
    for row in (
        ["type", "name", "label::English (en)", "choice_filter"],
        ["select_one districts", "district", "Which district?"],
        ["select_one_external towns", "town", "Which town?", "district=${district}"],
    ):
        survey.append(row)
    choices = book.create_sheet("choices")
    choices.append(["list_name", "name", "label::English (en)"])
    choices.append(["districts", "north", "North"])
    choices.append(["districts", "south", "South"])
    towns = book.create_sheet("external_choices")
    towns.append(["list_name", "name", "label::English (en)", "district"])
    towns.append(["towns", "mill", "Mill", "north"])
    towns.append(["towns", "quay", "Quay", "south"])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_list_on_a_sheet_of_its_own_is_offered_as_its_filter_says():
    questionnaire = read_form(cascading())
    town = questionnaire.by_key["town"]

    state = work_out(questionnaire, {"district": "south"})
    right = run_form(questionnaire, {"district": "south", "town": "quay"})
    wrong = run_form(questionnaire, {"district": "south", "town": "mill"})

    assert town.kind is Kind.ONE
    assert [state.words(one.label) for one in state.choices(town)] == ["Quay"]
    assert right.errors == {}
    assert set(wrong.errors) == {"town"}
    assert questionnaire.unsupported == ()


TOWNS = {
    "towns.csv": b"name,label,mayor\nmill,Mill,Ana\nquay,Quay,Bo\n",
    "towns.xml": b"<root><item><name>mill</name><label>Mill</label><mayor>Ana</mayor></item>"
    b"<item><name>quay</name><label>Quay</label><mayor>Bo</mayor></item></root>",
    "towns.geojson": json.dumps(
        {
            "features": [
                {
                    "id": name,
                    "properties": {"title": title, "mayor": mayor},
                    "geometry": {"type": "Point", "coordinates": [13, 52]},
                }
                for name, title, mayor in (
                    ("mill", "Mill", "Ana"),
                    ("quay", "Quay", "Bo"),
                )
            ]
        }
    ).encode(),
}


@pytest.mark.parametrize("name", TOWNS)
def test_a_list_in_a_file_beside_the_form_is_offered_and_looked_up(
    tmp_path, capsys, name
):
    looked_up = (
        "pulldata('towns', 'mayor', 'name', ${town})"
        if name.endswith(".csv")
        else "instance('towns')/root/item[name = ${town}]/mayor"
    )
    asked = form(
        [f"select_one_from_file {name}", "town", "Which town?"],
        ["calculate", "m", "", "", "", looked_up],
    )
    (tmp_path / "form.csv").write_bytes(asked)
    (tmp_path / name).write_bytes(TOWNS[name])
    (tmp_path / "answers.json").write_text('{"town": "quay"}')

    code = main(
        ["questionnaire", "answer", str(tmp_path / "form.csv"),
         str(tmp_path / "answers.json"), "--json"]
    )  # fmt: skip

    told = json.loads(capsys.readouterr().out)
    assert code == 0
    assert told["submission"] == {"town": "quay", "m": "Bo"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("towns.xml", b"<!DOCTYPE x []><root/>"),
        ("towns.xml", b"<root>"),
        ("towns.geojson", b"{}"),
        ("towns.geojson", b"[1]"),
        ("towns.txt", b"name"),
        ("towns.csv", b"name\n" + b"a\n" * 20_001),
    ],
)
def test_a_file_that_is_no_list_is_refused(name, content):
    with pytest.raises(UnreadableForm):
        list_in(content, name)


def test_what_a_device_would_fill_stays_empty_and_is_not_sent():
    asked = form(
        ["deviceid", "device", ""],
        ["today", "day", ""],
        ["start", "begun", ""],
        ["uri:phonenumber", "number", ""],
        ["text", "late", "Why so late?", "${day} > '2026-01-01'"],
        ["note", "seen", "Device ${device}, on ${day}."],
    )
    questionnaire = read_form(asked)

    state = work_out(questionnaire, {}, occasion=Occasion(now=NOW))
    outcome = run_form(questionnaire, {}, occasion=Occasion(now=NOW))
    said = {one.code: one.cell for one in check_form(asked) if one.row}

    note = questionnaire.by_key["seen"]
    assert state.words(note.label, note) == "Device , on 2026-03-31."
    assert outcome.relevant == ("late", "seen")
    assert outcome.submission == {}
    assert outcome.calculated == {}
    assert questionnaire.unsupported == ()
    assert said["takes-too-much"] == "B6"
    assert said["not-kept"] == "B5"


def test_what_can_only_be_read_is_shown_and_stays_as_it_is():
    questionnaire = form_of(
        question("fixed", read_only="yes", default="before"),
        question("age", "integer"),
        question("double", "integer", calculation="${age} * 2", read_only="yes"),
        question("then", read_only="${age} > 3"),
    )
    journey = Journey(questionnaire, {"age": "5", "then": "kept"}, Part.REPORT)

    outcome = run_form(questionnaire, {"fixed": "changed", "age": 5, "double": 7})
    told = [
        journey.check(journey.page(name), {name: "9"})[0][name]
        for name in ("fixed", "double", "then")
    ]

    assert outcome.submission == {"fixed": "before", "age": "5", "double": "10"}
    assert told == ["before", "10", "kept"]


def test_a_rule_that_waits_for_a_change_is_refused_by_name():
    asked = sheet_of(
        [question("a"), question("b", "calculate", calculation="now()", trigger="${a}")]
    )

    found = [one for one in check_form(asked) if one.level is Level.ERROR]

    assert [(one.code, one.column) for one in found] == [
        ("unsupported-rule", "trigger")
    ]


VECTORS = Path(__file__).with_name("vectors")


@pytest.mark.parametrize("name", ["ages.xls", "ages.xlsx"])
def test_a_workbook_of_1997_is_read_whatever_it_is_called(name):
    content = (VECTORS / "ages.xls").read_bytes()

    questionnaire = read_form(content)
    said = {one.code for one in check_form(content, name=name)}

    assert {each.key: each.default for each in questionnaire.questions} == {
        "age": "7",
        "day": "2026-03-31",
        "b": "1.5",
    }
    assert ("wrong-ending" in said) is (name == "ages.xlsx")


def test_a_far_cell_of_a_workbook_of_1997_is_refused():
    (found,) = check_form((VECTORS / "far.xls").read_bytes())

    assert (found.code, found.cell) == ("too-much", "IV65536")
