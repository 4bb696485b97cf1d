"""Answers to surveys in an edition: with and without passed-on links, and nobody in it."""

import random
import shutil
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.figures.edition import attack_tables
from fairwitness.figures.findings import Level
from fairwitness.figures.intervals import proportion
from fairwitness.figures.manifest import BadEdition, read_manifest
from fairwitness.figures.responses import surveys_of
from fairwitness.figures.survey import survey_tables
from fairwitness.figures.survey_answers import QUESTIONS, Answered, Asked
from fairwitness.figures.tables import Table
from fairwitness.figures.verify import verify_edition
from fairwitness.surveys.models import DayOfAnswers, Response
from tests.editions import build, slim
from tests.invented_facts import plan
from tests.invited import make_invited
from tests.test_verify import forge, stops

PLAN = plan()
LEAST = PLAN.least


def answers(number: int, about: str, *, own=True, calm=True, **more) -> list[Answered]:
    told = {"about": about, "how_many": None, "age_band": None, "area": None} | more
    return [Answered(own, calm, told)] * number


def asked(*lots: Sequence[Answered], **changed) -> Asked:
    told: dict[str, Any] = {
        "code": "spring",
        "title": "Spring survey",
        "invited": 200,
    }
    return Asked(answered=[one for lot in lots for one in lot], **told | changed)


SPRING = asked(
    answers(40, "nothing_happened"),
    answers(20, "happened_to_me", how_many="one", age_band="25_to_39"),
    answers(10, "nothing_happened", own=False),
    answers(30, "happened_to_me", own=False, calm=False),
    burst_days=1,
)


def table(name: str, *asked: Asked) -> Table:
    return {one.name: one for one in survey_tables(asked, PLAN)}[name]


def test_the_share_of_those_invited_leaves_passed_on_answers_out():
    told = table("survey_campaigns", SPRING)

    assert told.by_code() == {"spring": 100}
    assert told.by_code("own") == {"spring": 60}
    assert told.by_code("passed_on") == {"spring": 40}
    assert told.by_code("responded") == {"spring": 30.0}
    assert told.by_code("calm") == {"spring": 70}
    assert "60 of them by a link of one's own (30.0 % of 200" in told.says[0]


def test_beside_each_number_stands_the_one_without_passed_on_links():
    told = table("survey_about", SPRING)

    happened = "spring/happened_to_me"
    assert told.by_code()[happened] == 50
    assert told.by_code("share")[happened] == 50.0
    assert told.by_code("own")[happened] == 20
    assert told.by_code("own_share")[happened] == 33.3
    low, high = told.by_code("own_low")[happened], told.by_code("own_high")[happened]
    _value, interval = proportion(20, 60)
    assert (low, high) == (round(interval.low * 100, 1), round(interval.high * 100, 1))
    assert told.by_code("calm")[happened] == 20
    assert "changes by more than 17 percentage points" in told.says[0]


def test_without_passed_on_links_nothing_changes():
    told = table(
        "survey_about",
        asked(answers(40, "nothing_happened"), answers(20, "happened_to_me")),
    )

    assert told.values("own") == told.values("count")
    assert told.says == ()


def test_what_is_left_out_of_a_row_is_never_small():
    told = table(
        "survey_about",
        asked(
            answers(40, "nothing_happened"),
            answers(20, "happened_to_me"),
            answers(8, "nothing_happened", own=False),
            answers(2, "happened_to_me", own=False),
        ),
    )

    assert set(told.values("own")) == {None}
    assert None not in told.values("count")
    assert "without passed-on links it is not shown" in told.sentence


def test_a_campaign_of_few_shows_no_rows():
    told = table("survey_about", asked(answers(9, "nothing_happened")))

    assert told.rows == ()
    assert told.is_total_only
    assert table("survey_campaigns", asked(answers(4, "nothing_happened"))).hidden == (
        "spring",
    )


def test_a_campaign_of_several_editions_has_no_share_of_those_invited():
    told = table(
        "survey_campaigns",
        asked(answers(50, "nothing_happened"), is_whole=False),
    )

    assert told.by_code("responded") == {"spring": None}
    assert "belong to other editions" in str(told.by_code("note")["spring"])


def test_without_answers_there_are_no_such_tables():
    assert survey_tables([asked()], PLAN) == []


lots = st.lists(
    st.tuples(
        st.sampled_from(sorted(QUESTIONS[0].codes)),
        st.booleans(),
        st.booleans(),
        st.integers(1, 30),
    ),
    max_size=12,
)


def test_other_questions_are_hidden_where_they_would_give_the_first_one_away():
    told = asked(
        answers(36, "nothing_happened"),
        answers(22, "happened_to_me", how_many="one"),
        answers(2, "rather_not"),  # 38 were not asked how often, and 36 met nothing
    )

    assert table("survey_how_many", told).rows == ()
    assert "beside the first question" in table("survey_how_many", told).sentence


@pytest.mark.parametrize("skipped", [0, 3, 6])
def test_few_who_skip_a_question_are_not_to_be_worked_out(skipped):
    told = asked(
        answers(36, "nothing_happened"),
        answers(22, "happened_to_me", how_many="one"),
        answers(20, "happened_to_me", how_many="two_or_three"),
        answers(skipped, "happened_to_me"),
    )

    shown = table("survey_how_many", told)

    assert bool(shown.rows) is (skipped != 3)


@settings(max_examples=60, deadline=None)
@given(lots, lots)
def test_no_number_of_a_survey_shows_a_person(first, second):
    told = [
        asked(
            *(answers(n, a, own=o, calm=c) for a, o, c, n in lot), code=code, title=code
        )
        for code, lot in (("spring", first), ("autumn", second))
    ]

    tables = survey_tables(told, PLAN)

    attack_tables(tables, least=LEAST)
    for one in tables:
        names = [column.name for column in one.columns]
        for row in one.rows:
            shown = {n: v for n, v in zip(names, row, strict=True) if type(v) is int}
            count = shown.get("count", 0)
            parts = [
                shown[part] for part in ("own", "calm", "passed_on") if part in shown
            ]
            rests = [count - part for part in parts]
            assert all(n == 0 or n >= LEAST for n in (count, *parts, *rests))


# In an edition.


@cache
def surveyed() -> Path:
    """The folder of an edition with a survey that nobody changes."""
    folder = Path(mkdtemp(prefix="fairwitness-edition-")) / "4"
    build(folder, plan=slim(), surveys=[SPRING])
    return folder


@pytest.fixture
def edition(tmp_path) -> Path:
    return Path(shutil.copytree(surveyed(), tmp_path / "4"))


def test_an_edition_with_surveys_holds(edition):
    findings = verify_edition(edition)

    assert stops(findings) == []
    (found,) = [one for one in findings if one.code == "survey"]
    assert found.level is Level.OK
    assert "survey_about" in read_manifest(edition)["tables"]
    page = (edition / "index.html").read_text()
    assert "Answers to surveys, by how they came" in page
    assert "counted apart" in page


@pytest.mark.parametrize(
    ("name", "code", "values", "told"),
    [
        ("survey_campaigns", "spring", {"own": 55}, "do not add up"),
        ("survey_campaigns", "spring", {"responded": 50.0}, "share of those invited"),
        ("survey_campaigns", "spring", {"calm": 97}, "below 5"),
        ("survey_about", "spring/happened_to_me", {"share": 20.0}, "its count by its total"),
        ("survey_about", "spring/happened_to_me", {"own_high": 40.0}, "margin"),
        ("survey_about", "spring/happened_to_me", {"own": 48, "own_share": 80.0}, "is below 5"),
        ("survey_about", "spring/happened_to_me", {"of": 90, "share": 55.6}, "another number"),
    ],
)  # fmt: skip
def test_whoever_changes_a_survey_is_found(edition, name, code, values, told):
    forge(edition, name, code, **values)

    found = [one.message for one in stops(verify_edition(edition)) if one.table == name]

    assert any(told in message for message in found), found


def test_a_question_that_stands_beside_hidden_numbers_is_found(tmp_path):
    few = asked(
        answers(40, "nothing_happened"),
        *(
            answers(9, one, age_band="25_to_39")
            for one in ("happened_to_me", "saw_or_heard")
        ),
    )
    build(tmp_path / "4", plan=slim(), surveys=[few])
    assert stops(verify_edition(tmp_path / "4")) == []
    for name in ("survey_age_band", "survey_about"):
        assert table(name, few).rows

    forge(tmp_path / "4", "survey_about", "spring/saw_or_heard", count="", mark="[c]")

    found = [one for one in stops(verify_edition(tmp_path / "4")) if one.code == "leak"]
    assert "survey_age_band" in {one.table for one in found}


def test_an_edition_that_follows_gives_no_few_answers_away(edition, tmp_path):
    more = asked(
        SPRING.answered, answers(2, "nothing_happened", own=False), burst_days=1
    )

    with pytest.raises(BadEdition, match="fewer than 5 have changed in answers"):
        build(
            tmp_path / "5",
            plan=slim(number=5),
            surveys=[more],
            earlier=[edition],
        )


# Out of a centre.


@pytest.mark.django_db(databases=["default", "keystore"])
def test_a_centre_gathers_the_answers_of_the_months(centre):
    campaign = make_invited(centre, [f"m{n}@members.example" for n in range(30)])
    campaign.waves.update(launched_on=date(2026, 9, 1))
    chance = random.Random(8)
    for door, week, number in (
        ("invited", "2026-W40", 20),  # its Thursday is the 1st of October
        ("forwarded", "2026-W41", 40),
        ("on_behalf", "2026-W42", 5),
        ("invited", "2026-W50", 6),
    ):
        Response.objects.bulk_create(
            Response(
                version=centre.version,
                campaign=campaign.pk,
                door=door,
                week=week,
                answers={"about": chance.choice(["nothing_happened", "rather_not"])},
            )
            for _each in range(number)
        )
    DayOfAnswers.objects.create(
        campaign=campaign.pk, day=date(2026, 10, 8), passed_on=40
    )

    (told,) = surveys_of(
        period_from="2026-10", period_to="2026-11", on=date(2026, 11, 30)
    )
    before = surveys_of(
        period_from="2026-09", period_to="2026-09", on=date(2026, 11, 30)
    )

    assert (told.code, told.invited, told.is_whole) == ("spring", 30, False)
    assert len(told.answered) == 65
    assert sum(one.is_own for one in told.answered) == 20
    assert sum(not one.is_calm for one in told.answered) == 40
    assert told.burst_days == 1
    assert before == ()
