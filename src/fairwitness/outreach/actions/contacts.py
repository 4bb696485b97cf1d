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


@transaction.atomic
def suppress_address(
    typed: str, *, reason: Suppression.Reason, by: Actor, on: date
) -> None:
    """Never write to an address again, whether we hold it or not."""
    try:
        address = read_address(typed)
    except NotAnAddress:
        raise Refused(_("No letter can be sent to this address.")) from None
    suppress(match_of(address), reason=reason, by=by, on=on)


def suppress(match: bytes, *, reason: Suppression.Reason, by: Actor, on: date) -> None:
    """Never write again to whoever has this match hash. A second time changes nothing."""
    _row, is_new = Suppression.objects.get_or_create(
        match=match, defaults={"reason": reason, "since_on": on}
    )
    if is_new:
        record("outreach.suppressed", "day", by=by, on=on)


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
