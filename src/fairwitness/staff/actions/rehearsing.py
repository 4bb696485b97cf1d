"""Tries the recovery of keys to the end without changing anything, and notes the day."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from fairwitness.ledger.actions import record
from fairwitness.ledger.actors import SYSTEM
from fairwitness.refusal import Refused
from fairwitness.staff.actions.escrowing import open_triage_key
from fairwitness.staff.actions.keys import locked_key_of, open_by_sheet
from fairwitness.staff.models import Rehearsal, User
from fairwitness.vault.actions import KeysNotTrusted, note_sheet_kept, public_key_of
from fairwitness.vault.envelope import CannotOpen, Context, open_with, seal_to
from fairwitness.vault.house_sheet import altered_secrets, open_house_keys
from fairwitness.vault.models import KeyPair, LockedKey
from fairwitness.vault.suites import PrivateKey

GOOD_FOR = timedelta(days=365)
_TEST = b"fairwitness/rehearsal/1"


class NotProven(Refused):
    """What was recovered does not open what is sealed to the key."""


@transaction.atomic
def note_rehearsal(
    key: KeyPair, *, way: Rehearsal.Way, by: User | None, on: date
) -> Rehearsal:
    """Note that the recovery of a key was tried to the end, and worked."""
    row = Rehearsal.objects.create(key=key, way=way, by=by, done_on=on)
    record("staff.recovery_rehearsed", row, by=by or SYSTEM)
    return row


def rehearse_by_sheet(user: User, *, words: str, at: datetime) -> list[KeyPair]:
    """Try a member's sheet: it must open their key, and through it the key to new reports.

    Returns the keys that were proven. Errors: `UnreadableCode`, `WrongSheet`, `TooManyTries`.
    """
    key, locked = locked_key_of(user)
    private = open_by_sheet(user, words=words, at=at)
    proven = [(key, private)]
    try:
        triage = open_triage_key(key, private)
    except KeysNotTrusted:
        raise Refused(
            _(
                "The trustees have not signed the keys of the house. Let them do it first."
            )
        ) from None
    if triage:
        proven.append(triage)
    return _note_all(proven, locks=[locked], by=user, on=at.date())


def rehearse_by_house_sheet(
    *, words: str, at: datetime, by: User | None
) -> list[KeyPair]:
    """Try the sheet of the house: it must open the keys of the gate, the release and the mailer."""
    opened = open_house_keys(words)
    if altered := altered_secrets(words):
        raise NotProven(
            _(
                "These files were changed since the sheet was printed: %(names)s. Print a new one: fairwitness keys sheet."
            )
            % {"names": ", ".join(altered)}
        )
    locks = [locked for locked, _private in opened]
    proven = [(locked.key, private) for locked, private in opened]
    return _note_all(proven, locks=locks, by=by, on=at.date())


def rehearsals_that_hold(*, on: date) -> QuerySet[Rehearsal]:
    """The rehearsals of the year before a day, the last one first."""
    return Rehearsal.objects.filter(done_on__gt=on - GOOD_FOR).order_by(
        "-done_on", "-pk"
    )


@transaction.atomic
def _note_all(
    proven: Iterable[tuple[KeyPair, PrivateKey]],
    *,
    locks: Iterable[LockedKey],
    by: User | None,
    on: date,
) -> list[KeyPair]:
    keys = []
    for key, private in proven:
        _require_same(key, private)
        note_rehearsal(key, way=Rehearsal.Way.SHEET, by=by, on=on)
        keys.append(key)
    for locked in locks:
        note_sheet_kept(locked, on=on)
    return keys


def _require_same(key: KeyPair, private: PrivateKey) -> None:
    """Seal something to the public half and open it with what was recovered."""
    context = Context("rehearsal", str(key.pk), key.key_id)
    try:
        told = open_with(private, seal_to(public_key_of(key), _TEST, context), context)
    except CannotOpen:
        told = b""
    if told != _TEST:
        raise NotProven(
            _(
                "What the sheet opens is not the key that stands here. Look whether a newer sheet was printed."
            )
        )
