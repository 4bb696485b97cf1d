"""Backups: copied while the centre runs, whole or refused, and nothing that was erased comes back."""

import json
import shutil
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from fairwitness.casework.models import Fact
from fairwitness.cli import copies, main, manifest
from fairwitness.intake.actions import UnknownCode, find_by_receipt, withdraw_consent
from fairwitness.intake.models import Consent, Report
from fairwitness.ledger.actors import REPORTER
from fairwitness.outreach.actions import forget_address
from fairwitness.outreach.models import Contact, Delivery, Suppression
from fairwitness.rights.actions import erase_report
from fairwitness.rights.models import Tombstone
from fairwitness.vault.models import BurnedSlot, ShredKey, Slot
from fairwitness.vault.report_keys import fact_id
from tests.old_centre import account_of, case_key_of, codes

ERASED, *OTHERS = codes()


def back_up(to: Path, capsys) -> Path:
    """Make a backup, and return the folder of the centre in it."""
    capsys.readouterr()
    assert main(["backup", "--to", str(to), "--json"]) == 0
    return Path(json.loads(capsys.readouterr().out)["centre"])


def restore(capsys, *arguments: object) -> tuple[int, dict[str, Any]]:
    """Restore, and return the exit code and what was told."""
    capsys.readouterr()
    code = main(["restore", "--json", *map(str, arguments)])
    return code, json.loads(capsys.readouterr().out)


def keystore_of(centre: Path) -> Path:
    return centre.parent.parent / "keystore" / centre.name


def erase_one() -> Report:
    """One reporter erases their report, with the fact that their code finds."""
    report = find_by_receipt(ERASED)
    erase_report(report, by=REPORTER, case_key=case_key_of(ERASED))
    return report


def lose(place: Path) -> None:
    """The disk with both databases breaks."""
    for path in place.glob("*.sqlite3*"):
        path.unlink()


def assert_it_is_gone(report: Report, fact: str) -> None:
    with pytest.raises(UnknownCode):
        find_by_receipt(ERASED)
    assert not ShredKey.objects.filter(pk=report.slot_id).exists()
    assert not Fact.objects.filter(pk=fact).exists()
    assert BurnedSlot.objects.filter(pk=report.slot_id).exists()
    assert Tombstone.objects.filter(slot=report.slot_id).exists()


def test_a_backup_has_two_folders_and_no_secret(upgraded_centre, tmp_path, capsys):
    centre = back_up(tmp_path, capsys)

    files = sorted(path.name for path in centre.iterdir())
    assert files == ["centre.sqlite3", "editions", "manifest.json", "taken-back.json"]
    assert sorted(path.name for path in keystore_of(centre).iterdir()) == [
        "keystore.sqlite3",
        "manifest.json",
    ]
    secrets = [path.read_bytes() for path in (upgraded_centre / "secrets").iterdir()]
    copied = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(secret in one for secret in secrets for one in copied)


def test_only_its_owner_reads_a_backup(upgraded_centre, tmp_path, capsys):
    centre = back_up(tmp_path / "backups", capsys)

    for folder in (centre, keystore_of(centre)):
        for path in [folder, *folder.rglob("*")]:
            assert path.stat().st_mode & 0o077 == 0


def test_a_backup_says_what_to_keep_elsewhere(upgraded_centre, tmp_path, capsys):
    assert main(["backup", "--to", str(tmp_path)]) == 0

    told = capsys.readouterr().out
    assert str(upgraded_centre / "secrets") in told
    assert "7 days" in told


def test_a_copy_made_while_rows_are_written_is_of_one_moment(
    upgraded_centre, tmp_path, capsys
):
    stop = threading.Event()
    path = upgraded_centre / "centre.sqlite3"

    def write() -> None:
        with closing(sqlite3.connect(path, timeout=20)) as writer:
            writer.execute("CREATE TABLE IF NOT EXISTS pairs (one, other)")
            while not stop.wait(0.002):
                with writer:
                    writer.execute("INSERT INTO pairs VALUES (1, 1)")
                    writer.execute("INSERT INTO pairs VALUES (2, 2)")

    writing = threading.Thread(target=write)
    writing.start()
    try:
        centre = back_up(tmp_path, capsys)
    finally:
        stop.set()
        writing.join()

    with closing(sqlite3.connect(centre / "centre.sqlite3")) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        ones, twos = (
            copy.execute("SELECT count(*) FROM pairs WHERE one = ?", [n]).fetchone()[0]
            for n in (1, 2)
        )
    assert ones == twos


@pytest.mark.parametrize("rows", ["old", "new"])
@pytest.mark.parametrize("keys", ["old", "new"])
def test_what_was_erased_stays_erased(upgraded_centre, tmp_path, capsys, rows, keys):
    """All four: a database from before or after the erasure, a keystore likewise."""
    backups = {"old": back_up(tmp_path / "old", capsys)}
    fact = fact_id(case_key_of(ERASED))
    assert Fact.objects.filter(pk=fact).exists()
    report = erase_one()
    backups["new"] = back_up(tmp_path / "new", capsys)
    lose(upgraded_centre)
    more = ["--taken-back", backups["new"] / "taken-back.json"]

    code, told = restore(
        capsys,
        backups[rows],
        *["--keystore", keystore_of(backups[keys])],
        *(more if (rows, keys) == ("old", "old") else []),
    )

    assert code == 0, told
    assert_it_is_gone(report, fact)
    assert all(account_of(other) for other in OTHERS)
    assert told["ledger_broken_at"] is None


def test_newer_backups_beside_the_old_one_are_asked(upgraded_centre, tmp_path, capsys):
    old = back_up(tmp_path, capsys)
    fact = fact_id(case_key_of(ERASED))
    report = erase_one()
    back_up(tmp_path, capsys)
    lose(upgraded_centre)

    code, told = restore(capsys, old)

    assert (code, told["settled"]["reports_erased"]) == (0, 1)
    assert_it_is_gone(report, fact)


def test_the_centre_that_is_replaced_is_asked_and_kept(
    upgraded_centre, tmp_path, capsys
):
    old = back_up(tmp_path, capsys)
    fact = fact_id(case_key_of(ERASED))
    report = erase_one()

    code, told = restore(capsys, old, "--replace")

    assert code == 0
    assert_it_is_gone(report, fact)
    assert len(told["former"]) == 2
    assert all(manifest.read(Path(former)) for former in told["former"])


def test_one_can_go_back_to_what_was_replaced(upgraded_centre, tmp_path, capsys):
    old = back_up(tmp_path, capsys)
    Tombstone.objects.create(
        slot=Slot.objects.filter(is_taken=False)[0].pk, month="2026-11-01"
    )
    _code, told = restore(capsys, old, "--replace")
    former = next(one for one in told["former"] if "/centre/" in one)

    code, _told = restore(capsys, former, "--replace")

    assert code == 0
    assert all(account_of(other) for other in OTHERS)


def test_no_slot_is_taken_twice_after_a_restore(upgraded_centre, tmp_path, capsys):
    old = back_up(tmp_path, capsys)
    free = set(Slot.objects.filter(is_taken=False).values_list("pk", flat=True))

    restore(capsys, old, "--keystore", "kept", "--replace")

    now = set(Slot.objects.filter(is_taken=False).values_list("pk", flat=True))
    assert now
    assert not now & free
    assert ShredKey.objects.count() == Slot.objects.count()


def test_reports_whose_key_is_lost_are_counted(upgraded_centre, tmp_path, capsys):
    old = back_up(tmp_path, capsys)
    lose(upgraded_centre)

    code, told = restore(capsys, old, "--keystore", "kept")

    assert code == 1
    assert told["settled"]["without_key"] >= len(codes())


def test_a_centre_is_not_replaced_without_being_told(upgraded_centre, tmp_path, capsys):
    old = back_up(tmp_path, capsys)

    assert main(["restore", str(old)]) == 1

    assert "--replace" in capsys.readouterr().err
    assert all(account_of(code) for code in codes())


def test_a_changed_byte_is_refused(upgraded_centre, tmp_path, capsys):
    old = back_up(tmp_path, capsys)
    with (old / "centre.sqlite3").open("r+b") as opened:
        opened.seek(5000)
        opened.write(b"\xff")

    assert main(["restore", str(old), "--replace"]) == 1

    assert "not as it was written" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["centre.sqlite3", "manifest.json"])
def test_a_missing_file_is_refused(upgraded_centre, tmp_path, capsys, name):
    old = back_up(tmp_path, capsys)
    (old / name).unlink()

    assert main(["restore", str(old), "--replace"]) == 1


def test_a_backup_of_a_newer_version_is_refused(upgraded_centre, tmp_path, capsys):
    old = back_up(tmp_path, capsys)
    told = json.loads((old / "manifest.json").read_text())
    told["migrations"].append("intake.9999_from_tomorrow")
    (old / "manifest.json").write_text(json.dumps(told))

    assert main(["restore", str(old), "--replace"]) == 1

    assert "newer version" in capsys.readouterr().err


def test_a_backup_without_its_keystore_says_what_to_do(
    upgraded_centre, tmp_path, capsys
):
    old = back_up(tmp_path, capsys)
    shutil.rmtree(keystore_of(old))

    assert main(["restore", str(old), "--replace"]) == 1

    assert "--keystore kept" in capsys.readouterr().err


def test_nothing_is_restored_while_something_runs(upgraded_centre, tmp_path, capsys):
    old = back_up(tmp_path, capsys)
    with closing(sqlite3.connect(upgraded_centre / "keystore.sqlite3")) as other:
        other.execute("SELECT count(*) FROM vault_shredkey").fetchone()

        assert main(["restore", str(old), "--replace"]) == 1

    assert "Stop serve, worker and gate" in capsys.readouterr().err


def test_a_damaged_centre_is_set_aside_as_it_is(upgraded_centre, tmp_path, capsys):
    old = back_up(tmp_path, capsys)
    for alias in connections:
        connections[alias].close()
    (upgraded_centre / "centre.sqlite3").write_bytes(b"no database" * 1000)

    code, told = restore(capsys, old, "--replace")

    assert code == 0, told
    assert all(account_of(code) for code in codes())


def test_a_restore_that_breaks_off_is_done_again(
    upgraded_centre, tmp_path, capsys, monkeypatch
):
    old = back_up(tmp_path, capsys)
    fact = fact_id(case_key_of(ERASED))
    report = erase_one()

    def break_off(_alias, _copy):
        raise OSError("no space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(copies, "put_back", break_off)
        assert main(["restore", str(old), "--replace"]) == 1
    assert "with --replace" in capsys.readouterr().err

    code, _told = restore(capsys, old, "--replace")

    assert code == 0
    assert_it_is_gone(report, fact)


def test_missing_secrets_are_named(upgraded_centre, tmp_path, capsys):
    old = back_up(tmp_path, capsys)
    (upgraded_centre / "secrets" / "pepper.key").unlink()

    code, told = restore(capsys, old, "--replace")

    assert code == 1
    assert told["secrets_missing"] == ["pepper.key"]


def test_a_keystore_older_than_seven_days_goes_and_other_folders_stay(
    upgraded_centre, tmp_path, capsys
):
    old = keystore_of(back_up(tmp_path, capsys))
    told = json.loads((old / "manifest.json").read_text())
    told["made_at"] = (datetime.now(UTC) - timedelta(days=8)).isoformat()
    (old / "manifest.json").write_text(json.dumps(told))
    (old.parent / "somebody else's").mkdir()

    assert main(["backup", "--to", str(tmp_path)]) == 0

    assert f"the keystore of {old.name}" in capsys.readouterr().out
    assert not old.exists()
    assert (old.parent / "somebody else's").exists()


def test_letters_that_waited_are_uncertain_after_a_restore(
    upgraded_centre, tmp_path, capsys
):
    Delivery.objects.update(state="waiting")
    old = back_up(tmp_path, capsys)

    _code, told = restore(capsys, old, "--replace")

    assert told["settled"]["letters_uncertain"] == Delivery.objects.count() > 0
    assert set(Delivery.objects.values_list("state", flat=True)) == {"uncertain"}


def test_who_left_since_is_not_written_to(upgraded_centre, tmp_path, capsys):
    old = back_up(tmp_path, capsys)
    Suppression.objects.create(
        match=b"m" * 32, reason="left", since_on=timezone.localdate()
    )

    _code, told = restore(capsys, old, "--replace")

    assert told["settled"]["addresses_left"] == 1
    assert Suppression.objects.filter(match=b"m" * 32).exists()


def test_an_address_forgotten_since_is_erased_again(upgraded_centre, tmp_path, capsys):
    old = back_up(tmp_path, capsys)
    kept, gone = Contact.objects.order_by("pk")[:2]
    Suppression.objects.create(
        match=kept.match, reason="left", since_on=timezone.localdate()
    )
    forget_address(bytes(gone.match), on=timezone.localdate())
    before = Contact.objects.count()

    restore(capsys, old, "--replace")

    assert Contact.objects.count() == before
    assert Contact.objects.filter(pk=kept.pk).exists()
    assert not Contact.objects.filter(pk=gone.pk).exists()
    assert Suppression.objects.get(match=gone.match).reason == "forgotten"


def test_a_consent_withdrawn_since_does_not_stand_again(
    upgraded_centre, tmp_path, capsys
):
    old = back_up(tmp_path, capsys)
    consent = Consent.objects.get(withdrawn_on=None)
    code = next(one for one in codes() if find_by_receipt(one).pk == consent.report_id)
    withdraw_consent(
        consent.report, code=code, recipient=consent.recipient, on=timezone.localdate()
    )

    _code, told = restore(capsys, old, "--replace")

    assert told["settled"]["consents_withdrawn"] == 1
    assert not Consent.objects.filter(withdrawn_on=None).exists()


def test_there_is_nothing_to_back_up_where_no_centre_is(
    upgraded_centre, tmp_path, capsys
):
    lose(upgraded_centre)

    assert main(["backup", "--to", str(tmp_path)]) == 1

    assert "fairwitness init" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
