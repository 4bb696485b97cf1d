"""What every test may use: an own folder for the centre, two databases, the fixed cast."""

import os
import tempfile
from pathlib import Path

import pytest

_home = Path(tempfile.mkdtemp(prefix="fairwitness-tests-"))
os.environ.setdefault("FAIRWITNESS_DIR", str(_home))
os.environ.setdefault("FAIRWITNESS_TRAINING", "yes")


@pytest.fixture(autouse=True)
def _in_own_folder(settings, tmp_path_factory):
    """Letters and editions of a test land in a folder of its own."""
    place = tmp_path_factory.mktemp("centre")
    settings.OUTBOX = place / "outbox"
    settings.EDITIONS = place / "editions"
