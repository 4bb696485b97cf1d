"""Lets one thread of all processes write at a time, so that SQLite need not make it wait.

SQLite has one writer. Whoever comes while it writes sleeps and looks again, up to a tenth
of a second later, and who came last is often served first. Here a thread waits for the
turn of its process, and the process for its own (flock on an empty file beside the
database), and is woken the moment it comes, in the order in which they came. The kernel
takes the turn back from a process that is killed. Where there is no such file, SQLite's own
waiting remains.
"""

import atexit
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

WRITES = ("INSERT", "UPDATE", "DELETE")
BESIDE = ".turn"  # the ending of the empty file


class Turn:
    """Whose turn it is to write to one database."""

    def __init__(self, name: str) -> None:
        self._ours = Lock()
        self._all: BinaryIO | None = None
        with suppress(
            OSError, ValueError
        ):  # in memory, or where nothing can be written
            if (path := Path(name)).exists():
                self._all = path.with_name(f"{path.name}{BESIDE}").open("ab")

    def take(self, patience: float) -> None:
        """Wait until it is ours. Error: `OperationalError` after so many seconds."""
        if not self._ours.acquire(timeout=patience):
            raise OperationalError("database is locked")
        if self._all is not None:
            fcntl.flock(self._all, fcntl.LOCK_EX)

    def give_up(self) -> None:
        """Let the next one write."""
        if self._all is not None:
            fcntl.flock(self._all, fcntl.LOCK_UN)
        self._ours.release()

    def close(self) -> None:
        """Let go of the file, and of a turn that its process had when it forked."""
        if self._all is not None:
            self._all.close()


_turns: dict[str, Turn] = {}
_opening = Lock()


def _turn_of(name: str) -> Turn:
    with _opening:
        if name not in _turns:
            _turns[name] = Turn(name)
        return _turns[name]


def _forget() -> None:
    """A forked process takes turns of its own; one that ends leaves nothing open."""
    global _opening  # noqa: PLW0603 # it may have been held while the process forked
    _opening = Lock()
    for turn in _turns.values():
        turn.close()
    _turns.clear()


atexit.register(_forget)
os.register_at_fork(after_in_child=_forget)


class Cursor(base.SQLiteCursorWrapper):
    """A cursor whose single statements wait for their turn too."""

    wrapper: "DatabaseWrapper"

    def execute(self, query: str, params: Any = None) -> Any:
        """As Django's."""
        if not query.startswith(WRITES) or self.connection.in_transaction:
            return super().execute(query, params)
        with self.wrapper.turn():
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        """As Django's."""
        if self.connection.in_transaction:
            return super().executemany(query, param_list)
        with self.wrapper.turn():
            return super().executemany(query, param_list)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that takes its turn before it begins to write, and gives it up at the end."""

    _held: Turn | None = None

    def create_cursor(self, name: str | None = None) -> Cursor:
        """A cursor that knows whose turn it takes."""
        cursor: Cursor = self.connection.cursor(factory=Cursor)
        cursor.wrapper = self
        return cursor

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the turn of one statement."""
        self._take_turn()
        try:
            yield
        finally:
            self._give_up_turn()

    def _take_turn(self) -> None:
        if self._held is not None:
            return
        turn = _turn_of(str(self.settings_dict["NAME"]))
        turn.take(float(self.settings_dict["OPTIONS"].get("timeout", 5)))
        self._held = turn

    def _give_up_turn(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            held.give_up()

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc] # not in stubs
        except BaseException:
            self._give_up_turn()
            raise

    def _commit(self) -> None:
        # When this fails, the transaction is still to be rolled back.
        super()._commit()  # type: ignore[misc] # not in stubs
        self._give_up_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc] # not in stubs
        finally:
            self._give_up_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc] # not in stubs
        finally:
            self._give_up_turn()
