"""The way of a release at the desk: asked for, looked at, approved by another, sealed, saved."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fairwitness.casework.ring import report_for, ring_of
from fairwitness.disclosure.actions import (
    approve_release,
    look_at_preview,
    note_download,
    prepare_preview,
    refuse_release,
    release,
    request_release,
)
from fairwitness.disclosure.consenting import names_of
from fairwitness.disclosure.forms import (
    ApproveForm,
    RefuseForm,
    RequestForm,
    TypedName,
)
from fairwitness.disclosure.models import Release
from fairwitness.disclosure.package import Package
from fairwitness.intake.consents import verified
from fairwitness.staff.asking import attempt
from fairwitness.staff.guard import StaffRequest, needs, showing_pictures
from fairwitness.staff.roles import May
from fairwitness.staff.session import tell

MOST = 200
BOTH = (May.REQUEST_RELEASES, May.APPROVE_RELEASES)
WAITING = (
    Release.State.REQUESTED,
    Release.State.PREVIEWED,
    Release.State.APPROVED,
)


@needs(*BOTH)
def releases(request: StaffRequest) -> HttpResponse:
    """What waits for one of two hands, and what has gone."""
    rows = _releases().select_related("requested_by")
    context = {
        "waiting": rows.filter(state__in=WAITING).order_by("requested_on")[:MOST],
        "gone": rows.exclude(state__in=WAITING).order_by("-requested_on")[:MOST],
    }
    return render(request, "disclosure/releases.html", context)


@needs(May.REQUEST_RELEASES)
def ask(request: StaffRequest, report_id: UUID) -> HttpResponse:
    """Ask for a release of a report to one recipient."""
    report = report_for(request.user, report_id)
    form = RequestForm(request.POST or None)
    asked = attempt(
        form,
        lambda: request_release(
            report,
            recipient=form.cleaned_data["recipient"],
            sections=form.cleaned_data["sections"],
            by=request.user,
            on=timezone.localdate(),
        ),
    )
    if asked:
        return redirect("disclosure:release", release_id=asked.pk)
    given = report.consents.filter(withdrawn_on=None).select_related("recipient")
    context = {
        "form": form,
        "consents": [
            {"consent": one, "what": names_of(one.sections)}
            for one in given
            if verified(one, report)
        ],
        "back_url": reverse("casework:report", args=[report.pk]),
    }
    return render(request, "disclosure/request.html", context)


@needs(*BOTH)
def one_release(request: StaffRequest, release_id: UUID) -> HttpResponse:
    """One release: where it is, and what comes next."""
    return _show(request, _found(release_id))


def _show(
    request: StaffRequest,
    asked: Release,
    *,
    package: Package | None = None,
    form: TypedName | None = None,
) -> HttpResponse:
    is_asker = asked.requested_by_id == request.user.pk
    may_approve = request.user.may(May.APPROVE_RELEASES) and not is_asker
    wanted = asked.recipient.name
    gate = asked.gate_requests.first()
    if form is None and package is not None and may_approve:
        form = ApproveForm(wanted=wanted, initial={"seen": package.digest.hex()})
    elif form is None and is_asker and asked.state == Release.State.APPROVED:
        form = TypedName(wanted=wanted)
    context = {
        "asked": asked,
        "what": names_of(asked.sections),
        "gate": gate,
        "files": package.files if package else [],
        "digest": bytes(asked.preview_hash or b"").hex(),
        "form": form,
        "refuse_form": RefuseForm(),
        "is_asker": is_asker,
        "may_approve": may_approve,
        "is_waiting": asked.state in WAITING,
        "approval": getattr(asked, "approval", None),
        "back_url": reverse("disclosure:releases"),
    }
    return render(request, "disclosure/release.html", context)


@require_POST
@needs(May.REQUEST_RELEASES)
@showing_pictures
def prepare(request: StaffRequest, release_id: UUID) -> HttpResponse:
    """Put together what would leave, and show it."""
    asked = _found(release_id)
    package = prepare_preview(
        asked, by=request.user, ring=ring_of(request), on=timezone.localdate()
    )
    return _show(request, _found(release_id), package=package)


@require_POST
@needs(*BOTH)
@showing_pictures
def look(request: StaffRequest, release_id: UUID) -> HttpResponse:
    """Show exactly what would leave, file by file."""
    asked = _found(release_id)
    package = look_at_preview(asked, by=request.user, ring=ring_of(request))
    return _show(request, asked, package=package)


@require_POST
@needs(May.APPROVE_RELEASES)
@showing_pictures
def approve(request: StaffRequest, release_id: UUID) -> HttpResponse:
    """Sign, as the second hand, what was looked at."""
    asked = _found(release_id)
    ring_of(request)  # refuses while the key is locked
    form = ApproveForm(request.POST, wanted=asked.recipient.name)
    done = request.unlocked and attempt(
        form,
        lambda: approve_release(
            asked,
            seen=form.digest,
            by=request.user,
            private=request.unlocked[1],  # type: ignore[index] # looked at above
            on=timezone.localdate(),
        ),
        field="name",
    )
    if not done:
        package = look_at_preview(asked, by=request.user, ring=ring_of(request))
        return _show(request, asked, package=package, form=form)
    tell(request, _("You approved this release."))
    return redirect("disclosure:release", release_id=release_id)


@require_POST
@needs(May.REQUEST_RELEASES)
def hand_over(request: StaffRequest, release_id: UUID) -> HttpResponse:
    """Seal the package to the recipient's key."""
    asked = _found(release_id)
    form = TypedName(request.POST, wanted=asked.recipient.name)
    done = attempt(
        form,
        lambda: release(
            asked, by=request.user, ring=ring_of(request), on=timezone.localdate()
        ),
        field="name",
    )
    if not done:
        return _show(request, _found(release_id), form=form)
    tell(request, _("Released to %(name)s.") % {"name": asked.recipient.name})
    return redirect("disclosure:release", release_id=release_id)


@require_POST
@needs(*BOTH)
def refuse(request: StaffRequest, release_id: UUID) -> HttpResponse:
    """Let a release not happen."""
    asked = _found(release_id)
    form = RefuseForm(request.POST)
    if form.is_valid():
        refusal = Release.Refusal(form.cleaned_data["refusal"])
        refuse_release(asked, refusal=refusal, by=request.user)
        tell(request, _("The release is refused."))
    return redirect("disclosure:release", release_id=release_id)


@require_POST
@needs(May.REQUEST_RELEASES)
def download(request: StaffRequest, release_id: UUID) -> HttpResponse:
    """Hand out the age file."""
    asked = _found(release_id)
    response = HttpResponse(
        note_download(asked, by=request.user), content_type="application/octet-stream"
    )
    response["Content-Disposition"] = 'attachment; filename="package.zip.age"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _releases() -> QuerySet[Release]:
    heavy = ("package", "preview")
    return Release.objects.defer(*heavy).select_related("recipient")


def _found(release_id: UUID) -> Release:
    rows = Release.objects.select_related(
        "recipient", "recipient_key", "requested_by", "report", "consent"
    )
    return get_object_or_404(rows, pk=release_id)
