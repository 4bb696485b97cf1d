"""Hands letters over, one row with a lease at a time; the only place that opens an address.

After any crash every letter is in exactly one state. When a lease runs out, a row whose
hand-over had not begun waits again; one whose hand-over had begun is uncertain: it may
have left, so it is never sent again by itself.
"""

import logging
import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from fairwitness.governance.conditions import is_registered
from fairwitness.governance.models import Controller
from fairwitness.governance.readiness import is_open
from fairwitness.ledger.actions import record
from fairwitness.ledger.actors import SYSTEM
from fairwitness.mail import Carrier, NotNow, Rejected, Unknown, carrier
from fairwitness.outreach import bases
from fairwitness.outreach.actions.contacts import suppress
from fairwitness.outreach.keys import hash_of
from fairwitness.outreach.letters import Keys, Letter, compose
from fairwitness.outreach.models import (
    Campaign,
    Contact,
    Delivery,
    Suppression,
    Wave,
)
from fairwitness.outreach.sealing import BatchKey, wrap_context
from fairwitness.refusal import NotOpen, Refused
from fairwitness.vault.actions import standing_key
from fairwitness.vault.envelope import CannotOpen, open_with
from fairwitness.vault.founding import private_key
from fairwitness.vault.models import KeyPair
from fairwitness.vault.suites import PrivateKey

AT_ONCE = 20  # letters that one worker claims together
LEASE = timedelta(minutes=10)
LEAST_LEASE = timedelta(
    minutes=2
)  # what must be left of it when a letter is handed over
BEGUN = "begun"
LATER = timedelta(minutes=15)  # then twice as long, and so on
MOST_TRIES = 7

State = Delivery.State
log = logging.getLogger(__name__)


class RegistrationEnded(Refused):
    """No letter leaves while the registration is missing or has ended (GOV-2)."""


@dataclass(frozen=True)
class SendReport:
    """What one round did; `later` are those that the server asked to wait for."""

    handed_over: int = 0
    bounced: int = 0
    suppressed: int = 0
    refused: int = 0
    uncertain: int = 0
    later: int = 0


@dataclass(frozen=True, repr=False)
class _Claim:
    """A letter that is ours until its lease ends, and its keys, which are nowhere else."""

    pk: uuid.UUID
    keys: Keys


@dataclass(frozen=True, repr=False)
class _Facts:
    """What must be known at the moment of handing over."""

    wave: int
    campaign: uuid.UUID
    state: str
    closes_on: date | None
    lease_until: datetime
    tries: int
    is_spent: bool
    contact: uuid.UUID | None
    match: bytes
    address: bytes
    name: bytes | None
    language: str
    told_on: date | None
    batch: uuid.UUID
    wrapped_key: bytes
    is_suppressed: bool


_FIELDS = (
    "wave__number",
    "wave__campaign_id",
    "wave__campaign__state",
    "wave__campaign__closes_on",
    "lease_until",
    "tries",
    "invitation__is_spent",
    "invitation__contact_id",
    "invitation__contact__match",
    "invitation__contact__address",
    "invitation__contact__name",
    "invitation__contact__language",
    "invitation__contact__told_on",
    "invitation__contact__batch_id",
    "invitation__contact__batch__wrapped_key",
)


def send_due(*, limit: int = 200) -> SendReport:
    """Hand over at most `limit` letters that are due; for the worker.

    Suppression, route, deadline, registration and whether the link is spent are looked
    at again for each letter. Errors: `NotOpen`, `RegistrationEnded`.
    """
    tally: Counter[str] = Counter(uncertain=give_up_on_lost(at=timezone.now()))
    if _due(timezone.now()).exists():
        _require_allowed()
        try:
            with carrier() as way:
                _Round(way, tally).run(limit)
        except NotNow:
            log.warning("The mail server does not take letters now.")
    if tally["handed_over"]:
        record("outreach.handed_over", "day", by=SYSTEM, count=tally["handed_over"])
    return SendReport(**tally)


@transaction.atomic
def give_up_on_lost(*, at: datetime) -> int:
    """Settle what a process had claimed that is gone. Returns how many are uncertain now."""
    lost = Delivery.objects.filter(state=State.CLAIMED, lease_until__lte=at)
    begun = lost.filter(reason=BEGUN)
    uncertain = begun.update(state=State.UNCERTAIN, lease_until=None, reason="lost")
    lost.update(state=State.WAITING, lease_until=None)
    return uncertain


class _Round:
    """One connection, and what is needed again for each letter."""

    def __init__(self, way: Carrier, tally: Counter[str]) -> None:
        self.way, self.tally = way, tally
        self.today = timezone.localdate()
        self.mailer = _mailer_key()
        self.controller = Controller.objects.get()
        self.campaigns: dict[uuid.UUID, Campaign] = {}
        self.letters: dict[tuple[uuid.UUID, str, int], Letter] = {}
        self.keys: dict[uuid.UUID, BatchKey] = {}

    def run(self, limit: int) -> None:
        """Claim and hand over until nothing is due, the limit is reached, or the line ends."""
        while limit > 0 and (claims := _claim(min(limit, AT_ONCE))):
            limit -= len(claims)
            left = list(claims)
            try:
                while left:
                    self._one(left[0])
                    left.pop(0)
            except NotNow:
                _give_back(left)
                raise
            _require_allowed()

    def _one(self, claim: _Claim) -> None:
        facts = self._begun(claim)
        if facts is not None:
            self._hand_over(claim, facts)

    @transaction.atomic
    def _begun(self, claim: _Claim) -> _Facts | None:
        """Look at everything again and begin in one transaction, or settle the letter."""
        facts = _facts(claim)
        if facts is None:  # it was taken from us: our lease had run out
            return None
        ends_soon = facts.lease_until - timezone.now() < LEAST_LEASE
        if ends_soon or facts.state != Campaign.State.RUNNING:
            _give_back([claim])
            return None
        verdict = self._verdict(facts)
        if verdict is not None:
            self._settle(claim, *verdict)
            return None
        return facts if _ours(claim).update(reason=BEGUN) else None

    def _verdict(self, facts: _Facts) -> tuple[Delivery.State, str] | None:
        """Why this letter may not leave, or nothing."""
        if facts.contact is None:
            return State.REFUSED, "erased"
        if facts.is_suppressed:
            return State.SUPPRESSED, ""
        if facts.closes_on is not None and facts.closes_on < self.today:
            return State.REFUSED, "deadline"
        if facts.wave > 1 and facts.is_spent:
            return State.REFUSED, "answered"
        source = self._campaign(facts.campaign).source
        if bases.gaps(source.basis, source.basis_evidence, self.controller.country):
            return State.REFUSED, "route"
        return None

    def _hand_over(self, claim: _Claim, facts: _Facts) -> None:
        try:
            to, name = self._opened(facts)
        except CannotOpen:
            log.exception("An address does not open with the mailer's key.")
            self._settle(claim, State.REFUSED, "sealed")
            return
        letter = self._letter(facts)
        message = letter.to(to, name=name, keys=claim.keys, on=self.today)
        try:
            self.way.hand_over(message, sender=letter.bounces_to(claim.keys), to=to)
        except Unknown:
            self._settle(claim, State.UNCERTAIN, "line broke")
            raise NotNow(ends_line=True) from None
        except Rejected as refused:
            self._reject(claim, facts, refused)
        except NotNow as wait:
            if wait.ends_line:
                raise
            self._wait(claim, facts, wait.status)
        else:
            self._settle(claim, State.HANDED_OVER, told=facts)

    def _opened(self, facts: _Facts) -> tuple[str, str]:
        """Address and name of one person."""
        contact, key = _known(facts.contact), self.keys.get(facts.batch)
        if key is None:
            context = wrap_context(facts.batch)
            key = BatchKey(open_with(self.mailer, bytes(facts.wrapped_key), context))
            self.keys[facts.batch] = key
        address = key.open(bytes(facts.address), contact=contact, part="address")
        if facts.name is None:
            return address, ""
        return address, key.open(bytes(facts.name), contact=contact, part="name")

    def _reject(self, claim: _Claim, facts: _Facts, refused: Rejected) -> None:
        if not refused.is_about_address:
            self._settle(claim, State.REFUSED, refused.status)
            return
        with transaction.atomic():
            self._settle(claim, State.BOUNCED, refused.status)
            reason = Suppression.Reason.BOUNCED
            suppress(bytes(facts.match), reason=reason, by=SYSTEM, on=self.today)

    def _wait(self, claim: _Claim, facts: _Facts, status: str) -> None:
        if facts.tries >= MOST_TRIES:
            self._settle(claim, State.REFUSED, f"never taken, {status}")
            return
        _ours(claim).update(
            state=State.WAITING,
            lease_until=timezone.now() + LATER * 2**facts.tries,
            tries=F("tries") + 1,
            reason=status,
        )
        self.tally["later"] += 1

    @transaction.atomic
    def _settle(
        self,
        claim: _Claim,
        state: Delivery.State,
        reason: str = "",
        told: _Facts | None = None,
    ) -> None:
        _ours(claim).update(state=state, reason=reason, lease_until=None)
        if told is not None and told.told_on is None:
            Contact.objects.filter(pk=_known(told.contact)).update(told_on=self.today)
        self.tally[state.value] += 1

    def _campaign(self, pk: uuid.UUID) -> Campaign:
        if pk not in self.campaigns:
            self.campaigns[pk] = Campaign.objects.select_related("source").get(pk=pk)
        return self.campaigns[pk]

    def _letter(self, facts: _Facts) -> Letter:
        place = (facts.campaign, facts.language, facts.wave)
        if place not in self.letters:
            self.letters[place] = compose(
                self._campaign(facts.campaign),
                self.controller,
                facts.language,
                wave=facts.wave,
            )
        return self.letters[place]


def _require_allowed() -> None:
    if not is_registered():
        raise RegistrationEnded(
            _("No letter leaves: the centre's registration is missing or has ended.")
        )
    if not is_open():
        raise NotOpen(_("No letter leaves: this centre is not open yet."))


def _mailer_key() -> PrivateKey:
    """The private half of the mailer's key, which lies beside the worker and nowhere else."""
    private = private_key(KeyPair.Purpose.MAILER)
    _row, public = standing_key(KeyPair.Purpose.MAILER)
    if private.public.key_id != public.key_id:
        raise NotOpen(_("No letter leaves: the mailer's key is not on this machine."))
    return private


def _due(at: datetime) -> QuerySet[Delivery]:
    running = Wave.objects.filter(campaign__state=Campaign.State.RUNNING)
    return Delivery.objects.filter(
        Q(lease_until=None) | Q(lease_until__lte=at),
        wave__in=list(running.values_list("pk", flat=True)),
        state=State.WAITING,
    )


@transaction.atomic
def _claim(number: int) -> list[_Claim]:
    """Take some letters for this process, and write down the hashes of their new keys."""
    now = timezone.now()
    due = _due(now).select_for_update(skip_locked=True)
    claims = []
    for pk in list(due.values_list("pk", flat=True)[:number]):
        keys = Keys.new()
        taken = Delivery.objects.filter(pk=pk, state=State.WAITING).update(
            state=State.CLAIMED,
            reason="",
            lease_until=now + LEASE,
            open_hash=hash_of(keys.open),
            leave_hash=hash_of(keys.leave),
            bounce_hash=hash_of(keys.bounce),
        )
        if taken:
            claims.append(_Claim(pk, keys))
    return claims


def _give_back(claims: list[_Claim]) -> None:
    """Let letters wait again that certainly did not leave."""
    for claim in claims:
        _ours(claim).filter(state=State.CLAIMED).update(
            state=State.WAITING, lease_until=None
        )


def _ours(claim: _Claim) -> QuerySet[Delivery]:
    """The row of a claim while it holds our keys, even if we were taken for dead meanwhile."""
    return Delivery.objects.filter(
        pk=claim.pk,
        open_hash=hash_of(claim.keys.open),
        state__in=[State.CLAIMED, State.UNCERTAIN],
    )


def _facts(claim: _Claim) -> _Facts | None:
    left = Suppression.objects.filter(match=OuterRef("invitation__contact__match"))
    row = (
        _ours(claim)
        .filter(state=State.CLAIMED)
        .annotate(is_suppressed=Exists(left))
        .values_list(*_FIELDS, "is_suppressed")
        .first()
    )
    return _Facts(*row) if row else None


def _known(contact: uuid.UUID | None) -> uuid.UUID:
    if contact is None:
        raise ValueError("this letter has no contact any more")
    return contact
