"""Steps of a path through the tree, as closures."""

from collections.abc import Callable
from dataclasses import dataclass

from fairwitness.surveys.expressions.context import Context
from fairwitness.surveys.expressions.refusals import BadExpression
from fairwitness.surveys.expressions.tree import Node
from fairwitness.surveys.expressions.values import Value, to_boolean

Run = Callable[[Context], Value]
Walk = Callable[[Context, Node], list[Node]]

AXES = {"child", "parent", "self", "attribute", "descendant-or-self"}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the axis, the name or test, and the conditions."""

    axis: str
    test: str
    predicates: tuple[Run, ...] = ()

    @property
    def is_plain(self) -> bool:
        """A step to the children of one name, which is nearly every step there is."""
        return (
            self.axis == "child"
            and self.test not in {"*", "node()"}
            and not self.predicates
        )


def absolute(steps: list[Step]) -> Run:
    """Return the path from the document of the answers."""
    if all(step.is_plain for step in steps):
        names = [step.test for step in steps]
        path = "".join(f"/{name}" for name in names)

        def run(c: Context) -> Value:
            known = c.world.places.get(path)
            return _down(c.world.root, names) if known is None else known

        return run
    walk = _walk(steps)
    return lambda c: walk(c, _document_of(c))


def relative(steps: list[Step]) -> Run:
    """Return the path from where the expression stands."""
    first = steps[0]
    if len(steps) == 1 and first.is_plain:
        name = first.test
        return lambda c: c.node.named(name)
    walk = _walk(steps)
    return lambda c: walk(c, c.node)


def filtered(start: Run, predicates: list[Run], steps: list[Step]) -> Run:
    """Return the path that goes on from a call or a bracket."""
    walk = _walk(steps)

    def run(c: Context) -> Value:
        nodes = nodes_of(start(c))
        for predicate in predicates:
            nodes = _kept(c, nodes, predicate)
        if not steps:
            return nodes
        found = [after for node in nodes for after in walk(c, node)]
        return found if len(nodes) == 1 else in_order(found)

    return run


def nodes_of(value: Value) -> list[Node]:
    """Return the nodes of a value that must be a node-set."""
    if isinstance(value, list):
        return value
    raise BadExpression("A path or a condition can only follow questions, not a value.")


def in_order(nodes: list[Node]) -> list[Node]:
    """Return the nodes in document order, each once."""
    single = list(dict.fromkeys(nodes))
    if len(single) == 1:
        return single
    return sorted(single, key=Node.place)


def _document_of(c: Context) -> Node:
    return c.world.root


def _down(node: Node, names: list[str]) -> list[Node]:
    nodes = [node]
    for name in names:
        if len(nodes) == 1:  # nearly always: only repeats have more
            nodes = nodes[0].named(name)
        else:
            nodes = [child for each in nodes for child in each.named(name)]
    return nodes


def _walk(steps: list[Step]) -> Walk:
    walks = [_one_step(step) for step in steps]
    can_meet = any(step.axis in {"parent", "descendant-or-self"} for step in steps)

    def walk(c: Context, start: Node) -> list[Node]:
        nodes = [start]
        for one in walks:
            if len(nodes) == 1:
                nodes = one(c, nodes[0])
                continue
            nodes = [found for node in nodes for found in one(c, node)]
            if can_meet and len(nodes) > 1:
                nodes = in_order(nodes)
        return nodes

    return walk


def _one_step(step: Step) -> Walk:
    walk = _axis(step)
    if not step.predicates:
        return walk

    def walk_and_filter(c: Context, node: Node) -> list[Node]:
        nodes = walk(c, node)
        for predicate in step.predicates:
            nodes = _kept(c, nodes, predicate)
        return nodes

    return walk_and_filter


def _kept(c: Context, nodes: list[Node], predicate: Run) -> list[Node]:
    size = len(nodes)
    c.world.spend(size)
    found: list[Node] = []
    inner = Context(c.world, c.node, size=size, current=c.current)
    for position, node in enumerate(nodes, start=1):
        inner.node, inner.position = node, position
        value = predicate(inner)
        if isinstance(value, float):
            if value == position:
                found.append(node)
        elif to_boolean(value):
            found.append(node)
    return found


def _axis(step: Step) -> Walk:
    test = step.test
    if step.axis == "child":
        if test in {"*", "node()"}:
            return lambda c, node: node.children
        return lambda c, node: node.named(test)
    if step.axis == "attribute":
        return lambda c, node: _attributes(node, test)
    if step.axis == "self":
        return lambda c, node: [node] if _fits(node, test) else []
    if step.axis == "parent":
        return lambda c, node: _parents(node, test)
    return lambda c, node: _descendants(c, node, test)


def _fits(node: Node, test: str) -> bool:
    return test == "node()" or (test == "*" and node.name != "") or node.name == test


def _parents(node: Node, test: str) -> list[Node]:
    above = node.parent
    return [above] if above is not None and _fits(above, test) else []


def _attributes(node: Node, name: str) -> list[Node]:
    if name == "*":
        return list(node.attributes.values())
    return [node.attributes[name]] if name in node.attributes else []


def _descendants(c: Context, node: Node, test: str) -> list[Node]:
    found = [each for each in node.walk() if _fits(each, test)]
    c.world.spend(len(found))
    return found
