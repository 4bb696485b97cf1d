"""Runs a whole form over given answers, without pages: for tests, previews and other software."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fairwitness.refusal import Refused
from fairwitness.surveys import expressions
from fairwitness.surveys.answers import Answer, Problem, Trouble, clean
from fairwitness.surveys.expressions import Context, Node, Value, World
from fairwitness.surveys.journey import problem_with, still_offered
from fairwitness.surveys.logic import NO_OCCASION, Occasion, State, work_out
from fairwitness.surveys.questions import Form, Group, Kind, Question


class NotRunnable(Refused):
    """A form uses something that cannot be run here; the message names it."""

    status = 422


@dataclass(frozen=True)
class Outcome:
    """What a form makes of answers: all by the keys of its questions.

    `relevant` lists the questions that the answers lead to, in order; `submission` is what
    would be sent: relevant answers without trouble, and what was calculated.
    """

    relevant: tuple[str, ...]
    errors: Mapping[str, Problem]
    calculated: Mapping[str, str]
    submission: Mapping[str, Answer]
    unknown: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """The outcome as `questionnaire answer --json` prints it."""
        return {
            "relevant": list(self.relevant),
            "errors": {
                key: {"trouble": one.trouble.value, "message": one.message}
                for key, one in self.errors.items()
            },
            "unknown": list(self.unknown),
            "calculated": dict(self.calculated),
            "submission": dict(self.submission),
        }


def run_form(
    form: Form, given: Mapping[str, object], *, occasion: Occasion = NO_OCCASION
) -> Outcome:
    """Work out a form over answers: texts, numbers, truths, or lists for several choices.

    Errors: `NotRunnable` for repeats; what is wrong with an answer is in the outcome.
    """
    for each, _above in form.walk():
        if isinstance(each, Group) and each.is_repeat:
            raise NotRunnable(
                f"The repeat {each.name} cannot be run yet. Take it out to run the rest."
            )
    asked = {each.key: each for each in form.questions if each.is_asked}
    posted = {key: _posted(value) for key, value in given.items() if key in asked}
    first = work_out(form, posted, occasion=occasion)
    read = {key: _read(asked[key], posted[key], first) for key in posted}
    cleaned = {
        key: one
        for key, one in read.items()
        if one is not None and not isinstance(one, Problem)
    }
    state = work_out(form, cleaned, occasion=occasion)
    relevant = [each for each in form.questions if state.is_relevant(each)]
    errors = {
        each.key: problem
        for each in relevant
        if each.key in asked
        and (problem := problem_with(each, read.get(each.key), state)) is not None
    }
    calculated = {
        each.key: state.value(each) for each in relevant if each.kind is Kind.CALCULATE
    }
    kept = {
        each.key: still_offered(each, cleaned[each.key], state)
        for each in relevant
        if each.key in cleaned and each.key not in errors
    }
    return Outcome(
        relevant=tuple(each.key for each in relevant if each.is_shown),
        errors=errors,
        calculated=calculated,
        submission={**kept, **{key: one for key, one in calculated.items() if one}},
        unknown=tuple(key for key in given if key not in asked),
    )


def _posted(value: object) -> Answer:
    if isinstance(value, list):
        return [str(one) for one in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _read(question: Question, value: Answer, state: State) -> Answer | Problem | None:
    if isinstance(value, list) and question.kind not in {Kind.SEVERAL, Kind.RANK}:
        return Problem(Trouble.NOT_A_CHOICE)
    if isinstance(value, str) and question.kind in {Kind.SEVERAL, Kind.RANK}:
        value = value.split()
    return clean(
        question,
        {question.key: value},
        choices=state.choices(question),
        now=state.occasion.now,
    )


def evaluate(
    document: Node, rules: list[str], *, occasion: Occasion = NO_OCCASION
) -> dict[str, dict[str, object]]:
    """Return what each rule gives over an instance: {type, value}, or {error} where it is refused.

    Rules stand at the outermost element. Types are nodeset (a list of texts), number,
    string and boolean; numbers that JSON does not have are the texts NaN and Infinity.
    """
    start = document.children[0] if document.children else document
    found: dict[str, dict[str, object]] = {}
    for rule in rules:
        world = World(root=document, now=occasion.now, chance=occasion.chance)
        try:
            value = expressions.compile(rule).evaluate(Context(world, start))
        except Refused as refused:
            found[rule] = {"error": str(refused)}
        else:
            found[rule] = _typed(value)
    return found


def _typed(value: Value) -> dict[str, object]:
    if isinstance(value, list):
        return {"type": "nodeset", "value": [node.string() for node in value]}
    if isinstance(value, bool):
        return {"type": "boolean", "value": value}
    if isinstance(value, float | int):
        is_plain = math.isfinite(value)
        return {
            "type": "number",
            "value": value if is_plain else expressions.to_string(value),
        }
    return {"type": "string", "value": value}
