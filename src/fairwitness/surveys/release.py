"""Releases the answers that wait: in random order, with the week as their date.

After a release nothing in the database joins an answer to the link that was spent for
it: not ids, order, place on disk, transaction, time, size or content. It is one of the
few doors that may open what is sealed and write besides `actions`.
"""

import json
import logging
import random
import uuid
from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from fairwitness.ledger.actions import queue_leaf, record
from fairwitness.ledger.actors import SYSTEM
from fairwitness.ledger.models import Leaf, WaitingLeaf
from fairwitness.surveys.actions import PENDING
from fairwitness.surveys.models import Pending, Response
from fairwitness.vault.envelope import CannotOpen, open_with
from fairwitness.vault.founding import private_key
from fairwitness.vault.models import KeyPair
from fairwitness.vault.padding import unpad_text
from fairwitness.vault.receipt import leaf_of

AfterRelease = Callable[[Collection[uuid.UUID]], None]
after_release: list[AfterRelease] = []
"""Called in the transaction of a release, with the campaigns whose answers were released."""

log = logging.getLogger(__name__)


def release_responses(*, on: date | None = None, at_least: int = 0) -> int:
    """Release every waiting answer when there are `at_least` so many. Returns how many.

    `on` is the day of the release: its ISO week is the only date that an answer keeps.
    An answer that this key does not open stays where it is, and the log says how many do.
    """
    released = _release(on or timezone.localdate(), at_least)
    if released:
        _forget_the_order()
    return released


@transaction.atomic
def _release(on: date, at_least: int) -> int:
    waiting = list(Pending.objects.select_for_update().order_by("pk"))
    if not waiting or len(waiting) < at_least:
        return 0
    opened = _opened(waiting)
    fresh = _not_yet_counted(opened)
    _mix_in([told for _pk, told in fresh.values()], on=on)
    leaves = sorted(fresh)
    random.SystemRandom().shuffle(leaves)
    for leaf in leaves:
        queue_leaf(leaf)
    Pending.objects.filter(pk__in=[pk for pk, _told in opened]).delete()
    campaigns = {
        uuid.UUID(told["campaign"]) for _pk, told in opened if told["campaign"]
    }
    for hook in after_release:
        hook(campaigns)
    record("surveys.released", "day", by=SYSTEM, count=len(fresh), on=on)
    return len(fresh)


def _opened(waiting: list[Pending]) -> list[tuple[uuid.UUID, dict[str, Any]]]:
    """What the waiting answers say; those of another key are left out."""
    key, opened = private_key(KeyPair.Purpose.RELEASE), []
    for pending in waiting:
        try:
            plain = open_with(key, bytes(pending.body), PENDING)
        except CannotOpen:
            continue
        opened.append((pending.pk, json.loads(unpad_text(plain))))
    if len(opened) < len(waiting):
        log.error("%d waiting answers do not open", len(waiting) - len(opened))
    return opened


def _not_yet_counted(
    opened: list[tuple[uuid.UUID, dict[str, Any]]],
) -> dict[bytes, tuple[uuid.UUID, dict[str, Any]]]:
    """By leaf: of two answers under one seed only one counts, now or later."""
    by_leaf = {leaf_of(bytes.fromhex(told["seed"])): (pk, told) for pk, told in opened}
    for kind in (WaitingLeaf, Leaf):
        known = kind.objects.filter(digest__in=list(by_leaf))
        for digest in known.values_list("digest", flat=True):
            by_leaf.pop(bytes(digest), None)
    return by_leaf


def _mix_in(fresh: list[dict[str, Any]], *, on: date) -> None:
    """Write fresh answers together with those of the same week, all anew, in random order.

    Otherwise the place and the transaction of each lot would tell the days of a week apart.
    """
    year, week, _day = on.isocalendar()
    same_week = Response.objects.filter(week=f"{year}-W{week:02}")
    told = list(same_week.values("version_id", "campaign", "door", "answers"))
    told += [
        {
            "version_id": answer["version"],
            "campaign": answer["campaign"],
            "door": answer["door"],
            "answers": answer["answers"],
        }
        for answer in fresh
    ]
    same_week.delete()
    random.SystemRandom().shuffle(told)
    Response.objects.bulk_create(
        Response(week=f"{year}-W{week:02}", **answer) for answer in told
    )


def _forget_the_order() -> None:
    """Clean the files of what they remember of the order of arrival."""
    if (
        connection.in_atomic_block
    ):  # inside a test's transaction there is nothing to clean
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute("VACUUM surveys_pending")
