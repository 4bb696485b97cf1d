"""The keys that a request brings, and which reports and incidents they reach.

Who may see a case is who holds a wrap of its key: everybody with the triage key, and the
one to whom the case was given.
"""

import uuid

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from fairwitness.casework.models import Incident
from fairwitness.intake.models import Report
from fairwitness.refusal import NotAllowed
from fairwitness.staff.guard import StaffRequest
from fairwitness.staff.models import User
from fairwitness.vault.models import KeyPair, Wrap
from fairwitness.vault.opening import Chest, Ring
from fairwitness.vault.suites import PrivateKey


class NotUnlocked(NotAllowed):
    """Something sealed was asked for while one's own key is locked."""


def open_ring(request: StaffRequest) -> Ring | None:
    """The keys of this request, when they are unlocked."""
    return Ring.of(*request.unlocked) if request.unlocked else None


def ring_with(key: KeyPair, private: PrivateKey) -> Ring:
    """The keys of somebody whose own key was unlocked without a page."""
    return Ring.of(key, private)


def ring_of(request: StaffRequest) -> Ring:
    """The keys of this request. Error: `NotUnlocked`."""
    ring = open_ring(request)
    if ring is None:
        raise NotUnlocked(_("Your key is locked. Unlock it, then do this again."))
    return ring


def keys_within_reach(user: User) -> list[uuid.UUID]:
    """The ids of the keys that somebody holds, unlocked or not: their own and the house's."""
    if user.key is None or user.key.retired_on is not None:
        return []
    house = Wrap.objects.filter(holder=user.key, part="key")
    return [user.key.pk, *house.values_list("subject", flat=True)]


def reports_within_reach(user: User) -> QuerySet[Report]:
    """The reports of which somebody could open the case key."""
    return Report.objects.filter(Exists(_case_wrap(user)))


def incidents_within_reach(user: User) -> QuerySet[Incident]:
    """The incidents of which somebody could open the key."""
    return Incident.objects.filter(Exists(_case_wrap(user)))


def report_for(user: User, report_id: uuid.UUID) -> Report:
    """A report, for somebody who holds a wrap of its key; for others there is no such page."""
    report = reports_within_reach(user).filter(pk=report_id).first()
    if report is None:
        raise Http404
    return report


def incident_for(user: User, code: str) -> Incident:
    """An incident by its short name, for somebody who holds a wrap of its key."""
    incident = incidents_within_reach(user).filter(code=code).first()
    if incident is None:
        raise Http404
    return incident


def case_chest(case: Report | Incident, ring: Ring) -> Chest:
    """What opens and seals the parts of a case. Errors: `NoKey`, `Shredded`."""
    key = ring.open_wrap(case.pk, "case")
    return Chest(report=case.pk, slot=case.slot_id, key=key)


def _case_wrap(user: User) -> QuerySet[Wrap]:
    return Wrap.objects.filter(
        subject=OuterRef("pk"), part="case", holder__in=keys_within_reach(user)
    )
