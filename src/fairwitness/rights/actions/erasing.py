"""Erases: the fact first, the shred key second, then the rest; a tombstone stays.

In this order, because the fact is all that is readable without a key, and because once
the shred key is gone no copy of the database, however old, opens any more.
"""

from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from fairwitness.casework.actions import drop_fact
from fairwitness.casework.models import Incident
from fairwitness.disclosure.models import Release
from fairwitness.intake.models import Report
from fairwitness.ledger.actions import record
from fairwitness.ledger.actors import SYSTEM, Actor
from fairwitness.rights.models import Tombstone, ToTell, first_of
from fairwitness.staff.models import User
from fairwitness.staff.roles import May
from fairwitness.vault import keystore
from fairwitness.vault.actions import forget_wraps
from fairwitness.vault.models import BurnedSlot, Slot
from fairwitness.vault.report_keys import fact_id, waiting_fact_id

MANY = 500


def erase_report(
    report: Report, *, by: Actor, case_key: bytes | None = None, on: date | None = None
) -> None:
    """Erase a report with everything that hangs on it, for good.

    Whoever can open the case key finds the fact with it; without it the fact stays until
    its own month of expiry. What was published stays. Not to be called inside a
    transaction: a shredded key must not be rolled back. Once the tombstones stand it is
    finished whatever happens: the worker goes on where it broke off.
    """
    if isinstance(by, User):
        by.must(May.ANSWER_REQUESTS)
    on = on or timezone.localdate()
    if case_key:
        # First remembered, so that an older copy does not bring it back.
        names = fact_id(case_key), waiting_fact_id(case_key)
        keystore.burn(keystore.mark_of(name) for name in names)
    _bury(report, case_key=case_key, on=on)
    _erase_buried(report, by=by, on=on)


def erasures_begun() -> QuerySet[Report]:
    """Reports whose tombstone stands already, and which are still here."""
    return Report.objects.filter(slot__in=Tombstone.objects.values("slot"))


def finish_begun(*, on: date) -> int:
    """Go on with erasures that broke off. Returns how many."""
    reports = list(erasures_begun())
    for report in reports:
        _erase_buried(report, by=SYSTEM, on=on)
    return len(reports)


def finish_erasures(*, on: date) -> int:
    """Finish what is half done, also where a restored database has lost the tombstone.

    Returns how many.
    """
    burned = list(BurnedSlot.objects.values_list("slot", flat=True))
    parts = [burned[start : start + MANY] for start in range(0, len(burned), MANY)]
    for some in parts:
        for report in Report.objects.filter(slot__in=some):
            _bury(report, case_key=None, on=on)
    finished = finish_begun(on=on)
    for some in parts:
        for incident in Incident.objects.filter(slot__in=some):
            _forget_incident(incident)
    return finished


@transaction.atomic
def recipient_told(to_tell: ToTell, *, by: User, on: date) -> None:
    """Note that a recipient was told that what it received was erased here."""
    by.must(May.ANSWER_REQUESTS)
    to_tell.told_on, to_tell.told_by = on, by
    to_tell.save(update_fields=["told_on", "told_by"])
    record("rights.recipient_told", to_tell, by=by)


def _incidents_of(report: Report) -> list[Incident]:
    """The incidents of which only this report tells: they go with it."""
    told = Incident.objects.filter(links__report=report).distinct()
    return [incident for incident in told if _tells_alone(report, incident)]


def _tells_alone(report: Report, incident: Incident) -> bool:
    """Whether no other report tells of it; one that was taken back tells of nothing."""
    others = incident.links.exclude(report=report)
    if incident.links.filter(report=report, unlinked_on=None).exists():
        others = others.filter(unlinked_on=None)
    return not others.exists()


@transaction.atomic
def _bury(report: Report, *, case_key: bytes | None, on: date) -> None:
    """Take the fact away and write the tombstones: both, or the report was not touched."""
    if case_key:
        drop_fact(case_key)
    slots = [report.slot_id, *(one.slot_id for one in _incidents_of(report))]
    for slot in slots:
        Tombstone.objects.get_or_create(slot=slot, defaults={"month": first_of(on)})


def _erase_buried(report: Report, *, by: Actor, on: date) -> None:
    """Shred what has a tombstone, then forget the rows; a second time nothing changes."""
    buried = Tombstone.objects.values("slot")
    told = Incident.objects.filter(links__report=report, slot__in=buried)
    incidents = list(told.distinct())
    for slot in [report.slot_id, *(incident.slot_id for incident in incidents)]:
        keystore.shred(slot)
    _forget_rows(report, incidents, by=by, on=on)


@transaction.atomic
def _forget_rows(
    report: Report, incidents: list[Incident], *, by: Actor, on: date
) -> None:
    if not Report.objects.select_for_update().filter(pk=report.pk).exists():
        return  # somebody else has finished it
    releases = Release.objects.filter(report=report)
    for release in releases:
        forget_wraps(release.pk)
        if release.state == Release.State.RELEASED:
            ToTell.objects.get_or_create(
                release=release.pk,
                defaults={"recipient_id": release.recipient_id, "since_on": on},
            )
    record("rights.report_erased", report, by=by)
    forget_wraps(report.pk)
    releases.delete()
    Report.objects.filter(pk=report.pk).delete()
    Slot.objects.filter(pk=report.slot_id).delete()
    for incident in incidents:
        _forget_incident(incident)


@transaction.atomic
def _forget_incident(incident: Incident) -> None:
    forget_wraps(incident.pk)
    Incident.objects.filter(pk=incident.pk).delete()
    Slot.objects.filter(pk=incident.slot_id).delete()
