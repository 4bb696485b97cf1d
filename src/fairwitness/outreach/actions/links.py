"""What the keys in a letter do: one opens and spends nothing, one ends all letters."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fairwitness.ledger.actors import PUBLIC
from fairwitness.mixing import clean_files, hold, mix, take_all
from fairwitness.outreach.actions.contacts import suppress
from fairwitness.outreach.keys import hash_of
from fairwitness.outreach.models import (
    Campaign,
    Delivery,
    Invitation,
    SpentLink,
    Suppression,
)
from fairwitness.surveys.doors import LinkSpent

MANY = 500


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
        is_spent=Invitation.objects.spent().filter(pk=found.pk).exists(),
        is_over=found.campaign.is_over(on),
    )


def spend_link(invitation_id: uuid.UUID | str) -> None:
    """Spend a link, in the transaction that takes its answer. Of two at once only one is taken.

    The invitation itself is left alone until the release, so that its row tells nothing
    of when. No time is written. Error: `LinkSpent`.
    """
    try:
        with transaction.atomic():
            SpentLink.objects.create(invitation=invitation_id)
    except IntegrityError:
        raise LinkSpent(_("Somebody has answered with this link.")) from None
    # Only now: a release that went on meanwhile has marked the invitation.
    if not Invitation.objects.filter(pk=invitation_id, is_spent=False).exists():
        raise LinkSpent(_("Somebody has answered with this link."))


def has_ended(campaign_id: str) -> bool:
    """Whether a campaign takes no more answers, begun ones neither."""
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    return campaign is not None and campaign.takes_no_more(timezone.localdate())


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


def mix_spent() -> None:
    """Write the links that were spent since the last release anew, in random order."""
    mix(SpentLink)


def settle_spent() -> set[uuid.UUID]:
    """Mark the invitations whose links were spent, in random order. Returns their campaigns."""
    spent = [link.invitation for link in take_all(SpentLink)]
    _mark(spent)
    met: set[uuid.UUID] = set()
    for start in range(0, len(spent), MANY):
        some = Invitation.objects.filter(pk__in=spent[start : start + MANY])
        met.update(some.values_list("campaign_id", flat=True))
    return met


def rewrite_spent(campaigns: Collection[uuid.UUID] | None) -> None:
    """Write every spent invitation of these campaigns, or of all, anew in random order (SUR-3).

    On PostgreSQL each row version carries the number of the transaction that wrote it,
    and an updated row stays in its page where there is room; so they are taken out and put
    in again: after this all spent rows of a campaign carry the same number and lie in no
    order. On SQLite a row stays where it is, and nothing tells when it was marked.
    """
    if campaigns is None:
        campaigns = Campaign.objects.values_list("pk", flat=True)
    if connection.vendor != "postgresql" or not campaigns:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        hold(Invitation)  # links are opened and spent meanwhile; nobody is erased
        cursor.execute(_ANEW, [list(campaigns)])
    clean_files(Invitation)


_ANEW = """
WITH spent AS (
    DELETE FROM outreach_invitation WHERE campaign_id = ANY(%s) AND is_spent
    RETURNING id, campaign_id, contact_id, is_spent
)
INSERT INTO outreach_invitation (id, campaign_id, contact_id, is_spent)
SELECT id, campaign_id, contact_id, is_spent FROM spent ORDER BY gen_random_uuid()
"""


def _mark(invitations: Sequence[uuid.UUID]) -> None:
    """Mark invitations as spent, one after the other as they stand here."""
    to_sql = Invitation._meta.pk.get_db_prep_value
    rows = [(to_sql(pk, connection),) for pk in invitations]
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE outreach_invitation SET is_spent = true WHERE id = %s", rows
        )
