"""After a restore: does again what people asked for since the backup, and doubts what it cannot know.

A backup is older than the centre that it replaces. What was erased must not come back, a
withdrawn consent must not stand again, nobody who left is written to, no letter leaves
twice, and no shred key serves two reports.
"""

import uuid
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from fairwitness.casework.models import Fact, Incident, WaitingFact
from fairwitness.intake.models import Consent, Report
from fairwitness.ledger.actions import chain_entries, record
from fairwitness.ledger.actors import SYSTEM
from fairwitness.outreach.actions.campaigns import doubt_unsent
from fairwitness.outreach.actions.contacts import forget_address, keep_away
from fairwitness.outreach.models import Suppression
from fairwitness.rights.actions.erasing import finish_erasures
from fairwitness.rights.models import Tombstone, first_of
from fairwitness.rights.taken_back import TakenBack, Withdrawal
from fairwitness.vault import keystore
from fairwitness.vault.actions import make_slots
from fairwitness.vault.models import BurnedSlot, Slot


@dataclass(frozen=True)
class Settled:
    """What was done after a restore, in numbers."""

    keys_shredded: int
    reports_erased: int
    facts_erased: int
    consents_withdrawn: int
    addresses_left: int
    letters_uncertain: int
    keys_unused: int
    without_key: int


def settle(taken_back: TakenBack, *, on: date) -> Settled:
    """Do again what people took back, then make the keystore and the letters safe to use.

    `without_key` counts reports and incidents that nobody can open any more, because the
    keystore that came with them does not hold their key. Run it while nothing else runs.
    """
    before = Report.objects.count()
    burned = set(taken_back.burned) | set(
        Tombstone.objects.values_list("slot", flat=True)
    )
    shredded = keystore.burn(burned)
    _bury(taken_back, on=on)
    facts = _erase_facts()
    finish_erasures(on=on)
    withdrawn = sum(_withdraw(one) for one in taken_back.withdrawn.values())
    left = sum(_leave(match, *why) for match, why in taken_back.left.items())
    uncertain = doubt_unsent()
    unused = _fresh_slots()
    _record(on=on)
    return Settled(
        keys_shredded=shredded,
        reports_erased=before - Report.objects.count(),
        facts_erased=facts,
        consents_withdrawn=withdrawn,
        addresses_left=left,
        letters_uncertain=uncertain,
        keys_unused=unused,
        without_key=len(
            keystore.without_key(Report.objects.values_list("slot", flat=True))
        )
        + len(keystore.without_key(Incident.objects.values_list("slot", flat=True))),
    )


@transaction.atomic
def _bury(taken_back: TakenBack, *, on: date) -> None:
    """Write the tombstones that this copy of the database does not have yet."""
    known = set(Tombstone.objects.values_list("slot", flat=True))
    Tombstone.objects.bulk_create(
        Tombstone(slot=slot, month=month or first_of(on))
        for slot, month in taken_back.burned.items()
        if slot not in known
    )


def _erase_facts() -> int:
    """Erase the facts whose id was burned, from both places where a fact may lie."""
    burned = set(BurnedSlot.objects.values_list("slot", flat=True))
    gone = 0
    for kind in (Fact, WaitingFact):
        ids = kind.objects.values_list("pk", flat=True)
        found = [pk for pk in ids.iterator() if keystore.mark_of(pk) in burned]
        for pk in found:
            kind.objects.filter(pk=pk).delete()
        gone += len(found)
    return gone


@transaction.atomic
def _withdraw(one: Withdrawal) -> int:
    """Withdraw a consent again. Its signature is checked where consents are."""
    standing = Consent.objects.filter(pk=one.consent, withdrawn_on=None)
    return standing.update(
        withdrawn_on=one.on,
        withdrawal=one.statement,
        withdrawal_signature=one.signature,
    )


@transaction.atomic
def _leave(match: bytes, reason: str, on: date) -> int:
    """Never write again to whoever left after the backup was made; forget who was forgotten."""
    is_new = keep_away(match, reason=Suppression.Reason(reason), on=on)
    if reason == Suppression.Reason.FORGOTTEN:
        forget_address(match, on=on)
    return int(is_new)


def _fresh_slots() -> int:
    """Drop every key that belongs to nothing here, also the free ones, and make new ones.

    A slot that is free in this copy may have been taken since: its key is never used twice.
    """
    Slot.objects.filter(is_taken=False).delete()
    used: set[uuid.UUID] = set(Slot.objects.values_list("pk", flat=True))
    unused = keystore.drop_unused(used)
    make_slots()
    return unused


@transaction.atomic
def _record(*, on: date) -> None:
    record("centre.restored", "day", by=SYSTEM, on=on)
    chain_entries()
