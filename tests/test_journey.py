"""One thing per page: what comes next, what is kept, and that nothing typed is lost."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.surveys.answers import (
    LONGEST_TEXT,
    Answer,
    Problem,
    Trouble,
    Unanswered,
    is_unanswered,
)
from fairwitness.surveys.journey import Journey, NoSuchPage
from fairwitness.surveys.logic import NO_OCCASION, Occasion
from tests.sheets import form_of, list_of, question

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
REPORT = "report"


def pages(form, answers, part, *, occasion=NO_OCCASION):
    return Journey(form, answers, part, occasion=occasion).pages


def next_page(form, answers, part, key=""):
    return Journey(form, answers, part).next_page(key)


def previous_page(form, answers, part, key=""):
    return Journey(form, answers, part).previous_page(key)


def check_answer(form, page, answers, posted, *, occasion=NO_OCCASION):
    return Journey(form, answers, page.part, occasion=occasion).check(page, posted)


def prune(form, answers, part, *, occasion=NO_OCCASION):
    return Journey(form, answers, part, occasion=occasion).prune()


def group(name, *rows, **columns):
    begin = {"type": "begin_group", "name": name, "label": name.capitalize()}
    return [{**begin, **columns}, *rows, {"type": "end_group"}]


FORM = form_of(
    *group(
        "start",
        question("young", "select_one yes_no"),
        question("help", "note", relevant="${young} = 'yes'", **{"bind::fw:stop": "young"}),
    ),
    *group(
        "told",
        question("story", required="yes", required_message="A few lines are enough."),
        question("kinds", "select_multiple kinds", constraint="not(selected(., 'none')) or count-selected(.) = 1", constraint_message="Alone, or not at all."),
        question("own", relevant="selected(${kinds}, 'other')"),
        relevant="${young} != 'yes'",
    ),
    *group(
        "time",
        *group(
            "when_page",
            question("when", "date", appearance="month-year"),
            question("when_about", "select_one about"),
            question("since", relevant="${when_about} = 'ongoing'"),
            appearance="field-list",
        ),
        question("times", "integer", constraint=". > 0"),
        relevant="${young} != 'yes'",
    ),
    *group("you", question("age", "select_one ages", part="about")),
    {"type": "calculate", "name": "many", "calculation": "count-selected(${kinds})", "bind::fw:part": "report"},
    choices=[
        *list_of("yes_no", "yes", "no"),
        *list_of("kinds", "words", "threat", "other", "none"),
        *list_of("about", "this_week", "ongoing", "not_sure"),
        *list_of("ages", "old", "older"),
    ],
)  # fmt: skip


def journey(answers=(), part=REPORT, **occasion):
    return Journey(FORM, dict(answers), part, occasion=Occasion(now=NOON, **occasion))


def check(key, posted, answers=()):
    here = journey(answers)
    return here.check(here.page(key), posted)


def keys(answers=()):
    return [page.key for page in journey(answers).pages]


def test_one_question_is_one_page_and_a_field_list_is_one_too():
    assert keys() == ["young", "story", "kinds", "when_page", "times"]
    assert [q.key for q in journey().page("when_page").asked] == ["when", "when_about"]


def test_another_part_has_its_own_pages():
    assert [page.key for page in journey(part="report").pages] == keys()
    assert [page.key for page in Journey(FORM, {}, "survey").pages] == []


def test_an_answer_can_bring_a_page_and_take_it_away():
    assert "own" in keys({"kinds": ["other"]})
    assert "own" not in keys({"kinds": ["words"]})


def test_progress_counts_the_outermost_groups():
    here = journey()
    last = here.page("times").progress

    assert (last.number, last.total) == (3, 3)
    assert here.state.words(last.label) == "Time"


def test_a_page_that_stops_is_the_last_and_nothing_is_asked_after_it():
    here = journey({"young": "yes"})

    assert [page.key for page in here.pages] == ["young", "help"]
    assert here.pages[-1].stop == "young"
    assert here.next_page("help") is None
    assert here.first_open() == here.pages[-1]


def test_pages_follow_each_other_to_checking_and_back():
    answers = {"young": "no", "story": "x"}

    first, second, *_between, last = pages(FORM, answers, REPORT)
    assert next_page(FORM, {}, REPORT) == first
    assert next_page(FORM, answers, REPORT, "young") == second
    assert previous_page(FORM, answers, REPORT, "story") == first
    assert previous_page(FORM, answers, REPORT, "young") is None
    assert previous_page(FORM, answers, REPORT) == last
    assert next_page(FORM, {**answers, "times": "1"}, REPORT, "times") is None


def test_a_page_that_the_answers_do_not_lead_to_is_not_there():
    with pytest.raises(NoSuchPage):
        journey().page("own")


def test_a_page_can_be_opened_once_the_ones_before_it_were_seen():
    here = journey({"young": "no"})

    assert here.can_visit("story")
    assert not here.can_visit("kinds")
    assert not here.can_visit("nowhere")
    assert journey({"young": "no", "story": Unanswered.SKIPPED}).can_visit("kinds")
    assert here.first_open().key == "story"


def test_a_page_comes_again_when_an_answer_on_it_brings_up_a_question():
    answers = {"young": "no", "when": "2026-03", "when_about": "ongoing"}
    here = journey(answers)

    again = here.next_page("when_page")

    assert again.key == "when_page"
    assert [q.key for q in again.asked] == ["when", "when_about", "since"]
    assert journey({**answers, "since": "May"}).next_page("when_page").key == "times"


# What is posted


def test_nothing_chosen_is_stored_as_skipped():
    assert check("young", {}) == ({"young": Unanswered.SKIPPED}, {})


@pytest.mark.parametrize(
    ("act", "mark"),
    [
        ("skip", Unanswered.SKIPPED),
        ("not_sure", Unanswered.NOT_SURE),
        ("rather_not", Unanswered.RATHER_NOT),
    ],
)
def test_every_page_can_be_passed_over_even_when_an_answer_is_required(act, mark):
    cleaned, problems = check("story", {"story": "half a senten", "act": act})

    assert (cleaned, problems) == ({"story": mark}, {})


def test_a_required_answer_that_is_missing_has_the_words_of_the_form():
    cleaned, problems = check("story", {"story": "  \n "})

    assert cleaned == {}
    assert problems == {"story": Problem(Trouble.MISSING, "A few lines are enough.")}


def test_a_choice_for_no_answer_is_a_mark():
    assert check("young", {"young": "-rather_not"})[0] == {
        "young": Unanswered.RATHER_NOT
    }
    assert check("young", {"young": "not_sure"})[0] == {"young": Unanswered.NOT_SURE}


def test_a_choice_of_the_form_with_the_same_name_stays_a_choice():
    cleaned, _problems = check("when_page", {"when_about": "not_sure"})

    assert cleaned["when_about"] == "not_sure"
    about = FORM.by_key["when_about"]
    assert Unanswered.NOT_SURE not in journey().offers(about)
    assert Unanswered.NOT_SURE in journey().offers(FORM.by_key["young"])


def test_a_mark_beside_real_choices_does_not_take_them_away():
    cleaned, _problems = check("kinds", {"kinds": ["-not_sure", "threat", "words"]})

    assert cleaned == {"kinds": ["words", "threat"]}


@pytest.mark.parametrize("posted", ["maybe", "Yes", "yes no"])
def test_what_is_not_a_choice_is_not_taken(posted):
    _cleaned, problems = check("young", {"young": posted})

    assert problems["young"].trouble is Trouble.NOT_A_CHOICE
    assert check("kinds", {"kinds": ["words", posted]})[1]["kinds"].trouble is (
        Trouble.NOT_A_CHOICE
    )


def test_a_rule_of_the_form_is_told_in_its_own_words():
    _cleaned, problems = check("kinds", {"kinds": ["none", "words"]})

    assert problems == {"kinds": Problem(Trouble.AGAINST_RULE, "Alone, or not at all.")}


def test_a_text_is_tidied_and_stays_as_it_was_told():
    cleaned, _problems = check("story", {"story": " a\r\nb\x00\x07\ud800 \tc\r"})

    assert cleaned == {"story": "a\nb \tc"}


def test_a_text_that_is_too_long_says_how_long_it_can_be():
    _cleaned, problems = check("story", {"story": "x" * (LONGEST_TEXT + 1)})

    assert problems["story"] == Problem(Trouble.TOO_LONG, limit=LONGEST_TEXT)


@pytest.mark.parametrize(
    ("posted", "stored"), [("12", "12"), (" +3 ", "3"), ("٤٢", "42"), ("007", "7")]
)
def test_a_number_is_read_in_any_digits(posted, stored):
    assert check("times", {"times": posted}) == ({"times": stored}, {})


@pytest.mark.parametrize(
    ("posted", "trouble"),
    [
        ("many", Trouble.NOT_A_NUMBER),
        ("1.5", Trouble.NOT_A_NUMBER),
        ("1" * 30, Trouble.NOT_A_NUMBER),
        ("-1", Trouble.AGAINST_RULE),
    ],
)
def test_a_number_that_is_none_is_named(posted, trouble):
    assert check("times", {"times": posted})[1]["times"].trouble is trouble


@pytest.mark.parametrize(
    ("posted", "stored"),
    [
        ({"when-month": "3", "when-year": "2026"}, "2026-03"),
        ({"when-month": "03", "when-year": "٢٠٢٥"}, "2025-03"),
        ({"when-year": "2024"}, "2024"),
        ({"when": "2026-11"}, "2026-11"),
        ({"when": "-not_sure"}, Unanswered.NOT_SURE),
        ({}, Unanswered.SKIPPED),
    ],
)
def test_a_month_is_two_choices_and_the_year_alone_is_enough(posted, stored):
    cleaned, problems = check("when_page", posted)

    assert cleaned["when"] == stored
    assert problems == {}


@pytest.mark.parametrize(
    ("posted", "trouble"),
    [
        ({"when-month": "3"}, Trouble.NO_YEAR),
        ({"when-month": "13", "when-year": "2026"}, Trouble.NOT_A_MONTH),
        ({"when-month": "x", "when-year": "2026"}, Trouble.NOT_A_MONTH),
        ({"when-year": "1066"}, Trouble.NOT_A_MONTH),
        ({"when-month": "12", "when-year": "2026"}, Trouble.IN_THE_FUTURE),
        ({"when": "2027"}, Trouble.IN_THE_FUTURE),
        ({"when": "2026-11-22"}, Trouble.NOT_A_MONTH),
    ],
)
def test_a_month_that_is_none_is_named(posted, trouble):
    cleaned, problems = check("when_page", {**posted, "when_about": "ongoing"})

    assert problems["when"].trouble is trouble
    assert cleaned == {"when_about": "ongoing"}


def test_the_rough_time_beside_a_month_has_a_second_name():
    assert check("when_page", {"when-about": "this_week"})[0]["when_about"] == (
        "this_week"
    )


def test_a_rule_sees_a_month_as_its_first_day_and_a_mark_as_nothing():
    form = form_of(
        question("when", "date", appearance="month-year"),
        question("old", relevant="${when} < '2025-01-01'"),
        question("none", relevant="${when} = ''"),
    )

    def shown(answer):
        return [page.key for page in pages(form, {"when": answer}, REPORT)]

    assert shown("2024-12") == ["when", "old"]
    assert shown("2026-01") == ["when"]
    assert shown("2024") == shown(Unanswered.NOT_SURE) == ["when", "none"]


def test_a_rule_that_would_keep_a_page_waiting_is_a_problem_and_no_crash():
    form = form_of(question("a", constraint="regex(., '((a|b)*c){9}d')"))
    (page,) = pages(form, {}, REPORT)

    cleaned, problems = check_answer(form, page, {}, {"a": "abc" * 6_000})

    assert cleaned == {}
    assert problems["a"].trouble is Trouble.AGAINST_RULE


# What is sent


def test_only_what_is_still_asked_is_sent():
    answers: dict[str, Answer] = {
        "young": "no",
        "kinds": ["words"],
        "own": "was typed before",
        "age": "old",
    }

    assert journey(answers).prune() == {"young": "no", "kinds": ["words"]}
    assert prune(FORM, answers, "about") == {"age": "old"}


def test_a_choice_that_is_no_longer_offered_is_not_sent():
    form = form_of(
        question("side", "select_one sides"),
        question("spot", "select_one spots", choice_filter="side = ${side}"),
        question("spots", "select_multiple spots", choice_filter="side = ${side}"),
        choices=[
            *list_of("sides", "west", "east"),
            *list_of("spots", "low", side="west"),
            *list_of("spots", "end", side="east"),
        ],
    )
    answers: dict[str, Answer] = {
        "side": "east",
        "spot": "low",
        "spots": ["low", "end"],
    }

    sent = prune(form, answers, REPORT)

    assert sent == {"side": "east", "spot": Unanswered.SKIPPED, "spots": ["end"]}


def test_an_answer_reads_as_the_label_of_its_choice():
    here = journey({"kinds": ["words", "threat"], "story": "so", "young": "-skipped"})

    assert here.words_of(FORM.by_key["kinds"]) == ["Words", "Threat"]
    assert here.words_of(FORM.by_key["story"]) == ["so"]
    assert here.words_of(FORM.by_key["young"]) == []
    assert here.words_of(FORM.by_key["times"]) == []


def test_what_is_calculated_belongs_to_its_part():
    assert journey({"kinds": ["words", "threat"]}).calculated() == {"many": "2"}


# Whatever anybody does

POSTS = st.dictionaries(
    st.sampled_from(
        ["act", *FORM.by_key, "when-month", "when-year", "when-about", "else"]
    ),
    st.lists(
        st.sampled_from(
            ["", "yes", "no", "words", "other", "none", "3", "2026", "this_week",
             "ongoing", "skip", "-skipped", "-not_sure", "Ada said so.", "٣", "\x00"]
        )
        | st.text(max_size=8),
        max_size=3,
    ),
    max_size=5,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), POSTS), max_size=14))
def test_no_row_of_posts_crashes_or_loses_an_answer_of_another_page(posts):
    answers: dict[str, Answer] = {}

    for turn, posted in posts:
        here = journey(answers)
        page = here.pages[turn % len(here.pages)]
        cleaned, problems = here.check(page, posted)

        here_asked = {each.key for each in page.asked}
        assert set(cleaned) <= here_asked
        assert set(problems) <= here_asked - set(cleaned)
        before = dict(answers)
        answers.update(cleaned)
        kept = {key: answers[key] for key in before if key not in here_asked}
        assert kept == {k: v for k, v in before.items() if k not in here_asked}

    sent = journey(answers).prune()
    assert set(sent) <= set(answers)
    assert all(is_unanswered(v) or v == answers[k] for k, v in sent.items())


@settings(max_examples=60, deadline=None)
@given(st.lists(POSTS, max_size=20), st.sampled_from(["yes", "no", "-skipped"]))
def test_every_journey_comes_to_checking_or_to_a_page_that_stops(posts, young):
    answers: dict[str, Answer] = {"young": young}
    supply = iter(posts)
    key = ""

    for _turn in range(60):
        page = journey(answers).next_page(key)
        if page is None or page.stop:
            break
        here = journey(answers)
        cleaned, problems = here.check(page, next(supply, {"act": "skip"}))
        answers.update(cleaned)
        if problems:
            answers.update(here.check(page, {"act": "skip"})[0])
        key = page.key
        if key not in [each.key for each in journey(answers).pages]:
            key = ""
    else:
        pytest.fail("the journey does not end")

    assert page is None or page.stop == "young"


def test_a_page_of_a_large_form_is_worked_out_in_time():
    rows = [question("q0", "select_one yes_no")]
    rows += [
        question(f"q{n}", "select_one yes_no", relevant=f"${{q{n // 2}}} != 'no' and selected(${{q0}}, 'yes')")
        for n in range(1, 400)
    ]  # fmt: skip
    form = form_of(*rows, choices=list_of("yes_no", "yes", "no"))
    answers = {f"q{n}": "yes" for n in range(400)}
    assert len(pages(form, answers, REPORT)) == 400
    began = time.process_time()

    for _turn in range(10):
        pages(form, answers, REPORT)

    assert (
        time.process_time() - began
    ) / 10 < 0.1  # 10 ms wanted; room for a busy machine
