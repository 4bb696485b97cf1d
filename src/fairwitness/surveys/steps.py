"""What the pages of every journey share: contexts, cards for checking, a change of language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from fairwitness.design.shapes import Medium
from fairwitness.surveys.answers import Problem
from fairwitness.surveys.asking_for_files import file_in_words
from fairwitness.surveys.pages import Page
from fairwitness.surveys.questions import FILES
from fairwitness.surveys.said import in_words
from fairwitness.surveys.showing import Showing, Shown
from fairwitness.surveys.spoken import marked
from fairwitness.surveys.walks import Taken, Typed, Walk

FORM = "walk"  # the id of the one form on a page


@dataclass(frozen=True)
class Card:
    """One question with its answer, for checking."""

    question: str
    answer: str
    change_url: str
    key: str
    section: str
    is_alike: bool = False  # no word of an answer stands in it


def question_context(
    walk: Walk,
    here: Page,
    *,
    typed: Typed | None = None,
    problems: Mapping[str, Problem] | None = None,
    tries: int = 0,
) -> dict[str, Any]:
    """What the page of a question shows."""
    showing = Showing(walk, here, typed=typed, problems=problems, tries=tries)
    fields = showing.fields
    same_part = [
        each
        for each in walk.journey.pages
        if each.progress.number == here.progress.number
    ]
    return {
        "language_form": FORM,
        "heading": showing.title,
        "heading_in": showing.heading_in,
        "can_answer": showing.can_answer,
        "caption": showing.caption,
        "is_repeat": here.repeat is not None,
        "told_times": showing.told_times,
        "fields": fields,
        "media": showing.media_of_page,
        "has_media": has_media(showing.media_of_page, fields),
        "whys": list(dict.fromkeys(each.why for each in fields if each.why)),
        "errors": showing.errors,
        "tries": tries + 1 if problems else 0,
        "part": here.progress.number,
        "parts": here.progress.total,
        "part_name": marked(
            showing.words(here.progress.label), walk.occasion.language, walk
        ),
        "number": [each.key for each in same_part].index(here.key) + 1,
        "has_open_field": showing.has_open_field,
        "has_file": any(each.kind in FILES for each in here.asked),
        "other_languages": [
            one for one in walk.other_languages if one.code != walk.occasion.language
        ],
        "is_alike": showing.is_alike,
    }


def has_media(beside: tuple[Medium, ...], fields: Iterable[Shown]) -> bool:
    """Whether a picture, a sound or a film stands on a page."""
    return bool(beside) or any(
        one.media or any(option.media for option in one.options) for one in fields
    )


def looked_at(request: HttpRequest, taken: Taken) -> dict[str, Any]:
    """The keywords of `question_context` for a page that comes again."""
    tries = request.POST.get("tries", "0")
    return {
        "typed": {name: request.POST.getlist(name) for name in request.POST},
        "problems": taken.problems,
        "tries": int(tries) if tries.isdecimal() and len(tries) == 1 else 0,
    }


def cards(walk: Walk, view: str, **where: str) -> list[Card]:
    """Every page with what was answered on it, in words, and the way back to it.

    `where` is what the address of such a page says beside its step.
    """
    journey = walk.journey
    found = []
    for page in journey.pages:
        if page.asked:
            showing = Showing(walk, page)
            answers = [
                file_in_words(walk, question) or in_words(journey, question)
                for question in page.asked
            ]
            found.append(
                Card(
                    question=marked(
                        ": ".join(filter(None, (showing.caption, showing.title))),
                        journey.state.language,
                        walk,
                    ),
                    answer="\n".join(filter(None, answers)),
                    change_url=reverse(view, kwargs={**where, "step": page.key}),
                    key=page.key,
                    section=page.asked[0].section,
                    is_alike=_has_fixed_title(page) and not any(answers),
                )
            )
    return found


def _has_fixed_title(page: Page) -> bool:
    """Whether no value is put into the heading: it is the same for everybody."""
    labels = [each.label for each in (page.group, *page.questions) if each]
    texts = [text for label in labels for text in label.values()]
    return not page.inside and all(text.is_fixed for text in texts)


def address_before_check(walk: Walk, view: str) -> str:
    """The address of the last page before checking."""
    last = walk.journey.previous_page()
    return reverse(view, kwargs={"step": last.key}) if last else ""


def in_language(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Go on in the language that was chosen; what was typed on the page is kept."""
    code = request.POST.get("language", "")
    if code in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE,
            code,
            secure=settings.IS_HTTPS,
            httponly=True,
            samesite="Strict",
        )
    return response
