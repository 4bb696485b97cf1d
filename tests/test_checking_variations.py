"""The mistakes of authors in other dress: other columns, other sheets, other signs, other files."""

import csv
import io
from typing import Any

import pytest

from fairwitness.surveys.checking import Finding, Level, check_form
from tests.sheets import Rows, list_of, question, sheet_of

KINDS = list_of("kinds", "words", "threat")
YES_NO = list_of("yesno", "yes", "no")
HAPPENED = question("happened", "select_one yesno")
KIND = question("kinds", "select_multiple kinds")
AGE = question("age", "integer")
REPEAT = [
    question("people", "begin repeat"),
    question("years", "integer"),
    {"type": "end repeat"},
]
ALL = [HAPPENED, KIND, AGE, *REPEAT]
LAST = len(ALL) + 2  # the row behind them


def found_in(
    *survey: dict[str, Any], choices: Rows = (*KINDS, *YES_NO), **settings: Any
) -> list[Finding]:
    """What the check says, without what it says of every form in these tests."""
    content = sheet_of([*ALL, *survey], choices, settings)
    return [one for one in check_form(content) if one.code != "no-purpose"]


def errors(*survey: dict[str, Any], **more: Any) -> list[Finding]:
    return [one for one in found_in(*survey, **more) if one.level is Level.ERROR]


def places(found: list[Finding]) -> list[tuple[str, str | None, int | None, Any]]:
    return [(one.code, one.sheet, one.row, one.column) for one in found]


def asked(**columns: Any) -> dict[str, Any]:
    return question("more", **columns)


@pytest.mark.parametrize(
    ("rule", "code", "fix"),
    [
        ("(${kinds}) = 'words'", "equals-on-multiple", "selected(${kinds}, 'words')"),
        ("string(${kinds}) = 'words'", "equals-on-multiple", "selected("),
        ("${kinds} = ${happened}", "equals-on-multiple", "selected(${kinds}, ${happened})"),
        ("'words' != (${kinds})", "equals-on-multiple", "selected("),
        ("(${happened}) = 'maybe'", "unknown-choice", "yesno"),
        ("${age} => 3", "wrong-operator", "Write >= instead of =>."),
        ("${age} =< 3", "wrong-operator", "Write <= instead of =<."),
        ("${age} <> 3", "wrong-operator", "Write != instead of <>."),
        ("${age} \u2265 3", "wrong-operator", "Write >= instead of \u2265."),
        ("${age} > 3 AND ${age} < 9", "wrong-operator", "Write and instead of AND."),
        ("${age} > 3 or ${age} is 2", "wrong-operator", "Write = instead of is."),
        ("${happened} = \u201eyes\u201c", "curly-quotes", "Type ' or"),
        ("${happened} = \u00abyes\u00bb", "curly-quotes", "Type ' or"),
        ("${happened} = `yes`", "curly-quotes", "Type ' or"),
        ("${age} > today", "bare-name", "Write today(…)"),
        ("${age > 3", "bad-reference", "Write ${age"),
        ("${ age } > 3", "bad-reference", "Write ${age}."),
        (". > 3", "names-itself", "Name another question"),
        ("jr:choice-name(${happened}, ${happened}) = 'Yes'", "unsupported-rule", "Write '${happened}'"),
        ("${happened} = 'yes' or 'no'", "always-true", "or ${name} = 'no'"),
        ("count(instance('yesnoo')/root/item) > 1", "unknown-list", "Did you mean yesno?"),
        ("count(instance(${happened})/root) > 1", "unsupported-rule", "between quotes"),
        ("pulldata(${happened}, 'a', 'b', 'c') = 1", "unsupported-rule", "between quotes"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_rule_is_told_with_its_remedy(rule, code, fix):
    found = errors(asked(relevant=rule))

    assert places(found) == [(code, "survey", LAST, "relevant")]
    assert fix in found[0].fix
    assert "Q_" not in found[0].message


@pytest.mark.parametrize(
    "rule",
    [
        "sum(${years}) = 'words'",
        "count-selected(${kinds}) = 1",
        "string-length(${kinds}) = 0",
        "not(${kinds} = '')",
        "${kinds} != '' and (${age}) = 3",
        "${people}[years > 3]/years = 3",
        "count(${people}[. != '']) > 0",
        "current()/../age > 3",
        "jr:choice-name(selected-at(${kinds}, 0), '${kinds}') = 'Words'",
        "${happened} = 'yes' or 'no' = ${happened}",
        "count(instance('yesno')/root/item[name = 'yes']) > 0",
    ],
)
def test_a_rule_that_only_looks_like_a_mistake_is_left_alone(rule):
    assert not errors(asked(relevant=rule))


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ({"type": "Text", "name": "more", "label": "A"}, "unknown-type", "type"),
        ({"type": "", "name": "more", "label": "A"}, "no-type", "type"),
        ({"type": "calculate", "name": "more"}, "no-calculation", "type"),
        ({"type": "text", "name": "a:b", "label": "A"}, "bad-name", "name"),
        ({"type": "text", "name": "more", "label": "You are ${age"}, "bad-reference", "label"),
        ({"type": "text", "name": "more", "label": "A", "hint": "${ages}"}, "unknown-question", "hint"),
        ({"type": "select_one_from_file areas.xlsx", "name": "more", "label": "A"}, "wrong-file", "type"),
        ({"type": "select_one yesno", "name": "more", "label": "A", "default": "maybe"}, "unknown-choice", "default"),
        ({"type": "select_multiple kinds", "name": "more", "label": "A", "default": "words thread"}, "unknown-choice", "default"),
        ({"type": "select_one yesno", "name": "more", "label": "A", "parameters": "randomize=yes"}, "bad-parameter", "parameters"),
        ({"type": "select_one yesno", "name": "more", "label": "A", "parameters": "seed=3"}, "bad-parameter", "parameters"),
        ({"type": "range", "name": "more", "label": "A", "parameters": "start=a end=9"}, "unreadable", "parameters"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_row_is_found_in_its_cell(row, code, column):
    assert places(errors(row)) == [(code, "survey", LAST, column)]


def test_what_is_written_with_capitals_is_no_group_for_other_readers():
    rows = [{**REPEAT[0], "type": "Begin Repeat", "name": "others"}, AGE, REPEAT[2]]

    found = errors(rows[0], question("again"), {"type": "End Repeat"})

    assert places(found) == [
        ("unknown-type", "survey", LAST, "type"),
        ("unknown-type", "survey", LAST + 2, "type"),
    ]
    assert "Did you mean begin repeat?" in found[0].fix


def test_a_space_in_a_choice_that_is_put_in_order_is_found():
    choices = [*KINDS, *YES_NO, *list_of("places", "first one", "second")]

    found = errors(question("order", "rank places"), choices=choices)

    assert places(found) == [("space-in-choice", "choices", 6, "name")]


def test_a_question_that_a_choice_names_has_to_be_there():
    choices = [*KINDS, *YES_NO, *list_of("more", "same", label="Like ${ages}")]

    found = errors(choices=choices)

    assert places(found) == [("unknown-question", "choices", 6, "label")]
    assert "Did you mean age?" in found[0].fix


def test_a_choice_without_a_translation_is_a_warning():
    choices = [
        {"list_name": "yesno", "name": "yes", "label::English (en)": "Yes", "label::العربية (ar)": "نعم"},
        {"list_name": "yesno", "name": "no", "label::English (en)": "No"},
    ]  # fmt: skip
    survey = [
        {
            "type": "select_one yesno",
            "name": "a",
            "label::English (en)": "A",
            "label::العربية (ar)": "السؤال",
        }
    ]

    found = check_form(sheet_of(survey, choices))

    assert ("untranslated", "choices", 3, "label::العربية (ar)") in places(list(found))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("English (en)", "English"),
        ("English (en)", "english (en)"),
        ("العربية (ar)", "Arabic (ar)"),
        ("Français", "Francais"),
    ],
)
def test_two_spellings_of_a_language_on_one_sheet_are_found(first, second):
    row = {"type": "text", "name": "a", f"label::{first}": "A", f"hint::{second}": "B"}

    found = [one for one in check_form(sheet_of([row])) if one.code == "language-name"]

    assert [one.cell for one in found] == ["D1"]
    assert f"Write {first}" in found[0].fix


def test_two_regions_of_a_language_are_two_languages():
    row = {
        "type": "text",
        "name": "a",
        "label::English (en)": "A",
        "label::English (en-GB)": "A",
    }

    assert not [one for one in check_form(sheet_of([row])) if one.level is Level.ERROR]


@pytest.mark.parametrize(
    ("said", "code", "column"),
    [
        (
            {"instance_name": "concat(${age}, 'x'"},
            "unbalanced-brackets",
            "instance_name",
        ),
        (
            {"instance_name": "concat(${ages}, 'x')"},
            "unknown-question",
            "instance_name",
        ),
    ],
)
def test_a_rule_on_the_sheet_settings_is_checked_too(said, code, column):
    assert places(errors(**said)) == [(code, "settings", 2, column)]


@pytest.mark.parametrize(
    ("column", "meant"),
    [("defualt_language", "default_language"), ("form_titel", "form_title")],
)
def test_a_misspelt_setting_is_a_warning(column, meant):
    content = sheet_of(ALL, [*KINDS, *YES_NO], {column: "x"})

    found = [one for one in check_form(content) if one.code == "misspelt-column"]

    assert [(one.sheet, one.column) for one in found] == [("settings", column)]
    assert meant in found[0].fix


@pytest.mark.parametrize(
    ("kind", "default", "is_told"),
    [
        ("integer", "many", True),
        ("integer", "12", False),
        ("decimal", "1,5", True),
        ("decimal", "-.5", False),
        ("date", "31/12/2026", True),
        ("date", "2026-12-31", False),
        ("date", "today()", False),
        ("time", "noon", True),
        ("text", "anything", False),
    ],
)
def test_a_default_that_is_no_answer_is_a_warning(kind, default, is_told):
    found = found_in(question("more", kind, default=default))

    assert ("bad-default" in [one.code for one in found]) is is_told


@pytest.mark.parametrize(
    ("rule", "is_told"),
    [
        ("${years} > 3", True),
        ("sum(${years}) > 3", False),
        ("string-length(join(' ', ${years})) > 3", False),
        ("indexed-repeat(${years}, ${people}, 1) > 3", False),
        ("coalesce(${age}, 1, 2) > 3", True),
        ("coalesce(${age}, max(1, 2)) > 3", False),
        ("current() > 3", True),
        ("count(${age} | ${happened}) > 1", True),
    ],
)
def test_what_stops_a_form_in_collect_is_a_warning(rule, is_told):
    found = found_in(asked(calculation=rule))

    assert ("differs-in-collect" in [one.code for one in found]) is is_told


def test_a_question_of_the_same_time_of_a_repeat_is_no_difference():
    inside = question("pet", relevant="${years} > 3")

    content = sheet_of([*REPEAT[:2], inside, REPEAT[2]])

    assert "differs-in-collect" not in [one.code for one in check_form(content)]


@pytest.mark.parametrize("dress", ["semicolons", "tabs", "utf-16"])
def test_a_csv_in_other_dress_is_told_how_to_come(dress):
    written = io.StringIO()
    sign = {"semicolons": ";", "tabs": "\t"}.get(dress, ",")
    csv.writer(written, delimiter=sign).writerows(
        [["survey"], ["", "type", "name", "label"], ["", "text", "a", "A"]]
    )
    encoding = dress if dress == "utf-16" else "utf-8"

    found = check_form(written.getvalue().encode(encoding), name="form.csv")

    assert [one.code for one in found] == ["unreadable"]
    assert "CSV UTF-8" in found[0].message
