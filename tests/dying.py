"""Lets an act be killed at any of its steps, in a process of its own, as `kill -9` would.

A step is: before a statement that writes, before a commit, after a commit, before and after
a letter is handed over, before a file is changed under `settings.EDITIONS`. Between two steps nothing
changes that would outlive the process, so that dying at each of them is dying anywhere.
"""

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar
from weakref import WeakSet

import pytest
from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from fairwitness import mail
from fairwitness.outreach import sending

WRITES = ("INSERT", "UPDATE", "DELETE", "PRAGMA", "VACUUM")
FILE_ACTS = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir"}
TOO_LONG = 60  # seconds
MOST_STEPS = 400
NEVER = -1
FAILED = 1

_opened: WeakSet[BaseDatabaseWrapper] = WeakSet()

Subject = TypeVar("Subject")
Act = Callable[[], object]
Step = Callable[[], None]


@pytest.fixture(name="every", params=[6, pytest.param(1, marks=pytest.mark.proof)])
def every_so_many(request: pytest.FixtureRequest) -> int:
    """Every sixth step; every single one in a proof."""
    return int(request.param)


def deaths(
    make: Callable[[], Subject],
    act: Callable[[Subject], object],
    *,
    every: int = 1,
) -> Iterator[tuple[int, Subject]]:
    """Kill an act at its first step, then at its second, until it comes to its end.

    Each time on something new that `make` made. Yields after each death, and once more
    after the act that lived: how many were before, and what it was done to.
    """
    for number, step in enumerate(range(0, MOST_STEPS, every)):
        subject = make()
        has_died = dies_at(step, partial(act, subject))
        yield number, subject
        if not has_died:
            return
    raise AssertionError("this act never ends")


def live(act: Act) -> None:
    """Do an act in a process of its own that nobody kills: threads that it starts end with it."""
    assert not dies_at(NEVER, act)


def _remember(connection: BaseDatabaseWrapper, **_more: object) -> None:
    _opened.add(connection)


connection_created.connect(_remember)


def _let_go() -> None:
    """Close what is open in any thread: a fork that inherits SQLite's locks damages the file.

    The server of the browser tests keeps threads, whose connections stay open until the
    browser hangs up.
    """
    connections.close_all()
    for one in list(_opened):
        if one.connection is not None:
            one.connection.close()
            one.connection = None  # whoever used it connects anew


def dies_at(number: int, act: Act) -> bool:
    """Do an act in a process that is killed at this step; false when it ended before."""
    _let_go()
    child = os.fork()
    if not child:
        _live(number, act)
    _child, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL, "the act never came to an end"
        return True
    assert os.WEXITSTATUS(status) == 0, "the act failed before it could die"
    return False


def _live(number: int, act: Act) -> None:
    """What the child does until its hour comes; it never returns."""
    signal.alarm(TOO_LONG)
    left = [number]

    def step() -> None:
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1

    try:
        _watch(step)
        act()
        connections.close_all()
    except BaseException:
        traceback.print_exc(file=sys.__stderr__)
        os._exit(FAILED)
    os._exit(0)


def _watch(step: Step) -> None:
    """Take a step at everything that changes what outlives a process."""
    for alias in connections:
        _watch_database(connections[alias], step)
    hand_over_by = mail.carrier

    @contextmanager
    def carrier() -> Iterator[mail.Carrier]:
        with hand_over_by() as way:
            yield _Watched(way, step)

    sending.carrier = carrier  # type: ignore[attr-defined] # in this process alone
    place = str(settings.EDITIONS)

    def look(event: str, told: tuple[Any, ...]) -> None:
        is_change = event in FILE_ACTS and str(told[0]).startswith(place)
        if is_change and (event != "open" or told[2] & (os.O_WRONLY | os.O_RDWR)):
            step()

    sys.addaudithook(look)


def _watch_database(connection: Any, step: Step) -> None:
    commit = connection._commit

    def watched(*told: Any, **more: Any) -> Any:
        step()
        outcome = commit(*told, **more)
        step()
        return outcome

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(WRITES):
            step()
        return execute(sql, params, many, context)

    connection._commit = watched
    connection.execute_wrappers.append(look)


class _Watched:
    """A carrier beside which death stands."""

    def __init__(self, way: mail.Carrier, step: Step) -> None:
        self.way, self.step = way, step

    def hand_over(self, letter: Any, *, sender: str, to: str) -> None:
        self.step()
        self.way.hand_over(letter, sender=sender, to=to)
        self.step()
