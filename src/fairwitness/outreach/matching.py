"""The keyed hash under which an address is known: it outlives the address itself (INV-7)."""

from django.conf import settings

from fairwitness import environment
from fairwitness.outreach.addresses import Address


def match_key() -> bytes:
    """The key of all match hashes; it lies outside the database."""
    return environment.secret(settings.SECRETS / "suppression.key")


def match_of(address: Address) -> bytes:
    """The hash under which an address is known, in every spelling of it."""
    return address.match(match_key())
