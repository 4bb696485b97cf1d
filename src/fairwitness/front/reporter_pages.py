"""The reporter's own page: where it stands, what is new, what they sent, what they write to us."""

import base64
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from fairwitness.front import reporter_words as words
from fairwitness.front.reporter import Own
from fairwitness.front.reporter_visits import change, is_sent, visiting
from fairwitness.intake import consents
from fairwitness.intake.accounts import told as told_in_words
from fairwitness.intake.actions import mark_read, write_message
from fairwitness.intake.payloads import File
from fairwitness.intake.pictures import ShownFile, shown
from fairwitness.ledger.actors import REPORTER
from fairwitness.sifting.kinds import Sort
from fairwitness.surveys.answers import LONGEST_TEXT
from fairwitness.surveys.drafts import Journey, OpenDraft
from fairwitness.surveys.questions import Part
from fairwitness.surveys.walks import Walk


@visiting
def page(request: HttpRequest, own: Own) -> HttpResponse:
    """State first, then what is new, then consent, then what can be done."""
    taken_back = _said_once(own)
    today = timezone.localdate()
    context = {
        "own": own,
        "state": words.state_of(own),
        "next": words.next_of(own, on=today),
        "count": words.count_of(own),
        "unread": own.unread(),
        "recipients": words.consent_rows(own, on=today),
        "openings": words.openings_of(own),
        "taken_back": taken_back,
    }
    return render(request, "front/reporter_page.html", context)


def _said_once(own: Own) -> str:
    """Whose consent was just taken back; what belonged to the pages before is over."""
    passing = {"tour", "taken_back", "has_new_code"} & own.visit.contents.keys()
    said = str(own.visit.contents.get("taken_back", ""))
    for name in passing:
        del own.visit.contents[name]
    if passing:
        change(own, {})
    return said


def walk_of(own: Own, answers: dict[str, Any], part: Part) -> Walk:
    """The questionnaire that this report answered, over these answers."""
    contents = {
        "version": own.report.version_id,
        "answers": answers,
        "is_checking": True,
    }
    return Walk(OpenDraft(b"", Journey.VISIT, contents), part)


@visiting
def sent(request: HttpRequest, own: Own) -> HttpResponse:
    """Show what was sent, because the reporter asked for it."""
    parts = own.sent()
    answers = {**parts["narrative"], **parts.get("others", {})}
    context = {
        "told": told_in_words(own.report.version_id, answers),
        "identity": parts.get("identity", {}),
        "files": _shown_files(own),
        "additions": [
            message
            for message in own.messages()
            if message.is_mine and message.kind != "message"
        ],
    }
    return render(request, "front/reporter_sent.html", context)


@visiting
def package(request: HttpRequest, own: Own) -> HttpResponse:
    """Show exactly what an organisation would get."""
    account = own.sent()["narrative"]
    context = {
        "told": told_in_words(own.report.version_id, account),
        "files": _shown_files(own),
    }
    return render(request, "front/reporter_package.html", context)


@visiting
def download(request: HttpRequest, own: Own) -> HttpResponse:
    """Everything we hold of this report, as a file that other programs read."""
    del request
    told = own.sent()
    copy = {
        "day": own.header["day"],
        "kept_until": own.report.expires_on.isoformat(),
        "questionnaire": own.report.version_id,
        "notice": own.report.notice_id,
        "sections": told,
        "files": [_file(file) for file in own.files()],
        "messages": [
            {
                "day": message.day.isoformat(),
                "from": "you" if message.is_mine else "centre",
                "kind": message.kind,
                "text": message.text,
            }
            for message in own.messages()
        ],
        "consents": [_consent(consent) for consent in own.report.consents.all()],
        "passed_to": [
            {"recipient": release.recipient.name, "on": release.released_on}
            for release in own.releases()
        ],
    }
    response = JsonResponse(
        copy, json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    response["Content-Disposition"] = 'attachment; filename="copy.json"'
    return response


def _shown_files(own: Own) -> list[ShownFile]:
    return [shown(number, file) for number, file in enumerate(own.files(), start=1)]


def _file(file: File) -> dict[str, str]:
    """A file for other programs: text as text, everything else in base 64."""
    said = {"name": file.name, "words": file.words}
    if file.kind == Sort.TEXT:
        return {**said, "text": file.content.decode(errors="replace")}
    coded = base64.b64encode(file.content).decode()
    return {**said, "kind": file.kind, "base64": coded}


def _consent(consent: Any) -> dict[str, Any]:
    return {
        "recipient": consent.recipient.name,
        "sections": consent.sections,
        "purpose": consent.purpose,
        "wording": consent.wording,
        "given_on": consent.given_on,
        "until": consent.until,
        "withdrawn_on": consent.withdrawn_on,
        "statement": bytes(consent.statement).decode(),
        "signature": bytes(consent.signature).hex(),
        "stands": consents.verified(consent, consent.report) is not None,
    }


@visiting
def messages(request: HttpRequest, own: Own) -> HttpResponse:
    """Read what we wrote, and write to us."""
    if is_sent(request):
        return _write(request, own, kind="message")
    context = {"messages": own.messages(), **_words(request)}
    mark_read(own.report, is_from_reporter=False)
    return render(request, "front/reporter_messages.html", context)


@visiting
def add(request: HttpRequest, own: Own, kind: str) -> HttpResponse:
    """Add something to the account, or correct it; what was told first stays readable."""
    if is_sent(request):
        return _write(request, own, kind=kind)
    context = {"kind": kind, **_words(request)}
    return render(request, "front/reporter_add.html", context)


def _words(request: HttpRequest) -> dict[str, Any]:
    """What was typed so far, with how much there is room for."""
    text = request.POST.get("text", "")
    return {"text": text, "limit": LONGEST_TEXT, "keeps_words": True}


def _write(request: HttpRequest, own: Own, *, kind: str) -> HttpResponse:
    text = request.POST.get("text", "").replace("\r\n", "\n").strip()
    problem = _problem_of(text)
    if problem:
        is_message = kind == "message"
        context = {
            **_words(request),
            "errors": {"text": problem},
            "kind": kind,
            "messages": own.messages() if is_message else [],
        }
        name = "messages" if is_message else "add"
        return render(request, f"front/reporter_{name}.html", context)
    if own.visit.contents.get("wrote") != [kind, text]:  # a double click writes once
        write_message(
            own.report,
            case_chest=own.case,
            text=text,
            is_from_reporter=True,
            by=REPORTER,
            kind=kind,
            on=timezone.localdate(),
        )
        change(own, {"wrote": [kind, text]})
    return redirect("reporter:messages")


def _problem_of(text: str) -> str:
    if not text:
        return _("Write something first, or go back.")
    if len(text) > LONGEST_TEXT:
        return _(
            "This is longer than we can take at once: up to %(limit)s characters. All of it"
            " is still here. Send one part now, and the rest after it."
        ) % {"limit": f"{LONGEST_TEXT:,}"}
    return ""
