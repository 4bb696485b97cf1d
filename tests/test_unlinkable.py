"""Whoever holds every byte of both databases joins no person, answer, report, leaf and fact.

The truth is drawn from fixed seeds; what the house shuffles, it shuffles as in a centre. A
strategy counts as a leak when chance alone does as well less than once in 10^12 times, so
that thousands of strategies raise a false alarm less than once in 10^8 runs. Of 80 pairs
that takes 15 right ones, or a rank correlation of 0.7: who links one pair in five is caught.
"""

import random
from datetime import date

import pytest
from django.db import connection, transaction

from fairwitness import mixing
from fairwitness.ledger.actions import release_leaves
from fairwitness.outreach.models import Invitation
from fairwitness.surveys import release
from fairwitness.surveys.models import Pending, Response
from fairwitness.surveys.release import release_responses
from fairwitness.worker import work_through
from tests import crowd as crowds
from tests.attacker import Clues, attack, clues_of, take_snapshot
from tests.crowd import Crowd, invite, let_answer, night

BOTH = ["default", "keystore"]
DAY = date(2026, 11, 25)
INVITED, ANSWERING = 100, 80
FEW = 16  # enough for a house that keeps all of the order
MANY = 100  # strategies that have something to go by, at the least
in_files = pytest.mark.django_db(transaction=True, databases=BOTH)


def joined(crowd: Crowd, question: str, *copies):
    """What all strategies come to at one question, such as "person answer"."""
    pairs = crowd.pairs(*question.split())
    left = clues_of([one for one, _other in pairs], *copies)
    right = clues_of([other for _one, other in pairs], *copies)
    return attack(left, right, pairs)


def leaks(crowd: Crowd, question: str, *copies) -> list[str]:
    """The strategies that chance does not explain; there were many."""
    found = joined(crowd, question, *copies)
    assert found.tried > MANY, question
    return [str(one) for one in found.caught]


@in_files
def test_neither_before_nor_after_a_release_is_anybody_joined_to_anything(centre):
    crowd = invite(centre, people=INVITED, seed=1)
    let_answer(centre, crowd, number=ANSWERING, on=DAY)

    before = take_snapshot()

    marks = [mark.encode() for mark in crowd.answer.values()]
    assert not any(m in content for content in before.files.values() for m in marks)
    assert leaks(crowd, "person report", before) == []
    assert leaks(crowd, "person waiting", before) == []
    assert leaks(crowd, "waiting report", before) == []

    release_responses(on=DAY)
    after = take_snapshot()

    assert leaks(crowd, "person answer", before, after) == []
    assert leaks(crowd, "answer report", before, after) == []
    assert leaks(crowd, "person report", before, after) == []
    assert leaks(crowd, "leaf report", before, after) == []


@pytest.mark.proof
@in_files
def test_after_a_night_the_lots_of_a_week_are_one(centre):
    crowd = invite(centre, people=INVITED, seed=2)
    for _lot in range(2):
        let_answer(centre, crowd, number=ANSWERING // 2, on=DAY)
        release_responses(on=DAY)
    release_leaves()
    night()

    copy = take_snapshot()

    for question in ("person answer", "answer report", "person report", "leaf report"):
        found = joined(crowd, question, copy)
        print(f"\n{question}: {found}")  # noqa: T201 # the result of a proof
        assert found.caught == []


# What this attacker would catch.


class InOrder(random.Random):
    """Chance that leaves everything as it came."""

    def shuffle(self, x) -> None:
        """Leave it."""


@in_files
def test_the_same_attacker_catches_a_house_that_keeps_the_order(centre, monkeypatch):
    monkeypatch.setattr(random, "SystemRandom", InOrder)
    crowd = invite(centre, people=FEW, seed=3, haste=1)
    let_answer(centre, crowd, number=FEW, on=DAY)
    before = take_snapshot()
    assert leaks(crowd, "person report", before)
    assert leaks(crowd, "person waiting", before)

    release_responses(on=DAY)
    after = take_snapshot()

    assert leaks(crowd, "person answer", before, after)
    assert leaks(crowd, "answer report", after)
    assert leaks(crowd, "leaf report", before, after)


@in_files
def test_the_same_attacker_catches_a_house_that_mixes_only_at_the_release(
    centre, monkeypatch
):
    monkeypatch.setattr(crowds, "mix_waiting", lambda: 0)
    crowd = invite(centre, people=FEW, seed=4, haste=1)
    let_answer(centre, crowd, number=FEW, on=DAY)

    copy = take_snapshot()

    assert leaks(crowd, "person report", copy)


@in_files
def test_the_same_attacker_reads_the_order_out_of_what_the_files_remember(
    centre, monkeypatch
):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps its log of writes: docs/keys.md says so")
    crowd = invite(centre, people=FEW, seed=5, haste=1)
    mixing.clean_files()
    monkeypatch.setattr(crowds, "clean_files", lambda: True)
    let_answer(centre, crowd, number=FEW, on=DAY)

    copy = take_snapshot()

    assert leaks(crowd, "person report", copy)


@pytest.mark.parametrize("linked", [0, 16])
def test_who_links_one_pair_in_five_is_caught_and_who_links_none_is_not(linked):
    rng, caught = random.Random(6), 0
    pairs = [(f"l{at}", f"r{at}") for at in range(80)]

    for _time in range(100):
        known = set(rng.sample(range(80), linked))
        values = rng.sample(range(10_000), 160)
        left: Clues = {"place": {f"l{at}": (0, values[at]) for at in range(80)}}
        right: Clues = {
            "place": {
                f"r{at}": (0, values[at if at in known else 80 + at])
                for at in range(80)
            }
        }
        caught += bool(attack(left, right, pairs).caught)

    assert caught == (100 if linked else 0)


# What must not be there at all.


@in_files
def test_no_other_table_names_an_answer_or_a_spent_link(centre):
    crowd = invite(centre, people=5, seed=7)
    let_answer(centre, crowd, number=5, on=DAY)
    release_responses(on=DAY)
    release_leaves()

    copy = take_snapshot()

    assert _tables_with(copy, crowd.answer.values()) == {"default.surveys_response"}
    assert _tables_with(copy, crowd.invited) == {
        "default.outreach_invitation",
        "default.outreach_delivery",
    }


def _tables_with(copy, names) -> set[str]:
    return {
        clue.split(".@")[0][2:] for clue in clues_of(list(names), copy) if "@" in clue
    }


@in_files
def test_the_files_do_not_remember_what_waited(centre):
    crowd = invite(centre, people=5, seed=8)
    let_answer(centre, crowd, number=5, on=DAY)
    bodies = [bytes(body) for body in Pending.objects.values_list("body", flat=True)]
    assert len({len(body) for body in bodies}) == 1
    release_responses(on=DAY)

    copy = take_snapshot()

    for body in bodies:
        assert not any(body[-200:] in content for content in copy.files.values())


@in_files
def test_a_round_of_the_worker_mixes_what_came(centre):
    crowd = invite(centre, people=3, seed=10)
    work_through()  # what is daily is done
    for who in crowd.invited:
        crowds.answer(centre, crowd, who)
    assert Pending.objects.filter(is_mixed=False).count() == 3

    assert work_through() == set()

    assert Pending.objects.filter(is_mixed=True).count() == 3
    assert Pending.objects.count() == Invitation.objects.spent().count() == 3


@in_files
def test_mixing_loses_and_invents_nothing(centre):
    crowd = invite(centre, people=6, seed=9)
    for who in crowd.invited[:3]:
        crowds.answer(centre, crowd, who)
    waiting = crowd.waiting()

    assert (release.mix_waiting(), release.mix_waiting()) == (3, 0)

    assert crowd.waiting().keys() == waiting.keys()
    assert not set(crowd.waiting().values()) & set(waiting.values())
    assert Invitation.objects.spent().count() == 3
    with transaction.atomic():
        assert not mixing.write_files_anew(Response)
