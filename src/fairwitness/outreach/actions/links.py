"""What the keys in a letter do: one opens and spends nothing, one ends all letters."""

import random
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.utils.translation import gettext as _

from fairwitness.ledger.actors import PUBLIC
from fairwitness.outreach.actions.contacts import suppress
from fairwitness.outreach.keys import hash_of
from fairwitness.outreach.models import Campaign, Delivery, Invitation, Suppression
from fairwitness.surveys.doors import LinkSpent


@dataclass(frozen=True)
class Opened:
    """What a personal link leads to. Nothing in it says whose link it is."""

    campaign: Campaign
    invitation_id: uuid.UUID
    is_spent: bool
    is_over: bool


def open_link(key: str, *, on: date) -> Opened | None:
    """What a personal link leads to, or none for a key that we never sent. Changes nothing."""
    found = (
        Invitation.objects.filter(deliveries__open_hash=hash_of(key))
        .select_related("campaign__source", "campaign__version")
        .first()
    )
    if found is None:
        return None
    return Opened(
        campaign=found.campaign,
        invitation_id=found.pk,
        is_spent=found.is_spent,
        is_over=found.campaign.is_over(on),
    )


def spend_link(invitation_id: uuid.UUID | str) -> None:
    """Spend a link, in the transaction that takes its answer. Of two at once only one is taken.

    No time is written. Error: `LinkSpent`.
    """
    unspent = Invitation.objects.filter(pk=invitation_id, is_spent=False)
    if not unspent.update(is_spent=True):
        raise LinkSpent(_("Somebody has answered with this link."))


@transaction.atomic
def leave(key: str, *, on: date) -> bool:
    """End all letters to whoever got this key; false for a key that we never sent.

    It takes effect at once: what still waits is not handed over. A second time changes
    nothing.
    """
    delivery = (
        Delivery.objects.filter(leave_hash=hash_of(key))
        .select_related("invitation__contact")
        .first()
    )
    if delivery is None:
        return False
    contact = delivery.invitation.contact
    if contact is not None:
        match = bytes(contact.match)
        suppress(match, reason=Suppression.Reason.LEFT, by=PUBLIC, on=on)
    return True


def rewrite_spent(campaigns: Collection[uuid.UUID]) -> None:
    """Write every spent invitation of these campaigns anew, in random order (SUR-3).

    On PostgreSQL each row version carries the number of the transaction that wrote it,
    and lies where there was room at that moment; after this all spent rows of a campaign
    carry the same number, in no order. On SQLite a row stays where it is.
    """
    spent = Invitation.objects.filter(campaign__in=campaigns, is_spent=True)
    if connection.vendor != "postgresql":
        spent.update(is_spent=True)
        return
    rows = [(pk,) for pk in spent.values_list("pk", flat=True)]
    random.SystemRandom().shuffle(rows)
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE outreach_invitation SET is_spent = true WHERE id = %s", rows
        )
