"""What a backup or a restore must not leave behind: copies that broke off, marks of another centre."""

import os
import time

import pytest

from fairwitness.cli import backing, main
from fairwitness.refusal import Refused
from tests.test_backup import back_up, restore


def test_a_backup_that_breaks_off_leaves_no_copy(
    upgraded_centre, tmp_path, capsys, monkeypatch
):
    def fail(*_what, **_more):
        raise Refused("The disk is full.")

    monkeypatch.setattr(backing, "finish", fail)

    assert main(["backup", "--to", str(tmp_path)]) == 1
    assert "The disk is full" in capsys.readouterr().err
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("name", "days", "stays"),
    [
        ("2026-11-01T020000Z.unfinished", 8, False),
        ("2026-11-21T020000Z.unfinished", 1, True),
        ("2026-11-01T020000Z-former.unfinished", 8, True),
    ],
)
def test_a_keystore_copy_that_was_killed_goes_after_seven_days(
    upgraded_centre, tmp_path, name, days, stays
):
    killed = tmp_path / "keystore" / name
    killed.mkdir(parents=True)
    (killed / "keystore.sqlite3").write_bytes(b"shred keys")
    then = time.time() - days * 86_400
    os.utime(killed, (then, then))

    assert main(["backup", "--to", str(tmp_path)]) == 0
    assert killed.exists() == stays


def test_a_real_centre_over_a_training_one_is_no_training(
    upgraded_centre, tmp_path, capsys, settings
):
    settings.IS_TRAINING = False
    centre = back_up(tmp_path, capsys)
    (upgraded_centre / "training").touch()

    restore(capsys, centre, "--replace")

    assert not (upgraded_centre / "training").exists()


@pytest.mark.parametrize(
    "text", ["", "[]", '{"version": 1, "burned": [], "withdrawn": [], "left": []}']
)
def test_a_list_of_another_shape_is_refused(tmp_path, text):
    (tmp_path / "taken-back.json").write_text(text)

    with pytest.raises(Refused, match="does not say what people took back"):
        backing.read_taken_back(tmp_path / "taken-back.json")
