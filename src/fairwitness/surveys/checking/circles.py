"""Finds rules that wait for each other."""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from fairwitness.surveys.checking.finding import Finding
from fairwitness.surveys.checking.outline import Entry, Outline
from fairwitness.surveys.checking.rule import Rule, rules_of
from fairwitness.surveys.expressions.refusals import BadExpression
from fairwitness.surveys.expressions.tokens import Kind, tokenize

_WORKED_OUT = {"relevant": False, "calculation": True}
_MOST_CIRCLES, _MOST_NAMES = 20, 12  # that are told
Node = tuple[Entry, bool]  # whether it is the value of a row, or else its relevance
Graph = dict[Node, set[Node]]


def circle_findings(outline: Outline) -> Iterator[Finding]:
    """A finding for each rule that names its own question, or that is part of a circle."""
    rules: dict[Node, Rule] = {}
    graph: Graph = {}
    for entry in outline.entries:
        graph[entry, True] = {(entry, False)}
        graph[entry, False] = {(parent, False) for parent in entry.parents[-1:]}
    for rule in rules_of(outline):
        is_value = _WORKED_OUT.get(rule.heading.meaning)
        if is_value is None:
            continue
        node = (rule.entry, is_value)
        rules[node] = rule
        needs = list(_needs(outline, rule))
        if rule.entry in needs or (not is_value and _looks_at_itself(rule)):
            yield _names_itself(rule)
        graph[node].update((one, True) for one in needs if one is not rule.entry)
    yield from _circles(graph, rules)


def _needs(outline: Outline, rule: Rule) -> Iterator[Entry]:
    for name in dict.fromkeys(rule.names):
        known = outline.named.get(name, ())
        if len(known) == 1 and known[0].is_question:
            yield known[0]


def _looks_at_itself(rule: Rule) -> bool:
    """Whether a rule has a . that stands for its own answer."""
    try:
        tokens = tokenize(rule.plain)
    except BadExpression:
        return False
    inside = 0
    for before, token, behind in zip(tokens, tokens[1:], tokens[2:], strict=False):
        inside += (before.value == "[") - (token.value == "]")
        is_dot = (token.kind, token.value) == (Kind.SIGN, ".")
        if is_dot and not inside and "/" not in {before.value, behind.value}:
            return True
    return len(tokens) > 1 and tokens[0].value == "." and tokens[1].value != "/"


def _names_itself(rule: Rule) -> Finding:
    if rule.heading.meaning == "relevant":
        return rule.says(
            "names-itself",
            f"Whether “{rule.entry.name}” is asked cannot hang on its own answer.",
            "Name another question, or move the rule to the column constraint.",
        )
    return rule.says(
        "names-itself",
        f"“{rule.entry.name}” is worked out from itself.",
        "Take its own name out, or write once(…) to work it out a single time.",
    )


def _circles(graph: Graph, rules: Mapping[Node, Rule]) -> Iterator[Finding]:
    """Each circle once; its rules are then taken out, to find the next one."""
    for _circle in range(_MOST_CIRCLES):
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as circle:
            nodes: list[Node] = list(dict.fromkeys(circle.args[1]))
        else:
            return
        found = [node for node in reversed(nodes) if node in rules]
        around = list(dict.fromkeys(node[0].name for node in found))
        more = ["…"] if len(around) > _MOST_NAMES else []
        names = " → ".join([*around[:_MOST_NAMES], *more])
        for node in found:
            yield rules[node].says(
                "circular",
                f"These rules wait for each other: {names}.",
                "Take one of them out.",
            )
        for node in nodes:
            graph[node] -= set(nodes)
