"""Takes what came back: an address that is gone is not written to again, nor who complained."""

from contextlib import suppress as suppress_error
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.timezone import localdate

from fairwitness.ledger.actors import SYSTEM
from fairwitness.outreach.actions.contacts import suppress
from fairwitness.outreach.actions.fates import look_at_failures
from fairwitness.outreach.actions.tray import keep_for_people
from fairwitness.outreach.addresses import NotAnAddress, read_address
from fairwitness.outreach.bounces import LONGEST, Kind, Reading, read_returned
from fairwitness.outreach.due import LATER, MOST_TRIES
from fairwitness.outreach.keys import hash_of
from fairwitness.outreach.matching import match_key, match_of
from fairwitness.outreach.models import Delivery, Suppression
from fairwitness.outreach.returns import keys_in, return_key

State = Delivery.State
LEFT = (State.HANDED_OVER, State.UNCERTAIN)
MAY_COMPLAIN = (*LEFT, State.BOUNCED)


def take_or_keep(content: bytes, *, at: datetime) -> bool:
    """Do what a mail says, or keep it, sealed, for people to read. False: it stays in the mailbox.

    There stays what is too long for any report, and what nobody has a key to read.
    """
    if take_returned(content, at=at) is not Kind.UNKNOWN:
        return True
    if len(content) > LONGEST:
        return False
    letter = named_letter(content.decode("utf-8", "replace"))
    return keep_for_people(content, letter=letter, on=localdate(at))


def take_returned(content: bytes, *, at: datetime) -> Kind:
    """Write down what a mail that came back says about the letter whose return path it names.

    Nothing of the mail is kept. `Kind.UNKNOWN` is for people to read. A second time
    changes nothing.
    """
    reading = read_returned(content)
    if reading.kind in {Kind.NOTHING, Kind.UNKNOWN}:
        return reading.kind
    letter = _letter_of(reading)
    if letter is None:
        return Kind.UNKNOWN
    _take(letter, reading, at=at)
    look_at_failures(letter.wave.campaign_id)
    return reading.kind


def _letter_of(reading: Reading) -> Delivery | None:
    letter = named_letter(reading.text)
    if letter is None or not _is_about(letter, reading.about):
        return None
    return letter


def named_letter(text: str) -> Delivery | None:
    """The letter whose signed return path a text names, if it names one alone."""
    keys = keys_in(text, by=return_key(match_key()))
    if len(keys) != 1:
        return None
    found = Delivery.objects.filter(bounce_hash=hash_of(keys.pop()))
    return found.select_related("wave", "invitation__contact").first()


def _is_about(letter: Delivery, addresses: frozenset[str]) -> bool:
    """Whether a guess speaks of the address that the letter went to; what is no guess, does."""
    if not addresses:
        return True
    contact = letter.invitation.contact
    if contact is None:
        return False
    for address in addresses:
        with suppress_error(NotAnAddress):
            if match_of(read_address(address)) == bytes(contact.match):
                return True
    return False


@transaction.atomic
def _take(letter: Delivery, reading: Reading, *, at: datetime) -> None:
    states = MAY_COMPLAIN if reading.kind is Kind.COMPLAINT else LEFT
    standing = Delivery.objects.select_for_update().filter(
        pk=letter.pk, state__in=states
    )
    if reading.kind is Kind.COMPLAINT:
        told = standing.update(state=State.COMPLAINED, reason="")
        _never_again(letter, Suppression.Reason.COMPLAINED, told=told, at=at)
    elif reading.kind is Kind.GONE:
        told = standing.update(state=State.BOUNCED, reason=reading.status)
        _never_again(letter, Suppression.Reason.BOUNCED, told=told, at=at)
    elif reading.kind is Kind.LATER and letter.tries < MOST_TRIES:
        standing.update(
            state=State.WAITING,
            tries=F("tries") + 1,
            lease_until=at + LATER * 2**letter.tries,
            reason=reading.status,
        )
    else:
        standing.update(state=State.REFUSED, reason=reading.status)


def _never_again(
    letter: Delivery, reason: Suppression.Reason, *, told: int, at: datetime
) -> None:
    contact = letter.invitation.contact
    if told and contact is not None:
        suppress(bytes(contact.match), reason=reason, by=SYSTEM, on=at.date())
