"""A form that is run without pages, and rules that are evaluated one by one."""

import json

import pytest

from fairwitness.cli import main
from fairwitness.surveys.answers import Trouble
from fairwitness.surveys.expressions import TooCostly
from fairwitness.surveys.headless import run_form
from fairwitness.surveys.xlsform import read_form
from tests.test_checking import AGE, SEVERAL, form

ADULTS = form(
    [*AGE, "", ". < 130", "", "", "yes"],
    ["select_one colours", "colour", "Which one?", "${age} >= 18"],
    [*SEVERAL, "", "count-selected(.) < 2"],
    ["calculate", "next", "", "", "", "${age} + 1"],
    ["note", "thanks", "Thank you"],
)


def test_what_answers_lead_to_is_told_and_the_rest_is_left_out():
    outcome = run_form(read_form(ADULTS), {"age": 12, "colour": "red"})

    assert outcome.relevant == ("age", "colours_seen", "thanks")
    assert outcome.errors == {}
    assert outcome.calculated == {"next": "13"}
    assert outcome.submission == {"age": "12", "next": "13"}


def test_what_is_wrong_with_an_answer_is_told_beside_it():
    given = {"age": "200", "colour": "green", "colours_seen": ["red", "blue"], "x": 1}

    outcome = run_form(read_form(ADULTS), given)

    assert {key: one.trouble for key, one in outcome.errors.items()} == {
        "age": Trouble.AGAINST_RULE,
        "colour": Trouble.NOT_A_CHOICE,
        "colours_seen": Trouble.AGAINST_RULE,
    }
    assert outcome.unknown == ("x",)


def test_an_answer_that_must_be_given_is_missed():
    outcome = run_form(read_form(ADULTS), {})

    assert outcome.errors["age"].trouble is Trouble.MISSING


HOUSE = form(
    ["begin repeat", "people", "People"],
    ["text", "who", "Who?", "", "", "", "", "yes"],
    AGE,
    ["begin repeat", "pets", "Pets", "${age} >= 18"],
    ["text", "pet", "Which pet of ${who}?"],
    ["end repeat", "", ""],
    ["text", "school", "Which school?", "${age} < 18", "string-length(.) > string-length(${who})"],
    ["calculate", "place", "", "", "", "position(..)"],
    ["end repeat", "", ""],
    ["calculate", "together", "", "", "", "sum(${age})"],
    ["calculate", "how_many", "", "", "", "count(${people})"],
)  # fmt: skip


def test_repeats_in_repeats_are_worked_out_each_time():
    given = {
        "people": [
            {"who": "Ana", "age": 40, "pets": [{"pet": "Rex"}, {"pet": "Tom"}]},
            {"age": 9, "school": "A", "pets": [{"pet": "Jo"}]},
        ]
    }

    outcome = run_form(read_form(HOUSE), given)

    assert outcome.relevant == ("who~1", "age~1", "pet~1-1", "pet~1-2", "who~2", "age~2", "school~2")  # fmt: skip
    assert {key: one.trouble for key, one in outcome.errors.items()} == {
        "who~2": Trouble.MISSING
    }
    assert outcome.submission == {
        "people": [
            {"who": "Ana", "age": "40", "pets": [{"pet": "Rex"}, {"pet": "Tom"}], "place": "1"},
            {"age": "9", "school": "A", "place": "2"},
        ],
        "together": "49",
        "how_many": "2",
    }  # fmt: skip


COUNTED = [["survey"], ["", "type", "name", "label", "repeat_count"],
    ["", "integer", "how_many", "How many?", ""],
    ["", "begin repeat", "visits", "Visits", "${how_many}"],
    ["", "text", "where", "Where?", ""],
    ["", "end repeat", "", "", ""],
    ["", "text", "after", "And then?", ""]]  # fmt: skip


def sheet(rows: list[list[str]]) -> bytes:
    """Rows as CSV."""
    return "\n".join(",".join(row) for row in rows).encode()


@pytest.mark.parametrize(
    ("told", "asked"), [(2, ("where~1", "where~2")), (0, ()), ("", ()), (-1, ())]
)
def test_a_repeat_that_is_counted_stands_as_often_as_was_said(told, asked):
    outcome = run_form(read_form(sheet(COUNTED)), {"how_many": told})

    assert outcome.relevant == ("how_many", *asked, "after")


def test_a_repeat_that_would_stand_too_often_is_refused():
    with pytest.raises(TooCostly, match="more than 200 times"):
        run_form(read_form(sheet(COUNTED)), {"how_many": 100_000})


def test_the_command_runs_a_form(tmp_path, capsys):
    (tmp_path / "adults.csv").write_bytes(ADULTS)
    (tmp_path / "answers.json").write_text(
        '{"age": 44.0, "colour": "red", "colours_seen": "blue"}'
    )

    arguments = [str(tmp_path / "adults.csv"), str(tmp_path / "answers.json")]
    code = main(["questionnaire", "answer", *arguments, "--json"])
    told = json.loads(capsys.readouterr().out)

    assert code == 0
    assert told["submission"] == {
        "age": "44", "colour": "red", "colours_seen": ["blue"], "next": "45",
    }  # fmt: skip
    assert main(["questionnaire", "answer", *arguments]) == 0
    assert "colour: red" in capsys.readouterr().out


@pytest.mark.parametrize("written", ["[]", "no json", '{"age": '])
def test_answers_that_are_no_answers_are_refused(tmp_path, capsys, written):
    (tmp_path / "adults.csv").write_bytes(ADULTS)
    (tmp_path / "answers.json").write_text(written)

    code = main(
        [
            "questionnaire",
            "answer",
            str(tmp_path / "adults.csv"),
            str(tmp_path / "answers.json"),
        ]
    )

    assert code == 1
    assert "answers.json is not JSON" in capsys.readouterr().err


def test_the_command_evaluates_rules_one_by_one(tmp_path, capsys):
    (tmp_path / "told.xml").write_text(
        "<data><age>42</age><who><name>Ana</name></who><who><name>Bo</name></who></data>"
    )
    (tmp_path / "rules.txt").write_text(
        "/data/age + 1\n\ncount(/data/who) = 2\n/data/who/name\nconcat('a', 'b')\n0 div 0\nnosuch(1)\n1 +\n"
    )

    code = main(
        [
            "questionnaire",
            "evaluate",
            str(tmp_path / "told.xml"),
            str(tmp_path / "rules.txt"),
            "--json",
        ]
    )
    told = json.loads(capsys.readouterr().out)

    assert code == 1
    assert told["/data/age + 1"] == {"type": "number", "value": 43}
    assert told["count(/data/who) = 2"] == {"type": "boolean", "value": True}
    assert told["/data/who/name"] == {"type": "nodeset", "value": ["Ana", "Bo"]}
    assert told["concat('a', 'b')"] == {"type": "string", "value": "ab"}
    assert told["0 div 0"] == {"type": "number", "value": "NaN"}
    assert "nosuch()" in told["nosuch(1)"]["error"]
    assert "ends too early" in told["1 +"]["error"]


@pytest.mark.parametrize(
    ("given", "trouble"),
    [
        ({"people": 3}, {"people": Trouble.NOT_TIMES, "who~1": Trouble.MISSING}),
        ({"people": {"who": "Ida"}}, {"people": Trouble.NOT_TIMES, "who~1": Trouble.MISSING}),
        ({"people": [{"who": "Ida"}, 7]}, {"people~2": Trouble.NOT_TIMES, "who~2": Trouble.MISSING}),
        ({"people": [{"who": {"first": "Ida"}}]}, {"who~1": Trouble.NOT_ONE}),
        ({"people": [{"who": ["Ida", "Bo"]}]}, {"who~1": Trouble.NOT_ONE}),
        ({"people": [{"who": "Ida", "age": [3]}]}, {"age~1": Trouble.NOT_ONE}),
        ({"people": [{"who": "Ida", "age": True}]}, {"age~1": Trouble.NOT_A_NUMBER}),
        ({"people": [{"who": "Ida", "age": float("nan")}]}, {"age~1": Trouble.NOT_A_NUMBER}),
    ],
)  # fmt: skip
def test_an_answer_of_another_kind_is_told_and_never_written_down(given, trouble):
    outcome = run_form(read_form(HOUSE), given)

    assert {key: one.trouble for key, one in outcome.errors.items()} == trouble
    assert "{" not in str(outcome.submission.get("people", [{}])[0].get("who", ""))


def test_answers_may_stand_in_the_groups_of_the_form():
    grouped = form(
        ["begin group", "outer", "Outer"],
        ["begin group", "inner", "Inner"],
        ["decimal", "share", "Which share?"],
        ["end group", "", ""],
        ["end group", "", ""],
    )

    nested = run_form(read_form(grouped), {"outer": {"inner": {"share": 1e-7}}})
    flat = run_form(read_form(grouped), {"share": "0.0000001"})

    assert nested == flat
    assert nested.submission == {"share": "0.0000001"}


def test_the_command_tells_wrong_use_from_wrong_answers(tmp_path, capsys):
    (tmp_path / "form.csv").write_bytes(ADULTS)
    (tmp_path / "deep.json").write_text('{"age": ' + "[" * 99_999 + "]" * 99_999 + "}")
    paths = [str(tmp_path / name) for name in ("form.csv", "deep.json", "none.json")]

    assert main(["questionnaire", "answer", paths[0], paths[1]]) == 1
    assert "is not JSON of the kind" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(["questionnaire", "answer", paths[0], paths[2]])
    assert ended.value.code == 2
    assert "There is no file none.json." in capsys.readouterr().err
