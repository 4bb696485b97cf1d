"""A PostgreSQL server for one bench: in a folder of its own, durable as in a centre, then gone."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fairwitness.refusal import Refused

PROGRAMS = Path("/usr/lib/postgresql")


@contextmanager
def postgresql() -> Iterator[dict[str, str]]:
    """Start the newest installed server; gives the addresses of two databases on it.

    Its settings are PostgreSQL's own, so every commit waits for the disk. Root starts it
    as the user `postgres`, because it does not run as root.
    """
    found = sorted(PROGRAMS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise Refused(
            "PostgreSQL is not installed here. Measure SQLite, or install it."
        )
    programs = found[-1].parent
    place = Path(tempfile.mkdtemp(prefix="fairwitness-bench-postgresql-"))
    become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if become:
        shutil.chown(place, "postgres")
    store = place / "data"
    _run(
        [
            *become,
            str(programs / "initdb"),
            "-D",
            str(store),
            "-A",
            "trust",
            "-U",
            "bench",
        ],
        place,
    )
    control = [*become, str(programs / "pg_ctl"), "-D", str(store)]
    tuned = f"-k {place} -c listen_addresses='' -c max_connections=200"
    _run([*control, "-l", str(place / "log"), "-w", "-o", tuned, "start"], place)
    try:
        at = f"?host={place}"
        make = [*become, str(programs / "createdb"), "-h", str(place), "-U", "bench"]
        _run([*make, "keystore"], place)
        yield {
            "DATABASE_URL": f"postgresql://bench@/postgres{at}",
            "KEYSTORE_URL": f"postgresql://bench@/keystore{at}",
        }
    finally:
        _run([*control, "-m", "immediate", "stop"], place)
        shutil.rmtree(place, ignore_errors=True)


def _run(command: list[str], place: Path) -> None:
    subprocess.run(command, check=True, capture_output=True, cwd=place)  # noqa: S603 # ours
