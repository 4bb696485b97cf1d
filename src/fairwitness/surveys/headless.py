"""Runs a whole form over given answers, without pages: for tests, previews and other software."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fairwitness.refusal import Refused
from fairwitness.surveys import expressions
from fairwitness.surveys.answers import Answer, Problem, Trouble
from fairwitness.surveys.cleaning import clean
from fairwitness.surveys.expressions import Context, Node, Value, World
from fairwitness.surveys.journey import problem_with, still_offered
from fairwitness.surveys.logic import NO_OCCASION, Occasion, State, work_out
from fairwitness.surveys.questions import Form, Group, Kind, Question, Times, key_at


@dataclass(frozen=True)
class Outcome:
    """What a form makes of answers: all by the keys of its questions.

    `relevant` lists the questions that the answers lead to, in order; `submission` is what
    would be sent: relevant answers without trouble, and what was calculated.
    """

    relevant: tuple[str, ...]
    errors: Mapping[str, Problem]
    calculated: Mapping[str, str]
    submission: Mapping[str, Any]
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

    A repeat is a list with an object for each time; a group may be an object. What is wrong
    is in the outcome; in repeats a key has the times behind it: age~2, or age~2-1 where they
    are nested.
    """
    told = _Told()
    _flatten(form.children, given, (), told)
    answers = told.flat
    first = work_out(form, answers, occasion=occasion)
    asked = {each.key: each for each in first.standing() if each.is_asked}
    fixed = {
        key: first.value(each)
        for key, each in asked.items()
        if first.is_only_read(each)
    }
    read = {
        key: _read(asked[key], answer, first)
        for key, answer in {**answers, **fixed}.items()
        if key in asked
    } | {key: one for key, one in told.misfits.items() if key in asked}
    cleaned = {
        key: one
        for key, one in read.items()
        if one is not None and not isinstance(one, Problem)
    }
    times = {key: answer for key, answer in answers.items() if key.endswith("~")}
    state = work_out(form, {**times, **cleaned}, occasion=occasion)
    relevant = [each for each in state.standing() if state.is_relevant(each)]
    errors = {key: one for key, one in told.misfits.items() if key not in asked} | {
        each.key: problem
        for each in relevant
        if each.is_asked
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
    sent = {**kept, **{key: one for key, one in calculated.items() if one}}
    return Outcome(
        relevant=tuple(each.key for each in relevant if each.is_shown),
        errors=errors,
        calculated=calculated,
        submission=_nested(form.children, sent, state, ()),
        unknown=tuple(told.unknown),
    )


@dataclass
class _Told:
    """Answers by keys, with how often each repeat stands there; what nobody asks; what fits nowhere."""

    flat: dict[str, Answer] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    misfits: dict[str, Problem] = field(default_factory=dict)


def _flatten(
    children: Iterable[Group | Question],
    given: Mapping[str, object],
    times: Times,
    told: _Told,
) -> None:
    known: dict[str, Question | Group] = {one.name: one for one in _plain(children)}
    for each in _beside(children):
        known[each.key if isinstance(each, Question) else each.name] = each
    for key, value in given.items():
        asked = known.get(key)
        if isinstance(asked, Group) and asked.is_repeat:
            _flatten_times(asked, value, times, told)
        elif isinstance(asked, Group) and isinstance(value, dict):
            _flatten(asked.children, value, times, told)
        elif isinstance(asked, Question) and asked.is_asked:
            if isinstance(value, dict):
                told.misfits[key_at(key, times)] = Problem(Trouble.NOT_ONE)
            else:
                told.flat[key_at(key, times)] = _posted(value)
        else:
            told.unknown.append(key_at(key, times))


def _flatten_times(repeat: Group, value: object, times: Times, told: _Told) -> None:
    if not isinstance(value, list):
        told.misfits[key_at(repeat.name, times)] = Problem(Trouble.NOT_TIMES)
        return
    told.flat[repeat.times_key(times)] = str(len(value))
    for number, one in enumerate(value, start=1):
        here = (*times, number)
        if isinstance(one, dict):
            _flatten(repeat.children, one, here, told)
        else:
            told.misfits[key_at(repeat.name, here)] = Problem(Trouble.NOT_TIMES)


def _plain(children: Iterable[Group | Question]) -> Iterator[Group]:
    """Groups that are no repeats, and those in them."""
    for each in children:
        if isinstance(each, Group) and not each.is_repeat:
            yield each
            yield from _plain(each.children)


def _beside(children: Iterable[Group | Question]) -> Iterator[Group | Question]:
    """Questions and repeats that stand beside each other, whatever plain groups are around."""
    for each in children:
        if isinstance(each, Group) and not each.is_repeat:
            yield from _beside(each.children)
        else:
            yield each


def _nested(
    children: Iterable[Group | Question],
    sent: Mapping[str, Answer],
    state: State,
    times: Times,
) -> dict[str, Any]:
    """What is sent, with a list for each repeat."""
    nested: dict[str, Any] = {}
    for each in _beside(children):
        if isinstance(each, Question):
            key = key_at(each.key, times)
            if key in sent:
                nested[each.key] = sent[key]
        else:
            inside = [
                _nested(each.children, sent, state, (*times, number))
                for number in range(1, state.times_of(each, times) + 1)
            ]
            if any(inside):
                nested[each.name] = inside
    return nested


def _posted(value: object) -> Answer:
    if isinstance(value, list):
        return [str(one) for one in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return expressions.to_string(value)
    return "" if value is None else str(value)


def _read(question: Question, value: Answer, state: State) -> Answer | Problem | None:
    if isinstance(value, list) and question.kind not in {Kind.SEVERAL, Kind.RANK}:
        return Problem(Trouble.NOT_ONE)
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
