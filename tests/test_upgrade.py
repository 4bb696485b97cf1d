"""A new version: the first one's databases are brought up to date, and all is still there."""

import json
import sqlite3
from contextlib import closing

import pytest
from django.db import OperationalError
from django.utils import timezone

from fairwitness.cli import founding, main
from fairwitness.ledger.actions import (
    chain_entries,
    first_broken_checkpoint,
    first_broken_entry,
    record,
)
from fairwitness.ledger.actors import SYSTEM
from fairwitness.ledger.models import Entry
from fairwitness.staff.actions import unlock
from fairwitness.staff.models import User
from tests.old_centre import account_of, codes, known


def test_the_first_centre_is_upgraded_and_says_how_it_is(old_centre, capsys):
    code = main(["upgrade", "--json"])

    told = json.loads(capsys.readouterr().out)
    assert {one["what"] for one in told["findings"] if one["level"] == "STOP"} <= {
        "Recovery, tried"
    }
    assert code in {0, 1}
    assert told["changes"] >= 2
    assert (old_centre / "backups" / "centre").is_dir()


def test_every_receipt_of_the_first_version_still_opens(upgraded_centre):
    told = [account_of(code) for code in codes()]

    assert all(b'"what_happened"' in one for one in told)


def test_the_first_ledger_is_whole_and_goes_on(upgraded_centre):
    before = Entry.objects.exclude(number=None).count()
    record("worker.leaves", "day", by=SYSTEM)

    chain_entries()

    assert first_broken_entry() is None
    assert first_broken_checkpoint() is None
    assert Entry.objects.exclude(number=None).count() > before >= 90


def test_the_first_edition_verifies_again(upgraded_centre, capsys):
    code = main(["verify", str(upgraded_centre / "editions" / "1")])

    assert code == 0
    assert "as it was published" in capsys.readouterr().out


def test_a_member_of_the_first_version_still_opens_their_key(upgraded_centre):
    ada = User.objects.get(name="Ada")

    private = unlock(ada, passphrase=known()["passphrase"], at=timezone.now())

    assert private.seed


def test_a_second_upgrade_changes_nothing(upgraded_centre, capsys):
    main(["upgrade", "--json"])

    assert json.loads(capsys.readouterr().out)["changes"] == 0


@pytest.mark.parametrize(
    "command", [["serve"], ["worker", "--once"], ["gate", "--once"]]
)
def test_nothing_runs_on_databases_that_are_older(old_centre, capsys, command):
    code = main(command)

    assert code == 1
    assert "fairwitness upgrade" in capsys.readouterr().err


def test_nothing_runs_where_no_centre_is(old_centre, capsys):
    for path in old_centre.glob("*.sqlite3*"):
        path.unlink()

    assert main(["worker", "--once"]) == 1

    assert "fairwitness init" in capsys.readouterr().err


def test_the_doctor_says_that_the_databases_are_older(old_centre, capsys):
    code = main(["doctor", "--json"])

    told = json.loads(capsys.readouterr().out)["findings"]
    assert code == 1
    assert "fairwitness upgrade" in told[0]["mend"]


def test_no_upgrade_while_something_runs(old_centre, capsys):
    with closing(sqlite3.connect(old_centre / "centre.sqlite3")) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("SELECT count(*) FROM intake_report").fetchone()

        code = main(["upgrade"])

    assert code == 1
    assert "Stop serve, worker and gate" in capsys.readouterr().err
    assert not (old_centre / "backups").exists()


def test_an_upgrade_that_fails_says_how_to_go_back(old_centre, capsys, monkeypatch):
    def fail():
        raise OperationalError("disk is full")

    monkeypatch.setattr(founding, "migrate", fail)

    code = main(["upgrade"])

    told = capsys.readouterr().err
    assert code == 1
    assert "install the version that you had" in told
    assert "--replace" in told
