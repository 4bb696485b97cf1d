"""Which state of a release may follow which: one table."""

from enum import StrEnum

from fairwitness.refusal import Refused


class Step(StrEnum):
    """Where a release is on its way."""

    REQUESTED = "requested"
    PREVIEWED = "previewed"
    APPROVED = "approved"
    RELEASED = "released"
    REFUSED = "refused"


NEXT: dict[Step, frozenset[Step]] = {
    Step.REQUESTED: frozenset({Step.PREVIEWED, Step.REFUSED}),
    Step.PREVIEWED: frozenset({Step.PREVIEWED, Step.APPROVED, Step.REFUSED}),
    Step.APPROVED: frozenset({Step.PREVIEWED, Step.RELEASED, Step.REFUSED}),
    Step.RELEASED: frozenset(),
    Step.REFUSED: frozenset(),
}


def require_step(here: Step, there: Step) -> None:
    """Refuse a step that the table does not have."""
    if there not in NEXT[here]:
        raise Refused(f"A release that is {here} cannot become {there}.")
