"""Breaks what a centre stands on, as it breaks in life, and mends it again.

Each fault is the real one: SQLite and PostgreSQL raise it themselves.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from django.db import connections

from fairwitness.demo.visitor import Astray, Form, Visitor

PATIENCE = 100  # milliseconds that a test waits for a lock; a centre waits 20 seconds
HUGE = 2**30
NOWHERE = "/nowhere-at-all"

Fault = Callable[[str], AbstractContextManager[None]]


@contextmanager
def gone(alias: str) -> Iterator[None]:
    """The file, or the server, is not where it was."""
    told = connections[alias].settings_dict
    kept = dict(told)
    connections[alias].close()
    if connections[alias].vendor == "sqlite":
        told["NAME"] = f"{NOWHERE}/centre.sqlite3"
    else:
        told["HOST"] = NOWHERE
        told["OPTIONS"] = {**told["OPTIONS"], "host": NOWHERE}
    try:
        yield
    finally:
        connections[alias].close()
        told.update(kept)


@contextmanager
def full(alias: str) -> Iterator[None]:
    """The database may not grow by a single page (SQLITE_FULL)."""
    _say(alias, "VACUUM")
    pages = _say(alias, "PRAGMA page_count")
    _say(alias, f"PRAGMA max_page_count={pages}")
    try:
        yield
    finally:
        _say(alias, f"PRAGMA max_page_count={HUGE}")


@contextmanager
def locked(alias: str) -> Iterator[None]:
    """Somebody else writes, and does not come to an end."""
    connection = connections[alias]
    if connection.vendor == "sqlite":
        _say(alias, f"PRAGMA busy_timeout={PATIENCE}")
        name = connection.settings_dict["NAME"]
        other: Any = sqlite3.connect(name, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
    else:
        _say(alias, f"SET lock_timeout={PATIENCE}")
        other = connection.copy()
        other.set_autocommit(False)
        tables = ", ".join(connection.introspection.table_names())
        other.cursor().execute(f"LOCK TABLE {tables} IN EXCLUSIVE MODE")
    try:
        yield
    finally:
        other.close()
        connection.close()


@contextmanager
def read_only(alias: str) -> Iterator[None]:
    """Everything can be read and nothing written."""
    is_sqlite = connections[alias].vendor == "sqlite"
    _say(
        alias,
        "PRAGMA query_only=ON" if is_sqlite else "SET default_transaction_read_only=on",
    )
    try:
        yield
    finally:
        connections[alias].close()


def _say(alias: str, sentence: str) -> Any:
    with connections[alias].cursor() as cursor:
        cursor.execute(sentence)
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


class Person(Visitor):
    """Somebody whose browser sends only what stands in the form, and who sees faults as pages."""

    def __init__(self, language: str = "en") -> None:
        super().__init__(language)
        self.client.handler.enforce_csrf_checks = True
        self.client.raise_request_exception = False

    def meets(self, act: Callable[[], object]) -> str:
        """Do something that a fault stands in the way of; the page that comes instead."""
        try:
            act()
        except Astray:
            return str(self.page.content.decode())
        raise AssertionError(f"{self.at} was answered as if nothing had happened")

    @property
    def way_on(self) -> Form:
        """The form of a kept page that sends everything again."""
        return self.form(action=self.page.wsgi_request.path)

    def tell_until(self, step: str) -> Form:
        """Begin to tell, up to a page of the form."""
        self.open("/tell/")
        self.send(self.form(action="/tell/"))
        self.walk({"young": "no"}, until=step)
        return self.form(action=self.at)

    def come_back(self, words: list[str]) -> None:
        """Come back with a code."""
        self.open("/report/")
        self.send(self.form(action="/report/"), code=" ".join(words))
