"""What every test may use: a folder of its own, two databases that are files, the fixed cast."""

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.surroundings import HOME

# How long an example takes says more of the machine than of the code.
settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")

# The suite runs once on each engine; see tests/run.py.
ON_SQLITE = not os.environ.get("DATABASE_URL", "").startswith("postgres")

pytest_plugins = [
    "tests.makers",
    "tests.lived_in",
    "tests.browser",
    "tests.old_centre",
    "tests.trusting",
]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """SQLite in files, as in a centre: with a write-ahead log, and safe for threads."""
    from django.db import connections

    for alias in connections:
        database = connections[alias].settings_dict
        if database["ENGINE"].endswith("sqlite3"):
            database["TEST"]["NAME"] = str(HOME / f"test-{alias}.sqlite3")


@pytest.fixture(autouse=True)
def _in_own_folder(settings, tmp_path_factory):
    """Letters and editions of a test land in a folder of its own."""
    place = tmp_path_factory.mktemp("centre")
    settings.OUTBOX = place / "outbox"
    settings.EDITIONS = place / "editions"


def pytest_addoption(parser):
    parser.addoption("--proof", action="store_true", help="run the long proofs alone")


def pytest_collection_modifyitems(config, items):
    """Leave out what this run is not for; give the centre both of its databases."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        asked = dict(marker.kwargs) if marker else {}
        if "centre" in getattr(item, "fixturenames", ()) and "databases" not in asked:
            both = pytest.mark.django_db(databases=["default", "keystore"], **asked)
            item.add_marker(both, append=False)
    is_proof = config.getoption("--proof")
    chosen = [
        one
        for one in items
        if bool(one.get_closest_marker("proof")) == is_proof
        and (ON_SQLITE or _asks_a_database(one))
    ]
    if len(chosen) < len(items):
        config.hook.pytest_deselected(items=[one for one in items if one not in chosen])
        items[:] = chosen


def _asks_a_database(item):
    """Whether a test meets a database, and not as any other would do: else one engine is enough."""
    if item.get_closest_marker("one_engine"):
        return False
    fixtures = set(getattr(item, "fixturenames", ()))
    is_marked = item.get_closest_marker("django_db") is not None
    return is_marked or bool(fixtures & {"db", "transactional_db", "live_server"})
