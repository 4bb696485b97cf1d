"""The pages of the survey part: one question each, a check, and thanks that say what comes of it."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from fairwitness.design.frame import address_of
from fairwitness.governance.readiness import door
from fairwitness.staff.models import User
from fairwitness.staff.roles import May
from fairwitness.surveys import drafts, steps
from fairwitness.surveys.codes import About
from fairwitness.surveys.companions import Family, family_of
from fairwitness.surveys.doors import LinkSpent, SurveyOver
from fairwitness.surveys.drafts import Journey, OpenDraft
from fairwitness.surveys.enclosed import content_of
from fairwitness.surveys.models import Enclosure, Response
from fairwitness.surveys.pages import Page
from fairwitness.surveys.pieces import in_pieces
from fairwitness.surveys.questions import Part
from fairwitness.surveys.sending import send_response
from fairwitness.surveys.walks import Act, Walk
from fairwitness.vault.receipt import CountCode

TELL = "intake:tell"
FOR_EVER = "public, max-age=31536000, immutable"
PageView = Callable[..., HttpResponse]


def _on_the_way(view: PageView) -> PageView:
    """Open this browser's draft; who has none, or has sent it, is shown where they belong."""

    @login_not_required
    @door
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def opened(request: HttpRequest, **where: str) -> HttpResponse:
        is_post = request.method == "POST"
        with transaction.atomic() if is_post else nullcontext():
            draft = drafts.load(request, Journey.SURVEY, to_change=is_post)
            if draft is None or draft.contents.get("sent"):
                return _elsewhere(request, draft)
            return view(request, draft, **where)

    return opened


def _elsewhere(request: HttpRequest, draft: OpenDraft | None) -> HttpResponse:
    if draft is None:
        return render(request, "surveys/lost.html")
    return redirect("surveys:thanks")


@_on_the_way
def page(request: HttpRequest, draft: OpenDraft, step: str = "") -> HttpResponse:
    """Ask one thing, and take the answer."""
    if draft.contents.get("is_spent"):
        return redirect("surveys:spent")
    walk = Walk(draft, Part.SURVEY)
    here = walk.page(step)
    if here is None:
        return _to(walk.journey.first_open())
    if request.method == "POST":
        return _take(request, walk, here)
    return render(request, "surveys/question.html", _context(walk, here))


def _take(request: HttpRequest, walk: Walk, here: Page) -> HttpResponse:
    taken = walk.take(here, request.POST)
    drafts.store(walk.draft)
    if taken.act is Act.LANGUAGE:
        return steps.in_language(request, redirect("surveys:page", step=here.key))
    if taken.act is Act.BACK:
        return _to(walk.journey.previous_page(here.key) or here)
    if taken.problems:
        context = _context(walk, here, **steps.looked_at(request, taken))
        return render(request, "surveys/question.html", context)
    following = walk.after(here)
    if following is None and walk.answers.get("about") == About.NOTHING_HAPPENED:
        return _send(walk)
    return _to(following)


@_on_the_way
def check(request: HttpRequest, draft: OpenDraft) -> HttpResponse:
    """Show every answer before it is sent, and send it."""
    walk = Walk(draft, Part.SURVEY)
    if walk.waiting is not None:
        return _to(walk.waiting)
    if request.method == "POST":
        return _send(walk)
    if not walk.is_checking:
        draft.contents["is_checking"] = True
        drafts.store(draft)
    context = {
        **_frame(draft),
        "cards": steps.cards(walk, "surveys:page"),
        "back_url": steps.address_before_check(walk, "surveys:page"),
    }
    return render(request, "surveys/check.html", context)


def _send(walk: Walk) -> HttpResponse:
    """Send the answers; a link that was spent, or a survey that is over, leads to a page that says so."""
    draft = walk.draft
    try:
        count_code = send_response(draft.contents, walk)
    except LinkSpent:
        draft.contents["is_spent"] = True
        drafts.store(draft)
        return redirect("surveys:spent")
    except SurveyOver:
        drafts.drop(draft)
        return redirect("surveys:over")
    draft.contents = {
        "sent": True,
        "about": walk.answers.get("about", ""),
        "count": count_code.number,
    }
    drafts.store(draft)
    return redirect("surveys:thanks")


@_on_the_way
def spent(request: HttpRequest, draft: OpenDraft) -> HttpResponse:
    """Say that somebody has answered with this link, and offer to answer all the same."""
    if not draft.contents.get("is_spent"):
        return redirect("surveys:page")
    if request.method == "POST":
        draft.contents |= {
            "door": Response.Door.FORWARDED.value,
            "invitation": None,
            "came_by": draft.contents.get("invitation"),
        }
        return _send(Walk(draft, Part.SURVEY))
    return render(request, "surveys/spent.html", _frame(draft))


@login_not_required
@require_safe
def over(request: HttpRequest) -> HttpResponse:
    """Say that the survey closed before its answers were sent, and what can be told all the same."""
    return render(request, "surveys/over.html", {"open_form_url": address_of(TELL)})


@login_not_required
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """Thank somebody for their answer, and offer a fresh form that nothing ties to it."""
    draft = drafts.load(request, Journey.SURVEY)
    if draft is None or not draft.contents.get("sent"):
        return redirect("surveys:page")
    context = {
        "count_words": CountCode(draft.contents["count"]).words,
        "has_nothing_to_tell": draft.contents["about"] == About.NOTHING_HAPPENED,
    }
    return render(request, "surveys/thanks.html", context)


@login_not_required
@require_safe
def enclosure(request: HttpRequest, digest: str) -> HttpResponse:
    """Show a picture, a sound or a film of a questionnaire; of a draft, to its writers alone.

    Its address is its hash, so that what a browser keeps of it stays right for ever.
    """
    found = Enclosure.objects.defer("content").filter(pk=digest).first()
    if found is None or family_of(found.media_type) is Family.LIST:
        raise Http404
    if not found.is_published and not _may_write(request):
        raise Http404
    response = in_pieces(content_of(digest), request.headers.get("Range", ""))
    response.headers["Content-Type"] = found.media_type
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = (
        FOR_EVER if found.is_published else "private, no-store"
    )
    return response


def _may_write(request: HttpRequest) -> bool:
    user = request.user
    return isinstance(user, User) and user.may(May.WRITE_QUESTIONNAIRES)


def _to(following: Page | None) -> HttpResponse:
    if following is None:
        return redirect("surveys:check")
    return redirect("surveys:page", step=following.key)


def _context(walk: Walk, here: Page, **looked_at: Any) -> dict[str, Any]:
    return {
        **_frame(walk.draft),
        **steps.question_context(walk, here, **looked_at),
        "has_back": walk.journey.previous_page(here.key) is not None,
    }


def _frame(draft: OpenDraft) -> dict[str, Any]:
    """What every page of this journey shows beside its question."""
    return {"not_mine_url": draft.contents.get("not_mine_url", "")}
