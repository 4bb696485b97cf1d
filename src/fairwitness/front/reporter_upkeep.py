"""What a reporter does with their report: adds a file, changes the code, erases it."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from fairwitness.front.reporter import Own, own_report
from fairwitness.front.reporter_visits import DAYS_IN_BACKUPS, change, visiting
from fairwitness.intake.actions import add_evidence, change_code
from fairwitness.intake.payloads import File
from fairwitness.ledger.actors import REPORTER
from fairwitness.rights.actions import erase_report
from fairwitness.surveys import drafts
from fairwitness.vault.receipt import ReceiptCode

LARGEST_FILE = 1_000_000
LONGEST_NAME, LONGEST_WORDS = 120, 2_000


@login_not_required
@csrf_exempt  # the token is checked below, once nothing can be written to the disk
def evidence(request: HttpRequest) -> HttpResponse:
    """Take a file; it is held in memory until it is sealed, and never on the disk in clear."""
    request.upload_handlers = [MemoryFileUploadHandler(request)]
    return _evidence(request)


@csrf_protect
@visiting
def _evidence(request: HttpRequest, own: Own) -> HttpResponse:
    words = request.POST.get("words", "").strip()[:LONGEST_WORDS]
    errors: dict[str, str] = {}
    if request.method == "POST":
        sent = request.FILES.get("file")
        content = sent.read() if sent else b""
        problem = _problem_of(sent, content)
        if not problem and sent:
            file = File(_name_of(sent), "text/plain", words, content)
            add_evidence(
                own.report, case_chest=own.case, file=file, on=timezone.localdate()
            )
            return redirect("reporter:page")
        errors = {"file": problem}
    context = {"errors": errors, "words": words, "back_url": reverse("reporter:page")}
    return render(request, "front/reporter_evidence.html", context)


def _name_of(sent: UploadedFile[Any]) -> str:
    return PurePath(sent.name or "").name[-LONGEST_NAME:] or "file.txt"


def _problem_of(sent: UploadedFile[Any] | None, content: bytes) -> str:
    """Why a file cannot be taken, and what to do instead."""
    if len(content) > LARGEST_FILE or (sent is None):
        return _("Choose a text file of 1 MB at most.")
    try:
        is_text = "\0" not in content.decode("utf-8")
    except UnicodeDecodeError:
        is_text = False
    if not is_text:
        return _(
            "We can take plain text only for now. Photographs, sound and PDF files can hold"
            " hidden details, such as where you were. Keep the file in a safe place, and tell"
            " us in a message what it shows."
        )
    return "" if content.strip() else _("This file is empty. Choose another one.")


@visiting
def code(request: HttpRequest, own: Own) -> HttpResponse:
    """Change the code: a new one is shown, and serves once the reporter has it."""
    fresh = own.visit.contents.get("new_code")
    if request.method == "POST" and request.POST.get("act") == "use" and fresh:
        new = ReceiptCode(fresh)
        change_code(own.report, old=own.code, new=new, on=timezone.localdate())
        change(own, {"code": new.number, "new_code": None, "has_new_code": True})
        return redirect("reporter:code")
    if request.method == "POST":
        if request.POST.get("act") == "make":
            fresh = ReceiptCode.new().number
            change(own, {"new_code": fresh, "has_new_code": False})
        return redirect("reporter:code")
    shown = ReceiptCode(fresh) if fresh else None
    context = {
        "own": own,
        "words": shown.words if shown else (),
        "digits": " ".join(shown.digits) if shown else "",
        "is_changed": own.visit.contents.get("has_new_code", False),
        "back_url": reverse("reporter:page"),
    }
    return render(request, "front/reporter_code.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """Say what goes and what stays, on a page of its own; then erase, for good."""
    return _erase_now(request) if request.method == "POST" else _erase_page(request)


@visiting
def _erase_page(request: HttpRequest, own: Own) -> HttpResponse:
    context = {
        "releases": own.releases(),
        "days": DAYS_IN_BACKUPS,
        "back_url": reverse("reporter:page"),
    }
    return render(request, "front/reporter_erase.html", context)


def _erase_now(request: HttpRequest) -> HttpResponse:
    """In no transaction: a key that was shredded cannot come back."""
    own = own_report(request)
    if own is not None:
        erase_report(own.report, by=REPORTER, case_key=own.case.key)
        own.visit.contents = {"is_erased": True}
        drafts.store(own.visit)
    return redirect("reporter:page")
