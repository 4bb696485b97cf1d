"""Works out the rules of a form over answers: what is relevant, calculated, offered, said."""

import math
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

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
from fairwitness.surveys.expressions.context import SIGNS_A_STEP
from fairwitness.surveys.program import Step, What, program_of
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
    key_at,
)

LONGEST_VALUE = 100_000
MOST_TIMES = 200  # how often one repeat may stand in a form
MOST_PLACES = 20_000  # questions and groups, each time of a repeat counted

Lists = Mapping[str, Sequence[Choice]]


@dataclass(frozen=True)
class Occasion:
    """What comes from outside the form: hidden values, the centre's lists, clock, chance, language."""

    values: Mapping[str, str] = field(default_factory=dict)
    lists: Lists = field(default_factory=dict)
    now: datetime | None = None
    chance: random.Random | None = None
    seed: str = ""  # in place of `chance`: each place has the same luck on every page
    language: str = ""
    say: Callable[[Question | None, str, str], str] | None = None
    """How a value reads in a language, where it is put into a text; as it is without."""


NO_OCCASION = Occasion()


_Spot = tuple[str, Times]


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
        outermost = Node(form.root, parent=self._document)
        self.places: dict[str, list[Node]] = {top: [outermost]}
        self._times: dict[_Spot, Node] = {}  # what stands in repeats
        self._planted = 0
        self._plant(form.children, outermost, ())
        self.rows = dict(self.program.rows) if form.external else self.program.rows
        self.world = World(
            root=self._document,
            places=self.places,
            instances=self._instances(),
            now=occasion.now,
            chance=occasion.chance,
            seed="" if occasion.chance else occasion.seed,
            itext=self._itext,
            choice_name=self._choice_name,
        )
        self._offered: dict[_Spot, list[Choice]] = {}
        self._is_done = False
        self._work()
        self._is_done = True

    def _plant(
        self, children: Iterable[Group | Question], parent: Node, times: Times
    ) -> None:
        for each in children:
            if isinstance(each, Question):
                text = self._first_text(each, times)
                node = Node(each.name, text, parent=parent, times=times)
                self._set_down(each.path, node)
            elif each.is_repeat:
                for number in range(1, self._first_times(each, times) + 1):
                    self._plant_group(each, parent, (*times, number))
            else:
                self._plant_group(each, parent, times)

    def _plant_group(self, group: Group, parent: Node, times: Times) -> None:
        node = Node(group.name, parent=parent, times=times)
        self._set_down(group.path, node)
        self._plant(group.children, node, times)

    def _set_down(self, path: str, node: Node) -> None:
        """Note where a question or a group stands."""
        if path in self.places:
            self.places[path].append(node)
        else:
            self.places[path] = [node]
        if node.times:
            self._times[path, node.times] = node
        self._planted += 1
        if self._planted > MOST_PLACES:
            raise TooCostly(f"This form has come to more than {MOST_PLACES:,} places.")

    def _node(self, path: str, times: Times) -> Node:
        """The node of a place that stands there. Error: `KeyError`."""
        return self._times[path, times] if times else self.places[path][0]

    def _first_times(self, repeat: Group, times: Times) -> int:
        """How often a repeat stands there: as was answered, else once; counted ones come later."""
        if repeat.repeat_count:
            return 0
        said = self.answers.get(repeat.times_key(times), "1")
        return _bounded(float(said)) if isinstance(said, str) and said.isdigit() else 1

    def _first_text(self, question: Question, times: Times) -> str:
        if question.kind is Kind.HIDDEN:
            return self.occasion.values.get(question.name, question.default)
        answer = self.answers.get(key_at(question.key, times))
        is_fixed = question.readonly == "true()" and not question.default_rule
        if answer is None or is_fixed:
            return question.default
        return as_node_text(question, answer)

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

    def _work(self) -> None:
        """Take every step once: each comes behind all that it needs."""
        here = Context(self.world, self._document)
        for step in self.program.steps:
            if step.what is What.TIMES and step.rule is not None:
                for parent in self.places.get(step.above, ()):
                    self._repeat(step, step.rule, parent)
            elif step.path not in self.places:
                continue
            elif step.what is What.RELEVANCE:
                self._decide(step, here)
            elif step.rule is not None:
                self._fill(step, step.rule, here)

    def _decide(self, step: Step, here: Context) -> None:
        """Decide of each time of a place whether the answers lead to it."""
        rule, has_something = step.rule, self._offers_something(step.path)
        for node in self.places[step.path]:
            is_relevant = bool(
                node.parent and node.parent.is_relevant and has_something
            )
            if is_relevant and rule is not None:
                here.node = here.current = node
                value = rule.run(here)
                is_relevant = value if isinstance(value, bool) else to_boolean(value)
            if not is_relevant:
                node.is_relevant, node.text = False, ""

    def _offers_something(self, path: str) -> bool:
        """Whether there is anything to choose: a centre may have named no districts yet."""
        place = self.program.places[path]
        source = place.choices if isinstance(place, Question) else None
        if source is None or source.list_name not in self.form.external:
            return True
        return bool(self.occasion.lists.get(source.list_name))

    def _fill(self, step: Step, rule: Compiled, here: Context) -> None:
        """Work out the value of each time of a place."""
        for node in self.places[step.path]:
            if not node.is_relevant or self._is_answered(step.path, node.times):
                continue
            here.node = here.current = node
            if self.occasion.seed:
                self.world.stand_at(key_at(step.path, node.times))
            value = to_string(rule.run(here))
            if len(value) > LONGEST_VALUE:
                raise TooCostly("A rule of this form makes a text that is too long.")
            self.world.spend(len(value) // SIGNS_A_STEP)
            node.text = value

    def _is_answered(self, path: str, times: Times) -> bool:
        """Whether somebody has said something else: what is only a default gives way to it."""
        place = self.program.places[path]
        return (
            isinstance(place, Question)
            and not place.calculate
            and key_at(place.key, times) in self.answers
        )

    def _repeat(self, step: Step, rule: Compiled, parent: Node) -> None:
        """Let a counted repeat stand as often as its rule says."""
        repeat = self.program.places[step.path]
        if not isinstance(repeat, Group):
            return
        counted = to_number(rule.evaluate(Context(self.world, parent)))
        is_told = math.isfinite(counted) and parent.is_relevant
        for number in range(1, _bounded(counted if is_told else 0) + 1):
            self._plant_group(repeat, parent, (*parent.times, number))
        order = self.program.order
        parent.children.sort(key=lambda node: order.get(node.path(), -1))

    def _evaluate(self, rule: Compiled, node: Node) -> Value:
        return rule.evaluate(Context(self.world, node))

    def times_of(self, repeat: Group, around: Times) -> int:
        """Return how often a repeat stands inside what is around it."""
        nodes = self.places.get(repeat.path, ())
        return sum(node.times[:-1] == around for node in nodes)

    def is_open(self, repeat: Group, around: Times) -> bool:
        """Tell whether the answers lead to a repeat, also while it stands there no time."""
        first = self._times.get((repeat.path, (*around, 1)))
        if first is not None:
            return first.is_relevant
        above = repeat.path.rsplit("/", 1)[0]
        if above not in self.places or (around and (above, around) not in self._times):
            return False
        parent = self._node(above, around)
        if not parent.is_relevant:
            return False
        if not repeat.relevant:
            return True
        nobody = Node(repeat.name, parent=parent)
        try:
            rule = expressions.compile(repeat.relevant)
            return to_boolean(rule.evaluate(Context(self.world, nobody)))
        finally:
            nobody.remove()

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
        return self._node(question.path, question.times).is_relevant

    def holds(self, rule: str, question: Question) -> bool:
        """Tell whether a rule of a question holds."""
        node = self._node(question.path, question.times)
        return to_boolean(self._evaluate(expressions.compile(rule), node))

    def is_only_read(self, question: Question) -> bool:
        """Tell whether a question shows a value that nobody can change."""
        return bool(question.readonly) and self.holds(question.readonly, question)

    def value(self, question: Question) -> str:
        """Return the text that rules see at a question, or what was calculated."""
        return self._node(question.path, question.times).text

    def choices(self, question: Question) -> list[Choice]:
        """Return the choices that are offered, after filters."""
        spot = (question.path, question.times)
        known = self._offered.get(spot)
        if known is None:
            known = self._filtered(question)
            if self._is_done:
                self._offered[spot] = known
        return known

    def _filtered(self, question: Question) -> list[Choice]:
        source = question.choices
        if source is None:
            return []
        if not source.rule and source.value == "name":
            name = source.list_name
            return list(self.form.lists.get(name) or self.occasion.lists.get(name, ()))
        node = self._node(question.path, question.times)
        rule = source.rule or f"instance('{source.list_name}')/root/item"
        self.world.stand_at(key_at(question.path, question.times))
        nodes = self._evaluate(expressions.compile(rule), node)
        if not isinstance(nodes, list):
            return []
        known = self.rows if source.value == "name" else {}
        return [known.get(node) or self._row(node, source) for node in nodes]

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
        node = self.places[f"/{self.form.root}"][0]
        if question is not None:
            node = self._node(question.path, question.times)
        return "".join(
            part
            if isinstance(part, str)
            else self._put_in(part.expression, node, found[0])
            for part in found[1].parts
        )

    def _put_in(self, rule: str, node: Node, language: str) -> str:
        """A value inside a text: numbers and dates as the language of the text writes them."""
        value = self._evaluate(expressions.compile(rule), node)
        text = to_string(value)
        say = self.occasion.say
        if say is None or isinstance(value, str | bool):
            return text
        if isinstance(value, float):
            return say(None, text, language)
        place = self.program.places.get(value[0].path()) if value else None
        return say(place, text, language) if isinstance(place, Question) else text

    def _itext(self, name: str) -> str:
        return self.words(self.form.itext.get(name, {}))

    def _choice_name(self, path: str, name: str) -> str:
        question = self.program.places.get(path)
        if not isinstance(question, Question) or path not in self.places:
            return ""
        first = question.at(self.places[path][0].times)
        source = question.choices
        listed = self.form.lists.get(source.list_name, ()) if source else ()
        for choice in chain(self.choices(first), listed):
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
