"""Writes down what became of letters: handed over, failed, begun by a process that is gone."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from fairwitness.ledger.actions import record
from fairwitness.ledger.actors import SYSTEM
from fairwitness.outreach.in_hand import LeftBehind, Mark, left_behind
from fairwitness.outreach.keys import hash_of
from fairwitness.outreach.letters import Keys
from fairwitness.outreach.models import Campaign, Contact, Delivery
from fairwitness.outreach.pace import (
    cap_of_day,
    is_quiet,
    too_many_complained,
    too_many_failed,
)
from fairwitness.outreach.speed import MailDay, Pace
from fairwitness.staff.models import User
from fairwitness.staff.roles import May

State = Delivery.State
# Refused by us, for a reason that another try would not change.
SETTLED = ("erased", "deadline", "answered", "too late", "withdrawn")
BEFORE = (State.WAITING, State.CLAIMED, State.SUPPRESSED)


def ours(letters: Iterable[uuid.UUID]) -> QuerySet[Delivery]:
    """Letters that we claimed, even if we were taken for dead meanwhile."""
    return Delivery.objects.filter(
        pk__in=list(letters), state__in=[State.CLAIMED, State.UNCERTAIN]
    )


_CLAIM = """
UPDATE outreach_delivery
SET state = %s, reason = '', lease_until = %s, open_hash = %s, leave_hash = %s, bounce_hash = %s
WHERE id = %s AND state = %s
"""


def claim_letters(letters: Mapping[uuid.UUID, Keys], *, until: datetime) -> None:
    """Take letters that wait, and write down the hashes of their new keys.

    In one plain statement: it is half of what the database costs a letter.
    """
    columns = Delivery._meta
    lease = columns.get_field("lease_until").get_db_prep_value(until, connection)
    rows = [
        (
            State.CLAIMED.value,
            lease,
            hash_of(keys.open),
            hash_of(keys.leave),
            hash_of(keys.bounce),
            columns.pk.get_db_prep_value(letter, connection),
            State.WAITING.value,
        )
        for letter, keys in letters.items()
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_CLAIM, rows)


def write_down(
    letters: Sequence[uuid.UUID], *, untold: Sequence[uuid.UUID], on: date
) -> int:
    """Write down what has left, here and in the ledger; a second time nothing changes.

    `untold` are the contacts who had not heard from us before. Returns how many left.
    """
    left = ours(letters).update(state=State.HANDED_OVER, reason="", lease_until=None)
    if untold:
        Contact.objects.filter(pk__in=untold).update(told_on=on)
    if left:
        day, _is_new = MailDay.objects.get_or_create(day=on)
        MailDay.objects.filter(pk=day.pk).update(letters=F("letters") + left)
        record("outreach.handed_over", "day", by=SYSTEM, count=left)
    return left


def take_over() -> int:
    """Write down what a process of this machine left behind when it was killed.

    What it had not begun waits again; what it had begun without hearing an answer is
    uncertain. Returns how many are.
    """
    with left_behind(settings.DIR / "in-hand") as found, transaction.atomic():
        by_mark: dict[Mark, list[uuid.UUID]] = {mark: [] for mark in Mark}
        for one in found:
            if _is_claimed_still(one):
                by_mark[one.mark].append(one.letter)
        taken = by_mark[Mark.TAKEN]
        untold = Contact.objects.filter(
            told_on=None, invitations__deliveries__in=taken
        ).values_list("pk", flat=True)
        write_down(taken, untold=list(untold), on=timezone.localdate())
        not_left = by_mark[Mark.CLAIMED] + by_mark[Mark.NOT_TAKEN]
        ours(not_left).update(state=State.WAITING, lease_until=None)
        lost = ours(by_mark[Mark.BEGUN])
        return lost.update(state=State.UNCERTAIN, lease_until=None, reason="lost")


def _is_claimed_still(one: LeftBehind) -> bool:
    """Whether it is that very claim: since then somebody else may have had the letter."""
    return Delivery.objects.filter(
        pk=one.letter, state=State.CLAIMED, lease_until=one.until
    ).exists()


def the_pace() -> Pace:
    """How fast letters are to leave."""
    return Pace.objects.first() or Pace()


def room_today(*, lock: bool = False) -> int | None:
    """How many more letters may leave now; none in quiet hours. None: as many as there are.

    With `lock`, inside a transaction, no other worker takes of the same room.
    """
    wished, now = the_pace(), timezone.localtime()
    if is_quiet(wished, now.hour):
        return 0
    if wished.per_day is None and wished.first_day is None:
        return None
    before = MailDay.objects.filter(day__lt=now.date(), letters__gt=0).count()
    cap = cap_of_day(wished, days_before=before) or 0
    today, _is_new = MailDay.objects.get_or_create(day=now.date())
    if lock:
        today = MailDay.objects.select_for_update().get(pk=today.pk)
    claimed = Delivery.objects.filter(state=State.CLAIMED).count()
    return max(cap - today.letters - claimed, 0)


@transaction.atomic
def let_wait_again(letters: Iterable[uuid.UUID]) -> None:
    """Let letters wait that certainly have not left."""
    ours(letters).update(state=State.WAITING, lease_until=None)


def tally_of(campaign: uuid.UUID) -> tuple[int, int, int]:
    """How many letters of a campaign were tried, how many failed, on how many people complained."""
    letters = Delivery.objects.filter(wave__campaign=campaign)
    by_server = Q(state=State.REFUSED) & ~Q(reason__in=[*SETTLED, "route", "sealed"])
    counted = letters.aggregate(
        tried=Count("pk", filter=~Q(state__in=BEFORE)),
        failed=Count("pk", filter=Q(state=State.BOUNCED) | by_server),
        complained=Count("pk", filter=Q(state=State.COMPLAINED)),
    )
    return counted["tried"], counted["failed"], counted["complained"]


def look_at_failures(campaign: uuid.UUID) -> bool:
    """Stop a campaign when too many letters failed or people complained since it went on."""
    row = Campaign.objects.get(pk=campaign)
    tried, failed, complained = tally_of(campaign)
    if too_many_complained(complained - row.accepted_complaints, tried=tried):
        because = _(
            "%(number)s people complained about these letters. Read what they were sent, "
            "and why they did not expect it, before you go on."
        ) % {"number": complained}
    elif too_many_failed(failed - row.accepted_failures, tried=tried):
        because = _(
            "%(failed)s of %(tried)s letters could not be delivered. Ask whoever gave the "
            "list how old it is, and look whether your domain is trusted, before you go on."
        ) % {"failed": failed, "tried": tried}
    else:
        return False
    return stop_campaign(campaign, because=because)


def stop_for(campaign: uuid.UUID, *, refused: int, status: str) -> bool:
    """Stop a campaign whose letters a mail server refuses one after the other."""
    because = _(
        "The mail server refused %(number)s letters one after the other (%(status)s). "
        "They wait. Ask whoever runs the mail server, then go on."
    )
    told = {"number": refused, "status": status}
    return stop_campaign(campaign, because=because % told)


@transaction.atomic
def stop_campaign(campaign: uuid.UUID, *, because: str) -> bool:
    """Pause a campaign by ourselves, with a sentence that says why."""
    running = Campaign.objects.filter(pk=campaign, state=Campaign.State.RUNNING)
    stopped = running.update(state=Campaign.State.PAUSED, stopped_because=because)
    if stopped:
        record("outreach.stopped", Campaign.objects.get(pk=campaign), by=SYSTEM)
    return bool(stopped)


@transaction.atomic
def try_again(campaign: Campaign, *, by: User) -> int:
    """Let those letters wait anew that a mail server refused. Returns how many.

    Each is looked at again before it leaves. Addresses that do not exist stay out.
    """
    by.must(May.RUN_CAMPAIGNS)
    refused = Delivery.objects.filter(wave__campaign=campaign, state=State.REFUSED)
    again = refused.exclude(reason__in=SETTLED).update(
        state=State.WAITING, reason="", tries=0, lease_until=None
    )
    if again:
        record("outreach.tried_again", campaign, by=by, count=again)
    return again


@transaction.atomic
def set_pace(pace: Pace, *, by: User) -> None:
    """Say how fast letters leave from now on."""
    by.must(May.RUN_CAMPAIGNS)
    pace.validate_constraints()
    pace.save()
    record("outreach.pace_set", "pace", by=by)
