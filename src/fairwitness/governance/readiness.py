"""Whether the doors may open: every condition, what is missing, and why it matters.

Apps above register their own conditions in `AppConfig.ready`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings
from django.db import DatabaseError

View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True)
class Condition:
    """One thing that must be so before the doors open."""

    code: str
    title: str
    why: str
    mend: str
    is_met: Callable[[], bool]
    spares_training: bool = False  # a training centre opens without it


_conditions: dict[str, Condition] = {}


def register(condition: Condition) -> None:
    """Add a condition; the same code replaces the earlier one."""
    _conditions[condition.code] = condition


def missing() -> list[Condition]:
    """What is not so yet, in the order in which it was registered."""
    return [
        condition
        for condition in _conditions.values()
        if not (condition.spares_training and settings.IS_TRAINING)
        and not condition.is_met()
    ]


def is_open() -> bool:
    """Whether the centre may take and send anything at this moment. A fault means no."""
    try:
        return not missing()
    except DatabaseError:
        return False


def door(view: View) -> View:
    """Mark a view that takes from people or sends to them: it is shut while anything is missing."""
    view.is_door = True  # type: ignore[attr-defined] # a mark that the middleware reads
    return view
