"""A complaint's way through the institution, step by step."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fairwitness.casework.actions import (
    put_complaint,
    read_incident,
    record_silence,
    record_step,
    undo_step,
)
from fairwitness.casework.actions.complaining import StepTold
from fairwitness.casework.forms import ComplaintForm, StepForm
from fairwitness.casework.handling import handling_of
from fairwitness.casework.models import Complaint, Step
from fairwitness.casework.ring import (
    incident_for,
    incidents_within_reach,
    open_ring,
    ring_of,
)
from fairwitness.casework.showing import standing_steps
from fairwitness.staff.asking import attempt
from fairwitness.staff.guard import StaffRequest, needs
from fairwitness.staff.roles import May
from fairwitness.staff.session import tell


@needs(May.WORK_ON_CASES)
def complain(request: StaffRequest, code: str) -> HttpResponse:
    """Take down that something was put to an institution."""
    incident = incident_for(request.user, code)
    form = ComplaintForm(request.POST or None)
    put = attempt(
        form,
        lambda: put_complaint(
            incident,
            institution=form.cleaned_data["institution"],
            put_on=form.cleaned_data["put_on"],
            known_from=Step.Known(form.cleaned_data["known_from"]),
            ring=ring_of(request),
            by=request.user,
            today=timezone.localdate(),
        ),
    )
    if put:
        return redirect("casework:complaint", complaint_id=put.pk)
    context = {
        "incident": incident,
        "form": form,
        "back_url": reverse("casework:incident", args=[code]),
    }
    return render(request, "casework/complain.html", context)


@needs(May.WORK_ON_CASES)
def complaint(request: StaffRequest, complaint_id: UUID) -> HttpResponse:
    """The steps so far, with the days between; add a step, or record silence."""
    found = _complaint_for(request, complaint_id)
    form = StepForm(request.POST or None, initial={"on": timezone.localdate()})
    done = attempt(
        form,
        lambda: record_step(
            found,
            told=_told(form),
            ring=ring_of(request),
            by=request.user,
            today=timezone.localdate(),
        ),
    )
    if done:
        undo = reverse("casework:undo_step", args=[done.pk])
        tell(request, _("The step is recorded."), undo_url=undo)
        return redirect("casework:complaint", complaint_id=found.pk)
    ring = open_ring(request)
    words = read_incident(found.incident, ring=ring, by=request.user) if ring else {}
    handling = handling_of(standing_steps(found), today=timezone.localdate())
    context = {
        "complaint": found,
        "incident": found.incident,
        "institution": words.get(found.pk, ""),
        "handling": handling,
        "moments": [
            {"moment": one, "note": words.get(one.step.pk, "")}
            for one in handling.moments
            if isinstance(one.step, Step)
        ],
        "form": form,
        "back_url": reverse("casework:incident", args=[found.incident.code]),
    }
    return render(request, "casework/complaint.html", context)


def _told(form: StepForm) -> StepTold:
    chosen = form.cleaned_data
    return StepTold(
        kind=Step.Kind(chosen["kind"]),
        on=chosen["on"],
        known_from=Step.Known(chosen["known_from"]),
        note=chosen["note"],
        due_on=chosen["due_on"],
    )


@require_POST
@needs(May.WORK_ON_CASES)
def silence(request: StaffRequest, complaint_id: UUID) -> HttpResponse:
    """Record that a promised day passed and nothing came."""
    found = _complaint_for(request, complaint_id)
    step = record_silence(
        found, ring=ring_of(request), by=request.user, today=timezone.localdate()
    )
    undo = reverse("casework:undo_step", args=[step.pk])
    tell(request, _("Silence is recorded."), undo_url=undo)
    return redirect("casework:complaint", complaint_id=found.pk)


@require_POST
@needs(May.WORK_ON_CASES)
def undo(request: StaffRequest, step_id: UUID) -> HttpResponse:
    """Take a step back."""
    step = get_object_or_404(Step, pk=step_id)
    found = _complaint_for(request, step.complaint_id)
    undo_step(step, by=request.user, on=timezone.localdate())
    tell(request, _("The step is taken back."))
    return redirect("casework:complaint", complaint_id=found.pk)


def _complaint_for(request: StaffRequest, complaint_id: UUID) -> Complaint:
    within_reach = incidents_within_reach(request.user)
    found = Complaint.objects.filter(incident__in=within_reach)
    return get_object_or_404(found.select_related("incident"), pk=complaint_id)
