"""What an expression may look at while it is evaluated; clock and chance come from here."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fairwitness.surveys.expressions.refusals import TooCostly, Unsupported
from fairwitness.surveys.expressions.tree import Node

STEPS = 400_000  # nodes that all expressions of one page may visit
SIGNS_A_STEP = 8  # characters of a text that cost as much as one visited node
LONGEST_TEXT = 1_000_000  # characters that one expression may produce


def _no_text(of: str) -> str:
    raise Unsupported("jr:itext(), without the texts of a form,")


def _no_name(path: str, choice: str) -> str:
    raise Unsupported("jr:choice-name(), without the choices of a form,")


@dataclass(slots=True)
class World:
    """Everything that stays the same while one page is evaluated.

    `root` is the document of the answers, `places` its nodes by their path as far as that
    is known without walking, `instances` the documents of the lists,
    `now` has a time zone, `seed` gives every place dice of its own that fall alike each time, `itext` gives a text by its id, `choice_name` the label
    of a choice by the path of its question; both in the language of the page.
    """

    root: Node
    places: Mapping[str, list[Node]] = field(default_factory=dict)
    instances: Mapping[str, Node] = field(default_factory=dict)
    now: datetime | None = None
    chance: random.Random | None = None
    seed: str = ""
    itext: Callable[[str], str] = _no_text
    choice_name: Callable[[str, str], str] = _no_name
    steps: int = STEPS
    place: str = ""

    def spend(self, steps: int) -> None:
        """Count visited nodes, and stop an expression that would keep a page waiting."""
        self.steps -= steps
        if self.steps < 0:
            raise TooCostly("A rule of this form takes too long to work out.")

    def document(self, name: str) -> Node:
        """Return the list of that name; one that is not there is refused, never empty."""
        found = self.instances.get(name)
        if found is None:
            raise Unsupported(f"The list '{name}', which did not come with the form,")
        return found

    def stand_at(self, place: str) -> None:
        """Throw the dice of this place from here on: the same on every page of one journey."""
        if self.seed:
            self.place, self.chance = place, None

    def clock(self) -> datetime:
        """Return the time that was given."""
        if self.now is None:
            raise Unsupported("The time of day, without a clock,")
        return self.now

    def dice(self) -> random.Random:
        """Return the source of chance that was given; with a seed, one for each place."""
        if self.chance is None and self.seed:
            self.chance = random.Random(f"{self.seed}:{self.place}")  # noqa: S311 an order, no secret
        if self.chance is None:
            raise Unsupported("Chance, without a source of it,")
        return self.chance


class Context:
    """Where an expression stands: the node, its place among its like, and the question's own node."""

    __slots__ = ("current", "node", "position", "size", "world")

    def __init__(
        self,
        world: World,
        node: Node,
        *,
        position: int = 1,
        size: int = 1,
        current: Node | None = None,
    ) -> None:
        self.world = world
        self.node = node
        self.position = position
        self.size = size
        self.current = node if current is None else current
