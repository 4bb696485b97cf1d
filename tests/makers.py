"""Makers of small worlds, by calling the real actions.

The cast is fixed: `lea` coordinates, `ada` reads new reports and works on cases, `ben`
is the disclosure officer, `ina` the statistician, `pia` leads data protection.
"""

import pytest

from fairwitness.demo.world import World, found
from fairwitness.governance import readiness
from fairwitness.vault import passphrase


@pytest.fixture(autouse=True)
def _cheap_passwords(request, settings, monkeypatch):
    """Guessing is dear in a centre and cheap in most tests; the cost has tests of its own."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if "passphrase" not in request.module.__name__:
        cheap = passphrase.Cost(memory=64, iterations=1, lanes=1)
        monkeypatch.setattr(passphrase, "COST", cheap)


@pytest.fixture(autouse=True)
def _own_secrets(settings, tmp_path_factory):
    """Each test has secrets of its own, as each centre has."""
    settings.SECRETS = tmp_path_factory.mktemp("secrets")
    readiness.forget()


@pytest.fixture
def centre(request) -> World:
    """An open training centre with keys, staff, recipients and the default questionnaire.

    A test that marks itself `django_db(transaction=True)` gets it in real transactions.
    """
    marker = request.node.get_closest_marker("django_db")
    is_transactional = bool(marker and marker.kwargs.get("transaction"))
    request.getfixturevalue("transactional_db" if is_transactional else "db")
    return found()


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
