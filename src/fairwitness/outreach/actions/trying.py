"""Test letters: asked for at the desk, handed over by the worker as every letter is, known when they come back.

The address lies sealed to the mailer until the letter leaves, and is deleted just before.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fairwitness.governance.models import Controller
from fairwitness.ledger.actions import record
from fairwitness.mail import NotNow, Rejected, Unknown, carrier
from fairwitness.outreach import letterbox
from fairwitness.outreach.actions.checking import BACK, keep_reading
from fairwitness.outreach.actions.returned import take_or_keep
from fairwitness.outreach.addresses import Address, NotAnAddress, read_address
from fairwitness.outreach.bounces import Kind, read_returned
from fairwitness.outreach.checked import TrialLetter
from fairwitness.outreach.keys import hash_of
from fairwitness.outreach.letters import Keys, trial_letter
from fairwitness.outreach.matching import match_key, match_of
from fairwitness.outreach.models import Suppression
from fairwitness.outreach.preflight.domain import is_aligned
from fairwitness.outreach.preflight.mail import Letter, NotALetter, read_letter
from fairwitness.outreach.returns import keys_in, return_key
from fairwitness.outreach.sender import the_sender
from fairwitness.refusal import NotOpen, Refused
from fairwitness.staff.models import User
from fairwitness.staff.roles import May
from fairwitness.vault.actions import standing_key
from fairwitness.vault.envelope import Context, open_with, seal_to
from fairwitness.vault.founding import private_key
from fairwitness.vault.models import KeyPair
from fairwitness.vault.suites import PrivateKey

MOST_A_DAY = 20
UNDELIVERED = {Kind.GONE, Kind.LATER, Kind.NOT_FROM_US}

State = TrialLetter.State


class CannotTry(Refused):
    """No test letter is sent there, or not now."""


def _context(trial: TrialLetter) -> Context:
    """What the sealed address is bound to."""
    return Context("test-letter", str(trial.pk), "address")


@transaction.atomic
def ask_trial(typed: str, *, by: User, on: date) -> TrialLetter:
    """Ask for a test letter to an address; none: to our own return path, to see it come back.

    Errors: `CannotTry`, and `NotOpen` while the mailer's key is not trusted.
    """
    by.must(May.RUN_CAMPAIGNS)
    if TrialLetter.objects.filter(asked_on=on).count() >= MOST_A_DAY:
        raise CannotTry(
            _("%(number)s test letters were asked for today. Go on tomorrow.")
            % {"number": MOST_A_DAY}
        )
    trial = TrialLetter(asked_by=by, asked_on=on, is_to_ourselves=not typed.strip())
    if trial.is_to_ourselves and not letterbox.is_set():
        raise CannotTry(
            _(
                "Nobody reads what comes back yet: set FAIRWITNESS_RETURNS_MAILDIR or FAIRWITNESS_RETURNS_IMAP, or type an address."
            )
        )
    _key, mailer = standing_key(KeyPair.Purpose.MAILER)
    if not trial.is_to_ourselves:
        address = _may_be_tried(typed)
        trial.envelope = seal_to(mailer, address.sendable.encode(), _context(trial))
    trial.save()
    record("outreach.test_letter_asked", trial, by=by, on=on)
    return trial


def _may_be_tried(typed: str) -> Address:
    try:
        address = read_address(typed)
    except NotAnAddress:
        raise CannotTry(_("No letter can be sent to this address.")) from None
    if Suppression.objects.filter(match=match_of(address)).exists():
        raise CannotTry(
            _("This address asked never to be written to. Use another one.")
        )
    return address


def is_trial_waiting(_today: date) -> bool:
    """Whether the worker has a test letter to send."""
    return TrialLetter.objects.filter(state=State.WAITING).exists()


def send_trials(*, on: date) -> int:
    """Hand over the test letters that wait; for the worker. Returns how many were tried.

    Each is tried once: what became of it stands at the desk, and another can be asked for.
    """
    tried = 0
    while (begun := _begin()) is not None:
        trial, to, keys = begun
        state, reason = _hand_over(to, keys, on=on)
        ours = TrialLetter.objects.filter(pk=trial.pk, state=State.BEGUN)
        ours.update(state=state, reason=reason)
        tried += 1
    return tried


@transaction.atomic
def _begin() -> tuple[TrialLetter, str, Keys] | None:
    """Take one letter that waits; its address is here alone from now on."""
    waiting = TrialLetter.objects.select_for_update(skip_locked=True)
    trial = waiting.filter(state=State.WAITING).first()
    if trial is None:
        return None
    keys = Keys.new()
    to = ""
    if trial.envelope is not None:
        sealed = bytes(trial.envelope)
        to = open_with(_mailer(), sealed, _context(trial)).decode()
    trial.state, trial.envelope = State.BEGUN, None
    trial.bounce_hash = hash_of(keys.bounce)
    trial.save()
    return trial, to, keys


def _hand_over(to: str, keys: Keys, *, on: date) -> tuple[TrialLetter.State, str]:
    """The same way as every letter: same headers, same return path, same connection."""
    letter = trial_letter(Controller.objects.get())
    back = letter.bounces_to(keys)
    to = to or back
    message = letter.to(to, name="", keys=keys, on=on)
    try:
        with carrier() as way:
            way.hand_over(message, sender=back, to=to)
    except Rejected as refused:
        return State.NOT_TAKEN, refused.status
    except NotNow as wait:
        return State.NOT_TAKEN, wait.status or _("the mail server did not answer")
    except Unknown:
        return State.UNCERTAIN, _("the line broke")
    return State.LEFT, ""


def take_back(content: bytes, *, at: datetime) -> bool:
    """Take a mail that came back, about a test letter or another. False: it stays in the mailbox."""
    is_done = take_trial(content, on=at.date())
    return is_done or take_or_keep(content, at=at)


def take_trial(content: bytes, *, on: date) -> bool:
    """Whether a mail that came back is a test letter, or tells of one; what it says is kept."""
    if not TrialLetter.objects.filter(state__in=[State.LEFT, State.UNCERTAIN]).exists():
        return False
    reading = read_returned(content)
    keys = keys_in(reading.text, by=return_key(match_key()))
    hashes = [hash_of(key) for key in keys]
    trial = TrialLetter.objects.filter(bounce_hash__in=hashes).first()
    if trial is None or len(keys) != 1:
        return False
    if trial.is_to_ourselves and (letter := _as_sent(content)):
        with transaction.atomic():
            _settle(trial, State.CAME_BACK, "")
            keep_reading(BACK, letter, on=on)
        return True
    if reading.kind in UNDELIVERED:
        _settle(trial, State.NOT_THERE, reading.status)
        return True
    return reading.kind is Kind.NOTHING


def _as_sent(content: bytes) -> Letter | None:
    """The letter itself, if it is one that we sent and no report about it."""
    try:
        letter = read_letter(content)
    except NotALetter:
        return None
    is_ours = is_aligned(letter.head.domain, the_sender().domain)
    return letter if is_ours and letter.head.leave else None


def _settle(trial: TrialLetter, state: TrialLetter.State, reason: str) -> None:
    TrialLetter.objects.filter(pk=trial.pk).update(state=state, reason=reason)


def _mailer() -> PrivateKey:
    """The private half of the mailer's key, which lies beside the worker and nowhere else."""
    private = private_key(KeyPair.Purpose.MAILER)
    if private.public.key_id != standing_key(KeyPair.Purpose.MAILER)[1].key_id:
        raise NotOpen(_("No letter leaves: the mailer's key is not on this machine."))
    return private
