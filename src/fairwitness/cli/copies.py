"""Copies a database while others use it, and puts a copy back; both engines."""

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connections

from fairwitness.refusal import Refused

SUFFIX = {"sqlite": "sqlite3", "postgresql": "dump"}
LOG_FILES = ("", "-wal", "-shm", "-journal")  # what SQLite keeps beside a database
BUSY_SECONDS = 20


def engine_of(alias: str) -> str:
    """Which engine a database runs on: `sqlite` or `postgresql`."""
    return connections[alias].vendor


def file_of(alias: str) -> Path:
    """The file of a database on SQLite."""
    return Path(connections[alias].settings_dict["NAME"])


def is_there(alias: str) -> bool:
    """Whether a database has been laid out already."""
    if engine_of(alias) == "sqlite":
        place = file_of(alias)
        if not place.exists() or place.stat().st_size == 0:
            return False
    try:
        with connections[alias].cursor() as cursor:
            tables = connections[alias].introspection.table_names(cursor)
    except DatabaseError:
        return True  # something is there, and it cannot be read
    return bool(tables)


def copy_out(alias: str, to: Path) -> None:
    """Write a consistent copy, for its owner alone, while others read and write.

    On SQLite by `VACUUM INTO`: one moment's state, without the remains of deleted rows.
    On PostgreSQL by `pg_dump`. Errors: `Refused`.
    """
    os.close(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    if engine_of(alias) == "sqlite":
        _copy_sqlite(file_of(alias), to)
    else:
        command = ["pg_dump", "--format=custom", "--no-owner", "--no-privileges"]
        _run_beside(alias, [*command, "--file", str(to)])
    _to_disk(to)


def _copy_sqlite(source: Path, to: Path) -> None:
    opened = sqlite3.connect(source, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        opened.execute("VACUUM INTO ?", [str(to)])
    except sqlite3.Error as fault:
        raise Refused(
            f"{source.name} could not be copied: {fault}. Look at the disk, then try again."
        ) from None
    finally:
        opened.close()
    require_whole(to)


def require_whole(place: Path) -> None:
    """Refuse a file of SQLite that is damaged."""
    opened = sqlite3.connect(place)
    try:
        verdict = opened.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as fault:
        verdict = str(fault)
    finally:
        opened.close()
    if verdict != "ok":
        raise Refused(f"{place.name} is damaged: {verdict}. Take another backup.")


def require_alone() -> None:
    """Refuse while another process has one of the databases open; closes our own connections."""
    for alias in connections:
        connections[alias].close()
        if engine_of(alias) == "sqlite":
            is_alone = not file_of(alias).exists() or _is_alone(file_of(alias))
        else:
            is_alone = _nobody_else_in(alias)
            connections[alias].close()
        if not is_alone:
            raise Refused(
                "Something still runs on this centre. Stop serve, worker and gate first, then"
                " do this again."
            )


def _is_alone(place: Path) -> bool:
    """Whether nobody else has the file open: only then may it leave the write-ahead log."""
    opened = sqlite3.connect(place, timeout=0.5)
    try:
        return str(opened.execute("PRAGMA journal_mode=DELETE").fetchone()[0]) != "wal"
    except sqlite3.OperationalError:
        return False
    except sqlite3.DatabaseError:
        return True  # damaged: it is moved aside as it is
    finally:
        opened.close()


def _nobody_else_in(alias: str) -> bool:
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return not cursor.fetchone()[0]


def set_aside(alias: str, to: Path) -> None:
    """Take a database out of its place and keep it as a copy; the place is empty then."""
    connections[alias].close()
    if engine_of(alias) != "sqlite":
        copy_out(alias, to)
        _empty(alias)
        return
    place = file_of(alias)
    for ending in LOG_FILES:
        beside = place.with_name(place.name + ending)
        if beside.exists():
            moved = to.with_name(to.name + ending)
            shutil.move(beside, moved)
            moved.chmod(0o600)


def _empty(alias: str) -> None:
    """Drop every table and function of ours from a database of PostgreSQL."""
    with connections[alias].cursor() as cursor:
        for table in connections[alias].introspection.table_names(cursor):
            cursor.execute(f'DROP TABLE "{table}" CASCADE')
        cursor.execute(
            "SELECT oid::regprocedure::text FROM pg_proc"
            " WHERE pronamespace = 'public'::regnamespace"
        )
        for (function,) in cursor.fetchall():
            cursor.execute(f"DROP FUNCTION {function} CASCADE")
    connections[alias].close()


def put_back(alias: str, copy: Path) -> None:
    """Put a copy into the empty place of a database, all of it or nothing."""
    connections[alias].close()
    if engine_of(alias) != "sqlite":
        command = ["pg_restore", "--no-owner", "--no-privileges", "--exit-on-error"]
        name = str(connections[alias].settings_dict["NAME"])
        more = ["--single-transaction", "--dbname", name, str(copy)]
        _run_beside(alias, [*command, *more])
        return
    place = file_of(alias)
    fresh = place.with_name(f".{place.name}.fresh")
    fresh.unlink(missing_ok=True)
    os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    shutil.copyfile(copy, fresh)
    require_whole(fresh)
    _to_disk(fresh)
    fresh.replace(place)
    _to_disk(place.parent)


def _run_beside(alias: str, command: list[str]) -> None:
    """Run a program of PostgreSQL's; its password is in no list of processes."""
    if shutil.which(command[0]) is None:
        raise Refused(
            f"{command[0]} is not installed here. It comes with the client programs of"
            " PostgreSQL; they must be as new as the server."
        )
    done = subprocess.run(  # noqa: S603 # a program of PostgreSQL's, by name
        command,
        env={**os.environ, **_surroundings(connections[alias].settings_dict)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        raise Refused(f"{command[0]} did not succeed: {lines[0]}")


def _surroundings(database: dict[str, Any]) -> dict[str, str]:
    told = {
        "PGDATABASE": database["NAME"],
        "PGHOST": database["HOST"] or database["OPTIONS"].get("host"),
        "PGPORT": database["PORT"],
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
        "PGSSLMODE": database["OPTIONS"].get("sslmode"),
        "PGSSLROOTCERT": database["OPTIONS"].get("sslrootcert"),
    }
    return {name: str(value) for name, value in told.items() if value}


def _to_disk(place: Path) -> None:
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
