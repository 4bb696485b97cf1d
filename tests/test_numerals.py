"""Numbers, dates and times as each language writes them, and digits of every script understood."""
# ruff: noqa: RUF001  # signs of other scripts are what this is about

from datetime import date, time

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.surveys import numerals
from fairwitness.surveys.actions import publish_version
from fairwitness.surveys.coarsening import western_digits
from fairwitness.surveys.controls import steps_of
from fairwitness.surveys.logic import Occasion, work_out
from fairwitness.surveys.questions import Kind, Question
from fairwitness.surveys.said import said
from tests.publishable import publishable
from tests.sheets import form_of, question
from tests.walking import Walker

DAY, CLOCK = date(2026, 3, 31), time(14, 5)
PERSIAN, BENGALI = "فارسی (fa)", "বাংলা (bn)"


@pytest.mark.parametrize(
    ("code", "number", "day", "month", "clock"),
    [
        ("en", "1234.5", "31 March 2026", "March 2026", "14:05"),
        ("ar", "1234.5", "31 مارس 2026", "مارس 2026", "14:05"),
        ("fa", "۱۲۳۴٫۵", "۳۱ مارس ۲۰۲۶", "مارس ۲۰۲۶", "۱۴:۰۵"),
        ("hi", "1234.5", "31 मार्च 2026", "मार्च 2026", "14:05"),
        ("bn", "১২৩৪.৫", "৩১ মার্চ, ২০২৬", "মার্চ ২০২৬", "১৪:০৫"),
        ("mr", "१२३४.५", "३१ मार्च २०२६", "मार्च २०२६", "१४:०५"),
        ("de", "1234,5", "31. März 2026", "März 2026", "14:05"),
        ("pt-br", "1234,5", "31 de Março de 2026", "Março de 2026", "14:05"),
        ("de-ch", "1234,5", "31. März 2026", "März 2026", "14:05"),
    ],
)
def test_numbers_and_dates_follow_the_language(code, number, day, month, clock):
    assert numerals.number_in("1234.5", code) == number
    assert numerals.date_in(DAY, code) == day
    assert numerals.month_in(DAY, code) == month
    assert numerals.time_in(CLOCK, code) == clock


@pytest.mark.parametrize("code", ["kmr", "ckb", "x-klingon", "und"])
def test_a_date_in_a_language_without_formats_is_in_that_of_the_page(code):
    with translation.override("ar"):
        assert numerals.date_in(DAY, code) == "31 مارس 2026"


def test_a_day_and_its_time_have_the_comma_of_the_script():
    assert numerals.moment_in(DAY, CLOCK, "en") == "31 March 2026, 14:05"
    assert numerals.moment_in(DAY, CLOCK, "ar") == "31 مارس 2026، 14:05"


def test_thousands_are_set_apart_where_the_form_asks_for_it():
    money = Question("n", "n", "/d/n", Kind.INTEGER, appearance="thousands-sep")
    plain = Question("n", "n", "/d/n", Kind.INTEGER)

    assert said(money, "1234567", "en") == "1,234,567"
    assert said(money, "-1234567", "fa") == "-۱٬۲۳۴٬۵۶۷"
    assert said(plain, "2026", "en") == "2026"


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-99_999),
    st.sampled_from(["en", "ar", "fa", "hi", "bn", "my", "ckb", "ff-adlm", "nqo"]),
)
def test_whatever_number_is_shown_reads_back_as_the_same(number, code):
    shown = numerals.number_in(f"{number:f}", code)

    assert western_digits(shown).replace("\u066b", ".") == f"{number:f}"


def test_what_is_no_number_or_date_stays_as_it_is():
    worked_out = Question("c", "c", "/d/c", Kind.CALCULATE, calculate="concat('a', 1)")

    assert said(worked_out, "a1", "fa") == "a1"
    assert said(worked_out, "2026-13-01", "fa") == "2026-13-01"
    assert said(worked_out, "12", "fa") == "۱۲"
    assert said(None, "NaN", "fa") == "NaN"
    assert said(Question("t", "t", "/d/t", Kind.TEXT), "12", "fa") == "12"


def test_a_date_that_a_calculation_has_formatted_stays_formatted():
    rule = "format-date(${day}, '%Y-%m-%d')"
    formatted = Question("c", "c", "/d/c", Kind.CALCULATE, calculate=rule)
    worked_out = Question("c", "c", "/d/c", Kind.CALCULATE, calculate="${day} + 1")

    assert said(formatted, "2026-03-31", "en") == "2026-03-31"
    assert said(worked_out, "2026-03-31", "en") == "31 March 2026"


def test_a_number_inside_a_text_is_written_as_the_text_is():
    form = form_of(
        question("day", "date", **{"label::فارسی (fa)": "روز", "label": None}),
        question("age", "integer", **{"label::فارسی (fa)": "سن", "label": None}),
        question(
            "told", "note",
            **{"label::فارسی (fa)": "${day}، ${age}، ${age}", "label": None},
        ),
        default_language=PERSIAN,
    )  # fmt: skip
    answers = {"day": "2026-03-31", "age": "40"}
    note = form.by_key["told"]

    plain = work_out(form, answers).words(note.label, note)
    spoken = work_out(form, answers, occasion=Occasion(language="fa", say=said))

    assert plain == "2026-03-31، 40، 40"
    assert spoken.words(note.label, note) == "۳۱ مارس ۲۰۲۶، ۴۰، ۴۰"


def test_the_steps_of_a_range_are_worked_out_in_plain_numbers():
    scale = Question(
        "s", "s", "/d/s", Kind.RANGE, parameters={"start": "0", "end": "1", "step": "0.5"}
    )  # fmt: skip

    assert steps_of(scale) == ["0", "0.5", "1"]


def counted() -> bytes:
    """A range, an order and a month in English, Arabic, Persian and Bengali."""
    return publishable(
        {"type": "range", "name": "bad", "label": "How bad?", "parameters": "start=0 end=3 step=1"},
        {"type": "rank wishes", "name": "wishes", "label": "What first?"},
        {"type": "date", "name": "month", "label": "When?", "appearance": "month-year"},
        {"type": "integer", "name": "age", "label": "How old?"},
        choices={"wishes": [("quiet", "Quiet"), ("answer", "An answer")]},
        also=(PERSIAN, BENGALI),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("code", "two", "march", "year", "told"),
    [
        ("fa", "۲", "مارس", "۲۰۲۵", "مارس ۲۰۲۵"),
        ("bn", "২", "মার্চ", "২০২৫", "মার্চ ২০২৫"),
    ],
)
def test_controls_and_answers_have_the_digits_and_months_of_the_questions(
    centre, lea, code, two, march, year, told
):
    publish_version(counted(), name="Counted", by=lea)
    walker = Walker()
    walker.begin()

    walker.post(walker.at, language=code)
    assert f">{two}</span>" in walker.page.content.decode()
    walker.post(bad="2")
    assert f'<option value="2">{two}</option>' in walker.page.content.decode()
    walker.post(wishes__quiet=two, wishes__answer="1")
    page = walker.page.content.decode()
    assert f'<option value="03">{march}</option>' in page
    assert f'<option value="2025">{year}</option>' in page
    assert '<label class="label" for="month" lang="en">Month' in page
    assert 'name="month-about"' not in page
    walker.post(month__month="03", month__year=year)
    walker.post(age=f"{two}{two}")

    assert told in walker.text
    assert f"{two}{two}" in walker.text
    answers = walker.draft().contents["answers"]
    assert (answers["bad"], answers["month"], answers["age"]) == ("2", "2025-03", "22")
    assert answers["wishes"] == ["answer", "quiet"]
