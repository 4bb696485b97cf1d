"""Who did something: a member of staff, or one of the nameless."""

from dataclasses import dataclass
from typing import Protocol


class Actor(Protocol):
    """Somebody who can stand in the ledger, by an id that says nothing else."""

    @property
    def actor_id(self) -> str: ...


@dataclass(frozen=True)
class Nameless:
    """An actor without a name: the ledger says what they were, never who."""

    actor_id: str


SYSTEM = Nameless("system")  # the worker, on the clock
GATE = Nameless("gate")  # the gate's own process
REPORTER = Nameless("reporter")  # somebody with a receipt code
PUBLIC = Nameless("public")  # anybody, from outside
