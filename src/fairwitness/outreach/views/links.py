"""What a letter's links open: the survey, the way out, and "this was not sent to me".

Opening changes nothing and sets no cookie, so that whatever fetches links ahead of people
does no harm. Starting takes no authority from the browser, so there is nothing that
another site could borrow: these pages need no token against forgery.
"""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from fairwitness.design.frame import address_of
from fairwitness.governance.readiness import door
from fairwitness.outreach import actions
from fairwitness.outreach.actions import open_link
from fairwitness.outreach.actions.wishes import HOLDS
from fairwitness.outreach.forms import WhoForm
from fairwitness.outreach.models import Campaign
from fairwitness.outreach.starting import OPEN_FORM, closed_because, frame, start
from fairwitness.surveys import drafts
from fairwitness.surveys.models import Response

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@csrf_exempt
@login_not_required
@door
@GET_OR_POST
def landing(request: HttpRequest, key: str) -> HttpResponse:
    """Say who asks, what about, how long it takes, where the address came from; then start."""
    opened = open_link(key, on=timezone.localdate())
    if opened is None:
        return _unknown(request)
    not_mine = reverse("outreach:forwarded", args=[key])
    context = {**frame(opened.campaign), "not_mine_url": not_mine}
    if opened.is_over:
        return _over(request, opened.campaign)
    if opened.is_spent:
        return render(request, "outreach/spent.html", context)
    if request.method == "POST":
        return start(
            request,
            opened.campaign,
            door=Response.Door.INVITED,
            invitation=opened.invitation_id,
            not_mine_url=not_mine,
        )
    return render(request, "outreach/landing.html", context)


@csrf_exempt
@login_not_required
@door
@GET_OR_POST
def forwarded(request: HttpRequest, key: str = "") -> HttpResponse:
    """Ask who is answering; whoever the link was not made for gets a fresh form of their own."""
    campaign = _campaign_of(request, key)
    if campaign is None:
        return _unknown(request)
    if campaign.is_over(timezone.localdate()):
        return _over(request, campaign)
    form = WhoForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "outreach/forwarded.html", _asked(form))
    who = form.cleaned_data["who"]
    if who == WhoForm.Who.NOT_FOR_ME:
        return render(request, "outreach/not_for_me.html")
    if who == WhoForm.Who.SENT_TO_ME:
        return redirect("outreach:landing", key) if key else redirect("surveys:page")
    return start(request, campaign, door=Response.Door.FORWARDED)


@csrf_exempt
@login_not_required
@GET_OR_POST
def leave(request: HttpRequest, key: str) -> HttpResponse:
    """Show a button; a POST ends all letters at once, also from a mail program (RFC 8058).

    It is no door: whoever wants to leave can, also while the centre is closed.
    """
    mine = {"mine_url": reverse("outreach:mine", args=[key])}
    if request.method == "POST":
        is_known = actions.leave(key, on=timezone.localdate())
        if not is_known:
            return render(request, "outreach/unknown_leave.html", status=404)
        until = timezone.localdate() + HOLDS
        return render(request, "outreach/left.html", {**mine, "until": until})
    return render(request, "outreach/leave.html", mine)


def _campaign_of(request: HttpRequest, key: str) -> Campaign | None:
    """The campaign of a link, or of the form that this browser has begun."""
    if key:
        opened = open_link(key, on=timezone.localdate())
        return opened.campaign if opened else None
    draft = drafts.load(request, drafts.Journey.SURVEY)
    campaign = str(draft.contents.get("campaign") or "") if draft else ""
    return Campaign.objects.filter(pk=campaign).first() if campaign else None


def _asked(form: WhoForm) -> dict[str, Any]:
    error = form.errors["who"][0] if form.errors else ""
    return {
        "heading": form.fields["who"].label,
        "hint": _("This link was made for one person."),
        "options": WhoForm.Who.choices,
        "error": error,
        "errors": {"question": error} if error else {},
    }


def _over(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    context = {**frame(campaign), "closed_because": closed_because(campaign)}
    return render(request, "outreach/over.html", context)


def _unknown(request: HttpRequest) -> HttpResponse:
    context = {"open_form_url": address_of(OPEN_FORM)}
    return render(request, "outreach/unknown.html", context, status=404)
