"""A page of a form as it is drawn: labels, hints, options, what was answered, what to look at again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fairwitness.design.shapes import Medium, Option
from fairwitness.surveys.answers import (
    LONGEST_TEXT,
    Answer,
    Problem,
    Unanswered,
)
from fairwitness.surveys.cleaning import ACKNOWLEDGED, bounds, plain_number
from fairwitness.surveys.coarsening import place_in_words
from fairwitness.surveys.journey import Journey
from fairwitness.surveys.markup import line, paragraphs, plain, split
from fairwitness.surveys.pages import Page
from fairwitness.surveys.questions import (
    CHOOSING,
    LISTED,
    Choice,
    Group,
    Kind,
    Question,
    Texts,
)
from fairwitness.surveys.sentences import between, sentence_of
from fairwitness.surveys.spoken import language_of_texts, media_beside, missing_in
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
    only_in: str = (
        ""  # the language of a text that is missing in the one that was chosen
    )
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
        return ", ".join(
            f"{self.words(each.label)} {each.times[-1]}" for each in self.page.inside
        )

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
        return {
            key: sentence_of(problem, tries=self.tries)
            for key, problem in self.problems.items()
        }

    @property
    def has_open_field(self) -> bool:
        """Whether a question here has no rows for not being sure and rather not saying."""
        return any(question.kind not in CHOOSING for question in self.page.asked)

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
        is_way = question.parameters.get("shape") in {"geotrace", "geoshape"}
        is_long = is_way or "multiline" in question.appearance.split()
        return Shown(
            name=question.key,
            kind="note" if self.is_only_read(question) else _kind_of(question),
            label=line(self.words(question.label, question)),
            body=self.body(question),
            hint=line(self.words(question.hint, question)) or _hint_of(question),
            only_in=missing_in(question.label, self.walk),
            why=self.words(question.purpose, question),
            error=self.errors.get(question.key, ""),
            rows=ROWS if is_long else 1,
            limit=LONGEST_TEXT if is_long else 0,
            inputmode=_INPUTMODES.get(question.kind, ""),
            type=_TYPES.get(question.kind, "text"),
            value=self.value(question),
            options=self.options(question),
            media=self.media(question),
            **language_of_texts(question.label, self.walk),
        )

    def media(self, one: Group | Question) -> tuple[Medium, ...]:
        """The pictures, sound and film of a question or a group."""
        asked = one if isinstance(one, Question) else None
        return media_beside(one.media, plain(self.words(one.label, asked)), self.walk)

    @property
    def media_of_page(self) -> tuple[Medium, ...]:
        """What stands beside the heading of a page with several questions."""
        return self.media(self.page.group) if self.page.group else ()

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
        if question.kind is Kind.ACKNOWLEDGE:
            # Translators: beside the box of a question that asks to confirm something.
            return [Option(ACKNOWLEDGED, _("Yes, I confirm this"))]
        if question.kind is Kind.RANGE and _kind_of(question) == "one":
            return [Option(step, step) for step in _steps(question)]
        if question.kind not in LISTED:
            return []
        offered = [
            self.offered(choice, question)
            for choice in self.journey.state.choices(question)
        ]
        ways = [
            Option(way.value, ways_of_not_answering()[way], is_apart=True)
            for way in self.journey.offers(question)
            if way is not Unanswered.SKIPPED and question.kind in CHOOSING
        ]
        return offered + ways

    def offered(self, choice: Choice, question: Question) -> Option:
        """One choice; without words its name stands there, or for what is shown of it."""
        words = plain(self.words(choice.label, question))
        return Option(
            choice.name,
            words if words or choice.media else choice.name,
            is_apart=f"-{choice.name}" in set(Unanswered),
            media=media_beside(choice.media, words or choice.name, self.walk),
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


_KINDS = {
    Kind.NOTE: "note",
    Kind.ONE: "one",
    Kind.SEVERAL: "several",
    Kind.MONTH: "month",
    Kind.RANK: "rank",
    Kind.ACKNOWLEDGE: "several",
}
_TYPES = {Kind.DATE: "date", Kind.TIME: "time", Kind.MOMENT: "datetime-local"}
_INPUTMODES = {Kind.INTEGER: "numeric", Kind.DECIMAL: "decimal", Kind.RANGE: "decimal"}
MOST_STEPS = 11  # a range of more than these is typed


def _kind_of(question: Question) -> str:
    if question.kind is Kind.RANGE:
        return "one" if len(_steps(question)) <= MOST_STEPS else "text"
    return _KINDS.get(question.kind, "text")


def _steps(question: Question) -> list[str]:
    """The numbers of a range, up to one more than are shown as choices."""
    least, most, step = bounds(question)
    count = min(int((most - least) / step), MOST_STEPS)
    return [plain_number(least + step * number) for number in range(count + 1)]


def _hint_of(question: Question) -> str:
    if question.kind is Kind.RANGE and _kind_of(question) == "text":
        return between(*map(plain_number, bounds(question)[:2]))
    if question.kind is Kind.PLACE:
        return _where(question.parameters.get("shape", ""))
    return ""


def _where(shape: str) -> str:
    if shape in {"geotrace", "geoshape"}:
        # Translators: how a way or an area is typed; the numbers are degrees on a map.
        return _(
            "Write latitude and longitude of each point, one point a line, such as"
            " 52.52, 13.40. We keep them to about a kilometre."
        )
    # Translators: how a place is typed; the numbers are degrees on a map.
    return _(
        "Write latitude and longitude, such as 52.52, 13.40. We keep them to about a"
        " kilometre."
    )


def ways_of_not_answering() -> dict[Unanswered, str]:
    """What stands in place of an answer, in the language of the page."""
    return {
        # Translators: in place of an answer that was skipped.
        Unanswered.SKIPPED: _("Skipped"),
        # Translators: a way of answering any question.
        Unanswered.NOT_SURE: pgettext("answer", "I am not sure"),
        # Translators: a way of answering any question; it is as good as any other.
        Unanswered.RATHER_NOT: pgettext("answer", "I would rather not say"),
    }


def in_words(journey: Journey, question: Question) -> str:
    """The answer to a question as it reads; nothing when it was passed over."""
    answer = journey.answers.get(question.key)
    if answer == Unanswered.SKIPPED:
        return ""
    if isinstance(answer, str) and answer in set(Unanswered):
        return ways_of_not_answering()[Unanswered(answer)]
    if isinstance(answer, str) and question.kind in _SAID:
        return _SAID[question.kind](answer)
    return "\n".join(journey.words_of(question))


def _date_in_words(answer: str) -> str:
    return date_format(date.fromisoformat(answer), "j F Y")


def _moment_in_words(answer: str) -> str:
    return date_format(datetime.fromisoformat(answer), "j F Y, H:i")


def _confirmed(answer: str) -> str:
    # Translators: in place of an answer: somebody has confirmed what was asked.
    return _("Confirmed")


def _month_in_words(answer: str) -> str:
    year, dash, month = answer.partition("-")
    return date_format(date(int(year), int(month), 1), "F Y") if dash else year


_SAID: dict[Kind, Callable[[str], str]] = {
    Kind.MONTH: _month_in_words,
    Kind.DATE: _date_in_words,
    Kind.MOMENT: _moment_in_words,
    Kind.ACKNOWLEDGE: _confirmed,
    Kind.PLACE: place_in_words,
}


def years(walk: Walk) -> list[int]:
    """The years that can be chosen, newest first."""
    now = walk.occasion.now
    newest = now.year if now else 0
    return list(range(newest, newest - YEARS_BACK, -1))
