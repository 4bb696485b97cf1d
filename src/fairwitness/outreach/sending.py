"""Hands letters over, a few rows with a lease at a time; the only place that opens an address.

After any crash every letter is in exactly one state. What a killed process had claimed
and not begun waits again (`in_hand`); one letter at most was begun, and is uncertain: it
may have left, so it is never sent again by itself. When the machine itself went down,
all that were claimed are uncertain, `pace.MOST_TOGETHER` at most for each worker.
"""

import logging
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from fairwitness.governance.conditions import is_registered
from fairwitness.governance.models import Controller
from fairwitness.governance.readiness import is_open
from fairwitness.ledger.actors import SYSTEM
from fairwitness.mail import Carrier, NotNow, Rejected, Unknown, carrier
from fairwitness.outreach import bases, pace
from fairwitness.outreach.actions.contacts import suppress
from fairwitness.outreach.actions.fates import (
    claim_letters,
    let_wait_again,
    look_at_failures,
    ours,
    room_today,
    stop_for,
    take_over,
    the_pace,
    write_down,
)
from fairwitness.outreach.due import LATER, MOST_TRIES, SKEW, Facts, due_at, facts_of
from fairwitness.outreach.in_hand import InHand, Mark, in_hand
from fairwitness.outreach.letters import Keys
from fairwitness.outreach.models import Campaign, Delivery, Suppression
from fairwitness.outreach.ready import Ready
from fairwitness.outreach.sealing import BatchKey, wrap_context
from fairwitness.refusal import NotOpen, Refused
from fairwitness.vault.actions import standing_key
from fairwitness.vault.envelope import CannotOpen, open_with
from fairwitness.vault.founding import private_key
from fairwitness.vault.models import KeyPair
from fairwitness.vault.suites import PrivateKey

AT_ONCE = 10  # letters claimed together at first
ROUND = 20.0  # seconds; then others of the worker have their turn
LEASE = timedelta(minutes=15)
# Then registration and readiness are looked at again.
ALLOWED_FOR = timedelta(seconds=2)
FRESH = 1.0  # seconds; then letters in hand are looked at again: who left gets none
# Each letter is begun so early that its lease outlasts the slowest mail server.
BEGUN_WITHIN = LEASE.total_seconds() - 12 * 60

State = Delivery.State
log = logging.getLogger(__name__)


class RegistrationEnded(Refused):
    """No letter leaves while the registration is missing or has ended (GOV-2)."""


@dataclass(frozen=True)
class SendReport:
    """What one round did; `later` are those that the server asked to wait for.

    Without a line (`has_line`) the server could not be reached, or hung up, and `said` so.
    """

    handed_over: int = 0
    bounced: int = 0
    suppressed: int = 0
    refused: int = 0
    uncertain: int = 0
    later: int = 0
    has_line: bool = field(default=True, compare=False)
    said: str = field(default="", compare=False)


@dataclass(frozen=True, repr=False)
class _Claim:
    """A letter that is ours until its lease ends, and its keys, which are nowhere else."""

    facts: Facts
    keys: Keys


def send_due(*, limit: int = 200) -> SendReport:
    """Hand over at most `limit` letters that are due; for the worker.

    Suppression, route, deadline, registration and whether the link is spent are looked
    at again for each letter. Errors: `NotOpen`, `RegistrationEnded`.
    """
    lost = take_over() + give_up_on_lost(at=timezone.now())
    tally: Counter[str] = Counter(uncertain=lost)
    has_line, said = True, ""
    if due_at(timezone.now()).exists() and room_today() != 0:
        _require_allowed()
        try:
            with carrier() as way, in_hand(settings.DIR / "in-hand") as hand:
                _Round(way, hand, tally).run(limit)
        except NotNow as wait:
            has_line, said = False, wait.status
    return SendReport(**tally, has_line=has_line, said=said)


def give_up_on_lost(*, at: datetime) -> int:
    """Call uncertain what was claimed by a process that is gone. Returns how many."""
    is_over = Q(lease_until__lte=at) | Q(lease_until__gt=at + LEASE + SKEW)
    lost = Delivery.objects.filter(is_over, state=State.CLAIMED)
    return lost.update(state=State.UNCERTAIN, lease_until=None, reason="lost")


class _Round:
    """One connection, and what is needed again for each letter."""

    def __init__(self, way: Carrier, hand: InHand, tally: Counter[str]) -> None:
        self.way, self.hand, self.tally = way, hand, tally
        self.today = timezone.localdate()
        self.mailer = _mailer_key()
        self.controller = Controller.objects.get()
        self.claims: list[_Claim] = []  # in our hands, not begun
        self.handed: list[Facts] = []  # handed over, not written down yet
        self.doubted: list[tuple[Facts, Rejected]] = []  # refused one after the other
        self.rest = 1 / rate if (rate := the_pace().per_second) else 0.0
        self.ready = Ready(self.controller, on=self.today)
        self.together = AT_ONCE
        self.keys: dict[uuid.UUID, BatchKey] = {}
        self.allowed_until = timezone.now() + ALLOWED_FOR
        self.begun_until = self.fresh_until = 0.0  # on the clock that nobody sets

    def run(self, limit: int) -> None:
        """Claim and hand over until nothing is due, the limit or the time is over, or the line ends."""
        ends = time.monotonic() + ROUND
        try:
            while (
                limit > 0
                and time.monotonic() < ends
                and (seen := self._claim(min(limit, self.together)))
            ):
                limit -= seen
                self._written()
                began = time.monotonic()
                self._hand_over_all()
                if self.claims:
                    return
                self.together = pace.lot(seen, seconds=time.monotonic() - began)
            self._believe()
        finally:
            self._leave_in_order()

    def _hand_over_all(self) -> None:
        """Hand over what is in our hands, as fast as is wished, while the lease allows it."""
        while self.claims and (began := time.monotonic()) < self.begun_until:
            if began > self.fresh_until:
                self._look_again()
            if self.claims:
                self._hand_over(self.claims.pop(0))
            if self.rest:
                time.sleep(max(began + self.rest - time.monotonic(), 0.0))

    @transaction.atomic
    def _claim(self, number: int) -> int:
        """Write down what has left; then look at some letters again and take those that may leave.

        One transaction, so that nobody slips in between the look and the claim. Returns
        how many letters were looked at.
        """
        self._write_down()
        now = timezone.now()
        if now > self.allowed_until:
            _require_allowed()
            self.allowed_until = now + ALLOWED_FOR
        room = room_today(lock=True)
        number = number if room is None else min(number, room)
        due = due_at(now).select_for_update(skip_locked=True)
        looked_at = facts_of(list(due.values_list("pk", flat=True)[:number]))
        for facts in looked_at:
            verdict = self._verdict(facts)
            if verdict is None:
                self.claims.append(_Claim(facts, Keys.new()))
            else:
                self._settle(facts, *verdict)
        claimed = {claim.facts.delivery: claim.keys for claim in self.claims}
        self.hand.claimed(claimed, until=now + LEASE)
        claim_letters(claimed, until=now + LEASE)
        moment = time.monotonic()
        self.begun_until, self.fresh_until = moment + BEGUN_WITHIN, moment + FRESH
        return len(looked_at)

    def _look_again(self) -> None:
        """Let go of letters in hand: whose people left, were erased or answered, or whose campaign rests."""
        if timezone.now() > self.allowed_until:
            _require_allowed()
        in_hand = {claim.facts.delivery: claim for claim in self.claims}
        self.claims = []
        for facts in facts_of(list(in_hand)):
            verdict = self._verdict(facts)
            if facts.state != Campaign.State.RUNNING:
                let_wait_again([facts.delivery])
            elif verdict is None:
                self.claims.append(in_hand[facts.delivery])
            else:
                self._settle(facts, *verdict)
        self.fresh_until = time.monotonic() + FRESH

    def _write_down(self) -> None:
        untold = [facts.contact for facts in self.handed if facts.told_on is None]
        write_down(
            [facts.delivery for facts in self.handed],
            untold=[contact for contact in untold if contact is not None],
            on=self.today,
        )

    def _written(self) -> None:
        self.tally["handed_over"] += len(self.handed)
        self.handed.clear()

    def _leave_in_order(self) -> None:
        """Write down what has left, and let wait again what certainly has not."""
        with transaction.atomic():
            self._write_down()
            let_wait_again(claim.facts.delivery for claim in self.claims)
            for facts, refused in self.doubted:
                self._wait(facts, refused.status)
        self._written()

    def _verdict(self, facts: Facts) -> tuple[Delivery.State, str] | None:
        """Why this letter may not leave, or nothing."""
        if facts.contact is None:
            return State.REFUSED, "erased"
        if facts.is_suppressed:
            return State.SUPPRESSED, ""
        if facts.closes_on is not None and facts.closes_on < self.today:
            return State.REFUSED, "deadline"
        if facts.is_spent and facts.wave == 1:
            return State.HANDED_OVER, ""  # it was said not to have arrived, and it has
        if facts.is_spent:
            return State.REFUSED, "answered"
        return self._unlawful(facts)

    def _unlawful(self, facts: Facts) -> tuple[Delivery.State, str] | None:
        """Why nobody of this source may be written to by this campaign, or nothing."""
        if facts.withdrawn_on is not None:
            return State.REFUSED, "withdrawn"
        campaign = self.ready.campaign(facts.campaign)
        source, country = campaign.source, self.controller.country
        if facts.told_on is None and self.today > source.last_day:
            return State.REFUSED, "too late"
        kind = Campaign.Kind(campaign.kind)
        if bases.gaps(source.basis, source.basis_evidence, country, kind=kind):
            return State.REFUSED, "route"
        return None

    def _hand_over(self, claim: _Claim) -> None:
        facts = claim.facts
        try:
            to, name = self._opened(facts)
        except CannotOpen:
            log.exception("An address does not open with the mailer's key.")
            self._settle(facts, State.REFUSED, "sealed")
            return
        letter, stencil = self.ready.letter(facts)
        message = stencil.to(to, name=name, keys=claim.keys)
        self.hand.mark(Mark.BEGUN, facts.delivery)
        try:
            self.way.hand_over(message, sender=letter.bounces_to(claim.keys), to=to)
        except Unknown:
            self._settle(facts, State.UNCERTAIN, "line broke")
            raise NotNow(ends_line=True) from None
        except Rejected as refused:
            self.hand.mark(Mark.NOT_TAKEN, facts.delivery)
            self._doubt(facts, refused)
        except NotNow as wait:
            self.hand.mark(Mark.NOT_TAKEN, facts.delivery)
            if wait.ends_line:
                self._set_aside(facts)
                raise
            self._wait(facts, wait.status)
        else:
            self.hand.mark(Mark.TAKEN, facts.delivery)
            self.handed.append(facts)
            self._believe()

    def _opened(self, facts: Facts) -> tuple[str, str]:
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

    def _doubt(self, facts: Facts, refused: Rejected) -> None:
        """Believe no refusal before another letter was taken: it may be about us.

        So a server that refuses everybody stops the campaign, and nobody is marked.
        """
        self.doubted.append((facts, refused))
        if len(self.doubted) < pace.REFUSED_IN_A_ROW:
            return
        for campaign in {facts.campaign for facts, _refused in self.doubted}:
            stop_for(campaign, refused=len(self.doubted), status=refused.status)
        let_wait_again(facts.delivery for facts, _refused in self.doubted)
        self.doubted.clear()
        raise NotNow(refused.status, ends_line=True)

    def _believe(self) -> None:
        """The server takes letters: what it refused before was about those people."""
        while self.doubted:
            facts, refused = self.doubted.pop()
            self._reject(facts, refused)
            look_at_failures(facts.campaign)

    @transaction.atomic
    def _reject(self, facts: Facts, refused: Rejected) -> None:
        if not refused.is_about_address:
            self._settle(facts, State.REFUSED, refused.status)
            return
        self._settle(facts, State.BOUNCED, refused.status)
        reason = Suppression.Reason.BOUNCED
        suppress(bytes(facts.match), reason=reason, by=SYSTEM, on=self.today)

    def _wait(self, facts: Facts, status: str) -> None:
        if facts.tries >= MOST_TRIES:
            self._settle(facts, State.REFUSED, f"never taken, {status}")
            return
        ours([facts.delivery]).update(
            state=State.WAITING,
            lease_until=timezone.now() + LATER * 2**facts.tries,
            tries=F("tries") + 1,
            reason=status,
        )
        self.tally["later"] += 1

    def _set_aside(self, facts: Facts) -> None:
        """Let a letter on which the line ended wait, so that it is in nobody's way."""
        until = timezone.now() + LATER
        ours([facts.delivery]).update(state=State.WAITING, lease_until=until)

    def _settle(self, facts: Facts, state: Delivery.State, reason: str) -> None:
        open_states = [State.WAITING, State.CLAIMED, State.UNCERTAIN]
        letter = Delivery.objects.filter(pk=facts.delivery, state__in=open_states)
        letter.update(state=state, reason=reason, lease_until=None)
        self.tally[state.value] += 1


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


def _known(contact: uuid.UUID | None) -> uuid.UUID:
    if contact is None:
        raise ValueError("this letter has no contact any more")
    return contact
