"""Keeps mail for people to read, sealed; opens it for whoever runs campaigns; does what they say."""

import secrets
from datetime import date
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from fairwitness.ledger.actions import record
from fairwitness.outreach.actions.contacts import suppress
from fairwitness.outreach.actions.fates import look_at_failures
from fairwitness.outreach.addresses import NotAnAddress, read_address
from fairwitness.outreach.masking import Shown, shown
from fairwitness.outreach.matching import match_of
from fairwitness.outreach.models import Delivery, Suppression
from fairwitness.outreach.tray import ReturnedKey, ReturnedMail
from fairwitness.refusal import NotAllowed, Refused
from fairwitness.staff.models import User
from fairwitness.staff.roles import May
from fairwitness.vault.actions import public_key_of
from fairwitness.vault.envelope import Context, disclose, enclose, open_with, seal_to
from fairwitness.vault.models import KeyPair
from fairwitness.vault.padding import pad_text, unpad_text
from fairwitness.vault.suites import PrivateKey

State = Delivery.State
LEFT = (State.HANDED_OVER, State.UNCERTAIN, State.WAITING, State.REFUSED)
KEY_BYTES = 32


class Verdict(StrEnum):
    """What somebody who has read a mail says about it."""

    BOUNCED = "bounced"
    STOP = "stop"
    ASIDE = "aside"


class NotForYou(NotAllowed):
    """The mail came before this person ran campaigns, or had a key."""


class NamesNobody(Refused):
    """Nothing in the mail says whose letter it is about."""


@transaction.atomic
def keep_for_people(content: bytes, *, letter: Delivery | None, on: date) -> bool:
    """Keep a mail, sealed to all who run campaigns. False when none of them has a key yet."""
    readers = _readers()
    if not readers:
        return False
    mail = ReturnedMail(letter=letter, came_on=on)
    mail.contact = letter.invitation.contact if letter else None
    key = secrets.token_bytes(KEY_BYTES)
    mail.envelope = enclose(key, pad_text(content), _context(mail, "mail"))
    mail.save(force_insert=True)
    ReturnedKey.objects.bulk_create(
        ReturnedKey(
            mail=mail,
            holder=one,
            envelope=seal_to(public_key_of(one), key, _context(mail, "key")),
        )
        for one in readers
    )
    return True


def _readers() -> list[KeyPair]:
    staff = User.objects.filter(is_active=True, key__retired_on=None, key__isnull=False)
    staff = staff.select_related("key").prefetch_related("roles")
    return [one.key for one in staff if one.key and one.may(May.RUN_CAMPAIGNS)]


def _context(mail: ReturnedMail, part: str) -> Context:
    return Context("returned", str(mail.pk), part)


@transaction.atomic
def open_returned(mail: ReturnedMail, *, by: User, private: PrivateKey) -> Shown:
    """Read a mail, with its addresses masked; the ledger says who did. Error: `NotForYou`."""
    by.must(May.RUN_CAMPAIGNS)
    record("outreach.returned_opened", mail, by=by)
    return shown(_content(mail, by, private))


def _content(mail: ReturnedMail, by: User, private: PrivateKey) -> bytes:
    row = mail.keys.filter(holder=by.key).first()
    if row is None:
        raise NotForYou(
            _("This mail came before you ran campaigns here. A colleague can read it.")
        )
    key = open_with(private, bytes(row.envelope), _context(mail, "key"))
    return unpad_text(disclose(key, bytes(mail.envelope), _context(mail, "mail")))


@transaction.atomic
def settle_returned(
    mail: ReturnedMail, verdict: Verdict, *, by: User, private: PrivateKey, on: date
) -> None:
    """Do what somebody says who has read a mail; then it goes. Errors: `NotForYou`, `NamesNobody`.

    Without a letter that its signed return path names, only its sender can be meant.
    """
    by.must(May.RUN_CAMPAIGNS)
    content = _content(mail, by, private)
    if verdict is Verdict.BOUNCED:
        if mail.letter is None:
            raise NamesNobody(_("It names no letter of ours: nobody knows which."))
        _note(mail.letter, State.BOUNCED)
        suppress(_match(mail, content), reason=_Reason.BOUNCED, by=by, on=on)
    elif verdict is Verdict.STOP:
        if mail.letter is not None:
            _note(mail.letter, State.COMPLAINED)
        suppress(_match(mail, content), reason=_Reason.COMPLAINED, by=by, on=on)
    record(f"outreach.returned_{verdict.value}", mail, by=by)
    if mail.letter is not None:
        look_at_failures(mail.letter.wave.campaign_id)
    mail.delete()


_Reason = Suppression.Reason


def _note(letter: Delivery, state: Delivery.State) -> None:
    standing = Delivery.objects.filter(pk=letter.pk, state__in=LEFT)
    standing.update(state=state, reason="", lease_until=None)


def _match(mail: ReturnedMail, content: bytes) -> bytes:
    """Who is meant: whoever got the letter, else whoever wrote."""
    if mail.contact is not None:
        return bytes(mail.contact.match)
    try:
        return match_of(read_address(shown(content).sender))
    except NotAnAddress:
        raise NamesNobody(_("It has no sender to whom we could write.")) from None
