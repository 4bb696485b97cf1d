"""A report: closed sections that open with a reason, linking, coding, answering."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fairwitness.casework.actions import (
    Opened,
    answer_reporter,
    assess,
    link_report,
    open_incident,
    open_section,
    read_header,
)
from fairwitness.casework.coding import suggested
from fairwitness.casework.forms import CodingForm, LinkForm, MessageForm, OpenForm
from fairwitness.casework.models import Link
from fairwitness.casework.ring import incident_for, open_ring, report_for, ring_of
from fairwitness.casework.showing import Opening, card_of
from fairwitness.casework.why import Linked, Why
from fairwitness.intake.accounts import told
from fairwitness.intake.models import Report
from fairwitness.intake.pictures import ending_of
from fairwitness.staff.asking import attempt
from fairwitness.staff.guard import StaffRequest, needs, showing_pictures
from fairwitness.staff.roles import May
from fairwitness.staff.session import tell


@needs(May.READ_NEW_REPORTS)
def report(request: StaffRequest, report_id: UUID) -> HttpResponse:
    """One report, all of it closed."""
    found = report_for(request.user, report_id)
    return _show(request, found, LinkForm())


@require_POST
@needs(May.READ_NEW_REPORTS)
@showing_pictures
def open_part(request: StaffRequest, report_id: UUID, section: str) -> HttpResponse:
    """Open a section in its place on the page; it closes with the page."""
    found = report_for(request.user, report_id)
    opened = open_with_reason(request, found, section)
    found.refresh_from_db()
    return _show(request, found, LinkForm(), opened=opened)


def open_with_reason(request: StaffRequest, found: Report, section: str) -> Opened:
    """Open a section for the reason that was chosen; the next one begins with that reason."""
    form = OpenForm(request.POST)
    reason = Why(form.cleaned_data["reason"]) if form.is_valid() else Why.WORK
    opened = open_section(
        found, section, ring=ring_of(request), by=request.user, reason=reason
    )
    request.session["why"] = reason.value
    return opened


def _show(
    request: StaffRequest,
    found: Report,
    form: LinkForm,
    *,
    opened: Opened | None = None,
) -> HttpResponse:
    ring = open_ring(request)
    header = read_header(found, ring=ring, by=request.user) if ring else None
    opening = Opening(
        report=found,
        opened=opened,
        last_reason=request.session.get("why", Why.FIRST.value),
        address=lambda one, part: reverse("casework:open_part", args=[one.pk, part]),
    )
    link = found.links.filter(unlinked_on=None).select_related("incident").first()
    context = {
        "card": card_of(found, opening=opening, header=header),
        "link": link,
        "form": form,
        "may_work": request.user.may(May.WORK_ON_CASES),
        "may_release": request.user.may(May.REQUEST_RELEASES),
    }
    return render(request, "casework/report.html", context)


@require_POST
@needs(May.WORK_ON_CASES)
def start_incident(request: StaffRequest, report_id: UUID) -> HttpResponse:
    """Open an incident from a report."""
    found = report_for(request.user, report_id)
    incident = open_incident(
        found, ring=ring_of(request), by=request.user, on=timezone.localdate()
    )
    tell(request, _("Incident %(code)s is open.") % {"code": incident.code})
    return redirect("casework:incident", code=incident.code)


@require_POST
@needs(May.WORK_ON_CASES)
def link(request: StaffRequest, report_id: UUID) -> HttpResponse:
    """Link a report to an incident."""
    found = report_for(request.user, report_id)
    form = LinkForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form)
    incident = incident_for(request.user, form.cleaned_data["code"])
    made = link_report(
        found,
        incident,
        reason=Linked(form.cleaned_data["reason"]),
        teller=Link.Teller(form.cleaned_data["teller"]),
        ring=ring_of(request),
        by=request.user,
        on=timezone.localdate(),
    )
    undo = reverse("casework:unlink", args=[made.pk])
    tell(request, _("Linked to %(code)s.") % {"code": incident.code}, undo_url=undo)
    return redirect("casework:incident", code=incident.code)


@needs(May.WORK_ON_CASES)
def code_report(request: StaffRequest, report_id: UUID) -> HttpResponse:
    """Code a report; its account opens beside the form when one says why."""
    found = report_for(request.user, report_id)
    standing = found.links.filter(unlinked_on=None).select_related("incident").first()
    back = reverse("casework:report", args=[found.pk])
    if standing:
        back = reverse("casework:incident", args=[standing.incident.code])
    account = None
    form = CodingForm()
    if "open" in request.POST:
        account = open_section(
            found, "narrative", ring=ring_of(request), by=request.user, reason=Why.CODE
        )
        form = CodingForm(initial=suggested(account.answers))
    elif request.method == "POST":
        form = CodingForm(request.POST)
        done = attempt(
            form,
            lambda: assess(
                found,
                coding=form.coding(),
                ring=ring_of(request),
                by=request.user,
                on=timezone.localdate(),
            ),
        )
        if done:
            tell(request, _("Coded. The fact goes out with the next batch."))
            return redirect(back)
    context = {
        "report": found,
        "form": form,
        "account": told(found.version_id, account.answers) if account else (),
        "back_url": back,
    }
    return render(request, "casework/code.html", context)


@needs(May.WORK_ON_CASES)
def answer(request: StaffRequest, report_id: UUID) -> HttpResponse:
    """Write to the reporter."""
    found = report_for(request.user, report_id)
    form = MessageForm(request.POST or None)
    sent = attempt(
        form,
        lambda: answer_reporter(
            found,
            text=form.cleaned_data["text"],
            ring=ring_of(request),
            by=request.user,
            on=timezone.localdate(),
        ),
        field="text",
    )
    if sent:
        tell(request, _("Your message waits on the reporter's page."))
        return redirect("casework:report", report_id=found.pk)
    context = {
        "report": found,
        "form": form,
        "back_url": reverse("casework:report", args=[found.pk]),
    }
    return render(request, "casework/answer.html", context)


@require_POST
@needs(May.READ_NEW_REPORTS)
def save_file(request: StaffRequest, report_id: UUID, number: int) -> HttpResponse:
    """Hand over one file of the evidence, as a download that no browser opens by itself."""
    found = report_for(request.user, report_id)
    files = open_with_reason(request, found, "evidence").files
    if not 1 <= number <= len(files):
        return redirect("casework:report", report_id=found.pk)
    file = files[number - 1]
    name = f"evidence-{number}.{ending_of(file.kind)}"
    response = HttpResponse(file.content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
