"""An incident: its reports, its timeline, who carries it, what is to be done."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fairwitness.casework.actions import (
    Opened,
    assign_incident,
    change_state,
    finish_task,
    give_task,
    move_referral,
    read_headers,
    refer,
    undo_task,
    unlink_report,
)
from fairwitness.casework.forms import (
    AssignForm,
    ReferralForm,
    StateForm,
    TaskForm,
    UnlinkForm,
)
from fairwitness.casework.handling import handling_of
from fairwitness.casework.models import Incident, Link, Referral, Task
from fairwitness.casework.ring import (
    incident_for,
    incidents_within_reach,
    open_ring,
    report_for,
    ring_of,
)
from fairwitness.casework.showing import (
    LETTERS,
    Opening,
    card_of,
    events_of,
    people_who_told,
    standing_steps,
)
from fairwitness.casework.states import NEXT, NEXT_OF_REFERRAL, State, Taken
from fairwitness.casework.views.reports import open_with_reason
from fairwitness.casework.why import Unlinked, Why
from fairwitness.intake.models import Report
from fairwitness.staff.guard import StaffRequest, needs, showing_pictures
from fairwitness.staff.roles import May
from fairwitness.staff.session import tell


@needs(May.WORK_ON_CASES)
def incident(request: StaffRequest, code: str) -> HttpResponse:
    """One incident with all its reports, closed."""
    return _show(request, incident_for(request.user, code))


@require_POST
@needs(May.WORK_ON_CASES)
@showing_pictures
def open_in_incident(
    request: StaffRequest, code: str, report_id: UUID, section: str
) -> HttpResponse:
    """Open a section of a report in its place on the incident's page."""
    found = incident_for(request.user, code)
    report = report_for(request.user, report_id)
    if not found.links.filter(report=report, unlinked_on=None).exists():
        raise Http404
    opened = open_with_reason(request, report, section)
    return _show(request, found, report=report, opened=opened)


def _show(
    request: StaffRequest,
    found: Incident,
    *,
    report: Report | None = None,
    opened: Opened | None = None,
) -> HttpResponse:
    today = timezone.localdate()
    links = list(
        found.links.filter(unlinked_on=None)
        .select_related("report")
        .order_by("linked_on", "pk")
    )
    ring = open_ring(request)
    reports = [link.report for link in links]
    headers = read_headers(reports, ring=ring, by=request.user) if ring else {}
    opening = Opening(
        report=report,
        opened=opened,
        last_reason=request.session.get("why", Why.WORK.value),
        address=lambda one, part: reverse(
            "casework:open_in_incident", args=[found.code, one.pk, part]
        ),
    )
    letters = {
        link.report_id: LETTERS[n % len(LETTERS)] for n, link in enumerate(links)
    }
    context = {
        "incident": found,
        "cards": [
            card_of(
                link.report,
                opening=opening,
                header=headers.get(link.report_id),
                letter=letters[link.report_id],
                link=link,
            )
            for link in links
        ],
        "people": people_who_told(links),
        "events": events_of(found, letters),
        "complaints": [
            {
                "complaint": one,
                "handling": handling_of(standing_steps(one), today=today),
            }
            for one in found.complaints.order_by("put_on")
        ],
        "tasks": found.tasks.filter(done_on=None).order_by("due_on"),
        "referrals": [
            {"referral": one, "ways": _ways_of(one)}
            for one in found.referrals.select_related("recipient").order_by(
                "referred_on"
            )
        ],
        "states": sorted(NEXT[State(found.state)]),
        "assign_form": AssignForm(initial={"to": found.carried_by_id}),
        "task_form": TaskForm(initial={"to": request.user.pk}),
        "referral_form": ReferralForm(),
        "today": today,
        "may_release": request.user.may(May.REQUEST_RELEASES),
    }
    return render(request, "casework/incident.html", context)


def _ways_of(referral: Referral) -> list[tuple[str, str]]:
    ways = sorted(NEXT_OF_REFERRAL[Taken(referral.state)])
    return [(way.value, str(Referral.State(way.value).label)) for way in ways]


@require_POST
@needs(May.WORK_ON_CASES)
def unlink(request: StaffRequest, link_id: UUID) -> HttpResponse:
    """Take a link back."""
    link = get_object_or_404(Link.objects.select_related("incident"), pk=link_id)
    incident_for(request.user, link.incident.code)
    form = UnlinkForm(request.POST)
    chosen = form.cleaned_data["reason"] if form.is_valid() else ""
    unlink_report(
        link,
        reason=Unlinked(chosen or Unlinked.UNDONE),
        ring=ring_of(request),
        by=request.user,
        on=timezone.localdate(),
    )
    tell(request, _("The link is taken back."))
    return redirect("casework:report", report_id=link.report_id)


@require_POST
@needs(May.WORK_ON_CASES)
def state(request: StaffRequest, code: str) -> HttpResponse:
    """Move an incident to another state."""
    found = incident_for(request.user, code)
    form = StateForm(request.POST)
    if form.is_valid():
        before, there = State(found.state), State(form.cleaned_data["to"])
        change_state(found, to=there, by=request.user)
        is_way_back = before in NEXT[there]
        undo = reverse("casework:undo_state", args=[code, before.value])
        said = _("The incident is %(state)s.") % {"state": there.value}
        tell(request, said, undo_url=undo if is_way_back else "")
    return redirect("casework:incident", code=code)


@require_POST
@needs(May.WORK_ON_CASES)
def undo_state(request: StaffRequest, code: str, before: str) -> HttpResponse:
    """Move an incident back to where it was."""
    found = incident_for(request.user, code)
    if before not in {one.value for one in State}:
        raise Http404
    change_state(found, to=State(before), by=request.user)
    tell(request, _("The incident is %(state)s.") % {"state": before})
    return redirect("casework:incident", code=code)


@require_POST
@needs(May.WORK_ON_CASES)
def assign(request: StaffRequest, code: str) -> HttpResponse:
    """Give an incident to a colleague."""
    found = incident_for(request.user, code)
    form = AssignForm(request.POST)
    if form.is_valid():
        to = form.cleaned_data["to"]
        assign_incident(found, to=to, ring=ring_of(request), by=request.user)
        tell(request, _("Assigned to %(name)s.") % {"name": to.name})
    return redirect("casework:incident", code=code)


@require_POST
@needs(May.WORK_ON_CASES)
def task(request: StaffRequest, code: str) -> HttpResponse:
    """Give somebody a task."""
    found = incident_for(request.user, code)
    form = TaskForm(request.POST)
    if form.is_valid():
        given = give_task(
            found,
            kind=Task.Kind(form.cleaned_data["kind"]),
            due_on=form.cleaned_data["due_on"],
            to=form.cleaned_data["to"],
            by=request.user,
        )
        tell(request, _("%(name)s has it to do.") % {"name": given.given_to.name})
    else:
        tell(request, _("No task was given: choose what, by when, and who."))
    return redirect("casework:incident", code=code)


@require_POST
@needs(May.WORK_ON_CASES)
def done(request: StaffRequest, task_id: UUID) -> HttpResponse:
    """Note that a task is done."""
    found = _task_for(request, task_id)
    finish_task(found, by=request.user, on=timezone.localdate())
    undo = reverse("casework:undo_task", args=[found.pk])
    tell(request, _("Done."), undo_url=undo)
    return redirect("casework:incident", code=found.incident.code)


@require_POST
@needs(May.WORK_ON_CASES)
def undo_done(request: StaffRequest, task_id: UUID) -> HttpResponse:
    """Take back that a task is done."""
    found = _task_for(request, task_id)
    undo_task(found, by=request.user)
    tell(request, _("It is to be done again."))
    return redirect("casework:incident", code=found.incident.code)


def _task_for(request: StaffRequest, task_id: UUID) -> Task:
    within_reach = incidents_within_reach(request.user)
    tasks = Task.objects.filter(incident__in=within_reach).select_related("incident")
    return get_object_or_404(tasks, pk=task_id)


@require_POST
@needs(May.WORK_ON_CASES)
def referral(request: StaffRequest, code: str) -> HttpResponse:
    """Point the reporter to somebody who can help."""
    found = incident_for(request.user, code)
    form = ReferralForm(request.POST)
    if form.is_valid():
        recipient = form.cleaned_data["recipient"]
        refer(found, recipient=recipient, by=request.user, on=timezone.localdate())
        tell(request, _("Referred to %(name)s.") % {"name": recipient.name})
    return redirect("casework:incident", code=code)


@require_POST
@needs(May.WORK_ON_CASES)
def move(request: StaffRequest, referral_id: UUID, to: str) -> HttpResponse:
    """Note whether a referral was taken up."""
    within_reach = incidents_within_reach(request.user)
    referrals = Referral.objects.filter(incident__in=within_reach)
    found = get_object_or_404(referrals.select_related("incident"), pk=referral_id)
    if to not in {one.value for one in Taken}:
        raise Http404
    move_referral(found, to=Taken(to), by=request.user)
    return redirect("casework:incident", code=found.incident.code)
