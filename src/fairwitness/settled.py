"""What the centre has settled and every page repeats, read once in a few seconds.

Who runs it, what it promises, which districts it speaks of: rows that change a few times a
year and stand on every page. A change is seen at once by every process of this machine, by
a mark in the centre's folder, and within seconds by those of other machines. Nothing that
is secret, and nothing that decides whether something may happen, is read through this.
"""

import os
import time
from collections.abc import Callable, Hashable
from contextlib import suppress
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models.signals import post_delete, post_save

HOLDS_SECONDS = 5.0
MOST = 2000  # things that are remembered at a time
MARK = "settled"  # the file whose time says when something was last settled anew

Given = ParamSpec("Given")
Found = TypeVar("Found")

_kept: dict[Hashable, tuple[float, Any]] = {}
_mark_seen = 0
_times_forgotten = 0


def settled(
    *kinds: type[models.Model],
) -> Callable[[Callable[Given, Found]], Callable[Given, Found]]:
    """Remember what a function reads from these tables. What it returns is not to be changed.

    What is found inside a transaction is not remembered: it may yet be rolled back.
    """
    for kind in kinds:
        for signal in (post_save, post_delete):
            signal.connect(_changed, sender=kind, dispatch_uid=f"settled {kind}")

    def remembering(read: Callable[Given, Found]) -> Callable[Given, Found]:
        @wraps(read)
        def remembered(*args: Given.args, **kwargs: Given.kwargs) -> Found:
            return recall(
                (read, args, tuple(kwargs.items())), lambda: read(*args, **kwargs)
            )

        return remembered

    return remembering


def recall(key: Hashable, make: Callable[[], Found]) -> Found:
    """What was made under this key since anything was last settled, or made now.

    Who reads outside of transactions reads anew twice as often, so that those who hold a
    lock find it here.
    """
    _look_at_mark()
    now = time.monotonic()
    known = _kept.get(key)
    is_sure = is_outside()
    holds = HOLDS_SECONDS if is_sure else 2 * HOLDS_SECONDS
    if known is not None and now - known[0] < holds:
        found: Found = known[1]
        return found
    begun = _times_forgotten
    made = make()
    if is_sure and begun == _times_forgotten:  # else it may be of before the change
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = (now, made)
    return made


def is_outside() -> bool:
    """Whether what is read now stands: no transaction is open that may yet be rolled back."""
    return not connection.in_atomic_block


def forget() -> None:
    """Read everything anew; what is being read at this moment is not remembered."""
    global _times_forgotten  # noqa: PLW0603 # one memory per process is the point
    _times_forgotten += 1
    _kept.clear()


def _changed(**_signal: object) -> None:
    """Forget at once here; tell the other processes when it is sure."""
    forget()
    transaction.on_commit(_leave_mark, robust=True)


def _leave_mark() -> None:
    forget()
    with suppress(OSError):  # then they see it within seconds
        (settings.DIR / MARK).touch()


def _look_at_mark() -> None:
    global _mark_seen  # noqa: PLW0603 # one memory per process is the point
    try:
        written = os.stat(f"{settings.DIR}/{MARK}").st_mtime_ns  # noqa: PTH116 # often
    except OSError:
        return
    if written != _mark_seen:
        forget()
        _mark_seen = written
