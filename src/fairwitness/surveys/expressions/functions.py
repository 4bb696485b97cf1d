"""The functions of the ODK XForms dialect; a name that is not here is refused.

Meanings are those of the ODK XForms specification. Where its two well-known engines differ,
the specification decides (docs/decisions/0003-own-expressions.md lists these places).
"""

import math

from fairwitness.surveys.expressions import (  # noqa: F401 each import defines functions
    functions_of_dates,
    functions_of_numbers,
    functions_of_places,
    functions_of_texts,
)
from fairwitness.surveys.expressions.context import Context
from fairwitness.surveys.expressions.paths import nodes_of
from fairwitness.surveys.expressions.refusals import BadExpression
from fairwitness.surveys.expressions.registry import (
    FUNCTIONS,
    MANY,
    Literals,
    Run,
    form,
    function,
)
from fairwitness.surveys.expressions.tree import Node
from fairwitness.surveys.expressions.values import (
    Value,
    to_boolean,
    to_number,
    to_string,
)

__all__ = ["FUNCTIONS"]


@form("if", 3)
def _if(runs: list[Run], literals: Literals) -> Run:
    condition, then, otherwise = runs
    return lambda c: then(c) if to_boolean(condition(c)) else otherwise(c)


@form("coalesce", 1, MANY)
def _coalesce(runs: list[Run], literals: Literals) -> Run:
    def run(c: Context) -> Value:
        for each in runs[:-1]:
            value = each(c)
            if to_string(value):
                return value
        return runs[-1](c)

    return run


@form("once", 1)
def _once(runs: list[Run], literals: Literals) -> Run:
    def run(c: Context) -> Value:
        is_answered = not c.node.children and c.node.text
        return c.node.text if is_answered else runs[0](c)

    return run


@function("true", 0)
def _true(c: Context) -> Value:
    return True


@function("false", 0)
def _false(c: Context) -> Value:
    return False


@function("not", 1)
def _not(c: Context, value: Value) -> Value:
    return not to_boolean(value)


@function("boolean", 1)
def _boolean(c: Context, value: Value) -> Value:
    return to_boolean(value)


@function("boolean-from-string", 1)
def _boolean_from_string(c: Context, value: Value) -> Value:
    return to_string(value) in {"true", "1"}


@function("position", 0, 1)
def _position(c: Context, nodes: Value | None = None) -> Value:
    if nodes is None:
        return float(c.position)
    found = nodes_of(nodes)
    return float(found[0].position()) if found else 0.0


@function("last", 0)
def _last(c: Context) -> Value:
    return float(c.size)


@function("current", 0)
def _current(c: Context) -> Value:
    return [c.current]


@function("instance", 1)
def _instance(c: Context, name: Value) -> Value:
    return [c.world.document(to_string(name))]


@function("count", 1)
def _count(c: Context, nodes: Value) -> Value:
    return float(len(nodes_of(nodes)))


@function("count-non-empty", 1)
def _count_non_empty(c: Context, nodes: Value) -> Value:
    return float(sum(1 for node in nodes_of(nodes) if node.string()))


@form("selected", 2)
def _selected(runs: list[Run], literals: Literals) -> Run:
    chosen, choice = runs
    if literals[1] is None:
        return lambda c: _is_chosen(to_string(choice(c)).strip(), to_string(chosen(c)))
    name = literals[1].strip()

    def run(c: Context) -> Value:
        text = to_string(chosen(c))
        return text == name or _is_chosen(name, text)

    return run


def _is_chosen(name: str, chosen: str) -> bool:
    """Whether a name is among those chosen; no name is there where nothing was chosen."""
    return name in chosen.split() if name else not chosen.strip()


@function("selected-at", 2)
def _selected_at(c: Context, chosen: Value, index: Value) -> Value:
    choices = to_string(chosen).split()
    number = to_number(index)
    return choices[int(number)] if 0 <= number < len(choices) else ""


@function("count-selected", 1)
def _count_selected(c: Context, chosen: Value) -> Value:
    return float(len(to_string(chosen).split()))


@form("jr:choice-name", 2)
def _choice_name(runs: list[Run], literals: Literals) -> Run:
    # pyxform writes the path as a text with spaces around it.
    def run(c: Context) -> Value:
        path = to_string(runs[1](c)).strip()
        return c.world.choice_name(path, to_string(runs[0](c)))

    return run


@function("jr:itext", 1)
def _itext(c: Context, name: Value) -> Value:
    return c.world.itext(to_string(name))


@function("pulldata", 4)
def _pulldata(
    c: Context, name: Value, wanted: Value, key: Value, value: Value
) -> Value:
    document = c.world.document(to_string(name))
    wanted_name, key_name, looked_for = (
        to_string(wanted),
        to_string(key),
        to_string(value),
    )
    for root in document.children:
        c.world.spend(len(root.children))
        for row in root.children:
            if to_string(row.named(key_name)) == looked_for:
                return to_string(row.named(wanted_name))
    return ""


@function("indexed-repeat", 3, 7)
def _indexed_repeat(c: Context, nodes: Value, *pairs: Value) -> Value:
    if len(pairs) % 2:
        raise BadExpression("indexed-repeat() takes a repeat and a number, in pairs.")
    found = nodes_of(nodes)
    for repeats, index in zip(pairs[::2], pairs[1::2], strict=True):
        chosen = {
            node for node in nodes_of(repeats) if node.position() == to_number(index)
        }
        found = [node for node in found if _is_in(node, chosen)]
    return found[:1]


def _is_in(node: Node, chosen: set[Node]) -> bool:
    above: Node | None = node
    while above is not None:
        if above in chosen:
            return True
        above = above.parent
    return False


@function("randomize", 1, 2)
def _randomize(c: Context, nodes: Value, seed: Value | None = None) -> Value:
    found = nodes_of(nodes)
    draw = None if seed is None else Draws(_seed(seed))
    shuffled: list[Node] = []
    for here, node in enumerate(found):
        chance = next(draw) if draw is not None else c.world.dice().random()
        there = int(chance * (here + 1))
        shuffled.append(node)
        shuffled[here], shuffled[there] = shuffled[there], node
    return shuffled


def _seed(seed: Value) -> int:
    number = to_number(seed)
    return int(number) if math.isfinite(number) else 0


class Draws:
    """The generator of Park and Miller (1988), so that a seed gives the same order every time."""

    MODULUS = 2_147_483_647

    def __init__(self, seed: int) -> None:
        self.state = abs(seed) % self.MODULUS * (-1 if seed < 0 else 1)
        if self.state <= 0:
            self.state += self.MODULUS - 1

    def __next__(self) -> float:
        """Return the next number, at least 0 and below 1."""
        self.state = self.state * 16_807 % self.MODULUS
        return (self.state - 1) / (self.MODULUS - 1)
