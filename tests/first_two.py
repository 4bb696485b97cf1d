"""The first two people of a bare house, as fixtures: import them where they are wanted."""

import pytest

from fairwitness.staff.roles import Role
from tests.desk import colleague, found


@pytest.fixture(name="triage")
def the_keys_of_the_house():
    """The keys of the house; gives the triage key with its private half."""
    return found()


@pytest.fixture(name="lea")
def a_coordinator(triage):
    """Coordinator; has no key of her own."""
    return colleague("Lea", Role.COORDINATOR, has_key=False)


@pytest.fixture(name="ada")
def a_caseworker(lea, triage):
    """Caseworker; holds the triage key."""
    return colleague("Ada", Role.CASEWORKER, by=lea.user, triage=triage)
