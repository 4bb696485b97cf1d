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

_LEFT, _FORGOTTEN = Suppression.Reason.LEFT, Suppression.Reason.FORGOTTEN


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

    A second time changes nothing. But who left, and complains, is gone or is forgotten later,
    cannot come back by the key of a letter; and who is forgotten stays so.
    """
    row, is_new = Suppression.objects.get_or_create(
        match=match, defaults={"reason": reason, "since_on": on}
    )
    if reason != row.reason and (row.reason == _LEFT or reason == _FORGOTTEN):
        Suppression.objects.filter(match=match).update(reason=reason)
    return is_new


@transaction.atomic
def forget_address(match: bytes, *, on: date) -> None:
    """Forget an address, if we hold it, and write no more to it.

    That it is forgotten outlives a restore: an older backup has it erased again.
    """
    keep_away(match, reason=Suppression.Reason.FORGOTTEN, on=on)
    held = Contact.objects.filter(match=match).first()
    if held is not None:
        held.delete()
        forget_empty_batches(among=[held.batch_id])


def forget_empty_batches(*, among: Collection[uuid.UUID] | None = None) -> int:
    """Delete the keys of batches (or of these) of which nobody is left. Returns how many went."""
    batches = (
        Batch.objects.all() if among is None else Batch.objects.filter(pk__in=among)
    )
    somebody = Contact.objects.filter(batch=OuterRef("pk"))
    _all, gone = batches.filter(~Exists(somebody)).delete()
    return gone.get(Batch._meta.label, 0)
