"""What was done stays told: chained, signed, and a change is named."""

import pytest
from django.db import DatabaseError, connection, transaction

from fairwitness.ledger.actions import (
    chain_entries,
    first_broken_checkpoint,
    first_broken_entry,
    publish_checkpoint,
    queue_leaves,
    record,
    release_leaves,
    signer_of_log,
)
from fairwitness.ledger.actors import SYSTEM
from fairwitness.ledger.models import Checkpoint, Entry, Leaf, WaitingLeaf
from fairwitness.ledger.notes import Signer, verify_note

pytestmark = pytest.mark.django_db

SIGNER = Signer(seed=bytes(range(32)), name="centre.example")


def _some_entries(count=5):
    for number in range(count):
        record("tests.done", f"thing:{number}", by=SYSTEM)
    chain_entries()


def _rewrite(sql, *values):
    """Change rows as somebody who holds the whole database would."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER chained_entries_stand")
        else:
            cursor.execute("ALTER TABLE ledger_entry DISABLE TRIGGER USER")
        cursor.execute(sql, values)


def test_an_act_does_not_wait_for_a_number():
    entry = record("tests.done", "thing:1", by=SYSTEM)

    assert entry.number is None


def test_chained_entries_follow_from_each_other():
    _some_entries()

    assert first_broken_entry() is None
    assert set(Entry.objects.values_list("number", flat=True)) == {1, 2, 3, 4, 5}


def test_what_was_done_by_the_nameless_names_nobody():
    entry = record("intake.received", "intake.report:1", by=SYSTEM)

    assert entry.by == "system"


def test_the_database_refuses_to_change_a_chained_entry():
    _some_entries()

    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.filter(number=2).update(act="tests.other")


def test_a_changed_entry_is_named():
    _some_entries()
    _rewrite("UPDATE ledger_entry SET act = %s WHERE number = 3", "tests.other")

    broken = first_broken_entry()

    assert broken is not None
    assert broken.number == 3


def test_a_removed_entry_is_noticed():
    _some_entries()
    _rewrite("DELETE FROM ledger_entry WHERE number = 2")

    broken = first_broken_entry()

    assert broken is not None
    assert broken.number == 3


def test_a_log_that_was_cut_no_longer_bears_out_its_checkpoint():
    _some_entries()
    publish_checkpoint(Checkpoint.Log.LEDGER, signer=SIGNER)
    _rewrite("DELETE FROM ledger_entry WHERE number = 5")

    broken = first_broken_checkpoint()

    assert broken is not None
    assert broken.size == 5


def test_checkpoints_of_a_growing_log_all_hold():
    for _batch in range(3):
        _some_entries(4)
        publish_checkpoint(Checkpoint.Log.LEDGER, signer=SIGNER)

    assert Checkpoint.objects.count() == 3
    assert first_broken_checkpoint() is None


def test_leaves_wait_and_are_then_appended_once():
    for number in range(20):
        queue_leaves([bytes([number]) * 32])

    released = release_leaves()

    assert released == 20
    assert release_leaves() == 0
    assert not WaitingLeaf.objects.exists()
    assert list(Leaf.objects.order_by("index").values_list("index", flat=True)) == list(
        range(20)
    )


def test_the_order_of_a_batch_tells_no_time():
    digests = [bytes([number]) * 32 for number in range(40)]
    for digest in digests:
        queue_leaves([digest])

    release_leaves()

    kept = [bytes(leaf.digest) for leaf in Leaf.objects.order_by("index")]
    assert sorted(kept) == digests
    assert kept != digests


def test_a_checkpoint_is_signed_and_says_nothing_twice():
    queue_leaves([bytes(32)])
    release_leaves()

    first = publish_checkpoint(Checkpoint.Log.COUNTS, signer=SIGNER)
    second = publish_checkpoint(Checkpoint.Log.COUNTS, signer=SIGNER)

    assert first is not None
    assert first == second
    verifiers = signer_of_log(SIGNER, Checkpoint.Log.COUNTS).verifiers
    assert verify_note(first.note, verifiers).checkpoint is not None


def test_an_empty_log_has_no_checkpoint():
    assert publish_checkpoint(Checkpoint.Log.COUNTS, signer=SIGNER) is None
