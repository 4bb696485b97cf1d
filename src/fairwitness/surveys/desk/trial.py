"""A preview: the very pages that a person will see, of a form that nobody is asked.

What is typed lies in a draft sealed under this browser's own key, for a day. Nothing of it
reaches an answer or a report: this module imports nothing that sends.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods

from fairwitness.governance.context import Language
from fairwitness.staff.guard import StaffRequest
from fairwitness.surveys import drafts, steps
from fairwitness.surveys.asking_for_files import take_files
from fairwitness.surveys.desk.publishing import READERS, part_title
from fairwitness.surveys.desk.shelf import WRITES
from fairwitness.surveys.desk.sources import Source, source_of
from fairwitness.surveys.drafts import Journey, OpenDraft
from fairwitness.surveys.pages import Page
from fairwitness.surveys.questions import Form, Part, Section
from fairwitness.surveys.uploads import sift_all, taking_files
from fairwitness.surveys.walks import Act, Walk
from fairwitness.surveys.whole import Pressed, Whole, whole_context

PAGES, PHONE = "pages", "phone"
WITHOUT_PART = "none"  # in forms and addresses, for questions that name no part
MOST_GIVENS = 20


class Trial(Walk):
    """A walk through a form that is not asked."""

    def __init__(self, draft: OpenDraft, form: Form) -> None:
        self.tried = form
        super().__init__(draft, draft.contents["part"])

    @property
    def form(self) -> Form:
        """The form that is tried."""
        return self.tried


TrialView = Callable[..., HttpResponse]


def _trying(view: TrialView) -> TrialView:
    """Open this browser's preview of that questionnaire; who has none begins one."""

    @taking_files
    @WRITES
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def opened(request: StaffRequest, /, word: str, **where: str) -> HttpResponse:
        source = source_of(word)
        form = source.reading.form
        sift_all(request)
        with transaction.atomic():
            draft = drafts.load(request, Journey.PREVIEW, to_change=True)
            if form is None or draft is None or draft.contents["source"] != word:
                return redirect("surveys:preview", word)
            with spoken(_ours(draft.contents["language"])) as code:
                response = view(request, source, Trial(draft, form), **where)
                response.headers["Content-Language"] = code
                return response

    return opened


@contextmanager
def spoken(code: str) -> Iterator[str]:
    """Speak a language for a while."""
    with translation.override(code):
        yield code


def _ours(code: str) -> str:
    """The language of the page around the questions: theirs where the house has it, as for people."""
    return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


@WRITES
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: StaffRequest, word: str) -> HttpResponse:
    """Choose a language, a part and a way, and begin."""
    source = source_of(word)
    form = source.reading.form
    if form is None:
        return redirect(source.address)
    parts = list(dict.fromkeys(one.part for one in form.questions if one.is_shown))
    if request.method == "POST":
        return _begin(request, source, form, parts)
    context = {
        "source": source,
        "languages": form.languages,
        "parts": [(part or WITHOUT_PART, part_title(part)) for part in parts],
        "givens": [(name, _sample(name)) for name in form.givens[:MOST_GIVENS]],
    }
    return render(request, "surveys/desk/preview.html", context)


def _sample(name: str) -> str:
    """What stands for a value that whoever opens the form gives."""
    quarter = timezone.localdate().replace(month=1, day=1)
    known = {"place": "the branch", "period": f"{quarter:%-d %B %Y}"}
    return known.get(name, f"[{name}]")


def _begin(
    request: StaffRequest, source: Source, form: Form, parts: list[str]
) -> HttpResponse:
    known = {one.code for one in form.languages}
    language = request.POST.get("language", "")
    part = request.POST.get("part", "").replace(WITHOUT_PART, "")
    way = request.POST.get("way", PAGES)
    contents = {
        "source": source.word,
        "language": language if language in known else form.default_language,
        "part": part if part in parts else parts[0] if parts else "",
        "values": {
            "en": {
                name: request.POST.get(f"given-{name}", _sample(name))[:200]
                for name in form.givens
            }
        },
    }
    view = "surveys:preview_phone" if way == PHONE else "surveys:preview_page"
    response = redirect(view, source.word)
    drafts.start(Journey.PREVIEW, contents, response)
    return response


@_trying
def preview_page(
    request: StaffRequest, source: Source, walk: Trial, step: str = ""
) -> HttpResponse:
    """Show one page as a person will see it, and take what is answered."""
    here = walk.page(step, is_posted=request.method == "POST")
    if here is None:
        return _to(source, walk.journey.first_open())
    if request.method != "POST":
        return _shown(request, source, walk, here)
    untaken = take_files(request, walk, here, is_kept=False)
    taken = walk.take(here, request.POST, untaken=untaken)
    if taken.act is Act.LANGUAGE:
        _change_language(request, walk)
    drafts.store(walk.draft)
    if taken.act in {Act.LANGUAGE, Act.SAVE}:
        return _to(source, here)
    if taken.act is Act.BACK:
        return _to(source, walk.journey.previous_page(here.key) or here)
    if taken.problems:
        return _shown(request, source, walk, here, **steps.looked_at(request, taken))
    return _to(source, None if taken.act is Act.SEND else walk.after(here))


def _shown(
    request: StaffRequest, source: Source, walk: Trial, here: Page, **looked_at: Any
) -> HttpResponse:
    context = {
        **_frame(source, walk),
        **steps.question_context(walk, here, **looked_at),
        "has_back": walk.journey.previous_page(here.key) is not None,
        "may_save": walk.part == Part.REPORT,
        "may_send": walk.part == Part.REPORT,
        "stop": here.stop,
    }
    name = "preview_stop" if here.stop else "preview_page"
    return render(request, f"surveys/desk/{name}.html", context)


def _change_language(request: StaffRequest, walk: Trial) -> None:
    code = request.POST.get("language", "")
    if code in {one.code for one in walk.form.languages}:
        walk.draft.contents["language"] = code


@_trying
def preview_check(request: StaffRequest, source: Source, walk: Trial) -> HttpResponse:
    """Show what would be sent, and who could read it; the preview ends here."""
    if request.method == "POST":
        _change_language(request, walk)
        drafts.store(walk.draft)
        return redirect("surveys:preview_check", source.word)
    if not walk.is_checking:
        walk.draft.contents["is_checking"] = True
        drafts.store(walk.draft)
    cards = steps.cards(walk, "surveys:preview_page", word=source.word)
    last = walk.journey.previous_page()
    context = {
        **_frame(source, walk),
        "cards": [(card, _readers(walk, card.section)) for card in cards],
        "back_url": _address(source, last) if last else "",
    }
    return render(request, "surveys/desk/preview_check.html", context)


def _readers(walk: Trial, section: str) -> str:
    if walk.part == Part.REPORT:
        return READERS[Section(section)] if section in set(Section) else ""
    return READERS[Part(walk.part)] if walk.part in set(Part) else ""


@_trying
def preview_phone(request: StaffRequest, source: Source, walk: Trial) -> HttpResponse:
    """The whole form on one page, as for somebody who rings us."""
    whole = Whole(walk)
    pressed = None
    if request.method == "POST":
        pressed = whole.take(dict(request.POST.lists()))
        if "language" in request.POST:
            _change_language(request, walk)
        drafts.store(walk.draft)
        if pressed is Pressed.FINISH and not whole.problems:
            return redirect("surveys:preview_check", source.word)
        if not whole.problems:
            here = reverse("surveys:preview_phone", args=[source.word])
            return redirect(f"{here}#{whole.first_open or 'finish'}")
    frame = _frame(source, walk)
    context = {**frame, **whole_context(whole), "voice": frame["voice"]}
    del context["language"]
    with translation.override("en"):  # the frame is for staff, what is read out is not
        return render(request, "surveys/desk/preview_phone.html", context)


def _frame(source: Source, walk: Trial) -> dict[str, Any]:
    code = walk.draft.contents["language"]
    voice = _language(walk.form, code)
    return {
        "source": source,
        "voice": voice,
        "language": voice if _ours(code) == code else None,
        "form_languages": walk.form.languages,
        "part_title": part_title(walk.part),
    }


def _language(form: Form, code: str) -> Language:
    known = form.language(code)
    return Language(known.code, known.name or known.code, known.direction)


def _to(source: Source, page: Page | None) -> HttpResponse:
    if page is None:
        return redirect("surveys:preview_check", source.word)
    return redirect(_address(source, page))


def _address(source: Source, page: Page) -> str:
    return reverse("surveys:preview_page", args=[source.word, page.key])
