"""Releases what waits: in random order, with the week as the only date of an answer.

After a release nothing in the database joins an answer to the link that was spent for
it, or to a report: not ids, order, place on disk, transaction, time, size or content.
Until then `mix_waiting` takes away, within seconds, the order in which it came. This is
one of the few doors that may open what is sealed and write besides `actions`.
"""

import json
import logging
import random
import time
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from fairwitness.ledger.actions import queue_leaves, record
from fairwitness.ledger.actors import SYSTEM
from fairwitness.ledger.models import Entry, Leaf, WaitingLeaf
from fairwitness.mixing import clean_files, hold, mix, take_all
from fairwitness.surveys.actions import PASSING, PENDING
from fairwitness.surveys.bursts import in_fives, size_of, week_of
from fairwitness.surveys.models import (
    DayOfAnswers,
    PassedOn,
    Passing,
    Pending,
    Response,
)
from fairwitness.vault.envelope import CannotOpen, Context, open_with
from fairwitness.vault.founding import private_key
from fairwitness.vault.models import KeyPair
from fairwitness.vault.padding import unpad_text
from fairwitness.vault.receipt import leaf_of

CLEANING_TRIES = 20
CLEANING_PAUSE = 0.1  # seconds
RELEASED, MIXED = "surveys.released", "surveys.mixed"  # in the ledger
COUNTED = "surveys.passed_on_counted"  # likewise
ROUND_OF_A_DAY = (
    "worker.responses"  # what the worker leaves there after a day's release
)


@dataclass(frozen=True)
class Beside:
    """What an app above keeps beside the waiting answers, and what it does when they move."""

    mix: Callable[[], None]
    """Write it anew in random order: the answers were."""
    settle: Callable[[], Collection[uuid.UUID]]
    """In the release's own transaction: nothing waits any more. Returns the campaigns it met."""
    rewrite: Callable[[Collection[uuid.UUID] | None], None]
    """After the release: let the fresh rows of these campaigns look like the old ones.

    None stands for every campaign: a release broke off, and nobody knows which it met.
    """


beside: list[Beside] = []
Sealed = TypeVar("Sealed", Pending, Passing)

log = logging.getLogger(__name__)


@transaction.atomic
def mix_waiting() -> int:
    """Take the order of arrival away from what waits. Returns how many rows were new."""
    waiting = take_all(Pending)
    fresh = sum(not pending.is_mixed for pending in waiting)
    _wait_on(waiting)
    mix(Passing)
    for other in beside:
        other.mix()
    return fresh


def release_responses(*, on: date | None = None, at_least: int = 0) -> int:
    """Release everything that waits when there are `at_least` so many. Returns how many answers.

    `on` is the day of the release: its ISO week is the only date that an answer keeps.
    What this key does not open stays where it is, and the log says how many there are.
    What an earlier release could not mix any more, because it was killed, is mixed now.
    """
    on = on or timezone.localdate()
    count_passed_on(on)
    released, campaigns, days = 0, None, set(days_unmixed())
    if Pending.objects.count() >= max(at_least, 1):
        released, met = _release(on)
        campaigns = None if days else met
    elif not days:
        return 0
    for other in beside:
        other.rewrite(campaigns)
    _mix_weeks(days | {on}, on=on)
    for _try in range(CLEANING_TRIES):
        if clean_files(Pending, Passing, Response, WaitingLeaf, DayOfAnswers):
            break
        time.sleep(CLEANING_PAUSE)
    return released


def days_unmixed() -> list[date]:
    """The days of releases whose answers lie as they came out: the process was killed there."""
    unmixed, days = _unmixed(), []
    lots = Entry.objects.filter(subject="day", act=RELEASED).order_by("-day")
    for day, count in lots.values_list("day", "count").iterator():
        if unmixed <= 0:
            break
        days.append(day)
        unmixed -= count
    return days


def _unmixed() -> int:
    """How many answers were released and not mixed since, as the ledger has it."""
    told = Entry.objects.filter(subject="day", act__in=(RELEASED, MIXED))
    sums = dict(told.values_list("act").annotate(Sum("count")))
    return int(sums.get(RELEASED, 0) - sums.get(MIXED, 0))


@transaction.atomic
def _release(on: date) -> tuple[int, set[uuid.UUID]]:
    """Turn what waits into answers and leaves, as a whole or not at all."""
    waiting = take_all(Pending)
    opened, closed = _opened(waiting, PENDING)
    _wait_on(closed)
    fresh = _not_yet_counted(opened)
    answers = [told for told in fresh.values() if "answers" in told]
    Response.objects.bulk_create(_response(told, on) for told in answers)
    _add_to_day(answers, on)
    queue_leaves(fresh)
    campaigns = {campaign for other in beside for campaign in other.settle()}
    if answers:
        record(RELEASED, "day", by=SYSTEM, count=len(answers), on=on)
    return len(answers), campaigns


def _wait_on(waiting: Collection[Pending]) -> None:
    """Write what still waits anew, in the random order in which it comes here."""
    Pending.objects.bulk_create(
        Pending(body=bytes(pending.body), is_mixed=True) for pending in waiting
    )


def _opened(
    waiting: list[Sealed], context: Context
) -> tuple[list[dict[str, Any]], list[Sealed]]:
    """What the waiting rows say; those of another key apart."""
    key, opened, closed = private_key(KeyPair.Purpose.RELEASE), [], []
    for pending in waiting:
        try:
            plain = open_with(key, bytes(pending.body), context)
        except CannotOpen:
            closed.append(pending)
        else:
            opened.append(json.loads(unpad_text(plain)))
    if closed:
        log.error("%d waiting answers do not open", len(closed))
    return opened, closed


def _not_yet_counted(opened: list[dict[str, Any]]) -> dict[bytes, dict[str, Any]]:
    """By leaf: of two sendings under one seed only one counts, now or later."""
    by_leaf = {leaf_of(bytes.fromhex(told["seed"])): told for told in opened}
    for kind in (WaitingLeaf, Leaf):
        known = kind.objects.filter(digest__in=list(by_leaf))
        for digest in known.values_list("digest", flat=True):
            by_leaf.pop(bytes(digest), None)
    return by_leaf


def _response(told: dict[str, Any], on: date) -> Response:
    return Response(
        version_id=told["version"],
        campaign=told["campaign"],
        door=told["door"],
        week=week_of(on),
        answers=told["answers"],
    )


def _add_to_day(answers: Iterable[dict[str, Any]], on: date) -> None:
    """Add answers that are released to the number of their day, by campaign. All rows anew."""
    fresh: dict[str, Counter[bool]] = {}
    for told in answers:
        if told["campaign"]:
            is_own = told["door"] == Response.Door.INVITED
            fresh.setdefault(told["campaign"], Counter())[is_own] += 1
    if not fresh:
        return
    rows = take_all(DayOfAnswers)
    known = {str(row.campaign): row for row in rows if row.day == on}
    for campaign, number in fresh.items():
        if campaign not in known:
            known[campaign] = DayOfAnswers(campaign=uuid.UUID(campaign), day=on)
            rows.append(known[campaign])
        known[campaign].own += number[True]
        known[campaign].passed_on += number[False]
    DayOfAnswers.objects.bulk_create(rows)


@transaction.atomic
def count_passed_on(on: date) -> int:
    """Count what was passed on on the days before, once a day, and leave only numbers of it.

    It waits for the day to end, so that a link that many use on one day counts as one.
    Then the numbers of answers of these days are kept in fives. Returns how many were
    counted. A link that is passed on for several days counts on each.
    """
    done = Entry.objects.filter(day=on, act__in=(COUNTED, RELEASED, ROUND_OF_A_DAY))
    if done.exists():
        return 0
    _keep_days_in_fives(on)
    if not Passing.objects.exists():
        return 0
    opened, closed = _opened(take_all(Passing), PASSING)
    Passing.objects.bulk_create(Passing(body=bytes(row.body)) for row in closed)
    links = Counter((told["campaign"], told["link"]) for told in opened)
    kept = {row.campaign: row for row in take_all(PassedOn)}
    for (campaign, link), number in links.items():
        pk = uuid.UUID(campaign)
        row = kept.setdefault(pk, PassedOn(campaign=pk))
        if link is None:
            row.not_for_me += number
        else:
            size = size_of(number)
            setattr(row, size, getattr(row, size) + 1)
    PassedOn.objects.bulk_create(kept.values())
    record(COUNTED, "day", by=SYSTEM, on=on)
    return len(opened)


def _keep_days_in_fives(on: date) -> None:
    """Let days that are over keep their numbers in fives; fewer than five leave no day."""
    if not DayOfAnswers.objects.filter(day__lt=on, is_over=False).exists():
        return
    rows = take_all(DayOfAnswers)
    for row in rows:
        if row.day < on:
            row.own, row.passed_on = in_fives(row.own), in_fives(row.passed_on)
            row.is_over = True
    DayOfAnswers.objects.bulk_create(
        row for row in rows if not row.is_over or row.own or row.passed_on
    )


@transaction.atomic
def _mix_weeks(days: Collection[date], *, on: date) -> None:
    """Write the answers of these days' weeks all anew, in random order.

    Otherwise the place and the transaction of each lot would tell the days of it apart.
    """
    hold(Response)
    for week in {week_of(day) for day in days}:
        same_week = Response.objects.filter(week=week)
        told = list(
            same_week.values("version_id", "campaign", "door", "week", "answers")
        )
        same_week.delete()
        random.SystemRandom().shuffle(told)
        Response.objects.bulk_create(Response(**answer) for answer in told)
    unmixed = _unmixed()  # none when another process was quicker
    if unmixed > 0:
        record(MIXED, "day", by=SYSTEM, count=unmixed, on=on)
