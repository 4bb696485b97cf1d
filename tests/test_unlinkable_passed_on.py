"""Whoever holds every byte learns of no link whether it was passed on, nor what came by it.

People answer, pass their links on to friends who answer too, tell what happened, leave and
are forgotten, while the worker goes its rounds. Power and false alarms are those of
`tests/test_unlinkable.py`.
"""

import random
from datetime import date, timedelta

import pytest
from django.db import connection

from fairwitness.surveys import release
from fairwitness.surveys.models import DayOfAnswers, PassedOn, Passing
from fairwitness.surveys.release import count_passed_on, release_responses
from tests import crowd as crowds
from tests.attacker import Result, Snapshot, attack, clues_of, take_snapshot
from tests.crowd import ROUND, Crowd, go, invite, night, pass_on, round_of_worker, tell

in_files = pytest.mark.django_db(transaction=True, databases=["default", "keystore"])

DAY = date(2026, 11, 25)
NEXT = DAY + timedelta(days=1)
LIVELY, FEW = 80, 16
MANY = 60  # strategies that have something to go by, at the least


def live(centre, crowd: Crowd, people: list[str], *, leaving: float = 0.8) -> None:
    """A day of these people, one after the other, while the worker goes its rounds."""
    for who in people:
        if crowd.rng.random() < 0.7:
            crowds.answer(centre, crowd, who)
        pass_on(centre, crowd, who)
        if who in crowd.answer and crowd.rng.random() < crowd.haste:
            tell(centre, crowd, who, on=DAY)
        if crowd.rng.random() < leaving:
            go(crowd, who, on=DAY)
        if crowd.rng.random() < ROUND:
            round_of_worker()
    round_of_worker()


def tried(crowd: Crowd, question: str, *copies: Snapshot, pairs=None) -> Result:
    """What all strategies come to at one question, such as "person friend"."""
    pairs = pairs or crowd.pairs(*question.split())
    left = clues_of([one for one, _other in pairs], *copies)
    right = clues_of([other for _one, other in pairs], *copies)
    found = attack(left, right, pairs)
    print(f"\n{connection.vendor}, {question}, {len(pairs)} pairs: {found}")  # noqa: T201 # the result of a proof
    assert found.tried > MANY, question
    return found


def leaks(crowd: Crowd, question: str, *copies: Snapshot, pairs=None) -> list[str]:
    """The strategies that chance does not explain."""
    return [str(one) for one in tried(crowd, question, *copies, pairs=pairs).caught]


@in_files
def test_nobody_learns_whose_link_was_passed_on_or_what_came_by_it(centre):
    crowd = invite(centre, people=LIVELY, seed=31)
    live(centre, crowd, crowd.invited, leaving=0.0)
    before = take_snapshot()

    assert leaks(crowd, "person mark", before) == []
    assert leaks(crowd, "mark friends_waiting", before) == []
    assert leaks(crowd, "person friends_waiting", before) == []

    release_responses(on=DAY)
    after = take_snapshot()

    assert leaks(crowd, "person friend", before, after) == []


@pytest.mark.proof
@in_files
def test_the_count_of_a_day_leaves_numbers_alone(centre):
    crowd = invite(centre, people=LIVELY + 20, seed=32)
    live(centre, crowd, crowd.invited[:LIVELY])
    before = take_snapshot()
    marks = crowd.pairs("person", "mark")
    release_responses(on=DAY)
    after = take_snapshot()
    count_passed_on(NEXT)
    night()
    last = take_snapshot()

    assert not Passing.objects.exists()
    assert PassedOn.objects.get().by_one == LIVELY
    assert not DayOfAnswers.objects.filter(is_over=False).exists()
    for question in (
        "person friend",
        "person answer",
        "answer report",
        "answer friend",
    ):
        assert leaks(crowd, question, before, after, last) == []
    for copies in ((before,), (before, after, last)):
        assert leaks(crowd, "person mark", *copies, pairs=marks) == []
    for question in ("match answer", "match friend"):
        assert leaks(crowd, question, before, after, last) == []


class InOrder(random.Random):
    """Chance that leaves everything as it came."""

    def shuffle(self, x) -> None:
        """Leave it."""


@in_files
def test_the_same_attacker_catches_marks_that_keep_their_order(centre, monkeypatch):
    monkeypatch.setattr(random, "SystemRandom", InOrder)
    crowd = invite(centre, people=FEW, seed=33, haste=1)
    live(centre, crowd, crowd.invited)
    before = take_snapshot()

    assert leaks(crowd, "mark friends_waiting", before)
    marks = crowd.pairs("mark", "friend")

    release_responses(on=DAY)
    after = take_snapshot()

    assert leaks(crowd, "mark friend", before, after, pairs=marks)


@in_files
def test_the_same_attacker_catches_marks_that_are_not_mixed(centre, monkeypatch):
    monkeypatch.setattr(release, "mix", lambda _kind: None)
    crowd = invite(centre, people=FEW, seed=34, haste=1)
    live(centre, crowd, crowd.invited, leaving=1.0)

    copy = take_snapshot()

    assert leaks(crowd, "match mark", copy)
