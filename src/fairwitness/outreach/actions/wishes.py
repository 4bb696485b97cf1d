"""What somebody may do about the address that we hold: leave, come back, have a copy, be forgotten.

A letter can be handed on, and its keys with it. So whoever holds a key may end the letters
and take that back; what would show the address, or destroy it, goes to the address itself.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet

from fairwitness.ledger.actions import record
from fairwitness.ledger.actors import PUBLIC, SYSTEM
from fairwitness.outreach.actions.contacts import forget_address
from fairwitness.outreach.keys import hash_of
from fairwitness.outreach.models import (
    Contact,
    Delivery,
    Source,
    Suppression,
    Wave,
    Wish,
)
from fairwitness.outreach.provenance import sources_of

HOLDS = timedelta(days=7)  # leaving can be taken back, and a wish be confirmed


@dataclass(frozen=True)
class Held:
    """What we hold about somebody, as far as a key may show it. No address, no name."""

    sources: tuple[tuple[Source, date], ...]  # each with the day on which it came in
    language: str
    has_name: bool
    waves: tuple[Wave, ...]  # what we wrote, or are about to
    left_on: date | None
    may_come_back: bool
    wishes: frozenset[str]


@transaction.atomic
def held_under(key: str, *, on: date) -> Held | None:
    """What we hold about whoever got this key; none when we hold nothing, or never sent it."""
    contact = _contact_of(key)
    if contact is None:
        return None
    gone = Suppression.objects.filter(match=bytes(contact.match)).first()
    sent = Delivery.objects.filter(invitation__contact=contact)
    waves = Wave.objects.filter(pk__in=sent.values("wave")).select_related("campaign")
    wishes = contact.wishes.filter(asked_on__gt=on - HOLDS)
    return Held(
        sources=tuple(sources_of(contact)),
        language=contact.language,
        has_name=contact.name is not None,
        waves=tuple(waves.order_by("launched_on", "number")),
        left_on=gone.since_on if gone else None,
        may_come_back=gone is not None and _can_be_taken_back(gone, on),
        wishes=frozenset(wishes.values_list("kind", flat=True)),
    )


@transaction.atomic
def come_back(key: str, *, on: date) -> bool:
    """Take leaving back, within seven days. What was not sent meanwhile is not sent later.

    False when there is nothing that can be taken back; a second time changes nothing.
    """
    contact = _contact_of(key)
    if contact is None:
        return False
    gone = Suppression.objects.select_for_update().filter(match=bytes(contact.match))
    row = gone.first()
    if row is None or not _can_be_taken_back(row, on):
        return False
    row.delete()
    record("outreach.came_back", "day", by=PUBLIC, on=on)
    return True


@transaction.atomic
def wish(key: str, kind: Wish.Kind, *, on: date) -> bool:
    """Ask for a copy, or to be forgotten; a letter to the address itself goes on with it.

    One letter of each kind in seven days, however often it is asked. False for a key that
    we never sent, or of somebody who is forgotten.
    """
    contact = _contact_of(key)
    if contact is None:
        return False
    if wish_of(contact, Wish.Kind(kind), on=on):
        record(f"outreach.wished_{Wish.Kind(kind).value}", "day", by=PUBLIC, on=on)
    return True


def wish_of(contact: Contact, kind: Wish.Kind, *, on: date) -> bool:
    """Note what somebody wishes, unless it was noted in the last seven days. Says whether it was."""
    asked, is_new = Wish.objects.get_or_create(
        contact=contact, kind=kind, defaults={"asked_on": on}
    )
    if not is_new and asked.asked_on <= on - HOLDS:
        asked.delete()
        Wish.objects.create(contact=contact, kind=kind, asked_on=on)
        is_new = True
    return is_new


def is_confirmable(key: str, *, on: date) -> bool:
    """Whether this key of a letter still leads to the question whether to forget somebody."""
    return _to_confirm(key, on).exists()


@transaction.atomic
def forget(key: str, *, on: date) -> bool:
    """Forget the address of whoever got this key in a letter of their own, and write no more to it.

    A keyed hash stays, so that no new list brings the address back. False for an unknown
    key, and for one that is seven days old.
    """
    asked = _to_confirm(key, on).select_related("contact").first()
    if asked is None:
        return False
    forget_address(bytes(asked.contact.match), on=on)
    record("outreach.forgotten", "day", by=PUBLIC, on=on)
    return True


def claim_answer(asked: Wish, *, confirm_hash: bytes | None) -> bool:
    """Take a wish in hand, before its letter leaves; false when another worker has it."""
    ours = Wish.objects.filter(pk=asked.pk, is_answered=False)
    return bool(ours.update(is_answered=True, confirm_hash=confirm_hash))


def put_back(asked: Wish) -> None:
    """Let a wish wait again: its letter has certainly not left."""
    Wish.objects.filter(pk=asked.pk).update(is_answered=False, confirm_hash=None)


def note_answered(number: int) -> None:
    """Write in the ledger how many letters of this kind left; never whose they were."""
    record("outreach.wishes_answered", "day", by=SYSTEM, count=number)


def _to_confirm(key: str, on: date) -> QuerySet[Wish]:
    return Wish.objects.filter(
        kind=Wish.Kind.ERASE, confirm_hash=hash_of(key), asked_on__gt=on - HOLDS
    )


def _contact_of(key: str) -> Contact | None:
    """Whoever got a letter with this way out."""
    letter = (
        Delivery.objects.filter(leave_hash=hash_of(key))
        .select_related("invitation__contact__source", "invitation__contact__batch")
        .first()
    )
    return letter.invitation.contact if letter else None


def _can_be_taken_back(gone: Suppression, on: date) -> bool:
    return gone.reason == Suppression.Reason.LEFT and gone.since_on > on - HOLDS
