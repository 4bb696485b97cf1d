"""Somebody on their way through one part of a form: their draft, the page they are on, what they press.

A draft's contents: `version` (hash), `answers`, `typed` (words on a page that could not be
taken yet, by page), `values` (what the form is given, by language), `is_checking` (was at
the check), `is_short` (wants to send what there is so far).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar

from django.conf import settings
from django.http import QueryDict
from django.utils import timezone, translation

from fairwitness.governance.models import Area
from fairwitness.settled import settled
from fairwitness.surveys.answers import Answer, Problem, Unanswered
from fairwitness.surveys.draft_files import DraftFiles
from fairwitness.surveys.drafts import CHANCE, OpenDraft
from fairwitness.surveys.journey import Journey, NoSuchPage
from fairwitness.surveys.logic import MOST_TIMES, Occasion
from fairwitness.surveys.pages import Page
from fairwitness.surveys.published import form_of
from fairwitness.surveys.questions import (
    AREAS,
    FILES,
    Choice,
    Form,
    Group,
    Language,
    Part,
    Text,
    Times,
    key_at,
)
from fairwitness.surveys.said import said

Typed = dict[str, list[str]]
Told = TypeVar("Told")
_NOT_TYPED = {"csrfmiddlewaretoken", "act", "tries", "language", "again"}
SHOWN_TIMES = "shown-times"  # how often a repeat stood on the page that was posted


class Act(StrEnum):
    """What somebody pressed; anything unknown goes on."""

    ON = "continue"
    ADD = "add"  # one more time of a repeat
    REMOVE = "remove"  # as in remove-2: the second time of it
    BACK = "back"
    SAVE = "save"
    SEND = "send"
    LANGUAGE = "language"


@dataclass(frozen=True)
class Taken:
    """What came of a posted page."""

    act: Act
    problems: dict[str, Problem]

    @property
    def may_go_on(self) -> bool:
        """Whether there is nothing to look at again, or the person only steps aside."""
        return not self.problems or self.act in {Act.BACK, Act.LANGUAGE}


class Walk:
    """A draft and the part of the form that it goes through."""

    def __init__(self, draft: OpenDraft, part: Part) -> None:
        self.draft = draft
        self.part = part
        self.is_staying = False  # on the page of a repeat, of which a time was removed
        self._journey: Journey | None = None

    @cached_property
    def form(self) -> Form:
        """The questionnaire with which this draft began."""
        return form_of(self.draft.contents["version"])

    @cached_property
    def files(self) -> DraftFiles:
        """The files that belong to this draft."""
        return DraftFiles(self.draft)

    @property
    def answers(self) -> dict[str, Answer]:
        """What was answered so far."""
        found: dict[str, Answer] = self.draft.contents.setdefault("answers", {})
        return found

    @property
    def journey(self) -> Journey:
        """The pages that these answers lead to; worked out again when an answer changed."""
        answers = dict(self.answers)
        if self._journey is None:
            self._journey = Journey(
                self.form, answers, self.part, occasion=self.occasion
            )
        elif self._journey.answers != answers:
            self._journey = self._journey.followed_by(answers)
        return self._journey

    @cached_property
    def occasion(self) -> Occasion:
        """What comes from outside the form, in the language of this page."""
        language = self._language()
        return Occasion(
            values=self._values(language),
            lists=own_lists(self.form),
            now=timezone.localtime(),
            language=language,
            say=said,
            seed=self.draft.contents.get(CHANCE) or "before the first page",
        )

    def _language(self) -> str:
        """The language that was chosen for the questions, or that of the page."""
        told = self.draft.contents.get("language", "")
        if told in {each.code for each in self.form.languages}:
            return str(told)
        return translation.get_language() or self.form.default_language

    def _values(self, language: str) -> dict[str, str]:
        values = self.draft.contents.get("values", {})
        found: dict[str, str] = values.get(language) or values.get("en") or {}
        return found

    def page(self, key: str, *, is_posted: bool = False) -> Page | None:
        """The page of that key, if the answers so far lead to it.

        Once checking any page may be opened; and what was typed is taken also when
        another window of the same browser is on another page by now.
        """
        journey = self.journey
        if not (is_posted or self.is_checking or journey.can_visit(key)):
            return None
        try:
            return journey.page(key)
        except NoSuchPage:
            return None

    @property
    def is_checking(self) -> bool:
        """Whether the person has been at the check before, or wants to send what there is."""
        return bool(self.draft.contents.get("is_checking"))

    @property
    def waiting(self) -> Page | None:
        """The page that stands between these answers and the check, or none."""
        if self.draft.contents.get("is_short"):
            return next((page for page in self.journey.pages if page.stop), None)
        return self.journey.first_open()

    def typed(self, page: Page) -> Typed:
        """The words on a page that could not be taken yet."""
        found: Typed = self.draft.contents.get("typed", {}).get(page.key, {})
        return found

    def take(
        self,
        page: Page,
        posted: QueryDict,
        *,
        untaken: Mapping[str, Problem] = MappingProxyType({}),
    ) -> Taken:
        """Put what was posted into the draft; what needs another look is kept as it was typed.

        Files are in the draft by now, or `untaken` says why not.
        """
        act = _act_of(posted)
        if act is Act.LANGUAGE:
            self._choose_language(posted.get("language", ""))
        if page.repeat is not None:
            if act in {Act.ADD, Act.REMOVE} and self._is_stale(page.repeat, posted):
                self.is_staying = True
            else:
                self.change_times(page.repeat, act, posted.get("act", ""))
            return Taken(act, {})
        fields = {name: posted.getlist(name) for name in posted}
        fields |= self._names_of_files(page)
        cleaned, problems = self.journey.check(page, fields)
        problems |= untaken
        if act in {Act.BACK, Act.LANGUAGE, Act.SAVE}:
            cleaned = {
                key: told for key, told in cleaned.items() if told != Unanswered.SKIPPED
            }
        self.answers.update(cleaned)
        waiting = self.draft.contents.setdefault("typed", {})
        waiting.pop(page.key, None)
        if problems:
            waiting[page.key] = {
                name: values
                for name, values in fields.items()
                if name not in _NOT_TYPED
            }
        return Taken(act, problems)

    def _names_of_files(self, page: Page) -> Typed:
        """Of each question for a file, the name that we gave to it: no browser says it."""
        asked = [each.key for each in page.asked if each.kind in FILES]
        held = {key: self.files.get(key) for key in asked}
        return {key: [file.name] if file else [] for key, file in held.items()}

    def change_times(self, repeat: Group, act: Act, pressed: str = "") -> None:
        """Add a time of a repeat, or take the one away that `pressed` names, as remove-2 does."""
        key, around = repeat.times_key(repeat.times), repeat.times
        count = self.journey.state.times_of(repeat, around)
        if act is Act.ADD and count < MOST_TIMES:
            self.answers[key] = str(count + 1)
        elif act is Act.REMOVE:
            gone = pressed.partition("-")[2]
            if gone.isdecimal() and 1 <= int(gone) <= count:
                self._take_away(repeat, (*around, int(gone)))
                self.answers[key] = str(count - 1)
            self.is_staying = True
        elif act not in {Act.BACK, Act.LANGUAGE}:
            self.answers[key] = str(count)

    def _is_stale(self, repeat: Group, posted: QueryDict) -> bool:
        """Whether the page had another number of times: a double click, or an older window."""
        count = str(self.journey.state.times_of(repeat, repeat.times))
        return posted.get(SHOWN_TIMES, count) != count

    def _take_away(self, repeat: Group, gone: Times) -> None:
        """Forget what was told of one time of a repeat; those behind it move up.

        Words in any time of it that could not be taken yet go too: their pages move.
        """
        typed = self.draft.contents.get("typed", {})
        for page in self.journey.pages:
            if any(each.path == repeat.path for each in page.inside):
                typed.pop(page.key, None)
        self.draft.contents["answers"] = without_time(
            self.form, self.answers, repeat, gone
        )
        told = self.draft.contents.get("files", {})
        self.files.replace_all(without_time(self.form, told, repeat, gone))

    def _choose_language(self, code: str) -> None:
        """Keep a language that the form has and our own pages have not; else the page's is used."""
        self.draft.contents.pop("language", None)
        if code in {each.code for each in self.other_languages}:
            self.draft.contents["language"] = code

    @property
    def other_languages(self) -> list[Language]:
        """The languages of the form that our own pages do not have."""
        ours = dict(settings.LANGUAGES)
        return [each for each in self.form.languages if each.code not in ours]

    def after(self, page: Page) -> Page | None:
        """The page to show next; none when it is time to check."""
        if self.is_staying:
            return page
        journey = self.journey
        following = journey.next_page(page.key)
        if not self.is_checking or following is None or following.key == page.key:
            return following
        return self.waiting


def _act_of(posted: QueryDict) -> Act:
    if "language" in posted:
        return Act.LANGUAGE
    try:
        return Act(posted.get("act", "").partition("-")[0])
    except ValueError:
        return Act.ON


def without_time(
    form: Form, answers: Mapping[str, Told], repeat: Group, gone: Times
) -> dict[str, Told]:
    """Answers without one time of a repeat; the times behind it move up."""
    inside = f"{repeat.path}/"
    keys = {each.key for each in form.questions if each.path.startswith(inside)}
    keys |= {
        each.path.split("/", 2)[2]
        for each in form.repeats
        if each.path.startswith(inside)
    }
    left: dict[str, Told] = {}
    for key, answer in answers.items():
        name, _sign, rest = key.partition("~")
        written = rest.removesuffix("~")
        times = tuple(int(one) for one in written.split("-") if one.isdecimal())
        is_inside = name in keys and times[: len(gone) - 1] == gone[:-1]
        if not is_inside or len(times) < len(gone) or times[len(gone) - 1] < gone[-1]:
            left[key] = answer
        elif times[len(gone) - 1] > gone[-1]:
            place = len(gone) - 1
            moved = (*times[:place], times[place] - 1, *times[place + 1 :])
            ending = "~" if key.endswith("~") else ""
            left[f"{key_at(name, moved)}{ending}"] = answer
    return left


def own_lists(form: Form) -> Mapping[str, Sequence[Choice]]:
    """The lists that the centre itself brings to a form: its areas, where it asks for them."""
    return {AREAS: areas()} if AREAS in form.external else {}


@settled(Area)
def areas() -> Sequence[Choice]:
    """The districts of this centre, as a list that a form can offer."""
    return tuple(
        Choice(area.code, {code: Text((name,)) for code, name in _names(area).items()})
        for area in Area.objects.order_by("name", "code")
    )


def _names(area: Area) -> dict[str, str]:
    return {"en": area.name, **area.names}
