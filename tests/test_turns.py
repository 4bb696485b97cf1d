"""Who writes to a SQLite database waits for their turn, across threads and processes."""

import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import OperationalError

from fairwitness.inserting import as_column, insert
from fairwitness.ledger.models import Entry
from fairwitness.sqlite3.base import Turn
from fairwitness.vault.models import ShredKey, Slot

BOTH = ["default", "keystore"]

HOLDS = """
import sys, time
from fairwitness.sqlite3.base import Turn
turn = Turn(sys.argv[1])
turn.take(5)
print("mine", flush=True)
time.sleep(60)
"""


@pytest.fixture
def database(tmp_path) -> str:
    path = tmp_path / "some.sqlite3"
    path.touch()
    return str(path)


@pytest.fixture
def turn(database):
    with closing(Turn(database)) as made:
        yield made


@pytest.mark.one_engine
def test_who_waits_too_long_is_told_what_sqlite_would_say(turn):
    turn.take(1)

    with pytest.raises(OperationalError, match="database is locked"):
        turn.take(0.01)

    turn.give_up()
    turn.take(0.01)
    turn.give_up()


@pytest.mark.one_engine
def test_a_killed_process_gives_its_turn_up(database, turn):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDS, database], stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"mine\n"
    came: list[str] = []
    waiting = threading.Thread(target=lambda: came.append(turn.take(5) or "ours"))
    waiting.start()
    time.sleep(0.2)
    came.append("killed")

    holder.kill()
    waiting.join(timeout=10)

    assert came == ["killed", "ours"]
    turn.give_up()
    holder.wait(timeout=10)
    holder.stdout.close()


@pytest.mark.one_engine
def test_where_nothing_lies_there_is_nothing_to_wait_for_but_each_other(tmp_path):
    turn = Turn(str(tmp_path / "nowhere" / "some.sqlite3"))

    turn.take(1)
    turn.give_up()

    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db(databases=BOTH, transaction=True)
def test_a_turn_ends_with_its_transaction_whatever_becomes_of_it():
    def write() -> None:
        with transaction.atomic():
            insert([Slot()])

    def fail() -> None:
        with transaction.atomic():
            insert([Slot()])
            raise LookupError

    def close() -> None:
        with transaction.atomic():
            insert([Slot()])
            connection.close()

    write()
    with pytest.raises(LookupError):
        fail()
    close()
    found: list[int] = []

    def elsewhere() -> None:
        write()
        found.append(Slot.objects.count())
        connection.close()

    other = threading.Thread(target=elsewhere)
    other.start()
    other.join(timeout=10)

    assert found == [2]


@pytest.mark.django_db(databases=BOTH)
def test_what_is_inserted_is_what_django_would_have_saved():
    ours, theirs = Entry(day="2026-11-22", act="a", subject="b", by="c"), Entry()
    insert([ours])
    for name in ("day", "act", "subject", "by"):
        setattr(theirs, name, getattr(ours, name))
    theirs.save(force_insert=True)

    rows = Entry.objects.filter(pk__in=[ours.pk, theirs.pk]).values()
    said = [{**row, "id": None} for row in rows]

    assert said[0] == said[1]
    assert not ours._state.adding
    ours.count = 2
    ours.save()
    assert Entry.objects.get(pk=ours.pk).count == 2


@pytest.mark.django_db(databases=BOTH, transaction=True)
def test_rows_are_inserted_together_or_not_at_all():
    twice = Slot()

    with pytest.raises(IntegrityError), transaction.atomic():
        insert([Slot(), twice, Slot(pk=twice.pk)])
    insert([])

    assert Slot.objects.count() == 0


@pytest.mark.django_db(databases=BOTH)
def test_rows_go_to_the_database_to_which_they_belong():
    slot = Slot()

    insert([ShredKey(slot=slot.pk, key=b"k" * 32)])

    assert ShredKey.objects.using("keystore").filter(pk=slot.pk).exists()
    assert as_column(ShredKey, slot.pk)


def test_the_empty_file_lies_beside_the_database(database, turn):
    turn.take(1)
    turn.give_up()

    assert Path(f"{database}.turn").read_bytes() == b""
