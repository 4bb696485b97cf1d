"""Forgets addresses, and remembers for ever who is not to be written to."""

import uuid
from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from fairwitness.ledger.actions import record
from fairwitness.ledger.actors import Actor
from fairwitness.outreach.addresses import NotAnAddress, read_address
from fairwitness.outreach.matching import match_of
from fairwitness.outreach.models import Batch, Contact, Suppression
from fairwitness.refusal import Refused
from fairwitness.staff.models import User
from fairwitness.staff.roles import May

_LEFT = Suppression.Reason.LEFT


@transaction.atomic
def suppress_address(
    typed: str, *, reason: Suppression.Reason, by: Actor, on: date
) -> None:
    """Never write to an address again, whether we hold it or not."""
    suppress(match_typed(typed), reason=reason, by=by, on=on)


def match_typed(typed: str) -> bytes:
    """The match hash of an address that somebody typed. Error: `Refused`."""
    try:
        return match_of(read_address(typed))
    except NotAnAddress:
        raise Refused(_("No letter can be sent to this address.")) from None


def suppress(match: bytes, *, reason: Suppression.Reason, by: Actor, on: date) -> None:
    """Never write again to whoever has this match hash; the ledger counts it once."""
    if keep_away(match, reason=reason, on=on):
        record("outreach.suppressed", "day", by=by, on=on)


def keep_away(match: bytes, *, reason: Suppression.Reason, on: date) -> bool:
    """Never write again to whoever has this match hash; says whether that is new.

    A second time changes nothing. But who left, and complains or is gone later, cannot come
    back by the key of a letter.
    """
    row, is_new = Suppression.objects.get_or_create(
        match=match, defaults={"reason": reason, "since_on": on}
    )
    if row.reason == _LEFT and reason != _LEFT:
        Suppression.objects.filter(match=match, reason=_LEFT).update(reason=reason)
    return is_new


@transaction.atomic
def erase_contact(contact: Contact, *, by: User) -> None:
    """Forget an address and who it belonged to. That they left is remembered."""
    by.must(May.ANSWER_REQUESTS)
    record("outreach.contact_erased", contact, by=by)
    batch = contact.batch_id
    contact.delete()
    forget_empty_batches(among=[batch])


def forget_empty_batches(*, among: Collection[uuid.UUID] | None = None) -> int:
    """Delete the keys of batches (or of these) of which nobody is left. Returns how many went."""
    batches = (
        Batch.objects.all() if among is None else Batch.objects.filter(pk__in=among)
    )
    somebody = Contact.objects.filter(batch=OuterRef("pk"))
    _all, gone = batches.filter(~Exists(somebody)).delete()
    return gone.get(Batch._meta.label, 0)
