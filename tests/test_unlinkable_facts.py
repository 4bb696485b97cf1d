"""Whoever holds every byte of both databases joins no fact to the report that it was coded from.

Reports come in one order and are coded in another; the ledger and the trace of each coding
show both. The fact must show neither: not while it waits, not once it is released, not
after a second coding. Power and false alarms are those of `tests/test_unlinkable.py`.
"""

import random
from dataclasses import dataclass, field

import pytest
from django.db import connection

from fairwitness.casework.actions import assess, open_incident, release_facts
from fairwitness.casework.coding import Coding
from fairwitness.casework.models import Fact, WaitingFact
from fairwitness.casework.ring import case_chest
from fairwitness.intake.models import Report
from fairwitness.ledger.actions import release_leaves
from fairwitness.surveys.release import release_responses
from fairwitness.vault.receipt import leaf_of
from fairwitness.vault.report_keys import fact_id, waiting_fact_id
from tests.attacker import Result, Snapshot, attack, clues_of, take_snapshot
from tests.crowd import ROUND, night, round_of_worker
from tests.desk import TODAY, Colleague, staff_of, tell

in_files = pytest.mark.django_db(transaction=True, databases=["default", "keystore"])

CODED, FEW = 80, 16
MANY = 100  # strategies that have something to go by, at the least
TYPES, SETTINGS = ("exclusion", "words"), ("meeting", "street", "")
AGES = ("18_to_24", "25_to_39", "40_to_59", "60_to_74", "")


@dataclass
class Cases:
    """Which fact came out of which report: known to the test alone, by the names in the databases."""

    ada: Colleague
    rng: random.Random
    reports: list[Report] = field(default_factory=list)
    names: list[dict[str, str]] = field(default_factory=list)

    def come(self, centre, number: int) -> None:
        """So many reports, each of an incident of its own."""
        for _each in range(number):
            report, code = tell(centre)
            incident = open_incident(
                report, ring=self.ada.ring, by=self.ada.user, on=TODAY
            )
            key = case_chest(report, self.ada.ring).key
            self.reports.append(report)
            self.names.append(
                {
                    "report": report.pk.hex,
                    "incident": incident.pk.hex,
                    "fact": fact_id(key),
                    "waiting": waiting_fact_id(key),
                    "leaf": leaf_of(code.seed).hex(),
                }
            )

    def code(self, reports: list[Report]) -> None:
        """Code these in an order that the test draws, while the worker goes its rounds."""
        for report in self.rng.sample(reports, len(reports)):
            coding = Coding(
                status="counted",
                detected_by="told",
                type=self.rng.choice(TYPES),
                setting=self.rng.choice(SETTINGS),
                age_band=self.rng.choice(AGES),
            )
            assess(
                report, coding=coding, ring=self.ada.ring, by=self.ada.user, on=TODAY
            )
            if self.rng.random() < ROUND:
                round_of_worker()
        round_of_worker()

    def attacked(self, question: str, *copies: Snapshot) -> Result:
        """What all strategies come to at one question, such as "fact report"."""
        one, other = question.split()
        pairs = [(names[one], names[other]) for names in self.names]
        left = clues_of([pair[0] for pair in pairs], *copies)
        right = clues_of([pair[1] for pair in pairs], *copies)
        found = attack(left, right, pairs)
        print(f"\n{connection.vendor}, {question}: {found}")  # noqa: T201 # the result of a proof
        assert found.tried > MANY, question
        return found


def cases_of(centre, *, seed: int, number: int) -> Cases:
    """So many reports, and who codes them."""
    cases = Cases(staff_of(centre).ada, random.Random(seed))
    cases.come(centre, number)
    return cases


def caught(cases: Cases, question: str, *copies: Snapshot) -> list[str]:
    """The strategies that chance does not explain."""
    return [str(one) for one in cases.attacked(question, *copies).caught]


@pytest.mark.proof
@in_files
def test_neither_a_waiting_nor_a_released_fact_is_joined_to_its_report(centre):
    cases = cases_of(centre, seed=21, number=CODED)
    cases.code(cases.reports)
    before = take_snapshot()
    assert WaitingFact.objects.count() == CODED

    release_responses(on=TODAY)
    release_facts()
    after = take_snapshot()

    assert Fact.objects.count() == CODED
    assert caught(cases, "waiting report", before) == []
    assert caught(cases, "fact waiting", before, after) == []
    assert caught(cases, "fact report", before, after) == []
    assert caught(cases, "fact incident", before, after) == []
    assert caught(cases, "leaf report", before, after) == []


@pytest.mark.proof
@in_files
def test_the_lots_of_two_days_and_a_second_coding_tell_no_more(centre):
    cases = cases_of(centre, seed=22, number=CODED)
    for lot in (cases.reports[: CODED // 2], cases.reports[CODED // 2 :]):
        cases.code(lot)
        release_responses(on=TODAY)
        release_facts()
        night()
    first = take_snapshot()
    cases.code(cases.reports)  # somebody looks at all of them again
    coded_again = take_snapshot()
    release_facts()
    release_leaves()
    last = take_snapshot()

    for copy in (first, coded_again, last):
        assert caught(cases, "fact report", copy) == []
        assert caught(cases, "fact incident", copy) == []


class InOrder(random.Random):
    """Chance that leaves everything as it came."""

    def shuffle(self, x) -> None:
        """Leave it."""


@in_files
def test_the_same_attacker_catches_facts_that_keep_their_order(centre, monkeypatch):
    monkeypatch.setattr(random, "SystemRandom", InOrder)
    cases = cases_of(centre, seed=23, number=FEW)
    cases.code(cases.reports)
    release_facts()

    copy = take_snapshot()

    assert caught(cases, "fact report", copy)
