"""Reports by phone: one page for all questions, in any order; then the code and the consents, read out.

What a caller told lies in a draft under this browser's own key, as every draft. Once it is
sent, whoever wrote it down cannot read it again.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fairwitness.governance import notices, promises
from fairwitness.governance.context import Language, load
from fairwitness.governance.models import Notice, Recipient
from fairwitness.governance.readiness import door
from fairwitness.intake import consents, telling
from fairwitness.intake.actions import (
    Told,
    find_by_receipt,
    give_consent,
    take_call,
)
from fairwitness.staff.guard import StaffRequest, needs
from fairwitness.staff.roles import May
from fairwitness.staff.session import tell
from fairwitness.surveys import drafts, steps
from fairwitness.surveys.drafts import Journey, OpenDraft
from fairwitness.surveys.models import Version
from fairwitness.surveys.published import newest_version
from fairwitness.surveys.questions import Part, Section
from fairwitness.surveys.walks import Walk
from fairwitness.surveys.whole import Pressed, Whole, whole_context
from fairwitness.vault.receipt import ReceiptCode

READ_ALOUD_FOR = 30 * 60  # seconds in which the code can be read out
CALLS = needs(May.TAKE_CALLS)
STAFF = "en"  # the language of the desk

CallView = Callable[[StaffRequest, OpenDraft], HttpResponse]


def _during(*, is_sent: bool) -> Callable[[CallView], Callable[..., HttpResponse]]:
    """Open the call of this browser, in the caller's language; who has none begins one."""

    def opening(view: CallView) -> Callable[..., HttpResponse]:
        @door
        @CALLS
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def opened(request: StaffRequest, /) -> HttpResponse:
            with transaction.atomic():
                draft = drafts.load(request, Journey.CALL, to_change=True)
                if draft is None:
                    return redirect("intake:call")
                if bool(draft.contents.get("sent")) is not is_sent:
                    return redirect(
                        "intake:call_form" if is_sent else "intake:call_code"
                    )
                if is_sent and _is_late(draft):
                    return _end(request)
                with translation.override(draft.contents["language"]):
                    return view(request, draft)

        return opened

    return opening


def _is_late(draft: OpenDraft) -> bool:
    since = timezone.now().timestamp() - float(draft.contents["sent_at"])
    return abs(since) > READ_ALOUD_FOR


def _end(request: StaffRequest) -> HttpResponse:
    response = redirect("intake:call")
    drafts.finish(request, Journey.CALL, response)
    return response


@door
@CALLS
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: StaffRequest) -> HttpResponse:
    """Say what is read out first, in the caller's language; begin once they said yes."""
    languages = {one.code: one for one in load().languages}
    asked = request.POST.get("language") or request.GET.get("language", "")
    voice = languages.get(asked) or languages[STAFF]
    is_agreed = request.POST.get("agreed") == "yes"
    if request.method == "POST" and is_agreed:
        response = redirect("intake:call_form")
        drafts.start(Journey.CALL, _fresh(voice.code), response)
        return response
    draft = drafts.load(request, Journey.CALL)
    missing = "Ask the caller first. Tick the box when they have said yes."
    with translation.override(voice.code):
        aloud = _said_first(notices.current(voice.code))
    context = {
        "languages": languages.values(),
        "voice": voice,
        "aloud": aloud,
        "is_open": draft is not None and not draft.contents.get("sent"),
        "errors": {"agreed": missing} if request.method == "POST" else {},
    }
    return render(request, "intake/call.html", context)


def _fresh(language: str) -> dict[str, Any]:
    return {
        "version": newest_version().pk,
        "notice": notices.current(language).pk,
        "door": "phone",
        "code": ReceiptCode.new().number,
        "language": language,
    }


def _said_first(notice: Notice) -> dict[str, Any]:
    """What somebody is told before they tell, as on the page before the form."""
    due = promises.due(timezone.localdate())
    return {
        "first": [
            _(
                "You decide how much you tell. You can skip every question, stop at any time, and come back later."
            ),
            _("We are not an emergency service."),
            _("We do not judge who is right. We write down what people tell us."),
            _(
                "In a small community somebody can recognise an event, also without names."
            ),
            _("If you send it today, a caseworker reads it by %(day)s.")
            % {"day": date_format(due.read_by, "l j F")},
        ],
        "notice": notice.body.get("top", []),
        # Translators: read out to somebody on the phone, before anything is written down.
        "question": _("May I write down what you tell me, and may we keep it?"),
    }


@_during(is_sent=False)
def call_form(request: StaffRequest, draft: OpenDraft) -> HttpResponse:
    """All questions on one page; the rules run again each time it is sent."""
    walk = Walk(draft, Part.REPORT)
    whole = Whole(walk)
    if request.method == "POST":
        pressed = whole.take(dict(request.POST.lists()))
        drafts.store(draft)
        if "stop" in request.POST:
            return redirect("intake:call_stop")
        if pressed is Pressed.FINISH and not whole.problems:
            return redirect("intake:call_check")
        if not whole.problems:
            return redirect(
                f"{reverse('intake:call_form')}#{whole.first_open or 'finish'}"
            )
    context = {
        **whole_context(whole),
        "voice": _voice(draft),
        "is_stopped": any(page.stop for page in walk.journey.pages),
    }
    return _show(request, "call_form", context)


def _voice(draft: OpenDraft) -> Language:
    return Language.of(draft.contents["language"])


def _show(request: StaffRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    """Draw a page whose frame is for staff; what is read out stands in it already."""
    with translation.override(STAFF):
        return render(request, f"intake/{name}.html", context)


@_during(is_sent=False)
def call_check(request: StaffRequest, draft: OpenDraft) -> HttpResponse:
    """Every answer, to be read back; then it is sent, once."""
    walk = Walk(draft, Part.REPORT)
    if any(page.stop for page in walk.journey.pages):
        return redirect("intake:call_form")
    has_something = telling.has_something(walk)
    if request.method == "POST" and has_something:
        return _send(request, walk)
    about = Walk(draft, Part.ABOUT)
    cards = [*steps.cards(walk, "intake:page"), *steps.cards(about, "intake:page")]
    context = {
        "cards": [card for card in cards if card.answer],
        "has_about": bool(about.journey.pages),
        "has_something": has_something,
        "voice": _voice(draft),
        # Translators: read out to somebody on the phone, after their answers were read back.
        "question": _("Is it right like this? May I send it?"),
    }
    return _show(request, "call_check", context)


@_during(is_sent=False)
def call_about(request: StaffRequest, draft: OpenDraft) -> HttpResponse:
    """What others are asked after sending: here before, because nothing opens a report again."""
    whole = Whole(Walk(draft, Part.ABOUT))
    if request.method == "POST":
        pressed = whole.take(dict(request.POST.lists()))
        drafts.store(draft)
        if not whole.problems:
            is_done = pressed is Pressed.FINISH
            return redirect("intake:call_check" if is_done else "intake:call_about")
    context = {
        **whole_context(whole),
        "voice": _voice(draft),
        # Translators: read out to somebody on the phone, before a few questions about themselves.
        "question": _(
            "May I ask a few questions about you? You can leave out each of them."
        ),
    }
    return _show(request, "call_about", context)


def _send(request: StaffRequest, walk: Walk) -> HttpResponse:
    contents = walk.draft.contents
    today = timezone.localdate()
    due = promises.due(today)
    header = telling.header_of(walk, language=contents["language"], due=due)
    sections = telling.sections_of(walk)
    about = Walk(walk.draft, Part.ABOUT).journey.prune()
    sections[Section.NARRATIVE]["answers"] |= about
    walk.draft.contents = {
        "sent": True,
        "code": contents["code"],
        "language": contents["language"],
        "sections": [name for name in sections if name in consents.SECTIONS],
        "read_by": due.read_by.isoformat(),
        "sent_at": int(timezone.now().timestamp()),
        "asked": [],
    }
    told = Told(
        code=ReceiptCode(contents["code"]),
        version=Version(pk=contents["version"]),
        notice=Notice(pk=contents["notice"]),
        header=header,
        sections=sections,
    )
    take_call(told, on=today, by=request.user, along=lambda: drafts.store(walk.draft))
    return redirect("intake:call_code")


@_during(is_sent=False)
def call_stop(request: StaffRequest, draft: OpenDraft) -> HttpResponse:
    """The caller wants to stop: they say whether what was told is kept."""
    if request.method == "POST":
        tell(request, "The call is over. Nothing of it was kept.")
        return _end(request)
    walk = Walk(draft, Part.REPORT)
    context = {
        "may_send": telling.has_something(walk)
        and not any(page.stop for page in walk.journey.pages)
    }
    return _show(request, "call_stop", context)


@_during(is_sent=True)
def call_code(request: StaffRequest, draft: OpenDraft) -> HttpResponse:
    """The code as digits, to be read out and said back."""
    code = ReceiptCode(draft.contents["code"])
    context = {
        "digits": " ".join(code.digits),
        "place": f"{settings.BASE_URL}{reverse('reporter:enter')}",
        "words": code.words,
        "voice": _voice(draft),
        "aloud": [
            _("It is the only way back to your report. We cannot look it up."),
            _(
                "One of us has heard your code, on the phone. Whoever has it can read your report. Change it first; until then, a yes to an organisation counts as told by phone."
            ),
        ],
    }
    return _show(request, "call_code", context)


@_during(is_sent=True)
def call_consent(request: StaffRequest, draft: OpenDraft) -> HttpResponse:
    """Of one organisation after the other: what would be said with a yes, word for word."""
    asked = set(draft.contents["asked"])
    left = [
        one
        for one in Recipient.objects.standing().order_by("name")
        if str(one.pk) not in asked
    ]
    if not left:
        return redirect("intake:call_over")
    row, today = left[0], timezone.localdate()
    code = ReceiptCode(draft.contents["code"])
    report = find_by_receipt(code)
    sections = draft.contents["sections"]
    if request.method == "POST":
        if request.POST.get("recipient") == str(row.pk):
            if request.POST.get("consent") == "yes":
                give_consent(
                    report, code=code, recipient=row, sections=sections, on=today
                )
            draft.contents["asked"].append(str(row.pk))
            drafts.store(draft)
        return redirect("intake:call_consent")
    until = consents.last_day(report, on=today)
    context = {
        "recipient": row,
        "number": len(asked) + 1,
        "all": len(asked) + len(left),
        "question": _("May %(name)s receive your report?") % {"name": row.name},
        "wording": consents.wording(row, sections, until=until),
        "voice": _voice(draft),
    }
    return _show(request, "call_consent", context)


@_during(is_sent=True)
def call_over(request: StaffRequest, draft: OpenDraft) -> HttpResponse:
    """The call is over: this browser forgets the code."""
    if request.method == "POST":
        tell(request, "The call is over. It is in the inbox, as every report.")
        return _end(request)
    return _show(request, "call_over", {"read_by": draft.contents["read_by"]})
