"""The desk of a source: a list is taken there, and how far it has come is shown. Counts, no addresses."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from fairwitness.outreach.actions import open_refused, take_upload, withdraw_source
from fairwitness.outreach.arriving import Import
from fairwitness.outreach.bases import country_of_the_centre, rule_for
from fairwitness.outreach.forms import LARGEST_LIST, ImportForm
from fairwitness.outreach.launch_forms import WithdrawForm
from fairwitness.outreach.models import Campaign, Source
from fairwitness.outreach.rows import told
from fairwitness.staff.asking import attempt, posted, takes_up_to
from fairwitness.staff.roles import May
from fairwitness.staff.session import tell
from fairwitness.staff.views import StaffRequest, needs

ROWS_SHOWN = 200
IMPORTS_SHOWN = 20
FORM_BYTES = 10_000  # what a post holds beside the file
LOOK_AGAIN_SECONDS = 4


@takes_up_to(LARGEST_LIST + FORM_BYTES)
@needs(May.RUN_CAMPAIGNS)
def source(request: StaffRequest, code: str) -> HttpResponse:
    """Show a source, and take a list of it for the worker. The file stays in memory, then sealed."""
    one = get_object_or_404(Source, code=code)
    form = ImportForm(*posted(request))
    if form.is_valid():
        today = timezone.localdate()
        taken = take_upload(form.content(), source=one, by=request.user, on=today)
        return redirect("outreach:import", import_id=taken.pk)
    rule = rule_for(one.basis, country_of_the_centre())
    context = {
        "source": one,
        "rule": rule,
        "kinds": [kind.label for kind in Campaign.Kind if rule and kind in rule.kinds],
        "is_too_late": timezone.localdate() > one.last_day,
        "form": form,
        "contacts": one.contacts.count(),
        "imports": one.imports.order_by("-began_on", "pk")[:IMPORTS_SHOWN],
    }
    return render(request, "outreach/source.html", context)


@needs(May.RUN_CAMPAIGNS)
def withdraw(request: StaffRequest, code: str) -> HttpResponse:
    """Say what ends with a source, and withdraw it for a reason that is published."""
    one = get_object_or_404(Source, code=code, withdrawn_on=None)
    form = WithdrawForm(*posted(request))
    if attempt(form, lambda: _withdrawn(one, form, request), field="because"):
        return redirect("outreach:source", code=code)
    return render(request, "outreach/withdraw.html", {"source": one, "form": form})


def _withdrawn(one: Source, form: WithdrawForm, request: StaffRequest) -> bool:
    because, today = form.cleaned_data["because"], timezone.localdate()
    withdraw_source(one, because=because, by=request.user, on=today)
    tell(request, _("The source is withdrawn."))
    return True


@needs(May.RUN_CAMPAIGNS)
def progress(request: StaffRequest, import_id: UUID) -> HttpResponse:
    """Show how far a list has come, and which rows stayed out; it looks again by itself."""
    one = get_object_or_404(Import.objects.select_related("source", "by"), pk=import_id)
    refused = one.refusals.order_by("row", "pk").values_list("row", "why")[:ROWS_SHOWN]
    context: dict[str, Any] = {
        "import": one,
        "percent": _percent(one),
        "seconds": LOOK_AGAIN_SECONDS,
        "refused": [told(row, why) for row, why in refused],
        "more": max(one.refused - ROWS_SHOWN, 0),
        "has_sheet": hasattr(one, "sheet") and one.by_id == request.user.pk,
    }
    return render(request, "outreach/import.html", context)


@needs(May.RUN_CAMPAIGNS)
def refused_rows(request: StaffRequest, import_id: UUID) -> HttpResponse:
    """Hand the rows that stayed out to whoever brought them, with the reason beside each."""
    one = get_object_or_404(Import, pk=import_id, sheet__isnull=False)
    if request.unlocked is None:
        there = reverse("outreach:import", kwargs={"import_id": import_id})
        return redirect(reverse("staff:unlock", query={"next": there}))
    _key, private = request.unlocked
    sheet = open_refused(one, by=request.user, private=private)
    return HttpResponse(
        sheet,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="refused-rows.csv"'},
    )


def _percent(one: Import) -> int | None:
    """About how much of a list is in, or nothing when nobody knows."""
    if not one.is_open or not one.rows_expected:
        return None
    return min(99, 100 * one.rows_done // one.rows_expected)
