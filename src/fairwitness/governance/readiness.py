"""Whether the doors may open: every condition, what is missing, and why it matters.

Apps above register their own conditions in `AppConfig.ready`.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.utils.functional import Promise as LazyText

from fairwitness import settled

View = TypeVar("View", bound=Callable[..., object])
YES_HOLDS_SECONDS = 5.0


@dataclass(frozen=True)
class Condition:
    """One thing that must be so before the doors open."""

    code: str
    title: str | LazyText
    why: str | LazyText
    mend: str | LazyText
    is_met: Callable[[], bool]
    page: str = ""  # the name of the page on which it is mended


_conditions: dict[str, Condition] = {}
_last_yes: float | None = None


def register(condition: Condition) -> None:
    """Add a condition; the same code replaces the earlier one."""
    _conditions[condition.code] = condition


def conditions() -> list[Condition]:
    """Every condition that this centre must meet, in the order of registration."""
    return list(_conditions.values())


def missing() -> list[Condition]:
    """What is not so yet, in the order in which it was registered."""
    return [condition for condition in conditions() if not condition.is_met()]


def is_open() -> bool:
    """Whether the centre may take and send anything at this moment. A fault goes to who asks.

    Every door asks this, so a yes holds for a few seconds in its process; a no never
    does, nor does an answer found inside a transaction, which may yet be rolled back.
    """
    global _last_yes  # noqa: PLW0603 # one answer per process is the point
    is_sure = settled.is_outside()
    now = time.monotonic()
    if is_sure and _last_yes is not None and now - _last_yes < YES_HOLDS_SECONDS:
        return True
    answer = not missing()
    _last_yes = now if answer and is_sure else None
    return answer


def forget() -> None:
    """Ask anew at the next door."""
    global _last_yes  # noqa: PLW0603 # as above
    _last_yes = None
    settled.forget()


def door(view: View) -> View:
    """Mark a view that takes from people or sends to them: it is shut while anything is missing."""
    view.is_door = True  # type: ignore[attr-defined] # a mark that the middleware reads
    return view
