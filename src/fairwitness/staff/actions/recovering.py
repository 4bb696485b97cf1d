"""A key that nobody can open any more comes back by two trustees; no administrator can do it.

The member asks and keeps 20 one-time words; the paper goes to two trustees and back. What
they send opens with those words alone.
"""

from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from fairwitness.ledger.actions import record
from fairwitness.ledger.actors import Actor
from fairwitness.refusal import NotAllowed, Refused
from fairwitness.staff.actions.keys import (
    change_passphrase,
    keep_triage_key,
    locked_key_of,
)
from fairwitness.staff.actions.rehearsing import note_rehearsal
from fairwitness.staff.actions.signing_in import count_try, forget_tries, wait_first
from fairwitness.staff.models import Recovery, Rehearsal, User
from fairwitness.staff.roles import May
from fairwitness.vault.actions import (
    believed,
    escrowed,
    is_escrowed,
    public_key_of,
    standing_key,
)
from fairwitness.vault.models import KeyPair
from fairwitness.vault.passphrase import RecoverySheet, check_passphrase
from fairwitness.vault.recovery_paper import (
    Ask,
    Paper,
    WrongWords,
    asking_key,
    rehearsal_envelope,
    rehearsal_text,
)
from fairwitness.vault.suites import MalformedKey, PrivateKey, PublicKey, Suite

HOLDS_FOR = timedelta(days=30)


@transaction.atomic
def ask_trustees(
    user: User, *, on: date, by: Actor, triage: bool = False, rehearsal: bool = False
) -> tuple[Recovery, RecoverySheet]:
    """Ask the trustees for a member's own key, or for the key to new reports.

    The one-time words are given back once. An earlier ask for the same key ends. Errors:
    `NoKeyYet`; `Refused` while the key is not in escrow.
    """
    key, _locked = locked_key_of(user)
    if triage:
        user.must(May.READ_NEW_REPORTS)
        key, _public = standing_key(KeyPair.Purpose.TRIAGE)
    if not is_escrowed(key):
        raise Refused(
            _(
                "This key was not sealed for three trustees yet. Make three known, then let "
                "somebody who can open it unlock their own key once."
            )
        )
    Recovery.objects.filter(user=user, key=key, done_on=None).delete()
    words = RecoverySheet.new()
    asked = Recovery(
        user=user,
        key=key,
        answer_to=asking_key(words).public.to_bytes(),
        asked_on=on,
    )
    if rehearsal:
        number = str(asked.pk)
        asked.test = rehearsal_envelope(public_key_of(key), words, number=number)
    asked.save(force_insert=True)
    record(f"staff.{_act(asked)}_asked", asked, by=by)
    return asked, words


def paper_of(asked: Recovery) -> Paper:
    """The paper that goes to the trustees. It holds nothing that one person could open."""
    return Paper(_ask_of(asked), names=believed().names, sealed=escrowed(asked.key))


def recover_by_trustees(
    asked: Recovery, *, paper: str | bytes, words: str, passphrase: str, at: datetime
) -> RecoverySheet:
    """Take what two trustees sent back and set a new passphrase; a new sheet comes back.

    Errors: `Refused` for another paper; `WrongWords`, `UnreadableCode`, `WeakPassphrase`,
    `TooManyTries`.
    """
    if asked.key != asked.user.key:
        raise Refused(_("This paper is not about your own key."))
    check_passphrase(passphrase, centre=asked.user.name)
    private = _recovered(asked, paper=paper, words=words, at=at)
    with transaction.atomic():
        _end(asked, on=at.date())
        return change_passphrase(asked.user, private=private, passphrase=passphrase)


def take_triage_key(
    asked: Recovery, *, paper: str | bytes, words: str, at: datetime
) -> None:
    """Take the key to new reports from two trustees, and wrap it to the member who asked."""
    private = _recovered(asked, paper=paper, words=words, at=at)
    with transaction.atomic():
        _end(asked, on=at.date())
        keep_triage_key(asked.key, private, to=asked.user, by=asked.user)


def rehearse_by_trustees(
    asked: Recovery, *, paper: str | bytes, words: str, at: datetime
) -> None:
    """Note that two trustees recovered the key and opened the test with it; nothing else changes."""
    if not asked.test:
        raise Refused(_("This was asked in earnest; it is no rehearsal."))
    told, sheet = _open(asked, paper=paper, words=words, at=at)
    if told != rehearsal_text(sheet):
        raise WrongWords(_("What the trustees sent back does not prove the key."))
    with transaction.atomic():
        _end(asked, on=at.date())
        way = Rehearsal.Way.TRUSTEES
        note_rehearsal(asked.key, way=way, by=asked.user, on=at.date())


def _recovered(
    asked: Recovery, *, paper: str | bytes, words: str, at: datetime
) -> PrivateKey:
    if asked.test:
        raise Refused(_("This was a rehearsal; it brings no key back."))
    told, _sheet = _open(asked, paper=paper, words=words, at=at)
    try:
        private = PrivateKey.from_seed(Suite(asked.key.suite), told)
    except MalformedKey:
        raise WrongWords(_("What the trustees sent back is not this key.")) from None
    if private.public != public_key_of(asked.key):
        raise WrongWords(_("What the trustees sent back is not this key."))
    return private


def _open(
    asked: Recovery, *, paper: str | bytes, words: str, at: datetime
) -> tuple[bytes, RecoverySheet]:
    if asked.done_on is not None:
        raise Refused(_("This was done already. Ask the trustees anew."))
    if asked.asked_on + HOLDS_FOR <= at.date():
        raise Refused(_("This was asked too long ago. Ask the trustees anew."))
    if not asked.user.is_active:
        raise NotAllowed(_("This account is closed."))
    returned, sheet = Paper.read(paper), RecoverySheet.parse(words)
    if returned.ask != _ask_of(asked):
        raise Refused(_("This paper belongs to another ask, or to an earlier one."))
    guessed = f"recovery {asked.user.pk}"
    wait_first(guessed, at=at)
    try:
        told = returned.open_answer(sheet)
    except WrongWords:
        count_try(guessed, at=at)
        raise
    forget_tries(guessed)
    return told, sheet


@transaction.atomic
def _end(asked: Recovery, *, on: date) -> None:
    asked.done_on = on
    asked.save(update_fields=["done_on"])
    record(f"staff.{_act(asked)}_done", asked, by=asked.user)


def _act(asked: Recovery) -> str:
    what = "rehearsal" if asked.test else "recovery"
    return f"{asked.key.purpose}_{what}"


def _ask_of(asked: Recovery) -> Ask:
    return Ask(
        number=str(asked.pk),
        centre=urlsplit(settings.BASE_URL).netloc,
        member=asked.user.name,
        purpose=asked.key.purpose,
        key_id=asked.key.key_id,
        answer_to=PublicKey.from_bytes(bytes(asked.answer_to)),
        asked_on=asked.asked_on,
        test=bytes(asked.test),
    )
