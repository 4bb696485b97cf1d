"""All pages of a part on one, for somebody who writes down what another person tells them.

The rules run again over all answers each time the page is sent: what became relevant is
there then, and what did not, is not. Nothing that was typed is lost meanwhile.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.utils import translation

from fairwitness.design.shapes import Medium, Option
from fairwitness.surveys.answers import Answer, Problem, Trouble, Unanswered
from fairwitness.surveys.pages import Page
from fairwitness.surveys.questions import CHOOSING, FILES, Kind, Question
from fairwitness.surveys.said import ways_of_not_answering
from fairwitness.surveys.sentences import sentence_of
from fairwitness.surveys.showing import (
    Showing,
    Shown,
)
from fairwitness.surveys.steps import has_media
from fairwitness.surveys.walks import Act, Typed, Walk

WHOLE = "whole"  # under which words that could not be taken are kept
SHOWN = "shown"  # the field that says which questions stood on the page
_OFFERED_APART = (Unanswered.NOT_SURE, Unanswered.RATHER_NOT)


class Pressed(StrEnum):
    """What somebody pressed on the page; anything unknown goes on."""

    ON = "continue"
    ADD = "add"  # as in add-people~: one more time of that repeat
    REMOVE = "remove"  # as in remove-people~-2: its second time
    FINISH = "finish"


@dataclass(frozen=True)
class Asked:
    """One question on the page; `marks` are its ways of not answering, where no row offers them."""

    shown: Shown
    marks: list[tuple[Option, bool]] = field(default_factory=list)


@dataclass(frozen=True)
class Block:
    """What stands on one page otherwise."""

    heading: str
    part: str
    asked: list[Asked]
    whys: list[str]
    told_times: list[str]
    repeat: str = ""  # under which it says how often it stands there
    is_stop: bool = False
    media: tuple[Medium, ...] = ()


class Whole:
    """A walk as one page."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.problems: dict[str, Problem] = {}

    @property
    def shown(self) -> str:
        """The questions that stand on the page, for the field that brings them back."""
        return " ".join(one.key for one in self._questions())

    def _questions(self) -> Iterator[Question]:
        """Every question that can be answered here: a file cannot be told by phone."""
        for page in self.walk.journey.pages:
            yield from (each for each in page.asked if each.kind not in FILES)

    @property
    def blocks(self) -> list[Block]:
        """Every page that these answers lead to; the name of its part where a part begins."""
        blocks: list[Block] = []
        part = ""
        for page in self.walk.journey.pages:
            showing = Showing(
                self.walk,
                page,
                typed=self._typed(page),
                problems={
                    key: told
                    for key, told in self.problems.items()
                    if key in {one.key for one in page.questions}
                },
            )
            name = showing.words(page.progress.label)
            blocks.append(self._block(page, showing, name if name != part else ""))
            part = name
        return blocks

    def _block(self, page: Page, showing: Showing, part: str) -> Block:
        fields = [
            replace(one, kind="later") if one.kind == "file" else one
            for one in showing.fields
        ]
        by_key = {one.key: one for one in page.questions}
        is_single = len(fields) == 1 and page.repeat is None
        heading = "" if is_single else showing.title
        return Block(
            heading=": ".join(filter(None, (showing.caption, heading))),
            part=part,
            asked=[
                Asked(
                    _read_out(
                        one, by_key[one.name], "" if page.group else showing.title
                    ),
                    self._marks(by_key[one.name]),
                )
                for one in fields
            ],
            whys=list(dict.fromkeys(one.why for one in fields if one.why)),
            told_times=showing.told_times,
            repeat=page.keys[0] if page.repeat is not None else "",
            is_stop=bool(page.stop),
            media=() if is_single else showing.media_of_page,
        )

    def _marks(self, question: Question) -> list[tuple[Option, bool]]:
        is_offered = question.is_asked and question.kind not in CHOOSING | FILES
        if not is_offered or question.kind is Kind.ACKNOWLEDGE:
            return []
        said, words = self.walk.answers.get(question.key), ways_of_not_answering()
        return [(Option(one.value, words[one]), said == one) for one in _OFFERED_APART]

    def _typed(self, page: Page) -> Typed:
        kept = self._kept()
        return {
            name: values
            for name, values in kept.items()
            if any(_belongs(name, one.key) for one in page.questions)
        }

    def _kept(self) -> Typed:
        found: Typed = self.walk.draft.contents.get("typed", {}).get(WHOLE, {})
        return found

    def take(self, posted: Mapping[str, Sequence[str]]) -> Pressed:
        """Put what was posted into the draft. What needs another look is in `problems`.

        That an answer is missing is said only to who wants to finish.
        """
        pressed, about = _pressed(posted)
        self._take_answers(posted, is_last=pressed is Pressed.FINISH)
        if pressed is Pressed.ADD:
            self._change_times(about, Act.ADD)
        elif pressed is Pressed.REMOVE:
            times_key, _dash, which = about.rpartition("-")
            self._change_times(times_key, Act.REMOVE, f"remove-{which}")
        return pressed

    def _take_answers(
        self, posted: Mapping[str, Sequence[str]], *, is_last: bool
    ) -> None:
        stood = set(" ".join(posted.get(SHOWN, ())).split())
        journey = self.walk.journey
        pages = journey.pages
        here = [one for one in self._questions() if one.key in stood]
        if not pages or not here:
            return
        page = Page(WHOLE, self.walk.part, tuple(here), None, pages[0].progress)
        fields = {
            name: list(values) for name, values in posted.items() if name != "act"
        }
        cleaned, problems = journey.check(page, fields)
        self.problems = {
            key: told
            for key, told in problems.items()
            if is_last or told.trouble is not Trouble.MISSING
        }
        for one in here:
            self._keep(one.key, cleaned.get(one.key))
        self.walk.draft.contents.setdefault("typed", {})[WHOLE] = {
            name: values
            for name, values in fields.items()
            if any(_belongs(name, key) for key in self.problems)
        }

    def _keep(self, key: str, answer: Answer | None) -> None:
        if answer is None or answer == Unanswered.SKIPPED:
            self.walk.answers.pop(key, None)
        else:
            self.walk.answers[key] = answer

    def _change_times(self, times_key: str, act: Act, pressed: str = "") -> None:
        for page in self.walk.journey.pages:
            if page.repeat is not None and page.keys[0] == times_key:
                self.walk.change_times(page.repeat, act, pressed)
                return

    @property
    def first_open(self) -> str:
        """The id of the first control that nobody has answered; nothing when all are."""
        for one in self._questions():
            if one.key not in self.walk.answers:
                return one.key
        return ""


def whole_context(whole: Whole) -> dict[str, Any]:
    """What a page with the whole form shows: questions in the language that is spoken now.

    What needs another look is for staff, and so in the language of the desk.
    """
    with translation.override(settings.LANGUAGE_CODE):
        errors = {
            key: sentence_of(problem, tries=0)
            for key, problem in whole.problems.items()
        }
    blocks = whole.blocks
    return {
        "blocks": blocks,
        "has_media": any(
            has_media(one.media, [asked.shown for asked in one.asked]) for one in blocks
        ),
        "shown": whole.shown,
        "errors": errors,
    }


def _read_out(shown: Shown, question: Question, heading: str) -> Shown:
    """A question as it is; of a note its first line, as the rest of it stands in its body."""
    return replace(shown, label=heading) if question.kind is Kind.NOTE else shown


def _belongs(name: str, key: str) -> bool:
    """Whether a control of a question has this name: its key, or a part of it."""
    return name == key or name.startswith(f"{key}-")


def _pressed(posted: Mapping[str, Sequence[str]]) -> tuple[Pressed, str]:
    word, _dash, about = "".join(posted.get("act", ())[-1:]).partition("-")
    try:
        return Pressed(word), about
    except ValueError:
        return Pressed.ON, ""
