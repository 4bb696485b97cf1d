"""Asks for editions, builds them beside the worker's keys, and lets a second person publish them."""

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max
from django.utils.translation import gettext as _

from fairwitness.casework.models import Fact
from fairwitness.figures.edition import EditionSummary, Log, build_edition
from fairwitness.figures.manifest import MANIFEST
from fairwitness.figures.models import Edition, Table
from fairwitness.figures.own_work import Kept, Promises, Releases
from fairwitness.figures.plan import BadPlan, Controller, Denominator, Plan
from fairwitness.figures.responses import surveys_of
from fairwitness.governance.models import Area, PromiseKept
from fairwitness.governance.models import Controller as Run
from fairwitness.intake.models import Report
from fairwitness.ledger.actions import (
    leaves_of,
    publish_checkpoint,
    record,
    release_leaves,
    signer_of_log,
)
from fairwitness.ledger.actors import SYSTEM
from fairwitness.ledger.models import Checkpoint
from fairwitness.ledger.notes import Signer
from fairwitness.refusal import Refused
from fairwitness.staff.models import User
from fairwitness.staff.roles import May

State = Edition.State


class SecondPersonNeeded(Refused):
    """Who asked for an edition cannot be the one who publishes it."""


class NotReady(Refused):
    """An edition is not in the state that this step needs."""


@transaction.atomic
def ask_for_edition(*, period_from: str, period_to: str, by: User, on: date) -> Edition:
    """Ask for an edition of the reports received in these months (2026-01), both included."""
    by.must(May.DRAFT_EDITIONS)
    _plan_of(1, period_from, period_to, on=on)
    if Edition.objects.filter(state__in=[State.ASKED, State.DRAFTED]).exists():
        raise NotReady(
            _("An edition waits already. Publish it or throw it away first.")
        )
    newest = Edition.objects.aggregate(newest=Max("number"))["newest"] or 0
    edition = Edition.objects.create(
        number=newest + 1,
        period_from=period_from,
        period_to=period_to,
        drafted_by=by,
        drafted_on=on,
    )
    record("figures.asked", edition, by=by)
    return edition


def build_asked(*, signer: Signer, releases: Releases | None = None) -> int:
    """Build what was asked for; the worker's verb. Returns how many editions were built."""
    built = 0
    for edition in Edition.objects.filter(state=State.ASKED):
        release_leaves()
        try:
            summary = _build(edition, signer=signer, releases=releases)
        except Refused as refusal:
            _mark_refused(edition, str(refusal))
        else:
            _mark_drafted(edition, summary)
            built += 1
    return built


@transaction.atomic
def publish_edition(edition: Edition, *, by: User, on: date) -> None:
    """Publish an edition as it was looked at. Refused when a byte of its summary changed."""
    by.must(May.PUBLISH_EDITIONS)
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    if edition.state != State.DRAFTED:
        raise NotReady(_("This edition is not ready to be published."))
    if edition.drafted_by_id == by.pk:
        raise SecondPersonNeeded(_("A second person publishes. Ask a colleague."))
    found = sha256((folder_of(edition) / MANIFEST).read_bytes()).digest()
    if found != bytes(edition.digest or b""):
        raise NotReady(_("This edition changed since it was built. Build it again."))
    edition.state, edition.published_by, edition.published_on = State.PUBLISHED, by, on
    edition.save(update_fields=["state", "published_by", "published_on"])
    record("figures.published", edition, by=by, content=found)


@transaction.atomic
def discard_edition(edition: Edition, *, by: User) -> None:
    """Throw an edition away that nobody has published."""
    by.must(May.DRAFT_EDITIONS)
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    if edition.state == State.PUBLISHED:
        raise NotReady(_("What was published stays. Correct it by a new edition."))
    folder = folder_of(edition)
    record("figures.discarded", edition, by=by)
    edition.delete()
    # What is left of it after a crash, the next edition of this number sweeps away.
    transaction.on_commit(partial(shutil.rmtree, folder, ignore_errors=True))


def folder_of(edition: Edition) -> Path:
    """Where the files of an edition lie."""
    return Path(settings.EDITIONS) / str(edition.number)


def _build(
    edition: Edition, *, signer: Signer, releases: Releases | None
) -> EditionSummary:
    published = Edition.objects.filter(state=State.PUBLISHED).order_by("number")
    folder = folder_of(edition)
    shutil.rmtree(folder, ignore_errors=True)
    return build_edition(
        _facts(),
        plan=_plan_of(
            edition.number,
            edition.period_from,
            edition.period_to,
            on=edition.drafted_on,
        ),
        out=folder,
        promises=_promises(),
        releases=releases,
        surveys=surveys_of(
            period_from=edition.period_from,
            period_to=edition.period_to,
            on=edition.drafted_on,
        ),
        log=_log(signer),
        signer=signer,
        earlier=[folder_of(one) for one in published],
    )


def _facts() -> Iterator[dict[str, Any]]:
    """Every fact, and every report that nobody has coded yet: it was received, so it is said."""
    for fact in Fact.objects.values().iterator(chunk_size=2000):
        yield {**fact, "seed": bytes(fact["seed"])}
    for month, number in _not_coded().items():
        for place in range(number):
            yield {
                "id": f"not coded {month} {place}",
                "received_month": month,
                "status": Fact.Status.PENDING.value,
                "reason": "not_coded",
            }


def _not_coded() -> dict[str, int]:
    """How many reports of each month have no fact yet, but for those kept out by their reporters."""
    told = Report.objects.filter(is_kept_out_of_count=False).values_list("month")
    coded = Fact.objects.values_list("received_month")
    received = {f"{month:%Y-%m}": n for month, n in told.annotate(n=Count("pk"))}
    for month, number in coded.annotate(n=Count("pk")):
        received[month] = received.get(month, 0) - number
    return {month: number for month, number in received.items() if number > 0}


def _log(signer: Signer) -> Log | None:
    checkpoint = publish_checkpoint(Checkpoint.Log.COUNTS, signer=signer)
    if checkpoint is None:
        return None
    return Log(
        leaves=leaves_of(Checkpoint.Log.COUNTS),
        note=checkpoint.note,
        vkeys=signer_of_log(signer, Checkpoint.Log.COUNTS).vkeys,
    )


def _plan_of(number: int, period_from: str, period_to: str, *, on: date) -> Plan:
    """What an edition of this centre says beside its facts. Error: `BadPlan`."""
    if period_to > f"{on:%Y-%m}":
        raise BadPlan(_("The period ends in a month that has not come yet."))
    run = Run.objects.get()
    return Plan(
        number=number,
        period_from=period_from,
        period_to=period_to,
        published=on,
        controller=Controller(
            name=run.legal_name, registration=run.registration_number, contact=run.email
        ),
        place=run.centre_name,
        complete_to=f"{on.replace(day=1) - timedelta(days=1):%Y-%m}",
        labels={"district": {area.code: area.name for area in Area.objects.all()}},
        denominators=_denominators(),
        is_training=settings.IS_TRAINING,
    )


def _denominators() -> tuple[Denominator, ...]:
    known = Area.objects.filter(people__gt=0, people_on__isnull=False)
    return tuple(
        Denominator(
            name=area.name,
            source=area.people_source,
            date=area.people_on,
            unit=_("people living there"),
            value=float(area.people),
            dimension="district",
            code=area.code,
        )
        for area in known.exclude(people_source="")
        if area.people and area.people_on
    )


def _promises() -> Promises | None:
    """How often we read and answered by the day that we had promised."""
    kept = {
        kind: Kept(
            kept=sum(one.kept for one in rows),
            of=sum(one.kept + one.missed for one in rows),
        )
        for kind in PromiseKept.Kind.values
        for rows in [list(PromiseKept.objects.filter(kind=kind))]
    }
    if not any(one.of for one in kept.values()):
        return None
    return Promises(
        read_within=kept[PromiseKept.Kind.READ],
        answer_within=kept[PromiseKept.Kind.ANSWER],
    )


@transaction.atomic
def _mark_drafted(edition: Edition, summary: EditionSummary) -> None:
    edition.state, edition.digest = State.DRAFTED, summary.digest
    edition.save(update_fields=["state", "digest"])
    Table.objects.bulk_create(
        Table(
            edition=edition,
            name=table.name,
            digest=sha256(
                (summary.folder / "tables" / f"{table.name}.csv").read_bytes()
            ).digest(),
        )
        for table in summary.tables
    )
    record("figures.built", edition, by=SYSTEM, content=summary.digest)


@transaction.atomic
def _mark_refused(edition: Edition, reason: str) -> None:
    edition.state, edition.reason = State.REFUSED, reason[:300]
    edition.save(update_fields=["state", "reason"])
    record("figures.refused", edition, by=SYSTEM)
