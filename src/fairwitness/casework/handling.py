"""How an institution handles a complaint: days between steps, promises kept or passed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

DECISIONS = frozenset({"upheld", "partly", "dismissed", "withdrawn"})
PROMISED, SILENCE, ASKED, ANSWERED = "promised", "silence", "asked", "answered"


class Stepped(Protocol):
    """A step, as a row or as anything that has its three fields."""

    @property
    def kind(self) -> str: ...
    @property
    def on(self) -> date: ...
    @property
    def due_on(self) -> date | None: ...


@dataclass(frozen=True)
class Moment:
    """A step in its place: how long after the one before, and how late a promise is."""

    step: Stepped
    days_after: int | None  # since the step before
    answered_in: int | None  # days from the question to its answer
    passed_by: int | None  # days since a promised date that nothing has met


@dataclass(frozen=True)
class Handling:
    """A complaint's way so far."""

    moments: tuple[Moment, ...]
    days: int  # from the day it was put to the decision, or to today
    decided_by: Stepped | None

    @property
    def is_open(self) -> bool:
        """Whether the institution has not decided yet."""
        return self.decided_by is None

    @property
    def late_by(self) -> int | None:
        """How many days ago the last promised date passed, while nothing has met it."""
        late = [moment.passed_by for moment in self.moments if moment.passed_by]
        return late[-1] if late else None


def handling_of(steps: Sequence[Stepped], *, today: date) -> Handling:
    """Put steps in order and say what lies between them. There is at least one."""
    ordered = sorted(steps, key=lambda step: step.on)
    decisions = [step for step in ordered if step.kind in DECISIONS]
    decided = decisions[-1] if decisions else None
    last = decided.on if decided else today
    return Handling(
        moments=tuple(_moment(ordered, place, today) for place in range(len(ordered))),
        days=(last - ordered[0].on).days,
        decided_by=decided,
    )


def _moment(steps: Sequence[Stepped], place: int, today: date) -> Moment:
    step, before = steps[place], steps[:place]
    questions = [one for one in before if one.kind == ASKED]
    return Moment(
        step=step,
        days_after=(step.on - before[-1].on).days if before else None,
        answered_in=(
            (step.on - questions[-1].on).days
            if questions and step.kind == ANSWERED
            else None
        ),
        passed_by=_passed_by(step, steps[place + 1 :], today),
    )


def _passed_by(step: Stepped, later: Sequence[Stepped], today: date) -> int | None:
    """A promise is met by a decision, or replaced by a new promise."""
    if step.kind != PROMISED or step.due_on is None or step.due_on >= today:
        return None
    met = any(one.kind in DECISIONS or one.kind == PROMISED for one in later)
    return None if met else (today - step.due_on).days
