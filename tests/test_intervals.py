"""Intervals cover what they promise, and are refused where they would mislead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom
from scipy.stats import poisson as chance

from fairwitness.figures.intervals import (
    Answers,
    NoInterval,
    poisson,
    proportion,
    rate,
    share,
    why_no_interval,
)

MEANS = [0.5 + step / 4 for step in range(40)] + [11.7, 15.3, 22.1, 31.9, 46.2, 80.5]


def test_the_interval_of_a_count_is_the_published_one():
    seven = poisson(7)

    assert (round(seven.low, 4), round(seven.high, 4)) == (2.8144, 14.4227)
    assert poisson(0).low == 0
    assert round(poisson(0).high, 4) == 3.6889


def test_the_interval_of_a_small_share_is_the_published_one():
    seen, interval = proportion(81, 263)  # Newcombe 1998, table I
    assert (round(interval.low, 4), round(interval.high, 4)) == (0.2553, 0.3662)

    seen, interval = proportion(15, 148)  # Clopper-Pearson, as there
    assert round(seen, 4) == 0.1014
    assert (round(interval.low, 4), round(interval.high, 4)) == (0.0578, 0.1617)


@pytest.mark.parametrize("mean", MEANS)
def test_the_interval_of_a_count_covers_at_least_95_in_100(mean):
    cover = sum(
        chance.pmf(k, mean)
        for k in range(int(mean + 20 * mean**0.5) + 20)
        if poisson(k).low <= mean <= poisson(k).high
    )

    assert cover >= 0.95


@pytest.mark.parametrize("of", [10, 50, 100, 300, 1000, 5000])
def test_the_interval_of_a_share_covers_at_least_94_in_100(of):
    most = min(of, 200)
    ends = [proportion(k, of)[1] for k in range(most + 1)]
    for mean in (m for m in MEANS if m <= of / 2):
        truth = mean / of
        cover = sum(
            binom.pmf(k, of, truth)
            for k, end in enumerate(ends)
            if end.low <= truth <= end.high
        )

        assert cover >= 0.94, mean


@given(st.integers(0, 10**6))
def test_a_count_lies_in_its_own_interval(count):
    interval = poisson(count)

    assert interval.low <= count <= interval.high


@given(
    st.integers(1, 5000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))
)
def test_a_share_lies_in_its_own_interval_and_that_in_the_whole(part):
    seen, interval = proportion(*part)

    assert 0 <= interval.low <= seen + 1e-12
    assert seen - 1e-12 <= interval.high <= 1


def test_a_rate_is_the_count_over_those_it_is_a_rate_of():
    per_thousand, interval = rate(7, 3500)

    assert per_thousand == 2
    assert round(interval.low, 4) == 0.8041
    assert round(interval.high, 4) == 4.1208


@pytest.mark.parametrize("answers", [Answers.OPEN, Answers.FORWARDED])
def test_answers_that_people_chose_to_give_have_no_margin_of_error(answers):
    with pytest.raises(NoInterval, match="margin of error"):
        share(12, 60, answers=answers)

    assert "Print the number who answered" in (why_no_interval(answers) or "")


def test_answers_of_people_who_were_asked_have_one():
    seen, interval = share(12, 60, answers=Answers.INVITED)

    assert why_no_interval(Answers.INVITED) is None
    assert interval.low < seen < interval.high


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: poisson(-1), "below zero"),
        (lambda: rate(1, 0), "somebody"),
        (lambda: proportion(3, 2), "whole"),
        (lambda: proportion(0, 0), "whole"),
    ],
)
def test_what_cannot_be_counted_has_no_interval(wrong, said):
    with pytest.raises(ValueError, match=said):
        wrong()
