"""Backups of a centre on PostgreSQL: by its own programs, and the same promises."""

import json
from pathlib import Path

import pytest
from django.db import connection

from fairwitness.cli import main
from fairwitness.ledger.actions import chain_entries, first_broken_entry, record
from fairwitness.ledger.actors import SYSTEM
from fairwitness.ledger.models import Entry
from fairwitness.outreach.models import Suppression
from fairwitness.rights.models import Tombstone
from fairwitness.staff.models import User
from fairwitness.vault import keystore
from fairwitness.vault.models import Slot

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "keystore"]),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="this is about PostgreSQL"
    ),
]


def back_up(to: Path, capsys) -> Path:
    capsys.readouterr()
    assert main(["backup", "--to", str(to), "--json"]) == 0
    return Path(json.loads(capsys.readouterr().out)["centre"])


def test_a_centre_on_postgresql_comes_back_without_what_was_erased(
    centre, tmp_path, capsys
):
    slot = Slot.objects.filter(is_taken=False)[0].pk
    Slot.objects.filter(pk=slot).update(is_taken=True)
    backup = back_up(tmp_path, capsys)
    Tombstone.objects.create(slot=slot, month="2026-11-01")
    keystore.shred(slot)
    Suppression.objects.create(match=b"m" * 32, reason="left", since_on="2026-11-22")
    User.objects.filter(name="Ada").update(name="Somebody else")

    code = main(["restore", str(backup), "--replace", "--json"])

    told = json.loads(capsys.readouterr().out)
    assert code == 0, told
    assert told["settled"]["keys_shredded"] == 1
    assert told["settled"]["addresses_left"] == 1
    assert keystore.key_of(slot) is None
    assert User.objects.filter(name="Ada").exists()
    assert len(told["former"]) == 2


def test_the_restored_ledger_goes_on_and_stands(centre, tmp_path, capsys):
    backup = back_up(tmp_path, capsys)
    assert main(["restore", str(backup), "--replace"]) == 0

    record("worker.leaves", "day", by=SYSTEM)
    chain_entries()

    assert first_broken_entry() is None
    assert Entry.objects.filter(number=None).count() == 0


def test_a_missing_program_is_named(centre, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    assert main(["backup", "--to", str(tmp_path / "backups")]) == 1

    assert "pg_dump is not installed" in capsys.readouterr().err
    assert connection.is_usable()
