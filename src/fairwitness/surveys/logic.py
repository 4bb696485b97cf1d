"""Works out the rules of a form over answers: what is relevant, calculated, offered, said."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
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
    in_language,
)

LONGEST_VALUE = 100_000

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


@dataclass(frozen=True, slots=True)
class _Step:
    """One thing to work out: the relevance or the value of a node."""

    path: str
    above: str
    is_value: bool
    rule: Compiled | None


class Program:
    """The rules of one form, compiled and put in order, once."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.places = tuple(_places(form))
        self.questions = {each.path: each for each in form.questions}
        self.steps = self._in_order()
        self.rows: dict[Node, Choice] = {}
        self.lists = {
            name: self.plant(choices, self.rows, language="")
            for name, choices in form.lists.items()
        }

    def _in_order(self) -> tuple[_Step, ...]:
        steps: dict[tuple[str, bool], _Step] = {}
        needs: dict[tuple[str, bool], set[tuple[str, bool]]] = {}
        for path, above, each in self.places:
            relevant = expressions.compile(each.relevant) if each.relevant else None
            steps[path, False] = _Step(path, above, is_value=False, rule=relevant)
            needs[path, False] = {(above, False), *self._needs(relevant, path)}
            calculate = getattr(each, "calculate", "")
            rule = expressions.compile(calculate) if calculate else None
            steps[path, True] = _Step(path, above, is_value=True, rule=rule)
            needs[path, True] = {(path, False), *self._needs(rule, path)}
        try:
            order = tuple(TopologicalSorter(needs).static_order())
        except CycleError as circle:
            names = [path.rsplit("/", 1)[-1] for path, _is_value in circle.args[1]]
            around = " → ".join(dict.fromkeys(reversed(names)))
            raise CircularRules(
                f"These rules wait for each other: {around}. Take one of them out."
            ) from circle
        return tuple(steps[each] for each in order if each in steps)

    def _needs(self, rule: Compiled | None, path: str) -> Iterator[tuple[str, bool]]:
        for written in rule.paths if rule is not None else ():
            needed = resolve(written, path)
            if needed and needed != path and needed in self.questions:
                yield needed, True

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


def _places(form: Form) -> Iterator[tuple[str, str, Group | Question]]:
    for each, above in form.walk():
        yield each.path, above[-1].path if above else f"/{form.root}", each


class State:
    """A form over answers, worked out. Build it with `work_out`."""

    def __init__(self, form: Form, answers: Answers, occasion: Occasion) -> None:
        self.form = form
        self.program = program_of(form)
        self.occasion = occasion
        self.language = occasion.language or form.default_language
        self.answers = answers
        self.nodes = self._plant(answers)
        self.relevant: dict[str, bool] = {f"/{form.root}": True}
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

    def _plant(self, answers: Answers) -> dict[str, Node]:
        self._document = Node("")
        root = Node(self.form.root, parent=self._document)
        nodes = {f"/{self.form.root}": root}
        for path, above, each in self.program.places:
            text = self._first_text(each, answers) if isinstance(each, Question) else ""
            nodes[path] = Node(each.name, text, parent=nodes[above])
        return nodes

    def _first_text(self, question: Question, answers: Answers) -> str:
        if question.kind is Kind.HIDDEN:
            return self.occasion.values.get(question.name, question.default)
        if question.key in answers:
            return as_node_text(question, answers[question.key])
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
        if not step.is_value:
            is_relevant = self.relevant[step.above] and (
                step.rule is None or to_boolean(self._evaluate(step.rule, step.path))
            )
            self.relevant[step.path] = is_relevant
            if not is_relevant:
                self.nodes[step.path].text = ""
        elif step.rule is not None and self.relevant[step.path]:
            value = to_string(self._evaluate(step.rule, step.path))
            if len(value) > LONGEST_VALUE:
                raise TooCostly("A rule of this form makes a text that is too long.")
            self.nodes[step.path].text = value

    def _evaluate(self, rule: Compiled, path: str) -> Value:
        return rule.evaluate(Context(self.world, self.nodes[path]))

    def is_relevant(self, question: Question) -> bool:
        """Tell whether the answers given so far lead to this question."""
        return self.relevant[question.path]

    def holds(self, rule: str, question: Question) -> bool:
        """Tell whether a rule of a question holds."""
        return to_boolean(self._evaluate(expressions.compile(rule), question.path))

    def value(self, question: Question) -> str:
        """Return the text that rules see at a question, or what was calculated."""
        return self.nodes[question.path].text

    def choices(self, question: Question) -> list[Choice]:
        """Return the choices that are offered, after filters."""
        source = question.choices
        if source is None:
            return []
        if not source.rule:
            name = source.list_name
            return list(self.form.lists.get(name) or self.occasion.lists.get(name, ()))
        nodes = self._evaluate(expressions.compile(source.rule), question.path)
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
        path = question.path if question is not None else f"/{self.form.root}"
        return "".join(
            part
            if isinstance(part, str)
            else to_string(self._evaluate(expressions.compile(part.expression), path))
            for part in found[1].parts
        )

    def _itext(self, name: str) -> str:
        return self.words(self.form.itext.get(name, {}))

    def _choice_name(self, path: str, name: str) -> str:
        question = self.program.questions.get(path)
        if question is None:
            return ""
        for choice in self.choices(question):
            if choice.name == name:
                return self.words(choice.label)
        return ""


def work_out(
    form: Form, answers: Answers, *, occasion: Occasion = NO_OCCASION
) -> State:
    """Return the form worked out over these answers."""
    return State(form, answers, occasion)
