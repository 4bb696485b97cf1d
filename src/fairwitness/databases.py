"""A centre's databases are made once, by `init`; whoever serves it makes none."""

from urllib.parse import quote

from django.db import connections


def make_none() -> None:
    """From now on a SQLite file that is not there is a fault.

    SQLite would make an empty one in its place; and what that leaves behind could spoil
    the true one when it comes back.
    """
    for alias in connections:
        told = connections.settings[alias]
        if told["ENGINE"].endswith("sqlite3"):
            name = quote(str(told["NAME"]))
            told["OPTIONS"]["database"] = f"file:{name}?mode=rw"
