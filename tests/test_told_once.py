"""What `or_other` adds, and what is told once alone: the survey part, and the part after sending."""

import pytest

from fairwitness.surveys.actions import publish_version
from fairwitness.surveys.checking import check_form
from fairwitness.surveys.fitness import NotFit, obstacles, require_fit
from fairwitness.surveys.questions import Part
from fairwitness.surveys.xlsform import read_form
from tests.publishable import publishable
from tests.sheets import form_of, list_of, question
from tests.walking import Walker

TOWNS = {"towns": [("east", "East"), ("west", "West")]}
ASKED = {"type": "select_one towns or_other", "name": "town", "label": "Where?"}
FRENCH = "Français (fr)"


@pytest.mark.parametrize("part", ["report", "about"])
def test_the_question_of_or_other_belongs_to_the_one_before_it(part):
    section = {} if part == "about" else {"bind::fw:section": "others"}
    sheet = publishable({**ASKED, "bind::fw:part": part, **section}, choices=TOWNS)

    form = require_fit(sheet)

    first, added = form.by_key["town"], form.by_key["town_other"]
    assert (added.part, added.section) == (part, first.section)
    assert (added.asked_for, added.purpose) == (first.asked_for, first.purpose)
    assert not added.fact
    assert added.label["ar"].plain == "ما هو؟ اكتبه بكلماتك."
    assert form.lists["towns"][-1].label["ar"].plain == "غير ذلك"


def test_or_other_in_a_form_without_languages_is_in_english():
    form = form_of(
        question("town", "select_one towns or_other"), choices=list_of("towns", "east")
    )

    added = form.by_key["town_other"]
    assert added.label[form.default_language].plain.startswith("What was it?")
    assert added.part == Part.REPORT


def test_an_own_question_of_that_name_keeps_its_words():
    form = form_of(
        question("town", "select_one towns"),
        question("town_other", label="Which one?", relevant="selected(${town}, 'other')"),
        choices=list_of("towns", "east", "other"),
    )  # fmt: skip

    assert [one.plain for one in form.by_key["town_other"].label.values()] == ["Which one?"]  # fmt: skip
    assert [one.plain for one in form.lists["towns"][1].label.values()] == ["Other"]


def test_in_a_language_that_we_do_not_speak_it_is_shown_in_english_and_marked(
    centre, lea
):
    sheet = publishable(ASKED, choices=TOWNS, also=(FRENCH,))
    publish_version(sheet, name="Towns", by=lea)
    walker = Walker()
    walker.begin()

    walker.post(walker.at, language="fr")
    page = walker.page.content.decode()
    assert '<span lang="en" dir="ltr">Other' in page
    walker.post(town="other")

    assert "What was it? Say it in your own words." in walker.text
    assert "<bdi>English</bdi>" in walker.page.content.decode()


def test_the_checker_says_in_which_languages_the_words_of_or_other_are_missing():
    ours = check_form(publishable(ASKED, choices=TOWNS))
    more = check_form(publishable(ASKED, choices=TOWNS, also=(FRENCH,)))

    assert not [one for one in ours if one.code == "untranslated"]
    (found,) = [one for one in more if one.code == "untranslated"]
    assert FRENCH in found.message


def test_the_survey_part_takes_no_words_of_somebodys_own():
    survey = {"bind::fw:part": "survey", "bind::fw:section": "", "bind::fw:purpose": "answers"}  # fmt: skip
    sheet = publishable({**ASKED, "name": "area", **survey}, choices=TOWNS)

    (found,) = obstacles(read_form(sheet))

    assert (found.code, found.name, found.column) == ("words-in-survey", "area", "type")
    assert "choices alone" in found.message


@pytest.mark.parametrize("part", ["survey", "about"])
def test_nothing_is_told_several_times_outside_of_a_report(part):
    sheet = publishable(
        {"type": "begin repeat", "name": "people", "label": "People"},
        {**ASKED, "type": "select_one towns"},
        {"type": "end repeat"},
        choices=TOWNS,
    ).replace(b"begin repeat,people,People,People,report", f"begin repeat,people,People,People,{part}".encode())  # fmt: skip
    assert part.encode() in sheet

    (warned,) = [one for one in check_form(sheet) if one.code.startswith("repeat-in")]
    with pytest.raises(NotFit) as refused:
        require_fit(sheet)

    assert (warned.code, warned.column) == (f"repeat-in-{part}", "type")
    assert warned.row is not None
    assert warned.message in str(refused.value)
    assert warned.fix in str(refused.value)
