"""Two versions of a questionnaire, compared in words that somebody who writes no formulas reads."""

import pytest

from fairwitness.surveys.comparing import compare, reworded
from fairwitness.surveys.wording import spell_out
from fairwitness.surveys.xlsform import default_form
from tests.sheets import form_of, list_of, question

YES_NO = list_of("yn", "yes", "no")
SAW = question("saw", "select_one yn")
AGE = question("age", "integer")
TOWN = question("town")


def asked(*rows, choices=YES_NO, **settings):
    return form_of(*rows, choices=choices, **settings)


def lines_of(before, after):
    """What changed, as (question, about, before, after)."""
    return {
        (one.key, line.about, line.before, line.after)
        for one in compare(before, after).changed
        for line in one.lines
    }


def test_a_form_is_the_same_as_itself():
    assert compare(default_form(), default_form()).is_same


def test_what_was_added_and_removed_is_named_by_its_words():
    found = compare(asked(SAW, AGE), asked(SAW, TOWN))

    assert [(one.key, one.title) for one in found.added] == [("town", "Town")]
    assert [(one.key, one.title) for one in found.removed] == [("age", "Age")]
    assert found.changed == ()


def test_options_are_added_retired_reworded_and_turned_round():
    after = list_of("yn", "no", "unsure")
    after[0]["label"] = "Not at all"

    told = lines_of(asked(SAW), asked(SAW, choices=after))

    assert told == {
        ("saw", "Option added", "", "Unsure (unsure)"),
        ("saw", "Option retired", "Yes (yes)", ""),
        ("saw", "The words of the option no", "No", "Not at all"),
    }
    turned = lines_of(asked(SAW), asked(SAW, choices=YES_NO[::-1]))
    assert turned == {("saw", "The order of the options is another one", "", "")}


def test_a_rule_is_spelled_out_before_and_after():
    before = asked(SAW, {**AGE, "relevant": "${saw} = 'yes'"})
    after = asked(
        SAW, {**AGE, "relevant": "${saw} != 'no'", "constraint": ". >= 18 and . < 120"}
    )

    assert lines_of(before, after) == {
        ("age", "When it is asked", "“Saw” is “Yes”", "“Saw” is not “No”"),
        (
            "age",
            "Which answers are taken",
            "",
            "the answer is at least 18 and the answer is less than 120",
        ),
    }


def test_a_question_that_stands_elsewhere_says_where():
    told = lines_of(asked(SAW, AGE, TOWN), asked(TOWN, SAW, AGE))

    assert told == {("town", "It stands elsewhere now", "", "at the beginning")}


def test_a_question_that_moves_into_a_group_keeps_its_rules():
    rule = {**AGE, "relevant": "${saw} = 'yes'"}
    group = [
        {"type": "begin group", "name": "inner", "label": "Inner"},
        SAW,
        rule,
        {"type": "end group"},
    ]

    found = compare(asked(SAW, rule), asked(*group))

    assert [one.what for one in found.added] == ["group"]
    assert found.changed == ()


def test_texts_are_compared_language_by_language():
    bare = {name: told for name, told in AGE.items() if name != "label"}
    before = asked({**bare, "label::English (en)": "Age?"})
    after = asked(
        {**bare, "label::English (en)": "Age?", "label::Français (fr)": "Âge ?"}
    )

    found = compare(before, after)

    assert {line.about for line in found.whole} == {"Language added"}
    (line,) = found.changed[0].lines
    assert (line.language, line.before, line.after) == ("fr", "", "Âge ?")


def test_another_kind_of_answer_and_another_section_are_said():
    before = asked({**AGE, "bind::fw:section": "narrative"})
    after = asked({**AGE, "type": "text", "bind::fw:section": "identity"})

    assert lines_of(before, after) == {
        ("age", "What kind of answer it takes", "integer", "text"),
        ("age", "Which sealed section the answer goes into", "narrative", "identity"),
    }


def test_an_option_is_compared_with_the_last_time_it_was_offered():
    gone = list_of("yn", "no")
    back = [*gone, {"list_name": "yn", "name": "yes", "label": "Yes, often"}]
    earlier = [asked(SAW), asked(SAW, choices=gone)]

    (one,) = reworded(earlier, asked(SAW, choices=back))

    assert (one.key, one.code, one.before, one.after) == (
        "saw",
        "yes",
        "Yes",
        "Yes, often",
    )
    assert reworded(earlier, asked(SAW)) == ()


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("", ""),
        ("true()", "always"),
        ("selected(${saw}, 'yes')", "“Saw” includes “Yes”"),
        ("${town} != ''", "“Town” is not empty"),
        ("count-selected(${saw}) > 1", "the number of answers to “Saw” is more than 1"),
        ("not(${age} <= 3)", "not (“Age” is at most 3)"),
        ("${town} = 'a = b'", "“Town” is “a = b”"),
        ("pulldata('x', 'y', 'z', ${town})", "pulldata('x', 'y', 'z', “Town”)"),
        ("today() > date('2026-01-01')", "today is more than date('2026-01-01')"),
    ],
)
def test_a_rule_reads_as_a_sentence(rule, words):
    form = asked(SAW, AGE, TOWN, question("last", relevant=rule))

    assert spell_out(form.by_key["last"].relevant, form) == words
