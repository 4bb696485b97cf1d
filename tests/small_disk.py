"""A PostgreSQL server of its own, a part of which lies on a disk that is soon full."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import psycopg

Part = Literal["tables", "log of writes"]
SIZES: dict[Part, str] = {"tables": "200m", "log of writes": "40m"}
# No piece of the log is kept for later, so a full disk is met at the next new piece.
TUNED = (
    "-c listen_addresses='' -c fsync=off -c wal_recycle=off"
    " -c max_wal_size=4MB -c min_wal_size=2MB -c checkpoint_timeout=30s"
)
PIECE = 65_536
STARTS_WITHIN = 60.0  # seconds


def why_not() -> str:
    """What is missing here for such a server; empty when nothing is."""
    if not _programs():
        return "PostgreSQL is not installed here"
    if os.geteuid() != 0:
        return "only root may mount a small disk: run this proof as root"
    with tempfile.TemporaryDirectory() as place:
        tried = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place],
            capture_output=True, check=False,
        )  # fmt: skip
        if tried.returncode:
            return "a small disk cannot be mounted here: run this proof where root may"
        subprocess.run(["umount", place], check=True)
    return ""


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


class SmallDisk:
    """The server and its disk. `starts` says how often it had to be started again."""

    def __init__(self, place: Path, disk: Path) -> None:
        programs = _programs()
        assert programs
        self.place, self.disk, self.starts = place, disk, 0
        self.log, self.ballast = place / "log", disk / "ballast"
        as_postgres = ["runuser", "-u", "postgres", "--"]
        self.initdb = [*as_postgres, str(programs / "initdb")]
        self.control = [*as_postgres, str(programs / "pg_ctl"), "-D"]
        self.url = f"postgresql://tester@/postgres?host={place}"

    def make(self, part: Part) -> None:
        """Lay the server's folder out, with this part of it on the small disk."""
        other = self.place / "other"
        tables, log = (self.disk / "in", other)
        if part == "log of writes":
            tables, log = log, tables
        self.control += [str(tables)]
        where = ["-D", str(tables), "--waldir", str(log), "--wal-segsize", "1"]
        self._call([*self.initdb, *where, "-A", "trust", "-U", "tester"])

    def start(self) -> None:
        """Start it, as whatever looks after services would."""
        options = f"-k {self.place} {TUNED}"
        self._call([*self.control, "-l", str(self.log), "-w", "-o", options, "start"])

    def stop(self) -> None:
        """Stop it at once."""
        stop = [*self.control, "-m", "immediate", "stop"]
        subprocess.run(stop, check=False, capture_output=True, cwd=self.place)

    def _call(self, command: list[str]) -> None:
        subprocess.run(command, check=True, capture_output=True, cwd=self.place)

    def fill(self) -> None:
        """Take what room is left."""
        with self.ballast.open("ab", buffering=0) as ballast:
            for piece in (PIECE, 4096):
                while _is_written(ballast.fileno(), piece):
                    pass

    def free(self) -> None:
        """Give the room back, and start the server again if it had to stop."""
        self.ballast.unlink(missing_ok=True)
        until = time.monotonic() + STARTS_WITHIN
        while not self._answers():
            assert time.monotonic() < until, self.log.read_text()[-2000:]
            status = [*self.control, "status"]
            if subprocess.run(
                status, check=False, capture_output=True, cwd=self.place
            ).returncode:
                self.starts += 1
                self.start()
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self.url, connect_timeout=5) as line:
                line.execute(b"SELECT 1")
        except psycopg.OperationalError:
            return False
        return True


def _is_written(file: int, size: int) -> bool:
    try:
        return os.write(file, bytes(size)) == size
    except OSError:
        return False


@contextmanager
def small_disk(part: Part) -> Iterator[SmallDisk]:
    """Such a server, until this ends."""
    place = Path(tempfile.mkdtemp(prefix="fairwitness-small-"))
    disk = place / "disk"
    disk.mkdir()
    size = f"size={SIZES[part]},mode=0777"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", disk], check=True)
    shutil.chown(place, "postgres")
    server = SmallDisk(place, disk)
    try:
        server.make(part)
        server.start()
        yield server
    finally:
        server.stop()
        subprocess.run(["umount", disk], check=True)
        shutil.rmtree(place, ignore_errors=True)
