"""The worker: each job when it is due, none in the way of another, and it stops when told."""

import os
import signal
import subprocess
import sys
import time
from datetime import date, timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from fairwitness import worker
from fairwitness.ledger.actions import first_broken_entry, queue_leaves, record
from fairwitness.ledger.actors import SYSTEM
from fairwitness.ledger.models import Checkpoint, Entry, Leaf, WaitingLeaf
from fairwitness.refusal import NotOpen
from fairwitness.rights.models import Tombstone
from fairwitness.surveys.models import Draft
from fairwitness.vault.models import Slot

BOTH = ["default", "keystore"]
TODAY = date(2026, 11, 22)


def job(name):
    """One of the worker's jobs."""
    return next(one for one in worker.JOBS if one.name == name)


@pytest.mark.django_db(databases=BOTH)
def test_one_round_chains_the_ledger_and_fills_the_keystore(centre):
    Slot.objects.all().delete()

    failed = worker.work_through()

    assert failed == set()
    assert Slot.objects.filter(is_taken=False).exists()
    assert Entry.objects.exclude(number=None).exists()
    assert first_broken_entry() is None


@pytest.mark.django_db(databases=BOTH)
def test_what_is_daily_is_done_once_a_day(centre, time_machine):
    time_machine.move_to(TODAY, tick=False)
    worker.work_through()
    worker.work_through()
    assert Entry.objects.filter(act="worker.responses").count() == 1
    assert Entry.objects.filter(act="rights.retention_applied").count() == 1

    time_machine.move_to(TODAY + timedelta(days=1), tick=False)
    worker.work_through()

    assert Entry.objects.filter(act="worker.responses").count() == 2
    assert Entry.objects.filter(act="rights.retention_applied").count() == 2


@pytest.mark.django_db(databases=BOTH)
def test_leaves_wait_for_a_week_or_for_twenty_of_their_kind(centre):
    record("worker.leaves", "day", by=SYSTEM, on=TODAY)
    for number in range(19):
        queue_leaves([bytes([number]) * 32])
    assert not job("leaves").is_due(TODAY + timedelta(days=6))
    assert job("leaves").is_due(TODAY + timedelta(days=7))

    queue_leaves([b"\xff" * 32])

    assert job("leaves").is_due(TODAY)


@pytest.mark.django_db(databases=BOTH)
def test_released_leaves_stand_under_a_signed_checkpoint(centre):
    for number in range(20):
        queue_leaves([bytes([number]) * 32])

    worker.work_through((job("leaves"),))

    assert (Leaf.objects.count(), WaitingLeaf.objects.count()) == (20, 0)
    assert Checkpoint.objects.get(log=Checkpoint.Log.COUNTS).size == 20


@pytest.mark.django_db(databases=BOTH)
def test_the_night_erases_what_has_expired(centre):
    Draft.objects.create(
        id="d",
        journey="survey",
        body=b"",
        expires_on=timezone.localdate() - timedelta(days=1),
    )

    worker.work_through((job("retention"),))

    assert not Draft.objects.exists()
    assert not Tombstone.objects.exists()


@pytest.mark.django_db(databases=BOTH)
def test_no_letter_leaves_a_closed_centre():
    assert not job("letters").is_due(TODAY)


@pytest.mark.parametrize(
    "error", [OperationalError("secret"), OSError("secret"), NotOpen("secret")]
)
@pytest.mark.django_db
def test_a_job_that_fails_is_named_once_and_keeps_no_other_from_its_work(error, caplog):
    done = []

    def fail(_today):
        raise error

    jobs = (
        worker.Job("first", lambda _day: True, fail),
        worker.Job("second", lambda _day: True, lambda _day: len([done.append(1)])),
    )
    failed = worker.work_through(jobs)
    worker.work_through(jobs, failing=failed)

    assert (failed, done) == ({"first"}, [1, 1])
    assert caplog.text.count("first") == 1
    assert "secret" not in caplog.text


@pytest.mark.django_db
def test_a_bug_is_not_swallowed():
    def fail(_today):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        worker.work_through((worker.Job("first", lambda _day: True, fail),))


def test_it_stops_when_told_in_the_middle_of_its_pause(tmp_path):
    environment = {
        **os.environ,
        "FAIRWITNESS_DIR": str(tmp_path),
        "FAIRWITNESS_SECRETS": str(tmp_path / "secrets"),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'centre.sqlite3'}",
        "KEYSTORE_URL": f"sqlite:///{tmp_path / 'keystore.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "fairwitness.settings",
    }
    waits = (
        "import django; django.setup()\n"
        "from fairwitness import worker\n"
        "worker.PAUSE_SECONDS = 600\n"
        "import os\n"
        "worker.work_through = lambda *a, **k: os.write(1, b'round\\n') and set()\n"
        "worker.run()\n"
    )
    started = subprocess.Popen(
        [sys.executable, "-c", waits],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdout
    assert started.stdout.readline() == "round\n"

    begun = time.monotonic()
    started.send_signal(signal.SIGTERM)
    code = started.wait(timeout=60)

    assert (code, time.monotonic() - begun < 60) == (0, True)
    started.stdout.close()
