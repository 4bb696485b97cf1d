"""An import that is killed by the kernel, again and again: no row is lost, none comes in twice."""

import os
import signal
import sys
import time
import traceback
from pathlib import Path
from random import Random

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.outreach.actions import arrival, import_contacts
from fairwitness.outreach.arriving import Import, RefusedRow
from fairwitness.outreach.models import Batch, Contact
from fairwitness.outreach.sealing import BatchKey, wrap_context
from fairwitness.vault.envelope import open_with
from fairwitness.vault.founding import private_key
from fairwitness.vault.models import KeyPair
from tests.invited import make_source

BOTH = ["default", "keystore"]
pytestmark = pytest.mark.django_db(transaction=True, databases=BOTH)
SHORT = (2_000, 1, 100)  # rows, kills, rows that are sorted together
WHOLE = (60_000, 20, 500)
BAD_ROW = 50  # each so-manieth is none


@pytest.mark.parametrize(
    ("rows", "kills", "together"),
    [SHORT, pytest.param(*WHOLE, marks=pytest.mark.proof)],
)
def test_a_killed_import_loses_no_row_and_takes_none_twice(
    centre, tmp_path, monkeypatch, rows, kills, together
):
    monkeypatch.setattr(arrival, "STRETCH", together)
    monkeypatch.setattr(arrival, "BATCH_SIZE", together // 5)
    monkeypatch.setattr(arrival, "FIRST", together // 5)
    monkeypatch.setattr(arrival, "HELD", 0)  # so that each batch is a part
    file, dice, source = a_list(tmp_path, rows), Random(rows), make_source(centre)
    left: list[int] = []
    for kill in range(kills):
        worker = an_import(file, source, by=centre.lea.user)
        wait_for(rows * (kill + 1) // (kills + 2))
        time.sleep(dice.uniform(0, 0.02))
        os.kill(worker, signal.SIGKILL)
        assert os.waitpid(worker, 0)[1] == signal.SIGKILL, "it ended by itself"
        left.append(whole_so_far())

    report = import_contacts(file, source=source, by=centre.lea.user)

    bad = rows // BAD_ROW
    assert (report.added, report.unchanged) == (rows - bad, 0)
    assert report.refused_count == RefusedRow.objects.count() == bad
    assert whole_so_far() == rows + 1  # the heading is a row of the file
    assert sorted(addresses()) == sorted(good(rows))
    print(  # noqa: T201 # the result of a proof
        f"\nkilled import: {rows} rows, {kills} kills, {len(set(left))} different places,"
        f" {report.added} people once each, {bad} rows refused once each"
    )


def good(rows: int) -> list[str]:
    return [f"m{number}@members.example" for number in range(rows) if number % BAD_ROW]


def a_list(place: Path, rows: int) -> Path:
    """A list of which one row in fifty is no address."""
    file = place / "list.csv"
    lines = (
        f"m{number}@members.example" if number % BAD_ROW else "nobody"
        for number in range(rows)
    )
    file.write_text("\n".join(["email", *lines]))
    return file


def an_import(file: Path, source, *, by) -> int:
    """Let a process of its own take the list in."""
    connections.close_all()
    child = os.fork()
    if child:
        return child
    try:
        import_contacts(file, source=source, by=by)
    except BaseException:
        traceback.print_exc(file=sys.__stderr__)
    os._exit(1)


def wait_for(row: int) -> None:
    """Wait until so many rows are safely in."""
    ends = time.monotonic() + 60
    while not Import.objects.filter(rows_done__gte=row).exists():
        assert time.monotonic() < ends, "the import came no further"
        time.sleep(0.002)


def whole_so_far() -> int:
    """How far the import has come; what it says it added is there, and nothing else."""
    ours = Import.objects.get()
    assert Contact.objects.count() == ours.added
    assert RefusedRow.objects.count() == ours.refused
    inside = ours.added + ours.refused + 1 - max(ours.rows_done, 1)
    assert inside > 0 if ours.laid_to else inside == 0
    assert not Batch.objects.filter(contacts=None).exists()
    return ours.added + ours.refused + 1


def addresses() -> list[str]:
    """Every address, opened with the mailer's key."""
    mailer, keys = private_key(KeyPair.Purpose.MAILER), {}
    for batch in Batch.objects.all():
        wrapped = bytes(batch.wrapped_key)
        keys[batch.pk] = BatchKey(open_with(mailer, wrapped, wrap_context(batch.pk)))
    rows = Contact.objects.values_list("pk", "batch_id", "address")
    return [
        keys[batch].open(bytes(address), contact=pk, part="address")
        for pk, batch, address in rows
    ]


@given(st.integers(1, 25_000), st.floats(0, 10))
def test_rows_that_go_in_together_keep_others_waiting_no_longer_than_meant(rows, took):
    so_many = arrival.fitting(rows, seconds=took)

    one_batch = so_many == arrival.BATCH_SIZE
    assert so_many % arrival.BATCH_SIZE == 0
    assert one_batch or so_many <= 2 * rows
    assert one_batch or so_many * took / rows <= arrival.HELD + 1e-6
