"""Measures a questionnaire: how fast its rules are evaluated, and what one page of it costs."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any

from django.http import QueryDict
from django.template import engines
from django.template.loader import render_to_string
from django.utils import timezone, translation

from fairwitness.surveys import drafts, expressions, steps
from fairwitness.surveys.answers import Answer
from fairwitness.surveys.expressions import Compiled, Context, Node
from fairwitness.surveys.expressions.context import STEPS
from fairwitness.surveys.findings import rules_of
from fairwitness.surveys.logic import Occasion, State, work_out
from fairwitness.surveys.pages import Page
from fairwitness.surveys.program import Program
from fairwitness.surveys.questions import LISTED, Form, Kind, Part, Question
from fairwitness.surveys.walks import Walk
from fairwitness.surveys.xlsform import read_form

ROUNDS = 15
PAGES = 20  # of the form, evenly spread
_SOMETHING = {
    Kind.INTEGER: "5",
    Kind.DECIMAL: "5",
    Kind.RANGE: "5",
    Kind.DATE: "2026-01-05",
    Kind.MONTH: "2026-01",
    Kind.TIME: "10:30",
    Kind.MOMENT: "2026-01-05T10:30",
    Kind.ACKNOWLEDGE: "OK",
    Kind.TEXT: "some words",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured; times in milliseconds of one processor, medians of all rounds."""

    controls: int
    expressions: int
    read_ms: float  # from the file to the questionnaire, once per version
    compile_ms: float  # from the questionnaire to closures in order, once per version
    parsed_per_s: float
    expressions_per_s: float
    evaluation_ms: (
        float  # every rule that decides or calculates, over a whole set of answers
    )
    get_ms: float
    get_drawing_ms: float  # of which is drawing the page
    post_ms: float
    template_floor_ms: float  # a fixed page of the same size, drawn by the same engine

    def as_json(self) -> dict[str, Any]:
        """The result with numbers that can be read."""
        return {name: round(getattr(self, name), 3) for name in self.__slots__}

    @property
    def line(self) -> str:
        """The result for people."""
        return (
            f"{self.controls} controls, {self.expressions} rules: read in {self.read_ms:.0f} ms,"
            f" compiled in {self.compile_ms:.0f} ms ({self.parsed_per_s:,.0f}/s).\n"
            f"{self.expressions_per_s:,.0f} expressions/s; all rules over all answers"
            f" {self.evaluation_ms:.1f} ms.\n"
            f"A page: shown in {self.get_ms:.1f} ms (drawing {self.get_drawing_ms:.1f}, floor"
            f" {self.template_floor_ms:.2f}), taken in {self.post_ms:.1f} ms."
        )


def measure(content: bytes, *, rounds: int = ROUNDS) -> Measured:
    """Measure a questionnaire with an answer to every question. It needs the settings, no database."""
    read_ms = _ms(lambda: read_form(content), 1)
    form = read_form(content)
    rules = [
        (each.path, rule)
        for each, _above in form.walk()
        for _column, rule in rules_of(each)
    ]
    parsing_ms = _ms(lambda: _parse(rules), 3)
    compile_ms = _ms(lambda: Program(form), 1)
    answers = {
        each.key: answer
        for each in form.questions
        if (answer := _answer(form, each)) is not None
    }
    with translation.override(form.default_language):
        occasion = Occasion(
            now=timezone.localtime(),
            chance=random.Random(1),  # noqa: S311 the same every time
            language=form.default_language,
        )
        return Measured(
            controls=sum(each.is_shown for each in form.questions),
            expressions=len(rules),
            read_ms=read_ms,
            compile_ms=compile_ms,
            parsed_per_s=_a_second(len(rules), parsing_ms),
            expressions_per_s=_evaluated(
                work_out(form, answers, occasion=occasion), rules, rounds
            ),
            evaluation_ms=_ms(
                lambda: work_out(form, answers, occasion=occasion), rounds
            ),
            **_pages(form, answers, occasion),
        )


def _ms(work: Callable[[], object], rounds: int) -> float:
    """How long some work takes a processor, in milliseconds: the median of some rounds."""
    took = []
    for _round in range(rounds):
        before = time.process_time()
        work()
        took.append((time.process_time() - before) * 1000)
    return median(took)


def _a_second(count: int, ms: float) -> float:
    return count / ms * 1000 if ms else 0.0


def _parse(rules: Sequence[tuple[str, str]]) -> None:
    for _path, rule in rules:
        expressions.compile.__wrapped__(rule)


def _evaluated(state: State, rules: Sequence[tuple[str, str]], rounds: int) -> float:
    """How many rules are evaluated in a second, each at its own question."""
    standing: list[tuple[Compiled, Node]] = [
        (expressions.compile(rule), state.places[path][0])
        for path, rule in rules
        if path in state.places
    ]

    def once() -> None:
        state.world.steps = STEPS
        for rule, node in standing:
            rule.evaluate(Context(state.world, node))

    return _a_second(len(standing), _ms(once, rounds))


def _answer(form: Form, question: Question) -> Answer | None:
    """An answer that leads on: yes, where that can be said, or the first choice."""
    if question.kind in LISTED:
        source = question.choices
        names = [
            each.name for each in form.lists.get(source.list_name if source else "", ())
        ]
        if question.kind is Kind.ONE:
            return "yes" if "yes" in names else next(iter(names), None)
        return names if question.kind is Kind.RANK else names[:1]
    return _SOMETHING.get(question.kind)


def _pages(
    form: Form, answers: Mapping[str, Answer], occasion: Occasion
) -> dict[str, float]:
    """What some pages cost, evenly spread over the form; without middleware, draft and database."""
    part = form.children[0].part
    all_pages = [
        each
        for each in _walk(form, answers, occasion, part).journey.pages
        if each.asked
    ]
    chosen = all_pages[:: max(1, len(all_pages) // PAGES)]
    shown, drawn, taken, floor = [], [], [], []
    for page in chosen:
        posted = QueryDict(mutable=True)
        for key in page.keys:
            told = answers.get(key, "")
            posted.setlist(key, told if isinstance(told, list) else [told])
        walk = _walk(form, answers, occasion, part)
        html = _draw(walk, page)
        fixed = engines["django"].from_string(html.replace("{", "(").replace("%", "-"))
        fresh = partial(_walk, form, answers, occasion, part)
        shown.append(_ms(partial(_show, fresh, page), 3))
        drawn.append(_ms(partial(_draw, walk, page), 3))
        taken.append(_ms(partial(_take, fresh, page, posted), 3))
        floor.append(_ms(partial(fixed.render, {}), 3))
    return {
        "get_ms": median(shown),
        "get_drawing_ms": median(drawn),
        "post_ms": median(taken),
        "template_floor_ms": median(floor),
    }


def _walk(
    form: Form, answers: Mapping[str, Answer], occasion: Occasion, part: str
) -> Walk:
    draft = drafts.OpenDraft(b"", drafts.Journey.REPORT, {"answers": dict(answers)})
    walk = Walk(draft, Part(part) if part else Part.REPORT)
    walk.part = part  # type: ignore[assignment] # a form that says no parts is all of one
    walk.form, walk.occasion = form, occasion
    return walk


def _draw(walk: Walk, page: Page) -> str:
    here = walk.journey.page(page.key)
    walk.journey.can_visit(here.key)
    return render_to_string("surveys/question.html", steps.question_context(walk, here))


def _show(fresh: Callable[[], Walk], page: Page) -> None:
    _draw(fresh(), page)


def _take(fresh: Callable[[], Walk], page: Page, posted: QueryDict) -> None:
    walk = fresh()
    walk.take(walk.journey.page(page.key), posted)
    walk.after(page)
