"""A crowd that answers at once stands out; a letter that has just left explains one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.surveys.bursts import (
    FIVE,
    LEAST,
    Day,
    bursts_of,
    in_fives,
    size_of,
    week_of,
    weeks_of,
)

FIRST = date(2026, 10, 1)
LAST = date(2026, 10, 30)


def day(number: int, *, own: int = 0, passed_on: int = 0) -> Day:
    return Day(date(2026, 10, number), own, passed_on)


def found(*days: Day, letters: tuple[date, ...] = ()) -> set[int]:
    stand_out = bursts_of(days, first=FIRST, last=LAST, letters=letters)
    return {one.day for one in stand_out}


def test_many_passed_on_answers_on_one_day_stand_out():
    assert found(day(9, passed_on=60), day(10, passed_on=5)) == {9}


def test_a_quiet_campaign_has_no_bursts():
    assert (
        found(*(day(number, own=15, passed_on=15) for number in range(1, 31))) == set()
    )


def test_what_is_usual_does_not_stand_out():
    usual = [day(number, passed_on=30) for number in range(1, 31) if number != 9]

    assert found(*usual, day(9, passed_on=100)) == set()
    assert found(*usual, day(9, passed_on=150)) == {9}


def test_many_own_answers_after_a_letter_are_what_letters_are_for():
    crowd = day(9, own=60)

    assert found(crowd, letters=(date(2026, 10, 2),)) == set()
    assert found(crowd, letters=(date(2026, 10, 1),)) == {9}
    assert found(crowd, letters=(date(2026, 10, 10),)) == {9}


def test_days_outside_of_the_campaign_do_not_count():
    outside = Day(FIRST - timedelta(days=1), 0, 90)

    assert found(outside) == set()


@given(st.integers(0, 10_000))
def test_a_number_in_fives_tells_of_no_single_answer(number):
    assert in_fives(number) % FIVE == 0
    assert 0 <= number - in_fives(number) < FIVE


@given(st.lists(st.integers(0, LEAST - 1), max_size=30))
def test_fewer_than_twenty_never_stand_out(numbers):
    days = [day(at, own=n, passed_on=n) for at, n in enumerate(numbers, start=1)]

    assert found(*days) == set()


@pytest.mark.parametrize(
    ("answers", "size"),
    [(1, "by_one"), (2, "by_two"), (4, "by_two"), (5, "by_five"), (9, "by_five"),
     (10, "by_ten"), (19, "by_ten"), (20, "by_twenty"), (900, "by_twenty")],
)  # fmt: skip
def test_each_link_is_in_one_class(answers, size):
    assert size_of(answers) == size


def test_weeks_are_named_as_answers_name_them():
    assert week_of(date(2026, 11, 22)) == "2026-W47"
    assert weeks_of({date(2026, 11, 22), date(2026, 11, 23)}) == {
        "2026-W47",
        "2026-W48",
    }
