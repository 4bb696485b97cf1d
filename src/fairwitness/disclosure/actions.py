"""Passes a case to one recipient: asked for by one, seen and approved by another, then sealed."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from fairwitness.disclosure.approving import require_valid, statement_for
from fairwitness.disclosure.consenting import key_of, standing_consent
from fairwitness.disclosure.gathering import gather, open_package, seal_package
from fairwitness.disclosure.models import Approval, GateRequest, Release
from fairwitness.disclosure.package import Package
from fairwitness.disclosure.steps import NEXT, Step, require_step
from fairwitness.governance.models import Recipient
from fairwitness.intake.models import Report
from fairwitness.ledger.actions import record
from fairwitness.ledger.actors import GATE
from fairwitness.refusal import NotAllowed, Refused
from fairwitness.staff.models import User
from fairwitness.staff.roles import May
from fairwitness.vault.actions import forget_wraps, keep_wraps, public_key_of
from fairwitness.vault.age_file import make_age_file
from fairwitness.vault.opening import Ring, recorded
from fairwitness.vault.suites import PrivateKey


class SecondHandNeeded(NotAllowed):
    """The same person cannot be both hands."""


class PreviewChanged(Refused):
    """What would leave is not what was looked at."""


class WaitsForGate(Refused):
    """The gate has not answered yet, or has refused."""


@transaction.atomic
def request_release(
    report: Report,
    *,
    recipient: Recipient,
    sections: Collection[str],
    by: User,
    on: date,
) -> Release:
    """Ask for a release. The gate is asked too when it includes who told us.

    Errors: `CannotReceive`, `NotConsented`.
    """
    by.must(May.REQUEST_RELEASES)
    if by.key is None:
        raise Refused(_("Set your vault passphrase first."))
    report = Report.objects.select_for_update().get(pk=report.pk)
    key = key_of(recipient)
    consent = standing_consent(report, recipient=recipient, sections=sections, on=on)
    asked = Release.objects.create(
        report=report,
        recipient=recipient,
        recipient_key=key,
        consent=consent,
        sections=sorted(set(sections)),
        requested_by=by,
        requested_on=on,
    )
    if "identity" in sections:
        GateRequest.objects.create(release=asked, part="identity.b", member_key=by.key)
    record("disclosure.requested", asked, by=by)
    return asked


@transaction.atomic
def prepare_preview(asked: Release, *, by: User, ring: Ring, on: date) -> Package:
    """Put together the very package that would leave, for the second hand to look at.

    An earlier preview and its approval end. Errors: `WaitsForGate`, `NotConsented`.
    """
    by.must(May.REQUEST_RELEASES)
    asked, _report = _locked(asked)
    _require_requester(asked, by)
    require_step(Step(asked.state), Step.PREVIEWED)
    package = _build(asked, by=by, ring=ring, on=on)
    forget_wraps(asked.pk)
    Approval.objects.filter(release=asked).delete()
    asked.preview, wraps = seal_package(asked, package, by=by)
    keep_wraps(wraps)
    asked.preview_hash = package.digest
    asked.state = Release.State.PREVIEWED
    asked.save(update_fields=["preview", "preview_hash", "state"])
    record("disclosure.previewed", asked, by=by, content=package.digest)
    return package


def look_at_preview(asked: Release, *, by: User, ring: Ring) -> Package:
    """Open what would leave, as the one who asked or as one who may approve it."""
    if not by.may(May.APPROVE_RELEASES):
        by.must(May.REQUEST_RELEASES)
    with recorded("preview", asked, by=by):
        return open_package(Release.objects.get(pk=asked.pk), ring=ring)


@transaction.atomic
def approve_release(
    asked: Release, *, seen: bytes, by: User, private: PrivateKey, on: date
) -> Approval:
    """Sign that exactly this may go to this recipient's key: the second hand.

    `seen` is the hash of the package that was looked at. Errors: `SecondHandNeeded`,
    `PreviewChanged`.
    """
    by.must(May.APPROVE_RELEASES)
    asked, _report = _locked(asked)
    if asked.requested_by_id == by.pk:
        raise SecondHandNeeded(
            _("You asked for this release yourself: a second person must approve it.")
        )
    require_step(Step(asked.state), Step.APPROVED)
    if seen != bytes(asked.preview_hash or b""):
        raise PreviewChanged(
            _("What you looked at is not what would leave now. Look at it again.")
        )
    if by.key is None or private.public != public_key_of(by.key):
        raise NotAllowed(_("This is not your key."))
    statement = statement_for(asked, by=by, on=on)
    approval = Approval.objects.create(
        release=asked,
        by=by,
        on=on,
        statement=statement,
        signature=private.signing_key().sign(statement),
    )
    asked.state = Release.State.APPROVED
    asked.save(update_fields=["state"])
    record("disclosure.approved", asked, by=by, content=seen)
    return approval


@transaction.atomic
def release(asked: Release, *, by: User, ring: Ring, on: date) -> bytes:
    """Seal the package to the recipient and let it go. The only door for a named case.

    The report's row is locked, so that a withdrawal comes before or after and never in
    between; consent, approval and package are all looked at again. Returns the age file.
    """
    by.must(May.REQUEST_RELEASES)
    asked, report = _locked(asked)
    _require_requester(asked, by)
    require_step(Step(asked.state), Step.RELEASED)
    key = key_of(asked.recipient)
    if key.pk != asked.recipient_key_id:
        raise PreviewChanged(
            _("%(name)s has another key since. Prepare the release again.")
            % {"name": asked.recipient.name}
        )
    package = _build(asked, by=by, ring=ring, on=on)
    require_valid(asked)
    if package.digest != bytes(asked.preview_hash or b""):
        raise PreviewChanged(
            _("What would leave is not what was approved. Prepare the release again.")
        )
    sealed = make_age_file(package.content, key.age_key)
    asked.package, asked.released_on = sealed, on
    asked.state = Release.State.RELEASED
    _forget_preview(asked)
    asked.save(update_fields=["package", "released_on", "state", "preview"])
    waiting = (Report.State.NEW, Report.State.READ)
    Report.objects.filter(pk=report.pk, state__in=waiting).update(
        state=Report.State.WORKING
    )
    record("disclosure.released", asked, by=by, content=package.digest)
    return sealed


@transaction.atomic
def refuse_release(asked: Release, *, refusal: Release.Refusal, by: User) -> None:
    """Let a release not happen: said by whoever asked for it, or by a second hand."""
    if not by.may(May.APPROVE_RELEASES):
        by.must(May.REQUEST_RELEASES)
    asked, _report = _locked(asked)
    _refuse(asked, refusal)
    record("disclosure.refused", asked, by=by)


@transaction.atomic
def note_download(asked: Release, *, by: User) -> bytes:
    """Hand out the age file of a release, and say so in the ledger."""
    by.must(May.REQUEST_RELEASES)
    package = Release.objects.get(pk=asked.pk).package
    if package is None:
        raise Refused(_("Nothing was released yet."))
    record("disclosure.downloaded", asked, by=by)
    return bytes(package)


@transaction.atomic
def answer_gate(request: GateRequest, *, answer: bytes) -> None:
    """Keep the gate's answer, sealed to the member who asked."""
    request.answer, request.state = answer, GateRequest.State.ANSWERED
    request.save(update_fields=["answer", "state"])
    record("disclosure.gate_answered", request, by=GATE)


@transaction.atomic
def refuse_gate(request: GateRequest, *, reason: str) -> None:
    """Keep the gate's refusal; the release ends with it."""
    request.reason, request.state = reason, GateRequest.State.REFUSED
    request.save(update_fields=["reason", "state"])
    if Step.REFUSED in NEXT[Step(request.release.state)]:
        _refuse(request.release, Release.Refusal.GATE)
    record("disclosure.gate_refused", request, by=GATE)


def _locked(asked: Release) -> tuple[Release, Report]:
    """Both rows, locked; the report first, as withdrawals do."""
    report = Report.objects.select_for_update().get(pk=asked.report_id)
    return Release.objects.select_for_update().get(pk=asked.pk), report


def _require_requester(asked: Release, by: User) -> None:
    if asked.requested_by_id != by.pk:
        raise NotAllowed(
            _("%(name)s asked for this release and carries it on.")
            % {"name": asked.requested_by.name}
        )


def _build(asked: Release, *, by: User, ring: Ring, on: date) -> Package:
    consent = standing_consent(
        asked.report, recipient=asked.recipient, sections=asked.sections, on=on
    )
    if consent.pk != asked.consent_id:
        raise PreviewChanged(
            _("The reporter has given a new consent since. Ask for the release again.")
        )
    for request in asked.gate_requests.all():
        if request.state != GateRequest.State.ANSWERED:
            raise WaitsForGate(
                request.reason
                or _("The gate has not answered yet. Try again in a minute.")
            )
    with recorded("release", asked, by=by, count=len(asked.sections)):
        return gather(asked, ring=ring)


def _refuse(asked: Release, refusal: Release.Refusal) -> None:
    require_step(Step(asked.state), Step.REFUSED)
    asked.state, asked.refusal = Release.State.REFUSED, refusal
    _forget_preview(asked)
    asked.save(update_fields=["state", "refusal", "preview"])


def _forget_preview(asked: Release) -> None:
    """What was opened for a release does not stay open after it."""
    asked.preview = None
    forget_wraps(asked.pk)
    asked.gate_requests.exclude(answer=None).update(answer=None)
