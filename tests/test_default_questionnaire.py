"""The questionnaire of the house asks what it should, in plain words, in both languages."""

import re
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.surveys import codes
from fairwitness.surveys.answers import Answer, Problem, Unanswered
from fairwitness.surveys.findings import findings_of
from fairwitness.surveys.freezing import freeze, thaw
from fairwitness.surveys.journey import Journey
from fairwitness.surveys.logic import Occasion
from fairwitness.surveys.questions import Choice, Form, Group, Kind, Part, Section, Text
from fairwitness.surveys.xlsform import DEFAULT, default_form, read_form

FORM = default_form()
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
AREAS = (
    Choice("lowmoor", {"en": Text(("Lowmoor",)), "ar": Text(("لومور",))}),
    Choice("eastend", {"en": Text(("Eastend",)), "ar": Text(("إيستند",))}),
)
WHERE = {
    "en": {"place": "the branch", "period": "1 January 2026"},
    "ar": {"place": "الفرع", "period": "1 يناير 2026"},
}
SOMETHING = ("happened_to_me", "saw_or_heard", "help_somebody")


def journey(part, answers=(), language="en"):
    occasion = Occasion(WHERE[language], {"areas": AREAS}, NOON, language=language)
    return Journey(FORM, dict(answers), part, occasion=occasion)


def keys(part, **answers):
    return [page.key for page in journey(part, answers).pages]


def test_it_may_be_published_and_nothing_in_it_is_unsupported():
    assert findings_of(FORM, for_publishing=True) == ()
    assert FORM.unsupported == ()
    assert FORM.warnings == ()


def test_it_is_small_and_read_quickly():
    began = time.perf_counter()

    again = read_form(DEFAULT.read_bytes())

    assert again == FORM == thaw(freeze(FORM), expected_hash=FORM.hash)
    assert time.perf_counter() - began < 3
    assert DEFAULT.stat().st_size < 30_000


def test_it_speaks_english_and_one_language_from_right_to_left():
    assert [(each.code, each.direction) for each in FORM.languages] == [
        ("en", "ltr"),
        ("ar", "rtl"),
    ]


def test_the_campaign_gives_place_and_period_and_the_centre_its_areas():
    first = journey("survey").pages[0].questions[0]

    assert set(FORM.givens) == {"place", "period"}
    assert FORM.external == ("areas",)
    for language, words in WHERE.items():
        said = journey("survey", language=language).state.words(first.label, first)
        assert all(word in said for word in words.values())


# What is asked when


def test_nothing_happened_is_a_full_answer_on_one_page():
    assert keys("survey", about="nothing_happened") == ["about"]
    assert keys("survey", about="rather_not") == ["about"]
    assert keys("survey", about=Unanswered.SKIPPED) == ["about"]


@pytest.mark.parametrize("about", SOMETHING)
def test_something_happened_asks_how_many_age_and_area(about):
    assert keys("survey", about=about) == ["about", "how_many", "age_band", "area"]


def test_the_survey_part_has_no_words_of_an_incident():
    asked = [each for each in FORM.of_part("survey") if each.is_asked]

    assert {each.key for each in asked} == {"about", "how_many", "age_band", "area"}
    assert {each.kind for each in asked} == {Kind.ONE}
    assert {each.section for each in asked} == {""}


def test_an_account_is_asked_in_this_order():
    assert keys("report", young="no", role="happened_to_me") == [
        "young",
        "role",
        "what_happened",
        "when_page",
        "district",
        "setting",
        "type",
        "grounds",
        "told",
    ]


def test_somebody_under_18_meets_people_and_no_form():
    here = journey("report", {"young": "yes", "what_happened": "typed before"})

    assert [page.key for page in here.pages] == ["young", "young_help"]
    assert here.pages[-1].stop == "young_people"
    assert here.prune() == {"young": "yes"}


@pytest.mark.parametrize("role", ["saw_or_heard", "help_somebody"])
def test_only_an_observer_is_asked_about_the_person_it_happened_to(role):
    others = {"others_know", "others_who"}

    assert others <= set(keys("report", role=role))
    assert not others & set(keys("report", role="happened_to_me"))
    assert not others & set(keys("report"))


def test_what_identifies_somebody_else_goes_into_a_section_of_its_own():
    sections = {each.key: each.section for each in FORM.questions if each.is_asked}

    assert [key for key, each in sections.items() if each == Section.OTHERS] == [
        "others_who"
    ]
    assert sections["what_happened"] == Section.NARRATIVE


def test_own_words_are_asked_for_when_somebody_wants_them():
    asked = keys(
        "report", setting="own_words", type=["own_words"], grounds=["age", "own_words"]
    )

    assert {"setting_own_words", "type_own_words", "grounds_own_words"} <= set(asked)
    assert "your_gender_words" in keys("about", your_gender="own_words")


def test_what_came_of_it_is_asked_when_somebody_was_told():
    told = {"what_came", "told_more"}

    assert told <= set(keys("report", told=["police"]))
    assert not told & set(keys("report", told=["nobody"]))
    assert not told & set(keys("report", told=Unanswered.SKIPPED))


def test_nobody_and_somebody_do_not_go_together():
    here = journey("report")

    _cleaned, problems = here.check(here.page("told"), {"told": ["nobody", "police"]})

    assert "Nobody so far" in problems["told"].message


def test_after_sending_the_age_of_young_people_is_not_offered():
    here = journey("about")

    offered = [each.name for each in here.state.choices(FORM.by_key["your_age"])]

    assert offered == [each for each in codes.AgeBand if each != "under_18"]


def test_nothing_but_the_story_asks_for_much_and_nothing_is_required():
    assert [each.key for each in FORM.questions if each.required] == []
    assert not any(
        each.kind in {Kind.DATE, Kind.PLACE, Kind.META} for each in FORM.questions
    )


def test_whatever_is_chosen_a_district_comes_from_the_centres_own_areas():
    here = journey("report")
    page = here.page("district")

    assert here.check(page, {"district": "lowmoor"})[0] == {"district": "lowmoor"}
    assert here.check(page, {"district": "1 Quay Street"})[1]


def test_a_centre_that_named_no_areas_asks_for_no_district():
    occasion = Occasion(WHERE["en"], {"areas": ()}, NOON)

    here = Journey(FORM, {}, "report", occasion=occasion)

    assert "district" in keys("report")
    assert "district" not in [page.key for page in here.pages]


def test_a_page_is_worked_out_in_a_moment():
    assert journey("report").pages
    began = time.perf_counter()

    for _turn in range(50):
        assert journey("report", {"role": "saw_or_heard", "told": ["police"]}).pages

    assert (time.perf_counter() - began) / 50 < 0.02


# Codes

LISTS = {
    "about": codes.About,
    "how_many": codes.HowMany,
    "age_band": codes.AgeBand,
    "yes_no": codes.YesNo,
    "role": codes.Role,
    "about_when": codes.AboutWhen,
    "setting": codes.Setting,
    "type": codes.IncidentType,
    "ground": codes.Ground,
    "told": codes.Told,
    "what_came": codes.WhatCame,
    "gender": codes.Gender,
    "heard_from": codes.HeardFrom,
}


@pytest.mark.parametrize(("name", "enum"), LISTS.items())
def test_the_choices_of_the_form_are_the_codes(name, enum):
    assert [choice.name for choice in FORM.lists[name]] == [each.value for each in enum]


def test_every_list_has_codes_and_every_code_is_plain():
    assert set(FORM.lists) == set(LISTS)
    assert all(
        re.fullmatch("[a-z0-9_]{2,24}", each.value)
        for enum in LISTS.values()
        for each in enum
    )


def test_parts_and_sections_are_those_of_the_house():
    parts = {each.part for each in FORM.questions if each.is_shown}

    assert parts == {each.value for each in Part}


# Words


def _texts(form: Form, language: str):
    for each, _above in form.walk():
        names = ["label"]
        if not isinstance(each, Group):
            names += ["hint", "purpose", "constraint_message"]
        for name in names:
            texts = getattr(each, name)
            if texts:
                yield f"{each.name}.{name}", texts[language].plain
    for name, choices in form.lists.items():
        for choice in choices:
            yield f"{name}.{choice.name}", choice.label[language].plain


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_text_is_there_in_both_languages(language):
    said = dict(_texts(FORM, language))

    other = dict(_texts(FORM, "ar" if language == "en" else "en"))
    assert set(said) == set(other)
    assert all(said.values())


def test_arabic_is_arabic():
    latin = [name for name, text in _texts(FORM, "ar") if re.search("[A-Za-z]", text)]

    assert latin == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_sentence_has_more_than_twenty_words(language):
    long = [
        (name, sentence)
        for name, text in _texts(FORM, language)
        for sentence in re.split(r"[.!?؟]\s", text)
        if len(sentence.split()) > 20
    ]

    assert long == []


AVOIDED = re.compile(
    r"\b(please|sorry|simply|just|easy|invalid|failed|oops|victim|perpetrator|allegation"
    r"|complainant|alleged|claim|brave|may|might|appropriate|relevant|partner|sought|secure"
    r"|anonymous|subject|cases?|permission)\b",
    re.IGNORECASE,
)


def test_no_word_doubts_hurries_or_promises_too_much():
    found = [name for name, text in _texts(FORM, "en") if AVOIDED.search(text)]

    assert found == []
    assert not any("!" in text for _name, text in _texts(FORM, "en"))


def _syllables(word: str) -> int:
    groups = re.findall("[aeiouy]+", word.lower())
    silent = word.lower().endswith("e") and not word.lower().endswith("le")
    return max(1, len(groups) - silent)


def _grade(text: str) -> float:
    """Flesch and Kincaid's reading grade."""
    sentences = [each for each in re.split(r"[.!?:](?:\s|$)", text) if each.strip()]
    words = re.findall("[A-Za-z']+", text)
    per_sentence = len(words) / len(sentences)
    per_word = sum(map(_syllables, words)) / len(words)
    return 0.39 * per_sentence + 11.8 * per_word - 15.59


def test_it_reads_at_grade_eight_or_lower():
    pages: dict[str, str] = {}
    for name, text in _texts(FORM, "en"):
        closed = text if text.endswith((".", "?")) else f"{text}."
        place = name.split(".")[0]
        pages[place] = f"{pages.get(place, '')} {closed}"
    whole = " ".join(pages.values())
    asked = {each.name for each in FORM.questions}

    hard = {place: _grade(text) for place, text in pages.items() if place in asked}

    assert _grade(whole) < 6
    assert {place: grade for place, grade in hard.items() if grade > 8} == {}


# Whatever anybody answers

NAMES = sorted({each.name for choices in FORM.lists.values() for each in choices})
POSTED = st.lists(
    st.sampled_from([*NAMES, *Unanswered, "2026-03", "3", "", "lowmoor"])
    | st.text(max_size=20),
    max_size=4,
)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(list(Part)), st.sampled_from(["en", "ar"]), st.data())
def test_any_answers_end_at_checking_and_none_is_lost(part, language, data):
    answers: dict[str, Answer] = {}
    key = ""
    for _turn in range(40):
        page = journey(part, answers, language).next_page(key)
        if page is None or page.stop:
            break
        here = journey(part, answers, language)
        posted = {each.key: data.draw(POSTED) for each in page.asked}
        cleaned, problems = here.check(page, posted)
        assert all(isinstance(each, Problem) for each in problems.values())
        cleaned = {**here.check(page, {"act": "skip"})[0], **cleaned}
        answers |= cleaned
        key = page.key
    else:
        pytest.fail("the journey does not end")

    sent = journey(part, answers, language).prune()
    assert sent == answers or page is not None or set(sent) < set(answers)
    assert all(sent[name] == answers[name] for name in sent)
