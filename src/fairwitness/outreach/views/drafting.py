"""The desk's forms for a campaign: a new one, and one that has not been launched yet."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from fairwitness.outreach.actions import NotReady, draft_campaign
from fairwitness.outreach.forms import CampaignForm
from fairwitness.outreach.kept import Told
from fairwitness.outreach.marking import elsewhere, marked_texts
from fairwitness.outreach.models import Campaign
from fairwitness.outreach.preflight.campaign import letter_findings
from fairwitness.staff.asking import attempt
from fairwitness.staff.roles import May
from fairwitness.staff.session import tell
from fairwitness.staff.views import StaffRequest, needs


@needs(May.RUN_CAMPAIGNS)
def draft(request: StaffRequest) -> HttpResponse:
    """Write down a new campaign."""
    form = CampaignForm(*_posted(request))
    context = {"heading": _("Start a campaign")}
    return _write(request, form, None, context)


@needs(May.RUN_CAMPAIGNS)
def edit(request: StaffRequest, name: str) -> HttpResponse:
    """Write a draft anew. What was launched stands as it is: its letters have left."""
    one = get_object_or_404(Campaign, name=name)
    if one.state != Campaign.State.DRAFT:
        raise NotReady(
            _(
                "Letters of this campaign have left, so it stands as it is. You can pause"
                " it, or close it and start another."
            )
        )
    form = CampaignForm.of(one, *_posted(request))
    return _write(request, form, one, {"heading": _("Change a campaign")})


def _write(
    request: StaffRequest,
    form: CampaignForm,
    standing: Campaign | None,
    context: dict[str, Any],
) -> HttpResponse:
    """Write down what was typed, or show it again with what is wrong in it."""
    context |= {"form": form, "standing": standing}
    if not form.is_valid():
        return render(request, "outreach/draft.html", context)
    one = form.campaign(standing)
    stops = [Told(found) for found in letter_findings(one) if found.level == "STOP"]
    if stops:
        texts = [found for found in marked_texts(one, stops) if found.told]
        context |= {"findings": elsewhere(one, stops), "texts": texts}
        return render(request, "outreach/draft.html", context)
    written = attempt(form, lambda: draft_campaign(one, by=request.user))
    if written is None:
        return render(request, "outreach/draft.html", context)
    tell(request, _("The campaign is written down. Nothing has been sent."))
    return redirect("outreach:campaign", name=written.name)


def _posted(request: StaffRequest) -> tuple[Any, ...]:
    """What was posted; nothing when the page is only looked at."""
    return (request.POST,) if request.method == "POST" else ()
