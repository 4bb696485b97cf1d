"""A page of a form as it is drawn: labels, hints, options, what was answered, what to look at again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from fairwitness.design.shapes import Calendar, Medium, Option
from fairwitness.surveys.answers import LONGEST_TEXT, Answer, Problem, Unanswered
from fairwitness.surveys.asking_for_files import AboutFile, about_file
from fairwitness.surveys.cleaning import ACKNOWLEDGED
from fairwitness.surveys.coarsening import place_in_words
from fairwitness.surveys.controls import (
    TYPES,
    control_of,
    hint_of,
    inputmode_of,
    steps_of,
)
from fairwitness.surveys.journey import Journey
from fairwitness.surveys.languages import direction_of
from fairwitness.surveys.markup import line, paragraphs, plain, split
from fairwitness.surveys.numerals import in_digits, listed, months_in, number_in
from fairwitness.surveys.pages import Page
from fairwitness.surveys.questions import (
    CHOOSING,
    FILES,
    LISTED,
    Choice,
    Group,
    Kind,
    Language,
    Question,
    Texts,
)
from fairwitness.surveys.said import in_words, ways_of_not_answering
from fairwitness.surveys.sentences import sentence_of
from fairwitness.surveys.spoken import (
    here,
    language_of_texts,
    marked,
    media_beside,
    missing_in,
)
from fairwitness.surveys.walks import Typed, Walk

YEARS_BACK = 70
ROWS = 8


@dataclass(frozen=True)
class Shown:
    """One question on a page."""

    name: str
    kind: str  # note, text, one, several, month, rank
    label: str
    body: str = ""
    hint: str = ""
    only_in: str = ""  # the language of a text that the chosen one does not have
    why: str = ""
    error: str = ""
    rows: int = 1
    limit: int = 0
    inputmode: str = ""
    type: str = "text"
    value: Any = ""
    options: list[Option] = field(default_factory=list)
    media: tuple[Medium, ...] = ()
    lang: str = ""
    direction: str = ""
    calendar: Calendar | None = None
    places: list[str] = field(default_factory=list)  # of a ranking, in its digits
    has_about: bool = False  # whether a rough time is asked beside a month
    file: AboutFile | None = None


class Showing:
    """Draws the questions of one page."""

    def __init__(
        self,
        walk: Walk,
        page: Page,
        *,
        typed: Typed | None = None,
        problems: Mapping[str, Problem] | None = None,
        tries: int = 0,
    ) -> None:
        self.walk, self.page = walk, page
        self.journey: Journey = walk.journey
        self.typed = typed or walk.typed(page)
        self.problems = problems or {}
        self.tries = tries

    @property
    def title(self) -> str:
        """The heading of the page."""
        if self.page.repeat is not None:
            name = self.words(self.page.repeat.label)
            # Translators: asked after somebody told of one or more, such as witnesses.
            return _("Is there another? (%(name)s)") % {"name": name}
        group = self.page.group
        own = plain(self.words(group.label)) if group else ""
        first = self.page.questions[0]
        said = self.words(first.label, first)
        told = split(said)[0] if first.kind is Kind.NOTE else plain(said)
        return own or told or first.name

    @property
    def caption(self) -> str:
        """Which time of which repeats this is: "People 2", or nothing."""
        code = self.journey.state.language
        times = (
            f"{self.words(each.label)} {in_digits(str(each.times[-1]), code)}"
            for each in self.page.inside
        )
        return listed(*times, code=code)

    @property
    def heading_in(self) -> Language | None:
        """The language of the heading of several questions, where it is not that of the page."""
        label = self.page.group.label if self.page.group else {}
        code = language_of_texts(label, self.walk)["lang"]
        return self.walk.form.language(code) if code else None

    @property
    def told_times(self) -> list[str]:
        """Of each time of the repeat of this page, what was told, in a line."""
        repeat = self.page.repeat
        if repeat is None:
            return []
        told = []
        for number in range(1, self.journey.state.times_of(repeat, repeat.times) + 1):
            times = (*repeat.times, number)
            words = (
                in_words(self.journey, each)
                for each in self.journey.state.standing()
                if each.times == times and each.path.startswith(f"{repeat.path}/")
            )
            told.append(" · ".join(filter(None, words)))
        return told

    @property
    def fields(self) -> list[Shown]:
        """Every question of the page; the rough time beside a month is drawn with it."""
        months = {q.name for q in self.page.questions if q.kind is Kind.MONTH}
        return [
            self.shown(question)
            for question in self.page.questions
            if question.name.removesuffix("_about") not in months
            or question.name in months
        ]

    @property
    def errors(self) -> dict[str, str]:
        """What needs another look, by the id of its control."""
        return {key: self._error(key, around="") for key in self.problems}

    def _error(self, key: str, *, around: str) -> str:
        """What needs another look at one question, marked with its language."""
        problem = self.problems.get(key)
        if problem is None:
            return ""
        sentence = sentence_of(problem, tries=self.tries)
        spoken = self.journey.state.language if problem.message else here()
        return marked(sentence, spoken, self.walk, around=around)

    @property
    def has_open_field(self) -> bool:
        """Whether a question here has no rows for not being sure and rather not saying."""
        return any(
            question.kind not in CHOOSING and not self.is_only_read(question)
            for question in self.page.asked
        )

    @property
    def can_answer(self) -> bool:
        """Whether anything is asked here: a note, and what can only be read, is not."""
        return any(not self.is_only_read(question) for question in self.page.asked)

    @property
    def is_alike(self) -> bool:
        """Whether everybody who comes here sees the same: no word of an answer stands here."""
        page = self.page
        label = page.group.label if page.group else {}
        return (
            self.walk.occasion.language == translation.get_language()
            and page.repeat is None
            and not page.inside
            and not self.problems
            and not self.typed
            and all(map(_is_fixed, [page.progress.label, label]))
            and all(map(self._is_alike, page.questions))
        )

    def _is_alike(self, question: Question) -> bool:
        source = question.choices
        offered = self.journey.form.lists.get(source.list_name, ()) if source else ()
        return (
            question.key not in self.walk.answers
            and not (source and source.rule)
            and all(map(_is_fixed, (question.label, question.hint, question.purpose)))
            and all(_is_fixed(choice.label) for choice in offered)
        )

    def words(self, texts: Texts, question: Question | None = None) -> str:
        return self.journey.state.words(texts, question)

    def shown(self, question: Question) -> Shown:
        """One question as it is drawn."""
        spoken = language_of_texts(question.label, self.walk)
        around = spoken["lang"]
        options = self.options(question)
        is_way = question.parameters.get("shape") in {"geotrace", "geoshape"}
        is_long = is_way or "multiline" in question.appearance.split()
        return Shown(
            name=question.key,
            kind=self.kind(question, options),
            label=line(self.words(question.label, question)),
            body=self.body(question),
            hint=line(self.words(question.hint, question))
            or marked(hint_of(question), here(), self.walk, around=around),
            only_in=missing_in(question.label, self.walk),
            why=marked(
                self.words(question.purpose, question),
                language_of_texts(question.purpose, self.walk)["lang"],
                self.walk,
            ),
            error=self._error(question.key, around=around),
            rows=ROWS if is_long else 1,
            limit=LONGEST_TEXT if is_long else 0,
            inputmode=inputmode_of(question),
            type=TYPES.get(question.kind, "text"),
            value=self.value(question),
            options=options,
            calendar=self._calendar(question, around),
            places=self._ranks(question, around),
            has_about=f"{question.key}_about" in self.journey.form.by_key,
            media=self.media(question),
            file=about_file(self.walk, question) if question.kind in FILES else None,
            **spoken,
        )

    def media(self, one: Group | Question) -> tuple[Medium, ...]:
        """The pictures, sound and film of a question or a group."""
        asked = one if isinstance(one, Question) else None
        return media_beside(one.media, plain(self.words(one.label, asked)), self.walk)

    @property
    def media_of_page(self) -> tuple[Medium, ...]:
        """What stands beside the heading of a page with several questions."""
        return self.media(self.page.group) if self.page.group else ()

    def _ranks(self, question: Question, around: str) -> list[str]:
        """The places of a ranking, from 1, in the digits of the question."""
        if question.kind is not Kind.RANK:
            return []
        count = len(self.journey.state.choices(question))
        return [in_digits(str(one), around or here()) for one in range(1, count + 1)]

    def _calendar(self, question: Question, around: str) -> Calendar | None:
        """The years of a month, and the names of all months where they are in another language."""
        if question.kind is not Kind.MONTH:
            return None
        code = around or here()
        told = [(str(year), in_digits(str(year), code)) for year in years(self.walk)]
        return Calendar(told, months_in(code) if around else ())

    def kind(self, question: Question, options: list[Option]) -> str:
        """What a question is drawn as; pictures cannot stand in a folded list."""
        if self.is_only_read(question):
            return "note"
        control = control_of(question)
        has_media = control == "list" and any(option.media for option in options)
        return "one" if has_media else control

    def is_only_read(self, question: Question) -> bool:
        """Whether a question shows a value that nobody can change."""
        return question.is_asked and self.journey.state.is_only_read(question)

    def body(self, question: Question) -> str:
        """What stands below the heading of a note: all of it where others stand beside it."""
        if self.is_only_read(question):
            return self.journey.state.value(question)
        if question.kind is not Kind.NOTE:
            return ""
        said = self.words(question.label, question)
        return paragraphs(said if self.page.group else split(said)[1])

    def options(self, question: Question) -> list[Option]:
        """The choices of a question, with the ways of not answering set apart."""
        around = language_of_texts(question.label, self.walk)["lang"]
        if question.kind is Kind.ACKNOWLEDGE:
            # Translators: beside the box of a question that asks to confirm something.
            return [_ours(ACKNOWLEDGED, _("Yes, I confirm this"), around)]
        if question.kind is Kind.RANGE and control_of(question) == "one":
            code = around or here()
            return [Option(step, number_in(step, code)) for step in steps_of(question)]
        if question.kind not in LISTED:
            return []
        offered = [
            self.offered(choice, question, around)
            for choice in self.journey.state.choices(question)
        ]
        ways = [
            _ours(way.value, ways_of_not_answering()[way], around, is_apart=True)
            for way in self.journey.offers(question)
            if way is not Unanswered.SKIPPED and question.kind in CHOOSING
        ]
        return offered + ways

    def offered(self, choice: Choice, question: Question, around: str) -> Option:
        """One choice; without words its name stands there, or for what is shown of it."""
        words = plain(self.words(choice.label, question))
        return Option(
            choice.name,
            words if words or choice.media else choice.name,
            is_apart=f"-{choice.name}" in set(Unanswered),
            media=media_beside(choice.media, words or choice.name, self.walk),
            **language_of_texts(choice.label, self.walk, around=around),
        )

    def value(self, question: Question) -> Any:
        """What stands in a control: as it was typed, else as it was answered."""
        answer = self.walk.answers.get(question.key)
        if question.kind is Kind.MONTH:
            return self._month(question, answer)
        if question.kind is Kind.RANK:
            return self._places(question, answer)
        typed = self.typed.get(question.key)
        if question.kind is Kind.SEVERAL:
            return typed or (answer if isinstance(answer, list) else [answer or ""])
        if typed is not None:
            return typed[-1] if typed else ""
        told = answer if isinstance(answer, str) else ""
        is_mark = told in set(Unanswered)
        if question.kind is Kind.PLACE and not is_mark:
            return place_in_words(told)
        return "" if is_mark and question.kind not in CHOOSING else told

    def _places(self, question: Question, answer: Answer | None) -> dict[str, str]:
        """The place of each choice of a ranking, as text."""
        ranked = answer if isinstance(answer, list) else []
        kept = {name: str(place) for place, name in enumerate(ranked, start=1)}
        for choice in self.journey.state.choices(question):
            typed = self.typed.get(f"{question.key}-{choice.name}")
            if typed:
                kept[choice.name] = typed[-1]
        return kept

    def _month(self, question: Question, answer: Answer | None) -> dict[str, str]:
        told = answer if isinstance(answer, str) and not answer.startswith("-") else ""
        year, _dash, month = told.partition("-")
        about = self.walk.answers.get(f"{question.key}_about", "")
        kept = {"year": year, "month": month, "about": str(about).removeprefix("-")}
        for part in kept:
            typed = self.typed.get(f"{question.key}-{part}")
            if typed:
                kept[part] = typed[-1]
        return kept


def _is_fixed(texts: Texts) -> bool:
    """Whether no value is put into these texts."""
    return all(text.is_fixed for text in texts.values())


def years(walk: Walk) -> list[int]:
    """The years that can be chosen, newest first."""
    now = walk.occasion.now
    newest = now.year if now else 0
    return list(range(newest, newest - YEARS_BACK, -1))


def _ours(value: str, label: str, around: str, *, is_apart: bool = False) -> Option:
    """A choice in our own words, among those of a form in another language."""
    spoken = here() if around else ""
    return Option(
        value,
        label,
        is_apart=is_apart,
        lang=spoken,
        direction=direction_of(spoken) if spoken else "",
    )
