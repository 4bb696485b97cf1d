"""The gate before identities: a process of its own, with the other half of every identity key.

It re-seals its half to the member who asks, and only against a signed consent that it has
verified itself.
"""

import logging
import time
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import Error, close_old_connections, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fairwitness.disclosure.actions import answer_gate, refuse_gate
from fairwitness.disclosure.consenting import NotConsented, standing_consent
from fairwitness.disclosure.gathering import gate_context
from fairwitness.disclosure.models import GateRequest, Release
from fairwitness.intake.models import Report
from fairwitness.vault.actions import public_key_of, wrap_context
from fairwitness.vault.envelope import CannotOpen, open_with, seal_to
from fairwitness.vault.founding import private_key
from fairwitness.vault.models import KeyPair, Wrap
from fairwitness.vault.suites import PrivateKey

PAUSE, LONGEST_PAUSE = (
    2.0,
    60.0,
)  # seconds between looks; the second while something fails
SECTION_OF = {"identity.b": "identity"}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answered:
    """How many were answered, and how many refused."""

    answered: int
    refused: int


def run(*, once: bool = False) -> None:
    """Answer requests until told to stop; while the database is away, wait for it."""
    private = private_key(KeyPair.Purpose.GATE)
    if once:
        answer_requests(private)
        return
    pause = PAUSE
    while True:
        pause = PAUSE if look(private) else min(2 * pause, LONGEST_PAUSE)
        time.sleep(pause)


def look(private: PrivateKey) -> bool:
    """Answer what waits; false when the database did not let us."""
    close_old_connections()
    try:
        answer_requests(private)
    except (Error, OSError) as fault:
        log.warning("The gate cannot look now: %s", type(fault).__name__)
        return False
    return True


def answer_requests(private: PrivateKey, *, on: date | None = None) -> Answered:
    """Answer or refuse every request that waits."""
    day = on or timezone.localdate()
    waiting = GateRequest.objects.filter(state=GateRequest.State.WAITING)
    done = [_answer(pk, private, on=day) for pk in waiting.values_list("pk", flat=True)]
    return Answered(answered=done.count(True), refused=done.count(False))


@transaction.atomic
def _answer(pk: UUID, private: PrivateKey, *, on: date) -> bool:
    request = GateRequest.objects.select_related(
        "release__requested_by__key", "release__recipient", "member_key"
    ).get(pk=pk)
    report = Report.objects.select_for_update().get(pk=request.release.report_id)
    reason = _objection(request, report, on=on)
    half = None if reason else _own_half(request, report, private)
    if half is None:
        refuse_gate(
            request, reason=reason or _("The gate holds no half of this identity.")
        )
        return False
    envelope = seal_to(public_key_of(request.member_key), half, gate_context(request))
    answer_gate(request, answer=envelope)
    return True


def _objection(request: GateRequest, report: Report, *, on: date) -> str:
    """Why this half is not given, or nothing."""
    asked = request.release
    if asked.state != Release.State.REQUESTED:
        return _("This release is no longer asked for.")
    section = SECTION_OF.get(request.part)
    if section is None or section not in asked.sections:
        return _(
            "Who it happened to leaves only with that person's own signed consent."
        )
    if not _is_the_askers(request):
        return _("The key that asks is not that of the one who asked for the release.")
    try:
        consent = standing_consent(
            report, recipient=asked.recipient, sections=[section], on=on
        )
    except NotConsented as refusal:
        return str(refusal)
    if consent.pk != asked.consent_id:
        return _("The reporter has given a new consent since.")
    return ""


def _is_the_askers(request: GateRequest) -> bool:
    asker = request.release.requested_by
    key = request.member_key
    return asker.is_active and asker.key_id == key.pk and key.retired_on is None


def _own_half(
    request: GateRequest, report: Report, private: PrivateKey
) -> bytes | None:
    held = Wrap.objects.filter(
        subject=report.pk, part=request.part, holder__purpose=KeyPair.Purpose.GATE
    ).first()
    if held is None:
        return None
    context = wrap_context(request.part, report.pk)
    try:
        return open_with(private, bytes(held.envelope), context)
    except CannotOpen:
        return None
