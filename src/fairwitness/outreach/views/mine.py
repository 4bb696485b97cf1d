"""Somebody's own page behind the key of a letter: what we hold, where it came from, and the ways out.

A letter can be handed on, so the page shows neither address nor name; what would show or
destroy them goes to the address itself. Opening changes nothing and sets no cookie. What is
asked here takes no authority from the browser, so these pages need no token.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from fairwitness.governance.context import Language
from fairwitness.outreach import actions
from fairwitness.outreach.actions.wishes import HOLDS
from fairwitness.outreach.models import Wish
from fairwitness.outreach.origins import origin_of
from fairwitness.outreach.page_mark import has_mark, mark_of

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
SEE_OTHER = 303


@csrf_exempt
@login_not_required
@GET_OR_POST
def mine(request: HttpRequest, key: str) -> HttpResponse:
    """Show what we hold about whoever got this key; take what they ask. No door, as leaving."""
    today = timezone.localdate()
    held = actions.held_under(key, on=today)
    if held is None:
        return render(request, "outreach/unknown_leave.html", status=404)
    if request.method == "POST":
        _take(request.POST.get("act", ""), key)
        response = redirect(request.path)
        response.status_code = SEE_OTHER
        return response
    context = {
        "held": held,
        "written_in": Language.of(held.language),
        "origins": [
            origin_of(source, get_language() or "", since_on=since)
            for source, since in held.sources
        ],
        "until": held.left_on + HOLDS if held.left_on else None,
        "kinds": Wish.Kind,
    }
    return render(request, "outreach/mine.html", context)


def _take(act: str, key: str) -> None:
    today = timezone.localdate()
    if act == "leave":
        actions.leave(key, on=today)
    elif act == "back":
        actions.come_back(key, on=today)
    elif act in Wish.Kind.values:
        actions.wish(key, Wish.Kind(act), on=today)


@csrf_exempt
@login_not_required
@GET_OR_POST
def forget(request: HttpRequest, key: str) -> HttpResponse:
    """Ask once more, then forget an address; the key came in a letter to that address alone.

    What posts without having read the page, as some scanners of mail do, forgets nobody.
    """
    today = timezone.localdate()
    if has_mark(request) and actions.forget(key, on=today):
        return render(request, "outreach/forgotten.html")
    if not actions.is_confirmable(key, on=today):
        return render(request, "outreach/unknown_leave.html", status=404)
    return render(request, "outreach/forget.html", {"mark": mark_of(request.path)})
