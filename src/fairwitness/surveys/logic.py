"""Works out the rules of a form over answers: what is relevant, calculated, offered, said."""

import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter

from fairwitness.refusal import Refused
from fairwitness.surveys import expressions
from fairwitness.surveys.answers import Answers, as_node_text
from fairwitness.surveys.expressions import (
    Compiled,
    Context,
    Node,
    TooCostly,
    Value,
    World,
    to_boolean,
    to_number,
    to_string,
)
from fairwitness.surveys.questions import (
    Choice,
    Choices,
    Form,
    Group,
    Kind,
    Question,
    Text,
    Texts,
    Times,
    in_language,
)

LONGEST_VALUE = 100_000
MOST_TIMES = 200  # how often one repeat may stand in a form

Lists = Mapping[str, Sequence[Choice]]


class CircularRules(Refused):
    """Rules of a form depend on each other in a circle."""


@dataclass(frozen=True)
class Occasion:
    """What comes from outside the form: hidden values, the centre's lists, clock, chance, language."""

    values: Mapping[str, str] = field(default_factory=dict)
    lists: Lists = field(default_factory=dict)
    now: datetime | None = None
    chance: random.Random | None = None
    language: str = ""


NO_OCCASION = Occasion()


class _What(Enum):
    """What of a place is worked out."""

    RELEVANCE = "relevance"
    TIMES = "times"  # how often a repeat stands there
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class _Step:
    """One thing to work out: the relevance, the times or the value of a place."""

    path: str
    above: str
    what: _What
    rule: Compiled | None


_Wanted = tuple[str, _What]
_Spot = tuple[str, Times]


class Program:
    """The rules of one form, compiled and put in order, once."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.places = {each.path: each for each, _above in form.walk()}
        self.order = {path: number for number, path in enumerate(self.places)}
        self.depth = {f"/{form.root}": 0}  # how many repeats there are around a place
        self.steps = self._in_order()
        self.rows: dict[Node, Choice] = {}
        self.lists = {
            name: self.plant(choices, self.rows, language="")
            for name, choices in form.lists.items()
        }

    def _in_order(self) -> tuple[_Step, ...]:
        steps: dict[_Wanted, _Step] = {}
        needs: dict[_Wanted, set[_Wanted]] = {}
        for step in self._all_steps():
            wanted = (step.path, step.what)
            steps[wanted] = step
            needs[wanted] = {*self._around(step), *self._needs(step.rule, step.path)}
        try:
            order = tuple(TopologicalSorter(needs).static_order())
        except CycleError as circle:
            names = [path.rsplit("/", 1)[-1] for path, _what in circle.args[1]]
            around = " → ".join(dict.fromkeys(reversed(names)))
            raise CircularRules(
                f"These rules wait for each other: {around}. Take one of them out."
            ) from circle
        return tuple(steps[each] for each in order if each in steps)

    def _all_steps(self) -> Iterator[_Step]:
        for each, groups in self.form.walk():
            above = groups[-1].path if groups else f"/{self.form.root}"
            is_repeat = isinstance(each, Group) and each.is_repeat
            self.depth[each.path] = self.depth[above] + is_repeat
            if isinstance(each, Group) and each.repeat_count:
                count = expressions.compile(each.repeat_count)
                yield _Step(each.path, above, _What.TIMES, count)
            relevant = expressions.compile(each.relevant) if each.relevant else None
            yield _Step(each.path, above, _What.RELEVANCE, relevant)
            written = (
                each.calculate or each.default_rule
                if isinstance(each, Question)
                else ""
            )
            rule = expressions.compile(written) if written else None
            yield _Step(each.path, above, _What.VALUE, rule)

    def _around(self, step: _Step) -> Iterator[_Wanted]:
        if step.what is _What.VALUE:
            yield step.path, _What.RELEVANCE
        else:
            yield step.above, _What.RELEVANCE
        if step.what is _What.RELEVANCE and self._is_counted(step.path):
            yield step.path, _What.TIMES

    def _is_counted(self, path: str) -> bool:
        return bool(getattr(self.places.get(path), "repeat_count", ""))

    def _needs(self, rule: Compiled | None, path: str) -> Iterator[_Wanted]:
        for written in rule.paths if rule is not None else ():
            needed = resolve(written, path)
            if not needed or needed == path:
                continue
            if isinstance(self.places.get(needed), Question):
                yield needed, _What.VALUE
            elif self._is_counted(needed):
                yield needed, _What.TIMES

    def plant(
        self, choices: Sequence[Choice], rows: dict[Node, Choice], *, language: str
    ) -> Node:
        """Return a list as a document that expressions can walk; `rows` learns its nodes."""
        document = Node("")
        root = Node("root", parent=document)
        for choice in choices:
            row = Node("item", parent=root)
            rows[row] = choice
            Node("name", choice.name, parent=row)
            found = in_language(choice.label, language, self.form.default_language)
            Node("label", found[1].plain if found else "", parent=row)
            for column, value in choice.columns.items():
                Node(column, value, parent=row)
        return document


@lru_cache(maxsize=32)
def program_of(form: Form) -> Program:
    """Return the compiled rules of a form. Raises CircularRules, BadExpression, Unsupported."""
    return Program(form)


def resolve(written: str, path: str) -> str:
    """Return the absolute path of a path that is written in a rule of the node `path`."""
    if written.startswith("/"):
        return "" if "//" in written else written
    if written.startswith("instance("):
        return ""
    here = path.split("/")
    for step in written.removeprefix("current()/").split("/"):
        if step == "..":
            here = here[:-1]
        elif step != ".":
            here.append(step)
    return "/".join(here)


class State:
    """A form over answers, worked out. Build it with `work_out`."""

    def __init__(self, form: Form, answers: Answers, occasion: Occasion) -> None:
        self.form = form
        self.program = program_of(form)
        self.occasion = occasion
        self.language = occasion.language or form.default_language
        self.answers = answers
        self._document = Node("")
        top = f"/{form.root}"
        self.nodes: dict[_Spot, Node] = {
            (top, ()): Node(form.root, parent=self._document)
        }
        self.relevant: dict[_Spot, bool] = {(top, ()): True}
        self.spots: dict[str, list[Times]] = {top: [()]}
        self._plant(form.children, self.nodes[top, ()], ())
        self.rows = dict(self.program.rows) if form.external else self.program.rows
        self.world = World(
            root=self._document,
            instances=self._instances(),
            now=occasion.now,
            chance=occasion.chance,
            itext=self._itext,
            choice_name=self._choice_name,
        )
        for step in self.program.steps:
            self._take(step)

    def _plant(
        self, children: Iterable[Group | Question], parent: Node, times: Times
    ) -> None:
        for each in children:
            if isinstance(each, Group) and each.is_repeat:
                for number in range(1, self._first_times(each, times) + 1):
                    self._plant_one(each, parent, (*times, number))
            else:
                self._plant_one(each, parent, times)

    def _plant_one(self, each: Group | Question, parent: Node, times: Times) -> None:
        text = self._first_text(each.at(times)) if isinstance(each, Question) else ""
        node = Node(each.name, text, parent=parent)
        self.nodes[each.path, times] = node
        self.spots.setdefault(each.path, []).append(times)
        if isinstance(each, Group):
            self._plant(each.children, node, times)

    def _first_times(self, repeat: Group, times: Times) -> int:
        """How often a repeat stands there: as was answered, else once; counted ones come later."""
        if repeat.repeat_count:
            return 0
        said = self.answers.get(repeat.times_key(times), "1")
        return _bounded(float(said)) if isinstance(said, str) and said.isdigit() else 1

    def _first_text(self, question: Question) -> str:
        if question.kind is Kind.HIDDEN:
            return self.occasion.values.get(question.name, question.default)
        if question.key in self.answers:
            return as_node_text(question, self.answers[question.key])
        return question.default

    def _instances(self) -> Mapping[str, Node]:
        if not self.form.external:
            return self.program.lists
        brought = {
            name: self.program.plant(
                self.occasion.lists.get(name, ()), self.rows, language=self.language
            )
            for name in self.form.external
        }
        return {**self.program.lists, **brought}

    def _take(self, step: _Step) -> None:
        if step.what is _What.TIMES and step.rule is not None:
            for times in self.spots.get(step.above, ()):
                self._repeat(step, step.rule, times)
            return
        for times in self.spots.get(step.path, ()):
            if step.what is _What.RELEVANCE:
                self._decide(step, times)
            elif step.rule is not None and self._is_open(step.path, times):
                value = to_string(self._evaluate(step.rule, (step.path, times)))
                if len(value) > LONGEST_VALUE:
                    raise TooCostly(
                        "A rule of this form makes a text that is too long."
                    )
                self.nodes[step.path, times].text = value

    def _is_open(self, path: str, times: Times) -> bool:
        """Whether a value is worked out: what is only a default gives way to any answer."""
        place = self.program.places[path]
        is_answered = (
            isinstance(place, Question)
            and not place.calculate
            and place.at(times).key in self.answers
        )
        return self.relevant[path, times] and not is_answered

    def _decide(self, step: _Step, times: Times) -> None:
        spot = (step.path, times)
        around = times[: self.program.depth[step.above]]
        is_relevant = self.relevant[step.above, around] and (
            step.rule is None or to_boolean(self._evaluate(step.rule, spot))
        )
        self.relevant[spot] = is_relevant
        if not is_relevant:
            self.nodes[spot].text = ""

    def _repeat(self, step: _Step, rule: Compiled, around: Times) -> None:
        """Let a counted repeat stand as often as its rule says."""
        repeat = self.program.places[step.path]
        parent = self.nodes[step.above, around]
        counted = to_number(rule.evaluate(Context(self.world, parent)))
        is_told = math.isfinite(counted) and self.relevant[step.above, around]
        for number in range(1, _bounded(counted if is_told else 0) + 1):
            self._plant_one(repeat, parent, (*around, number))
        order = self.program.order
        parent.children.sort(key=lambda node: order.get(node.path(), -1))

    def _evaluate(self, rule: Compiled, spot: _Spot) -> Value:
        return rule.evaluate(Context(self.world, self.nodes[spot]))

    def times_of(self, repeat: Group, around: Times) -> int:
        """Return how often a repeat stands inside what is around it."""
        spots = self.spots.get(repeat.path, ())
        return sum(times[:-1] == around for times in spots)

    def standing(self) -> Iterator[Question]:
        """Yield every question, in repeats each time it stands there, in order."""
        yield from self._standing(self.form.children, ())

    def _standing(
        self, children: Iterable[Group | Question], times: Times
    ) -> Iterator[Question]:
        for each in children:
            if isinstance(each, Question):
                yield each.at(times)
            elif each.is_repeat:
                for number in range(1, self.times_of(each, times) + 1):
                    yield from self._standing(each.children, (*times, number))
            else:
                yield from self._standing(each.children, times)

    def is_relevant(self, question: Question) -> bool:
        """Tell whether the answers given so far lead to this question."""
        return self.relevant[question.path, question.times]

    def holds(self, rule: str, question: Question) -> bool:
        """Tell whether a rule of a question holds."""
        spot = (question.path, question.times)
        return to_boolean(self._evaluate(expressions.compile(rule), spot))

    def value(self, question: Question) -> str:
        """Return the text that rules see at a question, or what was calculated."""
        return self.nodes[question.path, question.times].text

    def choices(self, question: Question) -> list[Choice]:
        """Return the choices that are offered, after filters."""
        source = question.choices
        if source is None:
            return []
        if not source.rule:
            name = source.list_name
            return list(self.form.lists.get(name) or self.occasion.lists.get(name, ()))
        spot = (question.path, question.times)
        nodes = self._evaluate(expressions.compile(source.rule), spot)
        if not isinstance(nodes, list):
            return []
        return [self.rows.get(node) or self._row(node, source) for node in nodes]

    def _row(self, node: Node, source: Choices) -> Choice:
        """Return a choice out of the answers themselves, such as the names in a repeat."""
        here = Context(self.world, node)
        label = to_string(expressions.compile(source.label).evaluate(here))
        name = to_string(expressions.compile(source.value).evaluate(here))
        return Choice(name, {self.language: Text((label,))})

    def words(self, texts: Texts, question: Question | None = None) -> str:
        """Return a text in the language of the occasion, with its values put in."""
        found = in_language(texts, self.language, self.form.default_language)
        if found is None:
            return ""
        spot: _Spot = (f"/{self.form.root}", ())
        if question is not None:
            spot = (question.path, question.times)
        return "".join(
            part
            if isinstance(part, str)
            else to_string(self._evaluate(expressions.compile(part.expression), spot))
            for part in found[1].parts
        )

    def _itext(self, name: str) -> str:
        return self.words(self.form.itext.get(name, {}))

    def _choice_name(self, path: str, name: str) -> str:
        question = self.program.places.get(path)
        if not isinstance(question, Question) or (path, ()) not in self.nodes:
            return ""
        for choice in self.choices(question):
            if choice.name == name:
                return self.words(choice.label)
        return ""


def _bounded(times: float) -> int:
    if times > MOST_TIMES:
        raise TooCostly(f"A part of this form stands more than {MOST_TIMES} times.")
    return max(0, int(times))


def work_out(
    form: Form, answers: Answers, *, occasion: Occasion = NO_OCCASION
) -> State:
    """Return the form worked out over these answers."""
    return State(form, answers, occasion)
