"""Makers of small worlds, by calling the real actions.

The cast is fixed: `lea` coordinates, `ada` reads new reports and works on cases, `ben`
is the disclosure officer, `ina` the statistician, `pia` leads data protection.
"""

import shutil
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connections, models, router, transaction
from django.test import override_settings

from fairwitness.demo.world import World, found
from fairwitness.governance import places, readiness
from fairwitness.governance.models import Processor, Recipient
from fairwitness.staff.models import User
from fairwitness.surveys.models import Version
from fairwitness.vault import passphrase

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


@dataclass(frozen=True)
class Kept:
    """A founded centre as rows and secrets, to be laid down again for each test."""

    world: World
    rows: dict[str, list[models.Model]]
    secrets: Path


@pytest.fixture(scope="session")
def kept_centre(django_db_setup, django_db_blocker, tmp_path_factory) -> Kept:
    """Found a centre once, by the real actions, and keep what that wrote."""
    place = tmp_path_factory.mktemp("kept")
    cheap = passphrase.Cost(memory=64, iterations=1, lanes=1)
    dear, passphrase.COST = passphrase.COST, cheap
    try:
        with (
            django_db_blocker.unblock(),
            override_settings(PASSWORD_HASHERS=[QUICK], SECRETS=place),
            transaction.atomic("default"),
            transaction.atomic("keystore"),
        ):
            world = found()
            rows = {alias: _rows_in(alias) for alias in ("default", "keystore")}
            for alias in rows:
                transaction.set_rollback(True, using=alias)
    finally:
        passphrase.COST = dear
        readiness.forget()
    return Kept(world, rows, place)


def _rows_in(alias: str) -> list[models.Model]:
    kinds = [
        kind
        for kind in apps.get_models()
        if kind.__module__.startswith("fairwitness")
        and router.db_for_write(kind) == alias
    ]
    return [row for kind in kinds for row in kind._base_manager.using(alias).all()]


def _lay_down(kept: Kept) -> World:
    """Write the rows of a kept centre into this test's databases."""
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
    shutil.copytree(kept.secrets, settings.SECRETS, dirs_exist_ok=True)
    # A test that walks in a browser has an address of its own.
    hosting = Processor.objects.filter(does=Processor.Does.HOSTING)
    hosting.update(host=places.this_machine())
    readiness.forget()
    before = kept.world
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
    return _lay_down(request.getfixturevalue("kept_centre"))


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
