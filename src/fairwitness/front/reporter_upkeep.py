"""What a reporter does with their report: adds a file, changes the code, erases it."""

from __future__ import annotations

from hashlib import sha256

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fairwitness.front.reporter import Own, own_report
from fairwitness.front.reporter_visits import (
    DAYS_IN_BACKUPS,
    change,
    is_sent,
    visiting,
)
from fairwitness.intake.actions import add_evidence, change_code
from fairwitness.intake.payloads import CLEANED, UNTOUCHED, File
from fairwitness.ledger.actors import REPORTER
from fairwitness.rights.actions import erase_report
from fairwitness.sifting.apart import Sifted
from fairwitness.sifting.kinds import EVERYTHING, Reason, Unwanted
from fairwitness.surveys import drafts
from fairwitness.surveys.asking_for_files import ACCEPT
from fairwitness.surveys.drafts import Journey
from fairwitness.surveys.questions import Kind
from fairwitness.surveys.sentences_of_files import (
    what_is_taken,
    what_is_taken_out,
    what_whole_means,
    why_not,
)
from fairwitness.surveys.uploads import sift_all, sifted, taking_files
from fairwitness.vault.receipt import ReceiptCode

LONGEST_WORDS = 2_000
MOST_FILES = 20  # of one report


@taking_files
@login_not_required
def evidence(request: HttpRequest) -> HttpResponse:
    """Take a file; it is held in memory until it is sealed, and never on the disk in clear."""
    if drafts.load(request, Journey.VISIT) is not None:
        sift_all(request)
    return _evidence(request)


@visiting
def _evidence(request: HttpRequest, own: Own) -> HttpResponse:
    words = request.POST.get("words", "").strip()[:LONGEST_WORDS]
    errors: dict[str, str] = {}
    if is_sent(request):
        try:
            _keep(own, _chosen(request, own), words)
        except Unwanted as refused:
            errors = {"file": why_not(refused.reason)}
        else:
            return redirect("reporter:page")
    context = {
        "errors": errors,
        "words": words,
        "accept": ACCEPT[Kind.FILE],
        "taken": what_is_taken(EVERYTHING),
        "taken_out": what_is_taken_out(EVERYTHING),
        "whole_means": what_whole_means(),
        "back_url": reverse("reporter:page"),
    }
    return render(request, "front/reporter_evidence.html", context)


def _chosen(request: HttpRequest, own: Own) -> Sifted:
    """The file that was chosen. Error: `Unwanted`."""
    if own.report.evidence.count() >= MOST_FILES:
        raise Unwanted(Reason.TOO_MANY)
    found = sifted(request, "file")
    if found is None:
        raise Unwanted(Reason.MISSING)
    return found


def _keep(own: Own, found: Sifted, words: str) -> None:
    added = sha256(words.encode() + b"\n" + found.content).hexdigest()
    if own.visit.contents.get("added") == added:
        return  # a double click adds once
    change(own, {"added": added})
    file = File(
        name=found.sort.our_name(own.report.evidence.count() + 1),
        kind=found.sort.value,
        words=words,
        content=found.content,
        state=UNTOUCHED if found.is_whole else CLEANED,
    )
    add_evidence(own.report, case_chest=own.case, file=file, on=timezone.localdate())


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
