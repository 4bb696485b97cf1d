"""A member's own key: made, locked by passphrase and sheet, unlocked, given the triage key."""

import uuid
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from fairwitness.ledger.actions import record
from fairwitness.ledger.actors import Actor
from fairwitness.refusal import NotAllowed, Refused
from fairwitness.staff.actions.escrowing import (
    escrow_what_is_open,
    open_triage_key,
)
from fairwitness.staff.actions.signing_in import count_try, forget_tries, wait_first
from fairwitness.staff.models import User
from fairwitness.staff.roles import May
from fairwitness.vault.actions import (
    add_key,
    keep_wraps,
    lock_private_key,
    note_sheet_kept,
    pepper,
    public_key_of,
    put_in_escrow,
    wrap_to,
)
from fairwitness.vault.models import KeyPair, LockedKey, Wrap
from fairwitness.vault.passphrase import (
    RecoverySheet,
    WrongPassphrase,
    WrongSheet,
    check_passphrase,
    unlock_seed,
)
from fairwitness.vault.suites import PrivateKey, Suite

A_KEY_LASTS = timedelta(days=3 * 365)


class NoKeyYet(Refused):
    """This person has not set a vault passphrase."""


@transaction.atomic
def set_passphrase(user: User, *, passphrase: str, on: date) -> RecoverySheet:
    """Make a member's key and lock it. The recovery sheet is given back once.

    Errors: `WeakPassphrase`; `Refused` when there is a key already.
    """
    if user.key is not None:
        raise Refused(
            _("You have a key already. Unlock it, then change the passphrase.")
        )
    check_passphrase(passphrase, centre=user.name)
    private, sheet = PrivateKey.generate(), RecoverySheet.new()
    verify_key = private.signing_key().public_key().public_bytes_raw()
    user.key = add_key(
        private.public,
        purpose=KeyPair.Purpose.STAFF,
        not_after=on + A_KEY_LASTS,
        holder=uuid.uuid4(),
        verify_key=verify_key,
    )
    lock_private_key(user.key, private, passphrase=passphrase, sheet=sheet)
    user.save(update_fields=["key"])
    record("staff.key_made", user, by=user)
    escrow_what_is_open(user.key, private, by=user)
    return sheet


def unlock(user: User, *, passphrase: str, at: datetime) -> PrivateKey:
    """Open a member's own key. Errors: `NoKeyYet`, `WrongPassphrase`, `TooManyTries`."""
    key, locked = locked_key_of(user)
    guessed = f"passphrase {user.pk}"
    wait_first(guessed, at=at)
    try:
        seed = unlock_seed(bytes(locked.by_passphrase), passphrase, pepper())
    except WrongPassphrase:
        count_try(guessed, at=at)
        raise
    private = PrivateKey.from_seed(Suite(key.suite), seed)
    with transaction.atomic():
        forget_tries(guessed)
        record("staff.unlocked", user, by=user)
        escrow_what_is_open(key, private, by=user)
    return private


@transaction.atomic
def change_passphrase(
    user: User, *, private: PrivateKey, passphrase: str
) -> RecoverySheet:
    """Lock one's unlocked key anew; the earlier passphrase and sheet open it no more."""
    key, _locked = locked_key_of(user)
    if private.public != public_key_of(key):
        raise NotAllowed(_("This is not your key."))
    check_passphrase(passphrase, centre=user.name)
    sheet = RecoverySheet.new()
    lock_private_key(key, private, passphrase=passphrase, sheet=sheet)
    record("staff.passphrase_changed", user, by=user)
    return sheet


def recover_with_sheet(
    user: User, *, words: str, passphrase: str, at: datetime
) -> RecoverySheet:
    """Open one's key with the printed sheet and set a new passphrase; a new sheet comes back.

    Errors: `UnreadableCode`, `WrongSheet`, `WeakPassphrase`, `TooManyTries`.
    """
    check_passphrase(passphrase, centre=user.name)
    private = open_by_sheet(user, words=words, at=at)
    with transaction.atomic():
        record("staff.recovered", user, by=user)
        return change_passphrase(user, private=private, passphrase=passphrase)


def open_by_sheet(user: User, *, words: str, at: datetime) -> PrivateKey:
    """Open a member's key with the words of their sheet; nothing is changed.

    Errors: `UnreadableCode`, `WrongSheet`, `TooManyTries`.
    """
    key, locked = locked_key_of(user)
    guessed = f"sheet {user.pk}"
    wait_first(guessed, at=at)
    try:
        seed = RecoverySheet.parse(words).unlock(bytes(locked.by_sheet))
    except WrongSheet:
        count_try(guessed, at=at)
        raise
    forget_tries(guessed)
    return PrivateKey.from_seed(Suite(key.suite), seed)


@transaction.atomic
def confirm_sheet(user: User, *, on: date) -> None:
    """Note that a member has their sheet on paper: they typed two words of it."""
    _key, locked = locked_key_of(user)
    note_sheet_kept(locked, on=on)
    record("staff.sheet_kept", user, by=user)


def is_sheet_kept(user: User) -> bool:
    """Whether the member has shown that their sheet is on paper."""
    kept = LockedKey.objects.filter(key=user.key, sheet_kept_on__isnull=False)
    return user.key is not None and kept.exists()


@transaction.atomic
def hand_triage_key(to: User, *, private: PrivateKey, by: User) -> None:
    """Re-wrap the key to new reports to a colleague; `private` is the unlocked key of `by`."""
    by.must(May.READ_NEW_REPORTS)
    mine, _locked = locked_key_of(by)
    held = open_triage_key(mine, private)
    if held is None:
        raise NotAllowed(_("You do not hold this key yourself."))
    triage, opened = held
    keep_triage_key(triage, opened, to=to, by=by)


@transaction.atomic
def keep_triage_key(
    triage: KeyPair, private: PrivateKey, *, to: User, by: Actor
) -> None:
    """Wrap the key to new reports to somebody who reads them; it is stored nowhere in clear."""
    to.must(May.READ_NEW_REPORTS)
    if to.key is None:
        raise NoKeyYet(_("%(name)s has to set a passphrase first.") % {"name": to.name})
    if private.public != public_key_of(triage):
        raise Refused(_("This is not the key that new reports are sealed to."))
    if Wrap.objects.filter(subject=triage.pk, part="key", holder=to.key).exists():
        raise Refused(_("%(name)s holds this key already.") % {"name": to.name})
    keep_wraps([wrap_to(to.key, private.seed, part="key", subject=triage.pk)])
    if put_in_escrow(triage, private):
        record("staff.key_escrowed", triage, by=by)
    record("staff.triage_key_handed", to, by=by)


def holds_triage_key(user: User) -> bool:
    """Whether the key to new reports is wrapped to this person."""
    held = Wrap.objects.filter(holder=user.key, part="key")
    return user.key is not None and held.exists()


def locked_key_of(user: User) -> tuple[KeyPair, LockedKey]:
    """A member's key and how it is locked. Error: `NoKeyYet`."""
    locked = LockedKey.objects.filter(key=user.key).select_related("key").first()
    if user.key is None or locked is None:
        raise NoKeyYet(_("Set your vault passphrase first."))
    return locked.key, locked
