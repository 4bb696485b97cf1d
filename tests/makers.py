"""Makers of small worlds, by calling the real actions.

The cast is fixed: `lea` coordinates, `ada` reads new reports and works on cases, `ben`
is the disclosure officer, `ina` the statistician, `pia` leads data protection.
"""

import shutil
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, connections, models, router, transaction
from django.test import override_settings

from fairwitness import settled
from fairwitness.demo.world import World, found
from fairwitness.governance import places, readiness
from fairwitness.governance.models import Processor, Recipient
from fairwitness.staff.models import User
from fairwitness.staff.roles import Role
from fairwitness.surveys.models import Version
from fairwitness.vault import passphrase
from tests.desk import WHO, colleague, staff_of, tell

QUICK = "django.contrib.auth.hashers.MD5PasswordHasher"


@pytest.fixture(autouse=True)
def _cheap_passwords(request, settings, monkeypatch):
    """Guessing is dear in a centre and cheap in most tests; the cost has tests of its own."""
    settings.PASSWORD_HASHERS = [QUICK]
    if "passphrase" not in request.module.__name__:
        cheap = passphrase.Cost(memory=64, iterations=1, lanes=1)
        monkeypatch.setattr(passphrase, "COST", cheap)


@pytest.fixture(autouse=True)
def _own_secrets(settings, tmp_path_factory):
    """Each test has secrets of its own, as each centre has."""
    settings.SECRETS = tmp_path_factory.mktemp("secrets")
    readiness.forget()


@pytest.fixture(autouse=True)
def _test_is_no_transaction(request, monkeypatch):
    """What is read in the transaction of the test itself stands, as it does in a centre."""
    marker = request.node.get_closest_marker("django_db")
    if marker is None or marker.kwargs.get("transaction"):
        return
    request.getfixturevalue("db")
    depth = len(connection.savepoint_ids)
    monkeypatch.setattr(
        settled, "is_outside", lambda: len(connection.savepoint_ids) == depth
    )


Made = TypeVar("Made")


@dataclass(frozen=True)
class Kept(Generic[Made]):
    """What was made once, as rows and files, to be laid down again for each test."""

    made: Made
    rows: dict[str, list[models.Model]]
    folders: dict[str, Path]


def keep(make: Callable[[], Made], *, place: Path) -> Kept[Made]:
    """Make something in a centre by the real actions, and keep what that wrote."""
    cheap = passphrase.Cost(memory=64, iterations=1, lanes=1)
    folders = {name: place / name.lower() for name in ("SECRETS", "OUTBOX", "EDITIONS")}
    dear, passphrase.COST = passphrase.COST, cheap
    try:
        with (
            override_settings(PASSWORD_HASHERS=[QUICK], **folders),
            transaction.atomic("default"),
            transaction.atomic("keystore"),
        ):
            made = make()
            rows = {alias: _rows_in(alias) for alias in ("default", "keystore")}
            for alias in rows:
                transaction.set_rollback(True, using=alias)
    finally:
        passphrase.COST = dear
        readiness.forget()
    return Kept(made, rows, folders)


@pytest.fixture(scope="session")
def kept_centre(django_db_setup, django_db_blocker, tmp_path_factory) -> Kept[World]:
    """Found a centre once."""
    with django_db_blocker.unblock():
        return keep(found, place=tmp_path_factory.mktemp("kept"))


def _rows_in(alias: str) -> list[models.Model]:
    kinds = [
        kind
        for kind in apps.get_models()
        if kind.__module__.startswith(("fairwitness", "django.contrib.sessions"))
        and router.db_for_write(kind) == alias
    ]
    return [row for kind in kinds for row in kind._base_manager.using(alias).all()]


def lay_down(kept: Kept[Any], *, before: World) -> World:
    """Write kept rows into this test's databases, and give the world as it is there."""
    for alias, rows in kept.rows.items():
        kinds = list(dict.fromkeys(type(row) for row in rows))
        with transaction.atomic(alias):
            for kind in kinds:
                fresh = [copy(row) for row in rows if type(row) is kind]
                kind._base_manager.using(alias).bulk_create(fresh)
            connection = connections[alias]
            with connection.cursor() as cursor:
                for line in connection.ops.sequence_reset_sql(no_style(), kinds):
                    cursor.execute(line)
    for name, folder in kept.folders.items():
        if folder.exists():
            shutil.copytree(folder, getattr(settings, name), dirs_exist_ok=True)
    # A test that walks in a browser has an address of its own.
    hosting = Processor.objects.filter(does=Processor.Does.HOSTING)
    hosting.update(host=places.this_machine())
    readiness.forget()
    assert before.version is not None
    return World(
        members={
            name: replace(member, user=User.objects.get(name=name))
            for name, member in before.members.items()
        },
        recipients={one.name: one for one in Recipient.objects.all()},
        identities=dict(before.identities),
        version=Version.objects.get(pk=before.version.pk),
    )


@pytest.fixture
def centre(request) -> World:
    """An open training centre with keys, staff, recipients and the default questionnaire.

    A test that marks itself `django_db(transaction=True)` gets it in real transactions.
    """
    marker = request.node.get_closest_marker("django_db")
    is_transactional = bool(marker and marker.kwargs.get("transaction"))
    request.getfixturevalue("transactional_db" if is_transactional else "db")
    kept = request.getfixturevalue("kept_centre")
    return lay_down(kept, before=kept.made)


@pytest.fixture
def lea(centre):
    return centre.lea.user


@pytest.fixture
def ada(centre):
    return centre.ada.user


@pytest.fixture
def ben(centre):
    return centre.ben.user


@pytest.fixture
def ina(centre):
    return centre.ina.user


@pytest.fixture
def pia(centre):
    return centre.pia.user


@pytest.fixture
def staff(centre):
    """Everybody at the desk, with their unlocked keys."""
    return staff_of(centre)


@pytest.fixture
def cai(staff):
    """A second caseworker, who does not hold the triage key."""
    return colleague("Cai", Role.CASEWORKER, by=staff.lea.user)


@pytest.fixture
def told(centre):
    """A report of somebody who said who they are, with their code."""
    return tell(centre, identity=WHO)
