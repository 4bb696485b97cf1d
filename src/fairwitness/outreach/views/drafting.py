"""The desk's forms for a campaign: a new one, and one that has not been launched yet."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fairwitness.outreach.actions import NotReady, draft_campaign
from fairwitness.outreach.forms import CampaignForm
from fairwitness.outreach.kept import Told
from fairwitness.outreach.marking import elsewhere, marked_texts
from fairwitness.outreach.models import Campaign
from fairwitness.outreach.preflight.campaign import letter_findings
from fairwitness.staff.asking import attempt, posted
from fairwitness.staff.roles import May
from fairwitness.staff.session import tell
from fairwitness.staff.views import StaffRequest, needs

MEANINGS = {  # what each word in braces of a letter stands for
    "link": gettext_lazy("the personal link to the form"),
    "place": gettext_lazy("the place we ask about"),
    "period": gettext_lazy("the day since which we ask"),
    "minutes": gettext_lazy("how long it takes, as in 2 to 9"),
    "controller": gettext_lazy("the legal name of the organisation that asks"),
    "deadline": gettext_lazy("the last day with its reason; nothing if there is none"),
    "source": gettext_lazy(
        "where the address came from: every source, its giver, their right and the day"
    ),
    "not_mine": gettext_lazy("the link for whom the letter was not meant"),
    "leave": gettext_lazy("the link by which nobody is written to again"),
    "mine": gettext_lazy(
        "the link to what we hold about them; at the foot if you leave it out"
    ),
    "campaign": gettext_lazy(
        "the link to the page of the campaign; at the foot if you leave it out"
    ),
}


@needs(May.RUN_CAMPAIGNS)
def draft(request: StaffRequest) -> HttpResponse:
    """Write down a new campaign."""
    form = CampaignForm(*posted(request))
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
    form = CampaignForm.of(one, *posted(request))
    return _write(request, form, one, {"heading": _("Change a campaign")})


def _write(
    request: StaffRequest,
    form: CampaignForm,
    standing: Campaign | None,
    context: dict[str, Any],
) -> HttpResponse:
    """Write down what was typed, or show it again with what is wrong in it."""
    context |= {
        "form": form,
        "standing": standing,
        "braces": [(f"{{{word}}}", meaning) for word, meaning in MEANINGS.items()],
    }
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
