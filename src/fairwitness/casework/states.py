"""Which state of an incident may follow which: one table."""

from enum import StrEnum

from fairwitness.refusal import Refused


class State(StrEnum):
    """Where our work on an incident stands."""

    OPEN = "open"
    ASSESSED = "assessed"
    CLOSED = "closed"


NEXT: dict[State, frozenset[State]] = {
    State.OPEN: frozenset({State.ASSESSED}),
    State.ASSESSED: frozenset({State.OPEN, State.CLOSED}),
    State.CLOSED: frozenset({State.OPEN}),
}


def require_step(here: State, there: State) -> None:
    """Refuse a step that the table does not have."""
    if there not in NEXT[here]:
        raise Refused(f"An incident that is {here} cannot become {there}.")
