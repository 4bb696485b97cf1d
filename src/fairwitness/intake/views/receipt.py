"""The receipt: the code, shown until somebody says that they have it, for 30 minutes at most."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from fairwitness.surveys import drafts
from fairwitness.surveys.drafts import Journey, OpenDraft
from fairwitness.vault.receipt import ReceiptCode

SHOWN_FOR = 30 * 60  # seconds

ReceiptView = Callable[[HttpRequest, OpenDraft], HttpResponse]


def _while_shown(view: ReceiptView) -> Callable[[HttpRequest], HttpResponse]:
    """Open the draft that was sent; after its 30 minutes nothing of the code is left here."""

    @login_not_required
    @wraps(view)
    def opened(request: HttpRequest) -> HttpResponse:
        draft = drafts.load(request, Journey.REPORT)
        if draft is None:
            return _went_on(request)
        if not draft.contents.get("sent"):
            return redirect("intake:tell")
        if abs(timezone.now().timestamp() - draft.contents["sent_at"]) <= SHOWN_FOR:
            return view(request, draft)
        response = render(
            request, "intake/receipt_over.html", _promised(draft.contents)
        )
        drafts.finish(request, Journey.REPORT, response)
        return response

    return opened


def _went_on(request: HttpRequest) -> HttpResponse:
    """Who has said "I have it" and did not get our answer goes on from there."""
    visit = drafts.following(request, Journey.REPORT, Journey.VISIT)
    if visit is None:
        return redirect("intake:tell")
    response = redirect("reporter:later")
    drafts.finish(request, Journey.REPORT, response)
    drafts.give(visit, response)
    return response


def _promised(contents: dict[str, Any]) -> dict[str, Any]:
    return {"read_by": date.fromisoformat(contents["read_by"])}


@require_safe
@_while_shown
def receipt(request: HttpRequest, draft: OpenDraft) -> HttpResponse:
    """Show the code large, and by when the report is read."""
    code = ReceiptCode(draft.contents["code"])
    context = {
        **_promised(draft.contents),
        "words": code.words,
        "digits": " ".join(code.digits),
    }
    return render(request, "intake/receipt.html", context)


@require_safe
@_while_shown
def receipt_file(request: HttpRequest, draft: OpenDraft) -> HttpResponse:
    """The code as a text file that names neither the centre nor what it opens."""
    code = ReceiptCode(draft.contents["code"])
    context = {"words": code.words, "fives": code.digits}
    text = render_to_string("intake/receipt.txt", context, request=request)
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="receipt.txt"'
    return response


@require_POST
@_while_shown
def keep(request: HttpRequest, draft: OpenDraft) -> HttpResponse:
    """Go on to what can wait: the code is no longer shown, and serves for this visit."""
    response = redirect("reporter:later")
    visit = {"code": draft.contents["code"]}
    with transaction.atomic():
        drafts.finish(request, Journey.REPORT, response)
        drafts.start(Journey.VISIT, visit, response, key=drafts.key_after(draft))
    return response
