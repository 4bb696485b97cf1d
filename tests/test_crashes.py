"""kill -9 of web, worker and gate while people tell and letters leave: what was said is kept.

The processes are the real ones, the mail server and the browsers speak to them over
loopback. Afterwards every promise is looked up: each receipt that was shown reads back,
nobody was written to twice, nobody was lost, and all numbers agree.
"""

import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections
from django.test import override_settings
from django.utils import timezone

from fairwitness import worker
from fairwitness.disclosure.gathering import gate_context
from fairwitness.disclosure.models import GateRequest
from fairwitness.intake.models import Report
from fairwitness.ledger.actions import (
    chain_entries,
    first_broken_checkpoint,
    first_broken_entry,
)
from fairwitness.ledger.models import Entry, Leaf, WaitingLeaf
from fairwitness.outreach.actions.fates import take_over
from fairwitness.outreach.addresses import read_address
from fairwitness.outreach.matching import match_of
from fairwitness.outreach.models import Delivery, Invitation
from fairwitness.outreach.recipients import totals
from fairwitness.outreach.sending import LEASE, give_up_on_lost
from fairwitness.surveys.models import Pending, Response
from fairwitness.surveys.release import release_responses
from fairwitness.vault import keystore
from fairwitness.vault.envelope import open_with
from fairwitness.vault.models import Slot
from fairwitness.vault.receipt import CountCode, leaf_of
from tests.house import a_house
from tests.post_office import serve_post_office  # noqa: F401 # a fixture
from tests.storm import ENOUGH, Size, Storm, a_storm

BOTH = ["default", "keystore"]

TINY = Size(tellers=2, answerers=1, people=2, asked=0, kills=1)
WHOLE = Size(tellers=120, answerers=80, people=300, asked=20, kills=50)


@pytest.mark.proof
@pytest.mark.parametrize("size", [TINY, WHOLE], ids=["tiny", "whole"])
@pytest.mark.django_db(transaction=True, databases=BOTH)
def test_what_was_said_is_kept_whatever_is_killed(centre, post_office, tmp_path, size):
    begun = time.monotonic()

    with a_storm(centre, post_office, tmp_path, size, seed=7) as storm:
        wait_for_gate(storm)
        assert_receipts_read_back(storm)
        assert_drafts_go_on(storm)
        storm.house.stop("worker")
        let_the_worker_finish(storm)

    assert_nobody_is_lost_or_written_to_twice(storm, size)
    assert_reports_and_slots_are_whole(storm, size)
    assert_answers_are_whole(storm, size)
    assert_the_gate_answered_once(storm, centre)
    assert_the_ledger_is_whole(storm)
    say(storm, size, time.monotonic() - begun)


def wait_for_gate(storm: Storm) -> None:
    """Wait until nothing waits for the gate."""
    until = time.monotonic() + ENOUGH
    while GateRequest.objects.filter(state=GateRequest.State.WAITING).exists():
        assert time.monotonic() < until, "the gate does not answer"
        time.sleep(0.2)


def assert_receipts_read_back(storm: Storm) -> None:
    """Every receipt that was shown opens what its reporter told, by the real pages."""
    lost = [one for one in storm.crowd.receipts if not storm.crowd.reads_back(one)]
    assert lost == []


def assert_drafts_go_on(storm: Storm) -> None:
    """Who stopped before sending finds what they typed, and sends it."""
    for visitor, account in storm.crowd.hesitating:
        visitor.open("/tell/check/")
        storm.crowd.send(visitor, account)


def let_the_worker_finish(storm: Storm) -> None:
    """Take over what was in the hands of the dead; then let all that waits leave."""
    with override_settings(DIR=storm.house.log.parent):
        take_over()
    give_up_on_lost(at=timezone.now() + LEASE + timedelta(seconds=1))
    for _round in range(100):
        assert worker.work_through() == set()
        if not Delivery.objects.filter(state=Delivery.State.WAITING).exists():
            break
    release_responses(on=timezone.localdate())
    chain_entries()


def assert_nobody_is_lost_or_written_to_twice(storm: Storm, size: Size) -> None:
    """Each address is in one state; what may have left is listed as uncertain, and stays so."""
    addresses = [to for _sender, to, _letter in storm.letters]
    states = {
        bytes(match): state
        for match, state in Delivery.objects.values_list(
            "invitation__contact__match", "state"
        )
    }
    got = {match_of(read_address(address)) for address in addresses}
    counted = totals(storm.campaign)
    assert len(addresses) == len(set(addresses)), "somebody was written to twice"
    assert len(states) == counted.invited == size.people
    assert counted.adds_up
    assert counted.handed_over + counted.uncertain == size.people
    assert {match for match, state in states.items() if state == "handed_over"} <= got
    assert {match for match, state in states.items() if state == "uncertain"} >= (
        set(states) - got
    )
    assert counted.uncertain <= storm.house.kills["worker"]


def assert_reports_and_slots_are_whole(storm: Storm, size: Size) -> None:
    """As many reports as receipts; each has a slot of its own, and its key; no other is taken."""
    slots = list(Report.objects.values_list("slot", flat=True))
    taken = set(Slot.objects.filter(is_taken=True).values_list("pk", flat=True))
    codes = {receipt.code for receipt in storm.crowd.receipts}
    assert len(codes) == len(storm.crowd.receipts) == size.receipts
    assert len(slots) == len(set(slots)) == size.receipts + size.asked
    assert taken == set(slots)
    assert all(
        keystore.key_of(slot) for slot in Slot.objects.values_list("pk", flat=True)
    )


def assert_answers_are_whole(storm: Storm, size: Size) -> None:
    """One answer for each link that was spent, and each count code that was shown counts."""
    seeds = [CountCode.parse(words).seed for words in storm.crowd.answered]
    leaves = [
        bytes(leaf.digest)
        for kind in (Leaf, WaitingLeaf)
        for leaf in kind.objects.all()
    ]
    spent = Invitation.objects.spent().count()
    assert len(seeds) == size.answerers == spent == Response.objects.count()
    assert not Pending.objects.exists()
    assert {leaf_of(seed) for seed in seeds} <= set(leaves)
    assert (
        len(leaves)
        == len(set(leaves))
        == Response.objects.count() + Report.objects.count()
    )


def assert_the_gate_answered_once(storm: Storm, centre) -> None:
    """Each question has one answer that opens, and one line in the ledger."""
    answered = Entry.objects.filter(act="disclosure.gate_answered")
    assert answered.count() == len(storm.releases)
    for request in GateRequest.objects.all():
        assert request.state == GateRequest.State.ANSWERED
        _key, private = centre.ben.unlocked
        assert open_with(private, bytes(request.answer or b""), gate_context(request))


def assert_the_ledger_is_whole(storm: Storm) -> None:
    """Chained to its end, and its numbers are those of what was done."""
    told = Entry.objects.filter(act="outreach.handed_over")
    assert not Entry.objects.filter(number=None).exists()
    assert first_broken_entry() is None
    assert first_broken_checkpoint() is None
    assert Entry.objects.filter(act="intake.received").count() == Report.objects.count()
    assert sum(one.count for one in told) == totals(storm.campaign).handed_over


def say(storm: Storm, size: Size, seconds: float) -> None:
    """Say in one line what was shown."""
    kills = ", ".join(f"{kind} {n}" for kind, n in sorted(storm.house.kills.items()))
    counted = totals(storm.campaign)
    sys.stdout.write(
        f"\n{connection.vendor}: {storm.house.kills.total()} kills ({kills}) during"
        f" {size.receipts} reports, {size.answerers} answers and {size.people} letters:"
        f" {len(storm.crowd.receipts)} receipts read back, {counted.handed_over} handed over,"
        f" {counted.uncertain} uncertain, 0 twice, 0 lost; {seconds:.0f} s\n"
    )


@pytest.mark.one_engine
@pytest.mark.django_db(transaction=True, databases=BOTH)
def test_no_process_that_makes_pages_outlives_the_one_that_started_it(
    post_office, tmp_path
):
    connections.close_all()
    with a_house(tmp_path, post_office, "web") as house:
        left = house.kill_head_of_web()

        assert left
        assert all(ends(pid) for pid in left)


def ends(pid: int) -> bool:
    """Whether a process is gone before long; nobody here waits for its last word."""
    until, place = time.monotonic() + 20, Path(f"/proc/{pid}/stat")
    while time.monotonic() < until:
        if not place.exists() or place.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.1)
    return False
