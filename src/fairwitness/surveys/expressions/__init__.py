"""The expression language of questionnaires: the ODK XForms dialect of XPath, as closures.

    age = compile("if(/data/age >= 18, 'adult', 'young')")
    age.evaluate(Context(World(root=document), node))

What is not supported is refused by name when it is compiled, never given a default.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from fairwitness.surveys.expressions.context import Context, World
from fairwitness.surveys.expressions.parsing import Parser
from fairwitness.surveys.expressions.refusals import (
    BadExpression,
    TooCostly,
    Unsupported,
)
from fairwitness.surveys.expressions.tree import Node, read_instance
from fairwitness.surveys.expressions.values import (
    Value,
    to_boolean,
    to_number,
    to_string,
)

__all__ = [
    "BadExpression",
    "Compiled",
    "Context",
    "Node",
    "TooCostly",
    "Unsupported",
    "Value",
    "World",
    "compile",
    "read_instance",
    "to_boolean",
    "to_number",
    "to_string",
]

MAX_LENGTH = 16_000
MAX_DEPTH = 100


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression that is ready to be evaluated, and what it uses.

    `paths` are written without their conditions: /data/group/question, ../question,
    instance('areas')/root/item. `run` is `evaluate` without a call between.
    """

    expression: str
    functions: frozenset[str]
    paths: frozenset[str]
    run: Callable[[Context], Value] = field(repr=False, compare=False)

    def evaluate(self, context: Context) -> Value:
        """Return a text, a number, a truth, or a list of nodes.

        Raises TooCostly when it would take too long, and BadExpression when a value stands
        where only questions can.
        """
        return self.run(context)


@lru_cache(maxsize=8_192)
def compile(  # noqa: A001 the name that the design fixes
    expression: str, *, max_length: int = MAX_LENGTH, max_depth: int = MAX_DEPTH
) -> Compiled:
    """Read an expression and make it ready.

    Raises BadExpression for what cannot be read, and Unsupported, with its name, for a
    function, an axis or a construct that is not there.
    """
    if len(expression) > max_length:
        raise Unsupported(f"A rule of more than {max_length:,} characters")
    parser = Parser(expression, max_depth=max_depth)
    run = parser.whole()
    return Compiled(
        expression, frozenset(parser.functions), frozenset(parser.paths), run
    )
