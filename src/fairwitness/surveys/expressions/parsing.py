"""Reads an expression (a Pratt parser) and turns it into closures."""

from collections.abc import Callable
from dataclasses import dataclass

from fairwitness.surveys.expressions import operators
from fairwitness.surveys.expressions.context import Context
from fairwitness.surveys.expressions.functions import FUNCTIONS
from fairwitness.surveys.expressions.paths import (
    AXES,
    Step,
    absolute,
    filtered,
    relative,
)
from fairwitness.surveys.expressions.refusals import BadExpression, Unsupported
from fairwitness.surveys.expressions.tokens import Kind, Token, tokenize
from fairwitness.surveys.expressions.values import Value

Run = Callable[[Context], Value]

# How strongly an operator holds its two sides together (XPath 1.0 §3.5).
STRENGTH = {
    "or": 1,
    "and": 2,
    "=": 3,
    "!=": 3,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "div": 6,
    "mod": 6,
    "|": 8,
}
MINUS = 7
NODE_TESTS = {"text", "node", "comment", "processing-instruction"}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an expression: its closure, how deep it goes, and the path it is, if it is one."""

    run: Run
    depth: int = 1
    path: str = ""
    literal: str | None = None


class Parser:
    """Reads one expression, and remembers which functions and paths it uses."""

    def __init__(self, expression: str, *, max_depth: int) -> None:
        self.tokens = tokenize(expression)
        self.at = 0
        self.max_depth = max_depth
        self.nesting = 0
        self.functions: set[str] = set()
        self.paths: set[str] = set()
        self.inside_predicate = 0

    @property
    def token(self) -> Token:
        """The word that is read next."""
        return self.tokens[self.at]

    def whole(self) -> Run:
        """Read the expression to its end."""
        part = self.part(0)
        if self.token.kind is not Kind.END:
            raise self.wrong()
        return part.run

    def wrong(self) -> BadExpression:
        """Say that the next word does not belong here."""
        token = self.token
        if token.kind is Kind.END:
            return BadExpression("This rule ends too early.", at=token.at)
        return BadExpression(f"'{token.value}' does not belong here.", at=token.at)

    def next_is(self, *signs: str) -> bool:
        """Tell whether the next word is one of these signs."""
        return self.token.kind is Kind.SIGN and self.token.value in signs

    def take(self, sign: str) -> None:
        """Read a sign that must stand here."""
        if not self.next_is(sign):
            raise self.wrong()
        self.at += 1

    def part(self, strength: int) -> Part:
        """Read a part whose operators hold at least as strongly as `strength`."""
        self.nesting += 1
        self.check_depth(self.nesting)
        left = self.operand()
        while (operator := self.operator()) and STRENGTH[operator] > strength:
            left = self.joined(left, operator)
        self.nesting -= 1
        return left

    def check_depth(self, depth: int) -> int:
        """Refuse what is nested deeper than allowed."""
        if depth > self.max_depth:
            raise Unsupported(
                f"A rule nested more than {self.max_depth} deep", at=self.token.at
            )
        return depth

    def operator(self) -> str:
        """Return the operator that stands here, or nothing."""
        if self.token.kind in {Kind.SIGN, Kind.NAME} and self.token.value in STRENGTH:
            return self.token.value
        return ""

    def joined(self, left: Part, operator: str) -> Part:
        """Read the right sides of an operator, all of them for a row of `and` or `or`."""
        parts = [left]
        while self.operator() == operator:
            self.at += 1
            parts.append(self.part(STRENGTH[operator]))
            if operator not in {"and", "or"}:
                break
        depth = self.check_depth(max(part.depth for part in parts) + 1)
        return Part(operators.join(operator, [part.run for part in parts]), depth)

    def operand(self) -> Part:
        """Read a number, a text, a call, a path, or something in brackets."""
        if self.next_is("-"):
            self.at += 1
            inner = self.part(MINUS)
            return Part(
                operators.negative(inner.run), self.check_depth(inner.depth + 1)
            )
        token = self.token
        if token.kind is Kind.NUMBER:
            self.at += 1
            return Part(operators.constant(float(token.value)))
        if token.kind is Kind.TEXT:
            self.at += 1
            return Part(operators.constant(token.value), literal=token.value)
        if self.next_is("("):
            self.at += 1
            inner = self.part(0)
            self.take(")")
            return self.continued(inner)
        if self.is_call():
            return self.continued(self.call())
        return self.path()

    def is_call(self) -> bool:
        """Tell whether a function is called here."""
        after = self.tokens[self.at + 1] if self.token.kind is Kind.NAME else None
        return (
            after is not None
            and (after.kind, after.value) == (Kind.SIGN, "(")
            and self.token.value not in NODE_TESTS
        )

    def call(self) -> Part:
        """Read a call of a function; an unknown one is refused by its name."""
        token = self.token
        found = FUNCTIONS.get(token.value)
        if found is None:
            raise Unsupported(f"The function {token.value}()", at=token.at)
        self.functions.add(token.value)
        self.at += 2
        arguments = self.arguments()
        if not found.least <= len(arguments) <= found.most:
            raise BadExpression(
                f"{token.value}() takes {found.count_words}, not {len(arguments)}.",
                at=token.at,
            )
        literals = tuple(each.literal for each in arguments)
        run = found.make([each.run for each in arguments], literals)
        depth = self.check_depth(max((each.depth for each in arguments), default=0) + 1)
        name = f"instance('{literals[0]}')" if token.value == "instance" else ""
        return Part(run, depth, path="current()" if token.value == "current" else name)

    def arguments(self) -> list[Part]:
        """Read what stands between the brackets of a call."""
        arguments: list[Part] = []
        while not self.next_is(")"):
            if arguments:
                self.take(",")
            arguments.append(self.part(0))
        self.at += 1
        return arguments

    def continued(self, start: Part) -> Part:
        """Read predicates and steps that follow a call or a bracket."""
        predicates, depth = self.predicates()
        if not predicates and not self.next_is("/", "//"):
            return start
        steps: list[Step] = []
        written = start.path
        while self.next_is("/", "//"):
            step, step_depth, text = self.separated_step()
            steps.extend(step)
            depth = max(depth, step_depth)
            written += text
        if start.path:
            self.note(written)
        run = filtered(start.run, predicates, steps)
        return Part(
            run,
            self.check_depth(max(start.depth, depth) + 1),
            path=start.path and written,
        )

    def path(self) -> Part:
        """Read a path, from the root or from where we stand."""
        steps: list[Step] = []
        depth = 0
        is_absolute = self.next_is("/", "//")
        written = ""
        if is_absolute and self.next_is("/") and not self.begins_step(self.at + 1):
            self.at += 1
            return Part(absolute([]), path="/")
        if not is_absolute:
            first, depth, written = self.step()
            steps.append(first)
        while self.next_is("/", "//"):
            more, step_depth, text = self.separated_step()
            steps.extend(more)
            depth = max(depth, step_depth)
            written += text
        self.note(written)
        make = absolute if is_absolute else relative
        return Part(make(steps), self.check_depth(depth + 1), path=written)

    def note(self, written: str) -> None:
        """Remember a path, unless it starts at a node that only a predicate knows."""
        if not self.inside_predicate or written.startswith(
            ("/", "instance(", "current()")
        ):
            self.paths.add(written)

    def begins_step(self, at: int) -> bool:
        """Tell whether a step of a path can begin with this word."""
        token = self.tokens[at]
        return token.kind is Kind.NAME or token.value in {".", "..", "@", "*"}

    def separated_step(self) -> tuple[list[Step], int, str]:
        """Read / or // and the step after it."""
        sign = self.token.value
        self.at += 1
        step, depth, text = self.step()
        deep = [Step("descendant-or-self", "node()")] if sign == "//" else []
        return [*deep, step], depth, sign + text

    def step(self) -> tuple[Step, int, str]:
        """Read one step of a path with its predicates."""
        if not self.begins_step(self.at):
            raise self.wrong()
        token = self.token
        self.at += 1
        if token.value in {".", ".."} and token.kind is Kind.SIGN:
            axis = "self" if token.value == "." else "parent"
            predicates, depth = self.predicates()
            return Step(axis, "node()", tuple(predicates)), depth, token.value
        axis = self.axis(token)
        name = self.node_test(axis)
        predicates, depth = self.predicates()
        text = f"@{name}" if axis == "attribute" else name
        return Step(axis, name, tuple(predicates)), depth, text

    def axis(self, token: Token) -> str:
        """Return the axis of a step, and stand before its node test."""
        if token.value == "@" and token.kind is Kind.SIGN:
            return "attribute"
        if not self.next_is("::"):
            self.at -= 1
            return "child"
        if token.value not in AXES:
            raise Unsupported(f"The axis {token.value}::", at=token.at)
        self.at += 1
        return token.value

    def node_test(self, axis: str) -> str:
        """Read the name that a step asks for."""
        token = self.token
        if token.kind is not Kind.NAME and not self.next_is("*"):
            raise self.wrong()
        self.at += 1
        if token.value in NODE_TESTS and self.next_is("("):
            self.at += 1
            self.take(")")
            if token.value != "node" or axis in {"attribute", "child"}:
                # The tree has elements alone, so child::node() would leave the texts out.
                raise Unsupported(f"The test {token.value}()", at=token.at)
            return "node()"
        return token.value.rsplit(":", 1)[-1]

    def predicates(self) -> tuple[list[Run], int]:
        """Read the conditions in square brackets."""
        found: list[Run] = []
        depth = 0
        self.inside_predicate += 1
        while self.next_is("["):
            self.at += 1
            inner = self.part(0)
            self.take("]")
            found.append(inner.run)
            depth = max(depth, inner.depth)
        self.inside_predicate -= 1
        return found, depth
