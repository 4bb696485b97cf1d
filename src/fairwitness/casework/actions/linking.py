"""Opens incidents, links reports to them and takes links back, moves and hands them over."""

import secrets
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from fairwitness.casework.actions.assessing import drop_fact
from fairwitness.casework.models import Incident, Link
from fairwitness.casework.ring import case_chest, keys_within_reach
from fairwitness.casework.states import State, require_step
from fairwitness.casework.why import Linked, Unlinked
from fairwitness.intake.models import Report
from fairwitness.ledger.actions import record
from fairwitness.refusal import Refused
from fairwitness.staff.models import User
from fairwitness.staff.roles import May
from fairwitness.vault.actions import keep_wraps, standing_key, take_slot, wrap_to
from fairwitness.vault.models import KeyPair, Wrap
from fairwitness.vault.opening import Ring

SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 5


@transaction.atomic
def open_incident(report: Report, *, ring: Ring, by: User, on: date) -> Incident:
    """Say that something happened, as this report tells it; its key is sealed to triage."""
    by.must(May.WORK_ON_CASES)
    triage, _public = standing_key(KeyPair.Purpose.TRIAGE)
    slot, _shred_key = take_slot()
    incident = Incident.objects.create(
        code=_free_code(), slot=slot, opened_month=on.replace(day=1), carried_by=by
    )
    key = secrets.token_bytes(32)
    holders = [triage]
    if by.key and triage.pk not in keys_within_reach(by):
        holders.append(by.key)
    keep_wraps([wrap_to(one, key, part="case", subject=incident.pk) for one in holders])
    record("casework.incident_opened", incident, by=by)
    link_report(report, incident, reason=Linked.FIRST, ring=ring, by=by, on=on)
    return incident


@transaction.atomic
def link_report(
    report: Report,
    incident: Incident,
    *,
    reason: Linked,
    ring: Ring,
    by: User,
    on: date,
    teller: Link.Teller = Link.Teller.OTHER,
) -> Link:
    """Say that a report tells of this incident."""
    by.must(May.WORK_ON_CASES)
    Report.objects.select_for_update().get(pk=report.pk)
    standing = report.links.filter(unlinked_on=None).select_related("incident").first()
    if standing:
        raise Refused(
            _("This report tells of incident %(code)s. Take that link back first.")
            % {"code": standing.incident.code}
        )
    link = Link.objects.create(
        report=report,
        incident=incident,
        reason=Linked(reason),
        teller=teller,
        linked_by=by,
        linked_on=on,
    )
    if incident.carried_by:
        _give_key(report, to=incident.carried_by, ring=ring)
    Report.objects.filter(pk=report.pk).update(state=Report.State.WORKING)
    record("casework.linked", link, by=by)
    return link


@transaction.atomic
def unlink_report(
    link: Link, *, reason: Unlinked, ring: Ring, by: User, on: date
) -> None:
    """Take a link back. The report's fact goes with it, until it is coded again."""
    by.must(May.WORK_ON_CASES)
    link = Link.objects.select_for_update().get(pk=link.pk)
    if link.unlinked_on is not None:
        raise Refused(_("This link was taken back before."))
    link.unlinked_by, link.unlinked_on = by, on
    link.unlink_reason = Unlinked(reason)
    link.save(update_fields=["unlinked_by", "unlinked_on", "unlink_reason"])
    drop_fact(case_chest(link.report, ring).key)
    record("casework.unlinked", link, by=by)


@transaction.atomic
def change_state(incident: Incident, *, to: State, by: User) -> None:
    """Move an incident; its reports move with it, as their reporters read it."""
    by.must(May.WORK_ON_CASES)
    incident = Incident.objects.select_for_update().get(pk=incident.pk)
    require_step(State(incident.state), to)
    incident.state = to.value
    incident.save(update_fields=["state"])
    reports = Report.objects.filter(links__incident=incident, links__unlinked_on=None)
    finished = to is State.CLOSED
    reports.update(state=Report.State.FINISHED if finished else Report.State.WORKING)
    record(f"casework.{to.value}", incident, by=by)


@transaction.atomic
def assign_incident(incident: Incident, *, to: User, ring: Ring, by: User) -> None:
    """Give an incident to a colleague, with the keys to it and to its reports."""
    by.must(May.WORK_ON_CASES)
    to.must(May.WORK_ON_CASES)
    if to.key is None:
        raise Refused(_("%(name)s has to set a passphrase first.") % {"name": to.name})
    _give_key(incident, to=to, ring=ring)
    for link in incident.links.filter(unlinked_on=None).select_related("report"):
        _give_key(link.report, to=to, ring=ring)
    incident.carried_by = to
    incident.save(update_fields=["carried_by"])
    record("casework.assigned", incident, by=by)


def _give_key(case: Report | Incident, *, to: User, ring: Ring) -> None:
    """Wrap the key of a case to somebody who cannot open it yet."""
    if to.key is None:
        return
    reach = keys_within_reach(to)
    held = Wrap.objects.filter(subject=case.pk, part="case", holder__in=reach)
    if not held.exists():
        key = ring.open_wrap(case.pk, "case")
        keep_wraps([wrap_to(to.key, key, part="case", subject=case.pk)])


def _free_code() -> str:
    while True:
        code = "".join(secrets.choice(SIGNS) for _sign in range(LENGTH))
        if not Incident.objects.filter(code=code).exists():
            return code
