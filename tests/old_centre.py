"""A small invented centre as the first version laid it out, to be upgraded and restored in tests.

`tests/upgrades` holds its two databases as SQL, its published edition, and what its people
would know. It was built once, by the first version that could, and must open for ever.
"""

import gzip
import json
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from fairwitness.cli import main
from fairwitness.governance import places, readiness
from fairwitness.intake.actions import find_by_receipt
from fairwitness.intake.models import Report
from fairwitness.vault.opening import Chest, unwrap_for_reporter
from fairwitness.vault.receipt import ReceiptCode
from tests.surroundings import HOME

HERE = Path(__file__).parent / "upgrades"


def known() -> dict[str, Any]:
    """What its people know: receipt codes, the passphrase; and its secrets."""
    told: dict[str, Any] = json.loads((HERE / "kept.json").read_text())
    return told


def codes() -> list[ReceiptCode]:
    """The receipt codes of its reporters."""
    return [ReceiptCode.parse(words) for words in known()["codes"]]


def lay_out(place: Path) -> None:
    """Write the centre into a folder, as it lay there."""
    for name in ("centre", "keystore"):
        opened = sqlite3.connect(place / f"{name}.sqlite3")
        opened.executescript(
            gzip.decompress((HERE / f"{name}.sql.gz").read_bytes()).decode()
        )
        if name == "centre":
            here = places.this_machine()
            opened.execute("UPDATE governance_processor SET host = ?", [here])
        opened.commit()
        opened.close()
    with tarfile.open(HERE / "editions.tar.xz") as packed:
        packed.extractall(place, filter="data")
    (place / "secrets").mkdir()
    for name, kept in known()["secrets"].items():
        (place / "secrets" / name).write_bytes(bytes.fromhex(kept))


@contextmanager
def working_on(place: Path) -> Iterator[None]:
    """Let the settings and both connections name the centre in this folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "DIR", place)
        for name, folder in (("SECRETS", "secrets"), ("EDITIONS", "editions")):
            patch.setattr(settings, name, place / folder)
        for alias, name in (("default", "centre"), ("keystore", "keystore")):
            connections[alias].close()
            patch.setitem(
                connections[alias].settings_dict, "NAME", place / f"{name}.sqlite3"
            )
        readiness.forget()
        try:
            yield
        finally:
            readiness.forget()
            for alias in connections:
                connections[alias].close()


@pytest.fixture
def folder_in_memory() -> Iterator[Path]:
    """A folder of this test, where nothing waits for a disk."""
    place = Path(tempfile.mkdtemp(dir=HOME))
    yield place
    shutil.rmtree(place)


@pytest.fixture(scope="session")
def upgraded_once(django_db_blocker) -> Path:
    """The centre after its upgrade, to be copied for each test; made once."""
    if any(connections[alias].vendor != "sqlite" for alias in connections):
        pytest.skip("the first centre was laid out on SQLite")
    place = Path(tempfile.mkdtemp(dir=HOME))
    lay_out(place)
    with django_db_blocker.unblock(), working_on(place):
        assert main(["upgrade"]) in {0, 1}
    return place


@pytest.fixture
def old_centre(folder_in_memory, django_db_blocker, upgraded_once) -> Iterator[Path]:
    """The folder of that centre as it was laid out; everything works on its databases."""
    place = folder_in_memory / "centre"
    place.mkdir()
    lay_out(place)
    with django_db_blocker.unblock(), working_on(place):
        yield place


@pytest.fixture
def upgraded_centre(
    folder_in_memory, django_db_blocker, upgraded_once
) -> Iterator[Path]:
    """The folder of that centre, brought up to date; everything works on its databases."""
    place = folder_in_memory / "centre"
    shutil.copytree(upgraded_once, place)
    shutil.rmtree(place / "backups")
    with django_db_blocker.unblock(), working_on(place):
        yield place


def account_of(code: ReceiptCode) -> bytes:
    """What a reporter told, read back with their code."""
    report = find_by_receipt(code)
    return chest_of(report, code).open(
        "narrative", bytes(report.sections.get(kind="narrative").envelope)
    )


def case_key_of(code: ReceiptCode) -> bytes:
    """The case key of a report, as its reporter's code opens it."""
    report = find_by_receipt(code)
    return unwrap_for_reporter(report.pk, "case", code.read_key)


def chest_of(report: Report, code: ReceiptCode) -> Chest:
    """What opens the sections of a report."""
    case = unwrap_for_reporter(report.pk, "case", code.read_key)
    return Chest(report.pk, report.slot_id, case)
