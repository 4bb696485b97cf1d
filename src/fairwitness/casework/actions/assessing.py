"""Codes reports, and lets the facts go out in shuffled batches."""

import json
import random
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from fairwitness.casework.coding import Coding
from fairwitness.casework.headers import header_in
from fairwitness.casework.models import Assessment, Fact, Incident, WaitingFact
from fairwitness.casework.ring import case_chest
from fairwitness.casework.states import State
from fairwitness.intake.models import Report, Section
from fairwitness.intake.payloads import pack
from fairwitness.ledger.actions import record
from fairwitness.ledger.actors import SYSTEM
from fairwitness.mixing import ALONE, clean_files, hold, mix, take_all
from fairwitness.refusal import Refused
from fairwitness.staff.models import User
from fairwitness.staff.roles import May
from fairwitness.vault.actions import standing_key
from fairwitness.vault.envelope import Context, open_with, seal_to
from fairwitness.vault.founding import private_key
from fairwitness.vault.models import KeyPair
from fairwitness.vault.opening import Ring, recorded
from fairwitness.vault.padding import pad_text, unpad_text
from fairwitness.vault.report_keys import (
    fact_id,
    incident_id,
    person_id,
    waiting_fact_id,
)


class NotLinked(Refused):
    """A report is coded as one that tells of an incident."""


@transaction.atomic
def assess(
    report: Report, *, coding: Coding, ring: Ring, by: User, on: date
) -> Assessment:
    """Code a report: its trace stays sealed with the case, its fact waits for the batch.

    The reporter's wish not to be counted goes first: then there is no fact at all. A fact
    in the open stays until the batch that replaces it: were it taken away now, its dead row
    would carry the transaction of the trace, which names the report.
    """
    by.must(May.WORK_ON_CASES)
    coding.require_right()
    hold(WaitingFact, ALONE)  # before any row of it is touched
    report = Report.objects.select_for_update().get(pk=report.pk)
    incident = _incident_of(report)
    with recorded("header.coding", report, by=by):
        chest = case_chest(report, ring)
        section = report.sections.get(kind=Section.Kind.HEADER)
        fact = coding.as_fact(report, header_in(chest, bytes(section.envelope)))
    assessment = Assessment.objects.create(
        report=report,
        envelope=chest.seal("assessment", pack(fact)),
        coded_by=by,
        coded_on=on,
    )
    incident_key = case_chest(incident, ring).key
    if report.is_kept_out_of_count:
        drop_fact(chest.key)
    else:
        fact["incident"] = incident_id(incident_key)
        fact["person"] = person_id(incident_key)
        _let_wait(chest.key, fact)
    Incident.objects.filter(pk=incident.pk, state=State.OPEN.value).update(
        state=State.ASSESSED.value
    )
    record("casework.assessed", report, by=by)  # what it came to, the fact says alone
    return assessment


@transaction.atomic
def drop_fact(case_key: bytes) -> None:
    """Take a report's fact out of what will be counted; published tables stay as they are."""
    # The waiting one first: a release that goes on is waited for there, not half-way.
    WaitingFact.objects.filter(pk=waiting_fact_id(case_key)).delete()
    Fact.objects.filter(pk=fact_id(case_key)).delete()


def release_facts(*, at_least: int = 0) -> int:
    """Let the waiting facts into the open in random order. Returns how many.

    The worker calls it once a day, or when 20 wait. The facts of the same months are
    written anew with them, so that their place does not tell the day of their coding.
    """
    if WaitingFact.objects.count() < max(at_least, 1):
        return 0
    released = _release()
    clean_files(Fact, WaitingFact)
    return released


@transaction.atomic
def _release() -> int:
    private = private_key(KeyPair.Purpose.RELEASE)
    fresh = {}
    for one in take_all(WaitingFact):
        plain = open_with(private, bytes(one.envelope), _waiting_context(one.pk))
        said = {"id": one.pk, **json.loads(unpad_text(plain))}
        said["seed"] = bytes.fromhex(said["seed"])
        fresh[said["id"]] = Fact(**said)
    months = {fact.received_month for fact in fresh.values()}
    before = Fact.objects.filter(received_month__in=months)
    facts = [fact for fact in before if fact.pk not in fresh] + list(fresh.values())
    before.delete()
    Fact.objects.filter(pk__in=list(fresh)).delete()
    random.SystemRandom().shuffle(facts)
    Fact.objects.bulk_create(facts)
    record("casework.facts_released", "day", by=SYSTEM, count=len(fresh))
    return len(fresh)


def _let_wait(case_key: bytes, fact: dict[str, object]) -> None:
    _release, public = standing_key(KeyPair.Purpose.RELEASE)
    fact = {**fact, "id": fact_id(case_key)}
    name = waiting_fact_id(case_key)
    plain = pad_text(json.dumps(fact, sort_keys=True).encode())
    envelope = seal_to(public, plain, _waiting_context(name))
    WaitingFact.objects.filter(pk=name).delete()
    # All that wait are written anew with it, so that none lies beside its own trace.
    mix(WaitingFact, [WaitingFact(pk=name, envelope=envelope)])


def _incident_of(report: Report) -> Incident:
    link = report.links.filter(unlinked_on=None).select_related("incident").first()
    if link is None:
        raise NotLinked(_("Open an incident for this report first, or link it to one."))
    return link.incident


def _waiting_context(name: str) -> Context:
    return Context("fact", name, "waiting")
