"""What a letter's links open: the survey, the way out, and "this was not sent to me".

Opening changes nothing and sets no cookie, so that whatever fetches links ahead of people
does no harm. What is posted counts only with the mark that stands on the page itself, so
that whatever posts without having read it does none either. Starting takes no authority
from the browser, so there is nothing that another site could borrow: these pages need no
token against forgery.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
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
from fairwitness.outreach.forms import KnowsForm, WhoForm
from fairwitness.outreach.models import Campaign
from fairwitness.outreach.page_mark import has_mark, mark_of
from fairwitness.outreach.starting import OPEN_FORM, closed_because, frame, start
from fairwitness.surveys import drafts
from fairwitness.surveys.actions import note_not_for_me
from fairwitness.surveys.models import Response

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
Who, Knows = WhoForm.Who, KnowsForm.Knows


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
    context = {
        **frame(opened.campaign),
        "not_mine_url": not_mine,
        "not_mine_mark": mark_of(not_mine),
        "mark": mark_of(request.path),
    }
    if opened.is_over:
        return _over(request, opened.campaign)
    if opened.is_spent:
        return render(request, "outreach/spent.html", context)
    if has_mark(request):
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
    link = _link(request, key)
    if link is None:
        return _unknown(request)
    if link.campaign.is_over(timezone.localdate()):
        return _over(request, link.campaign)
    form = WhoForm(request.POST if has_mark(request) else None)
    if not form.is_valid():
        return render(request, "outreach/forwarded.html", _asked(request, form, "who"))
    return _go_on_as(form.cleaned_data["who"], request, link, key)


def _go_on_as(who: str, request: HttpRequest, link: "_Link", key: str) -> HttpResponse:
    """Where each of those who may be answering goes on."""
    if who == Who.NOT_FOR_ME:
        note_not_for_me(link.campaign.pk)
        return render(request, "outreach/not_for_me.html", {"is_spent": link.is_spent})
    if who == Who.SENT_TO_ME:
        return redirect("outreach:landing", key) if key else redirect("surveys:page")
    if who == Who.ON_BEHALF:
        return _on_behalf(request, link)
    return _start_apart(request, link, Response.Door.FORWARDED)


def _on_behalf(request: HttpRequest, link: "_Link") -> HttpResponse:
    """Ask whether the person knows. Without their yes nobody answers for them."""
    form = KnowsForm(request.POST if "knows" in request.POST else None)
    if "asked" in request.POST and not form.is_bound:
        form = KnowsForm({})
    if not form.is_valid():
        context = _asked(request, form, "knows")
        return render(request, "outreach/on_behalf.html", context)
    if form.cleaned_data["knows"] == Knows.YES:
        return _start_apart(request, link, Response.Door.ON_BEHALF)
    context = {
        "open_form_url": address_of(OPEN_FORM),
        "mark": mark_of(request.path),
    }
    return render(request, "outreach/they_do_not_know.html", context)


@dataclass(frozen=True)
class _Link:
    """Which campaign asks, and by which link somebody else came."""

    campaign: Campaign
    invitation_id: uuid.UUID | None
    is_spent: bool = False


def _start_apart(
    request: HttpRequest, link: _Link, door: Response.Door
) -> HttpResponse:
    """Begin a fresh form that spends no link; its answers are counted apart."""
    return start(request, link.campaign, door=door, came_by=link.invitation_id)


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
        today = timezone.localdate()
        is_gone = actions.held_under(key, on=today) is None
        left = {**mine, "until": today + HOLDS, "is_gone": is_gone}
        return render(request, "outreach/left.html", left)
    return render(request, "outreach/leave.html", mine)


def _link(request: HttpRequest, key: str) -> _Link | None:
    """Where a link leads, or the form that this browser has begun by one."""
    if key:
        opened = open_link(key, on=timezone.localdate())
        if opened is None:
            return None
        return _Link(opened.campaign, opened.invitation_id, opened.is_spent)
    draft = drafts.load(request, drafts.Journey.SURVEY)
    told = draft.contents if draft else {}
    pk = str(told.get("campaign") or "")
    campaign = Campaign.objects.filter(pk=pk).first() if pk else None
    if campaign is None:
        return None
    came_by = told.get("invitation") or told.get("came_by")
    return _Link(campaign, uuid.UUID(came_by) if came_by else None)


def _asked(request: HttpRequest, form: forms.Form, name: str) -> dict[str, Any]:
    field = form.fields[name]
    error = form.errors[name][0] if form.errors else ""
    return {
        "heading": field.label,
        "hint": _("This link was made for one person."),
        "options": getattr(field, "choices", ()),
        "mark": mark_of(request.path),
        "error": error,
        "errors": {"question": error} if error else {},
    }


def _over(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    context = {**frame(campaign), "closed_because": closed_because(campaign)}
    return render(request, "outreach/over.html", context)


def _unknown(request: HttpRequest) -> HttpResponse:
    context = {"open_form_url": address_of(OPEN_FORM)}
    return render(request, "outreach/unknown.html", context, status=404)
