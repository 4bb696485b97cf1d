"""A visit with a code: who has none enters it, who was away finds what they wrote, who closes is gone."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from fairwitness.front.reporter import Own, own_report
from fairwitness.surveys import drafts
from fairwitness.surveys.drafts import Contents, Journey
from fairwitness.surveys.steps import in_language
from fairwitness.vault.receipt import ReceiptCode, UnreadableCode

NOT_KEPT = {"csrfmiddlewaretoken", "code"}
DAYS_IN_BACKUPS = 7

OwnView = Callable[..., HttpResponse]


@login_not_required
@csrf_exempt  # a code is the whole secret, and no cookie is set before it is typed
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Ask for the code. Whatever code is typed, the answer is the same: the way to the page."""
    typed = request.POST.get("code", "")
    context: dict[str, Any] = {"errors": {}}
    if request.method == "POST":
        try:
            code = ReceiptCode.parse(typed)
        except UnreadableCode as unreadable:
            context = {"errors": {"code": sentence_of(unreadable)}, "typed": typed}
        else:
            response = redirect("reporter:page")
            drafts.start(Journey.VISIT, {"code": code.number}, response)
            return response
    return render(request, "front/reporter_enter.html", context)


def sentence_of(unreadable: UnreadableCode) -> str:
    """What to look at in a code that cannot be read, in the language of the page."""
    has_no_guess = unreadable.kind == "unknown_word" and not unreadable.suggestion
    kind = "unlike_any_word" if has_no_guess else unreadable.kind
    told = {
        "unknown_word": _(
            "“%(word)s” is not one of our words. Did you mean “%(suggestion)s”?"
        ),
        "unlike_any_word": _(
            "“%(word)s” is not one of our words. Compare it with your copy."
        ),
        "word_count": _(
            "You typed %(given)s words. The code has %(wanted)s. Compare it with your copy."
        ),
        "digit_count": _(
            "You typed %(given)s digits. The code has %(wanted)s. Compare it with your copy."
        ),
        "too_long": _("That is much longer than a code. Type the code alone."),
        "empty": _("Type the nine words of your code, or its 35 digits."),
        "not_a_code": _(
            "This is not one of our codes. Compare each digit with your copy."
        ),
    }[kind]
    return told % {
        "word": unreadable.word,
        "suggestion": unreadable.suggestion,
        "given": unreadable.given,
        "wanted": unreadable.wanted,
    }


def visiting(view: OwnView) -> OwnView:
    """Open the report of this visit for a page; a post is one transaction."""

    @login_not_required
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def opened(request: HttpRequest, **where: Any) -> HttpResponse:
        if request.method != "POST":
            own = own_report(request)
            return view(request, own, **where) if own else _no_report(request)
        with transaction.atomic():
            own = own_report(request, to_change=True)
            if own is None:
                return _was_away(request)
            if "language" not in request.POST:
                return view(request, own, **where)
            with translation.override(_language_in(request)):
                return in_language(request, view(request, own, **where))

    return opened


def _language_in(request: HttpRequest) -> str:
    wanted = request.POST["language"]
    known = dict(settings.LANGUAGES)
    return wanted if wanted in known else settings.LANGUAGE_CODE


def is_sent(request: HttpRequest) -> bool:
    """Whether a form was sent, and not only brought into another language with its words."""
    return request.method == "POST" and "language" not in request.POST


def _no_report(request: HttpRequest) -> HttpResponse:
    """A visit whose code opens no report: perhaps it opens a draft that was saved."""
    visit = drafts.load(request, Journey.VISIT)
    if visit is None:
        return redirect("reporter:enter")
    if visit.contents.get("is_erased"):
        return render(request, "front/reporter_erased.html", {"days": DAYS_IN_BACKUPS})
    key = drafts.key_of_code(ReceiptCode(visit.contents["code"]))
    saved = drafts.find(key, Journey.REPORT)
    response = (
        redirect("intake:tell")
        if saved
        else render(request, "front/reporter_unknown.html")
    )
    if saved:
        drafts.give(saved, response)
    drafts.finish(request, Journey.VISIT, response)
    return response


def _was_away(request: HttpRequest) -> HttpResponse:
    """Show again what somebody wrote after their visit had ended, and ask for the code."""
    visit = drafts.load(request, Journey.VISIT)
    if visit is not None and visit.contents.get("is_erased"):
        return redirect("reporter:page")
    typed = request.POST.get("code", "")
    errors: dict[str, str] = {}
    if "code" in request.POST:
        try:
            code = ReceiptCode.parse(typed)
        except UnreadableCode as unreadable:
            errors = {"code": sentence_of(unreadable)}
        else:
            return _post_again(request, code)
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in NOT_KEPT
        for value in values
    ]
    context = {
        "fields": fields,
        "action": request.path,
        "errors": errors,
        "typed": typed,
    }
    return render(request, "front/reporter_away.html", context)


def _post_again(request: HttpRequest, code: ReceiptCode) -> HttpResponse:
    """Begin a visit, and bring back the page that was posted, with one button."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in NOT_KEPT
        for value in values
    ]
    context = {"fields": fields, "action": request.path, "because": "away"}
    response = render(request, "design/kept.html", context)
    drafts.start(Journey.VISIT, {"code": code.number}, response)
    return response


@visiting
def later(request: HttpRequest, own: Own) -> HttpResponse:
    """Begin the pages that can wait, after a report was sent."""
    tour = [
        reverse("reporter:recipient", kwargs={"recipient": asked.recipient.pk})
        for asked in own.asked()
    ]
    tour += [reverse("reporter:news"), reverse("reporter:about")]
    change(own, {"tour": tour})
    return redirect(tour[0])


def onward(own: Own, here: str) -> str:
    """The address after this one: the next page that can wait, else the reporter's page."""
    tour = own.visit.contents.get("tour", [])
    if here in tour[:-1]:
        return str(tour[tour.index(here) + 1])
    return reverse("reporter:page")


def change(own: Own, contents: Contents) -> None:
    """Keep something for the rest of this visit."""
    own.visit.contents |= contents
    drafts.store(own.visit)


@login_not_required
@csrf_exempt  # whoever wants to be gone is let go
@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """End the visit, and clear this device of what we put there."""
    response = render(request, "intake/closed.html")
    drafts.forget(request, response)
    response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response
