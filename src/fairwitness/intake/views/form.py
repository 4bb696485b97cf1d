"""The pages on which somebody tells us what happened, from the open door to the receipt."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from fairwitness.design.alike import render_alike
from fairwitness.governance import notices, promises
from fairwitness.governance.models import Controller, Notice, Purpose
from fairwitness.governance.readiness import door
from fairwitness.intake import telling
from fairwitness.intake.actions import receive_report
from fairwitness.surveys import drafts, steps
from fairwitness.surveys.asking_for_files import forget_files, take_files
from fairwitness.surveys.drafts import Journey, OpenDraft
from fairwitness.surveys.models import Version
from fairwitness.surveys.pages import Page
from fairwitness.surveys.published import newest_version
from fairwitness.surveys.questions import Kind, Part, Section
from fairwitness.surveys.uploads import taking_files
from fairwitness.surveys.walks import Act, Walk
from fairwitness.vault.receipt import ReceiptCode

PageView = Callable[..., HttpResponse]
NOT_KEPT = {"csrfmiddlewaretoken", "again"}


@login_not_required
@door
@csrf_exempt  # it takes nothing typed, and sets the first cookie there is
@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: HttpRequest) -> HttpResponse:
    """Say first how to leave, what we can and cannot do, and what becomes of it; then begin."""
    if request.method == "POST" and _is_from_here(request):
        return _leave_survey(request) if "from" in request.POST else _begin(request)
    today = timezone.localdate()
    draft = drafts.load(request, Journey.REPORT)
    context = {
        "notice": notices.current(translation.get_language() or ""),
        "due": promises.due(today),
        "has_draft": draft is not None,
        "is_sent": draft is not None and draft.contents.get("sent", False),
    }
    return render_alike(request, "intake/tell.html", context)


def _is_from_here(request: HttpRequest) -> bool:
    """Whether the form that was posted is one of ours: nobody else may begin a draft here."""
    origin = request.META.get("HTTP_ORIGIN")
    return origin in {None, f"{request.scheme}://{request.get_host()}"}


def _leave_survey(request: HttpRequest) -> HttpResponse:
    """Come from the survey's thanks: nothing of that draft is left."""
    response = redirect("intake:tell")
    drafts.finish(request, Journey.SURVEY, response)
    return response


def _begin(request: HttpRequest) -> HttpResponse:
    """Start a fresh draft; it holds no word of any invitation."""
    earlier = drafts.load(request, Journey.REPORT)
    if earlier is not None and not earlier.contents.get("is_saved"):
        drafts.drop(earlier)
    contents = _fresh()
    first = Walk(OpenDraft(b"", Journey.REPORT, dict(contents)), Part.REPORT).waiting
    response = _to(first)
    drafts.start(Journey.REPORT, contents, response)
    return response


def _fresh() -> dict[str, Any]:
    return {
        "version": newest_version().pk,
        "notice": notices.current(translation.get_language() or "").pk,
        "door": "open",
        "code": ReceiptCode.new().number,
    }


def _telling(view: PageView) -> PageView:
    """Open this browser's draft; who has none starts at the notice, who has sent it at the receipt."""

    @login_not_required
    @door
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def opened(request: HttpRequest, **where: str) -> HttpResponse:
        try:
            return at_draft(request, is_held=False, **where)
        except drafts.Changed:  # two windows at once: one after the other, then
            with transaction.atomic():
                return at_draft(request, is_held=True, **where)

    def at_draft(request: HttpRequest, *, is_held: bool, **where: str) -> HttpResponse:
        draft = drafts.load(request, Journey.REPORT, to_change=is_held)
        if draft is None:
            is_post = request.method == "POST"
            return _again(request, **where) if is_post else redirect("intake:tell")
        if draft.contents.get("sent"):
            return redirect("intake:receipt")
        return view(request, Walk(draft, Part.REPORT), **where)

    return opened


def _again(request: HttpRequest, step: str = "") -> HttpResponse:
    """Bring back a page whose draft has ended, filled; sent again, it begins a fresh one."""
    if not step:
        return redirect("intake:tell")
    if "again" not in request.POST:
        fields = [
            (name, value)
            for name, values in request.POST.lists()
            if name not in NOT_KEPT
            for value in values
        ]
        context = {
            "fields": [*fields, ("again", "")],
            "action": request.path,
            "because": "away",
        }
        return render(request, "design/kept.html", context)
    response = redirect("intake:page")
    draft = drafts.start(Journey.REPORT, _fresh(), response)
    walk = Walk(draft, Part.REPORT)
    here = next((page for page in walk.journey.pages if page.key == step), None)
    if here is not None:
        walk.take(here, request.POST)
        forget_files(walk, here)  # a browser does not send them twice
        drafts.store(draft)
    return response


@taking_files
@_telling
def page(request: HttpRequest, walk: Walk, step: str = "") -> HttpResponse:
    """Ask one thing, and take the answer."""
    here = walk.page(step, is_posted=request.method == "POST")
    if here is None:
        return _to(walk.waiting)
    if here.stop:
        context = {
            **steps.question_context(walk, here),
            **_phone(),
            "back_url": _address(walk.journey.previous_page(here.key)),
        }
        return render(request, "intake/stop.html", context)
    if request.method == "POST":
        return _take(request, walk, here)
    context = _context(walk, here)
    return render_alike(
        request, "intake/question.html", context, is_alike=context["is_alike"]
    )


def _take(request: HttpRequest, walk: Walk, here: Page) -> HttpResponse:
    taken = walk.take(here, request.POST, untaken=take_files(request, walk, here))
    contents = walk.draft.contents
    contents["at"] = here.key
    if taken.act is Act.SAVE and not taken.problems:
        return _save(walk)
    if taken.act is Act.SEND and not taken.problems and telling.has_something(walk):
        contents |= {"is_checking": True, "is_short": True}
    _store(walk)
    if taken.act is Act.LANGUAGE:
        return steps.in_language(request, redirect("intake:page", step=here.key))
    if taken.act is Act.BACK:
        before = walk.journey.previous_page(here.key)
        return _to(before) if before else redirect("intake:tell")
    is_empty = taken.act is Act.SEND and not telling.has_something(walk)
    if taken.problems or is_empty:
        context = _context(walk, here, **steps.looked_at(request, taken))
        if is_empty and not taken.problems:
            context["errors"] = {here.keys[0]: _one_sentence()}
        return render(request, "intake/question.html", context)
    if taken.act is Act.SEND:
        return redirect("intake:check")
    return _to(walk.after(here))


def _store(walk: Walk) -> None:
    """Keep the draft, and with it the files that were chosen or removed."""
    if not walk.files.has_changed:
        drafts.store_unless_changed(walk.draft)
        return
    with transaction.atomic():
        drafts.store_unless_changed(walk.draft)
        walk.files.settle()


def _one_sentence() -> str:
    return _("Tell us one thing first, then send it. One sentence is enough.")


def _save(walk: Walk) -> HttpResponse:
    """Move the draft under its code, which alone resumes it, for seven days."""
    response = redirect("intake:saved")
    code = ReceiptCode(walk.draft.contents["code"])
    walk.draft.contents["is_saved"] = True
    with transaction.atomic():
        _store(walk)
        drafts.give(drafts.rekey(walk.draft, drafts.key_of_code(code)), response)
    return response


@_telling
def saved(request: HttpRequest, walk: Walk) -> HttpResponse:
    """Show the code with which the draft can be opened again."""
    if not walk.draft.contents.get("is_saved"):
        return _to(walk.waiting)
    drafts.arrived(walk.draft)
    context = {
        **_code(walk.draft),
        "on_url": reverse("intake:page", kwargs={"step": walk.draft.contents["at"]}),
    }
    return render(request, "intake/saved.html", context)


@_telling
def check(request: HttpRequest, walk: Walk) -> HttpResponse:
    """Show every answer and the code before anything is sent; then send it, once."""
    if walk.waiting is not None:
        return _to(walk.waiting)
    if request.method == "POST" and request.POST.get("act") == "delete":
        return redirect("intake:delete")
    if request.method == "POST" and telling.has_something(walk):
        return _send(walk)
    if not walk.is_checking:
        walk.draft.contents["is_checking"] = True
        drafts.store_unless_changed(walk.draft)
    context = {
        **_code(walk.draft),
        **_promised(),
        "cards": steps.cards(walk, "intake:page"),
        "others": Section.OTHERS.value,
        "back_url": steps.address_before_check(walk, "intake:page"),
        "has_something": telling.has_something(walk),
    }
    return render(request, "intake/check.html", context)


def _send(walk: Walk) -> HttpResponse:
    contents = walk.draft.contents
    today = timezone.localdate()
    due = promises.due(today)
    language = translation.get_language() or ""
    header = telling.header_of(walk, language=language, due=due)
    sections = telling.sections_of(walk)
    files = telling.files_of(walk)
    has_files = bool(contents.get("files"))
    walk.draft.contents = {
        "sent": True,
        "code": contents["code"],
        "read_by": due.read_by.isoformat(),
        "sent_at": int(timezone.now().timestamp()),
    }
    receive_report(
        code=ReceiptCode(contents["code"]),
        version=Version(pk=contents["version"]),  # the report's own keys look for them
        notice=Notice(pk=contents["notice"]),
        header=header,
        sections=sections,
        on=today,
        files=files,
        along=lambda: _sent(walk, has_files=has_files),
    )
    return redirect("intake:receipt")


def _sent(walk: Walk, *, has_files: bool) -> None:
    """What is left of a draft that was sent: its code, and none of its files."""
    drafts.store_unless_changed(walk.draft)
    if has_files:
        walk.files.settle()


@_telling
def delete(request: HttpRequest, walk: Walk) -> HttpResponse:
    """Delete a draft instead of sending it."""
    if request.method == "POST":
        response = render(request, "intake/deleted.html")
        drafts.finish(request, Journey.REPORT, response)
        return response
    return render(request, "intake/delete.html", {"back_url": reverse("intake:check")})


@login_not_required
@csrf_exempt  # whoever wants to be gone is let go
@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Close, and clear this device of what we put there."""
    response = render(request, "intake/closed.html")
    drafts.forget(request, response)
    response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def _to(following: Page | None) -> HttpResponse:
    return redirect(_address(following) or reverse("intake:check"))


def _address(page: Page | None) -> str:
    return reverse("intake:page", kwargs={"step": page.key}) if page else ""


def _context(walk: Walk, here: Page, **looked_at: Any) -> dict[str, Any]:
    is_first_word = any(
        question.kind is Kind.TEXT and question.section == Section.NARRATIVE
        for question in here.asked
    )
    return {
        **steps.question_context(walk, here, **looked_at),
        **_promised(),
        "has_back": True,
        "may_save": True,
        "may_send": is_first_word or telling.has_something(walk),
    }


def _phone() -> dict[str, Any]:
    """Where a person can be rung who listens."""
    controller = Controller.objects.first()
    if controller is None:
        return {}
    return {"phone": controller.phone, "phone_hours": controller.phone_hours}


def _promised() -> dict[str, Any]:
    kept = promises.kept_until(Purpose.Serves.REPORTS, on=timezone.localdate())
    return {"kept_until": telling.months_kept_until(kept)}


def _code(draft: OpenDraft) -> dict[str, Any]:
    code = ReceiptCode(draft.contents["code"])
    return {"words": code.words, "digits": " ".join(code.digits)}
