"""What the worker mixes, counts, builds and erases: whole or not at all, wherever it is killed.

Each act is killed at every step at which anything changes (`tests/dying.py`), one step later
each time; then the worker comes by again.
"""

import secrets
from itertools import cycle
from uuid import UUID

import pytest

from fairwitness import worker
from fairwitness.casework.actions import assess, release_facts
from fairwitness.casework.coding import Coding
from fairwitness.casework.models import Fact, Incident, WaitingFact
from fairwitness.casework.ring import ring_with
from fairwitness.demo.story import work_through
from fairwitness.figures.actions import ask_for_edition, folder_of, publish_edition
from fairwitness.figures.findings import Level
from fairwitness.figures.models import Edition
from fairwitness.figures.verify import verify_edition
from fairwitness.intake.models import Report
from fairwitness.ledger.actions import (
    chain_entries,
    first_broken_checkpoint,
    first_broken_entry,
    queue_leaves,
    record,
)
from fairwitness.ledger.actors import REPORTER, SYSTEM
from fairwitness.ledger.models import Checkpoint, Entry, Leaf, WaitingLeaf
from fairwitness.rights.actions import erase_report
from fairwitness.rights.models import Tombstone
from fairwitness.surveys.actions import submit_response
from fairwitness.surveys.models import Pending, Response
from fairwitness.surveys.release import release_responses
from fairwitness.vault import keystore
from fairwitness.vault.actions import SLOTS_IN_STOCK
from fairwitness.vault.models import BurnedSlot, ShredKey, Slot, Wrap
from fairwitness.vault.opening import unwrap_for_reporter
from fairwitness.vault.report_keys import fact_id
from tests.canary import database_files
from tests.desk import TODAY, tell
from tests.dying import deaths, every_so_many, live  # noqa: F401 # a fixture
from tests.post_office import serve_post_office  # noqa: F401 # a fixture

BOTH = ["default", "keystore"]
pytestmark = pytest.mark.django_db(transaction=True, databases=BOTH)


def job(name: str) -> tuple[worker.Job]:
    """One of the worker's jobs, as it does it."""
    return (next(one for one in worker.JOBS if one.name == name),)


def let_answers_wait(centre) -> None:
    """Three answers that came by the open door."""
    for _each in range(3):
        submit_response(
            campaign_id=None,
            door=Response.Door.OPEN,
            version=centre.version,
            answers={"about": "nothing_happened"},
            seed=secrets.token_bytes(32),
            spend=lambda: None,
        )


def test_answers_are_released_whole_wherever_the_worker_dies(centre, every):
    def release(_none):
        release_responses(on=TODAY)

    for number, _none in deaths(lambda: let_answers_wait(centre), release, every=every):
        released = Response.objects.count() - 3 * number
        assert (Pending.objects.count(), released) in {(3, 0), (0, 3)}
        assert WaitingLeaf.objects.count() == Response.objects.count()
        release_responses(on=TODAY)
        assert Pending.objects.count() == 0
        assert Response.objects.count() == 3 * (number + 1)
        assert WaitingLeaf.objects.count() == 3 * (number + 1)


def let_leaves_wait() -> None:
    """As many leaves as make a batch."""
    Entry.objects.filter(act="worker.leaves").delete()
    queue_leaves(secrets.token_bytes(32) for _each in range(20))


def test_leaves_are_released_whole_wherever_the_worker_dies(centre, every):
    def release(_none):
        worker.work_through(job("leaves"))

    for number, _none in deaths(let_leaves_wait, release, every=every):
        waiting, standing = WaitingLeaf.objects.count(), Leaf.objects.count()
        assert (waiting, standing - 20 * number) in {(20, 0), (0, 20)}
        release(None)
        newest = Checkpoint.objects.filter(log=Checkpoint.Log.COUNTS).order_by("size")
        assert newest.last().size == Leaf.objects.count() == 20 * (number + 1)
        assert not WaitingLeaf.objects.exists()
        assert first_broken_checkpoint() is None


def note_something() -> None:
    """Three entries that nobody has chained."""
    for _each in range(3):
        record("test.noted", "day", by=SYSTEM)


def test_the_ledger_is_chained_whole_wherever_the_worker_dies(centre, every):
    for _number, _none in deaths(
        note_something, lambda _none: chain_entries(), every=every
    ):
        assert first_broken_entry() is None
        chain_entries()
        assert not Entry.objects.filter(number=None).exists()
        assert first_broken_entry() is None


def use_up_slots() -> None:
    """Three slots are no longer there."""
    some = Slot.objects.values_list("pk", flat=True)[:3]
    Slot.objects.filter(pk__in=list(some)).delete()


def test_no_slot_lacks_its_key_wherever_the_worker_dies(centre, every):
    def fill(_none):
        worker.work_through(job("slots"))

    for _number, _none in deaths(use_up_slots, fill, every=every):
        fill(None)
        slots = set(Slot.objects.values_list("pk", flat=True))
        assert len(slots) == SLOTS_IN_STOCK
        assert slots <= set(ShredKey.objects.values_list("slot", flat=True))


AGES = cycle(("18_to_24", "25_to_39"))  # the one at one time, the other at the next


def test_facts_are_released_whole_wherever_the_worker_dies(centre, every):
    ada = centre.ada
    reports = [tell(centre)[0] for _each in range(3)]
    work_through(reports, by=ada, on=TODAY)

    def code_again():
        age = next(AGES)
        coding = Coding(status="counted", detected_by="told", age_band=age)
        for report in reports:
            ring = ring_with(*ada.unlocked)
            assess(report, coding=coding, ring=ring, by=ada.user, on=TODAY)
        return age

    before = ages_in_the_open()
    for _number, age in deaths(code_again, lambda _age: release_facts(), every=every):
        facts = WaitingFact.objects.count(), ages_in_the_open()
        assert facts in [(3, before), (0, [age] * 3)]
        release_facts()
        assert (WaitingFact.objects.count(), ages_in_the_open()) == (0, [age] * 3)
        before = [age] * 3


def ages_in_the_open() -> list[str]:
    """How the released facts are coded."""
    return list(Fact.objects.values_list("age_band", flat=True))


# Drawing charts starts threads, which no fork brings along: so this needs a process of its own.
@pytest.mark.proof
@pytest.mark.parametrize("every", [10])
def test_an_edition_is_built_whole_wherever_the_worker_dies(centre, every):
    work_through([tell(centre)[0] for _each in range(3)], by=centre.ada, on=TODAY)

    def ask():
        return ask_for_edition(
            period_from="2026-01", period_to="2026-11", by=centre.ina.user, on=TODAY
        )

    def build(_edition):
        worker.work_through(job("editions"))

    for _number, edition in deaths(ask, build, every=every):
        live(lambda: build(None))
        live(lambda: assert_stands(Edition.objects.get(state="drafted")))
        edition.refresh_from_db()
        publish_edition(edition, by=centre.pia.user, on=TODAY)


def assert_stands(edition: Edition) -> None:
    """An edition can be checked from its folder alone."""
    found = verify_edition(folder_of(edition))
    assert [one for one in found if one.level == Level.STOP] == []


def test_whoever_is_erased_is_gone_wherever_the_erasing_dies(centre, every):
    def erase(worked):
        erase_report(worked[0], by=REPORTER, case_key=worked[1], on=TODAY)

    for number, (report, case) in deaths(
        lambda: make_worked(centre), erase, every=every
    ):
        key = keystore.key_of(report.slot_id)
        is_begun = Tombstone.objects.filter(slot=report.slot_id).exists()
        assert is_begun is not Fact.objects.filter(pk=fact_id(case)).exists()
        assert is_begun or key
        worker.work_through(job("erasures"))
        if not is_begun:
            assert Report.objects.filter(pk=report.pk).exists()
            erase((report, case))
        assert_nothing_is_left(report)
        burned, erased = (
            BurnedSlot.objects.filter(slot__in=tombs()),
            "rights.report_erased",
        )
        assert len(tombs()) == burned.count() == 2 * (number + 1)
        assert Entry.objects.filter(act=erased).count() == number + 1
        assert key is None or not in_files_of_keystore(key)


def make_worked(centre) -> tuple[Report, bytes]:
    """A report with an incident of its own and a fact in the open, and its case key."""
    report, code = tell(centre)
    work_through([report], by=centre.ada, on=TODAY)
    return report, unwrap_for_reporter(report.pk, "case", code.read_key)


def assert_nothing_is_left(report: Report) -> None:
    """Neither rows nor keys of the only report."""
    assert not Report.objects.exists()
    assert not Incident.objects.exists()
    assert not Wrap.objects.filter(subject=report.pk).exists()
    assert not Slot.objects.filter(is_taken=True).exists()
    assert not ShredKey.objects.filter(slot__in=tombs()).exists()


def tombs() -> list[UUID]:
    """The slots that have a tombstone."""
    return list(Tombstone.objects.values_list("slot", flat=True))


def in_files_of_keystore(key: bytes) -> bool:
    """Whether a key stands in any file of the keystore, the write-ahead log too."""
    keystores = [path for path in database_files() if "keystore" in path.name]
    return any(key in path.read_bytes() for path in keystores)
