"""The rules of a form: compiled once, and put into the order in which they are worked out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter

from fairwitness.refusal import Refused
from fairwitness.surveys import expressions
from fairwitness.surveys.expressions import Compiled, Node
from fairwitness.surveys.questions import Choice, Form, Group, Question, in_language


class CircularRules(Refused):
    """Rules of a form depend on each other in a circle."""


class What(Enum):
    """What of a place is worked out."""

    RELEVANCE = "relevance"
    TIMES = "times"  # how often a repeat stands there
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to work out: the relevance, the times or the value of a place."""

    path: str
    above: str
    what: What
    rule: Compiled | None


_MOST_NAMES = 12  # of a circle that are told
Wanted = tuple[str, What]


class Program:
    """The rules of one form, compiled and put in order, once."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.places = {each.path: each for each, _above in form.walk()}
        self.order = {path: number for number, path in enumerate(self.places)}
        self.steps = self._in_order()
        self.rows: dict[Node, Choice] = {}
        self.lists = {
            name: self.plant(choices, self.rows, language="")
            for name, choices in form.lists.items()
        }

    def _in_order(self) -> tuple[Step, ...]:
        steps: dict[Wanted, Step] = {}
        needs: dict[Wanted, set[Wanted]] = {}
        for step in self._all_steps():
            wanted = (step.path, step.what)
            steps[wanted] = step
            needs[wanted] = {*self._around(step), *self._needs(step.rule, step.path)}
        try:
            order = tuple(TopologicalSorter(needs).static_order())
        except CycleError as circle:
            names = [path.rsplit("/", 1)[-1] for path, _what in circle.args[1]]
            around = " → ".join(list(dict.fromkeys(reversed(names)))[:_MOST_NAMES])
            raise CircularRules(
                f"These rules wait for each other: {around}. Take one of them out."
            ) from circle
        return tuple(
            steps[each]
            for each in order
            if each in steps
            and (steps[each].rule or steps[each].what is What.RELEVANCE)
        )

    def _all_steps(self) -> Iterator[Step]:
        for each, groups in self.form.walk():
            above = groups[-1].path if groups else f"/{self.form.root}"
            if isinstance(each, Group) and each.repeat_count:
                count = expressions.compile(each.repeat_count)
                yield Step(each.path, above, What.TIMES, count)
            relevant = expressions.compile(each.relevant) if each.relevant else None
            yield Step(each.path, above, What.RELEVANCE, relevant)
            written = (
                each.calculate or each.default_rule
                if isinstance(each, Question)
                else ""
            )
            rule = expressions.compile(written) if written else None
            yield Step(each.path, above, What.VALUE, rule)

    def _around(self, step: Step) -> Iterator[Wanted]:
        if step.what is What.VALUE:
            yield step.path, What.RELEVANCE
        else:
            yield step.above, What.RELEVANCE
        if step.what is What.RELEVANCE and self._is_counted(step.path):
            yield step.path, What.TIMES

    def _is_counted(self, path: str) -> bool:
        return bool(getattr(self.places.get(path), "repeat_count", ""))

    def _needs(self, rule: Compiled | None, path: str) -> Iterator[Wanted]:
        for written in rule.paths if rule is not None else ():
            needed = resolve(written, path)
            if not needed or needed == path:
                continue
            if isinstance(self.places.get(needed), Question):
                yield needed, What.VALUE
            elif self._is_counted(needed):
                yield needed, What.TIMES

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
