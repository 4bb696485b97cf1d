"""Runs the whole suite: on SQLite, then on PostgreSQL where its server is installed.

`run.py proof` runs the long proofs instead, one after the other, on both.

A missing PostgreSQL or chromium is said loudly, and is a failure when CI=true.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
IS_CI = os.environ.get("CI") == "true"
NOTHING_CHOSEN = 5  # pytest's exit code; a file may have nothing for an engine


def main(arguments: list[str]) -> int:
    """Run both passes; the exit code says whether all of it passed."""
    if arguments and arguments[0] == "proof":
        arguments = [*arguments[1:], "--proof", "-v", "-s"]
    if arguments and arguments[0] in {"sqlite", "postgresql"}:
        chosen, arguments = {arguments[0]}, arguments[1:]
    else:
        chosen = {"sqlite", "postgresql"}
    codes = []
    if "sqlite" in chosen:
        _say("The suite on SQLite")
        codes.append(_pytest(arguments, {}))
    if "postgresql" in chosen:
        servers = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        if servers:
            _say("The suite on PostgreSQL")
            with _postgresql(servers[-1].parent) as url:
                codes.append(
                    _pytest(["-m", "not browser", *arguments], {"DATABASE_URL": url})
                )
        else:
            _say("NOT RUN: the suite on PostgreSQL, because it is not installed here")
            codes.append(1 if IS_CI else 0)
    return max(codes, default=0)


def _pytest(arguments: list[str], more: dict[str, str]) -> int:
    environment = {**os.environ, **more}
    if "--proof" not in arguments:
        return _run(["-n", "2", "--dist", "worksteal", *arguments], environment)
    named = [one for one in arguments if one.endswith(".py")]
    others = [one for one in arguments if one not in named]
    return max(_run([*others, file], environment) for file in named or _proofs())


def _run(arguments: list[str], environment: dict[str, str]) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    return 0 if code == NOTHING_CHOSEN else code


def _proofs() -> list[str]:
    """The files that hold a proof: each runs in a process of its own, as it may fork."""
    files = sorted((ROOT / "tests").glob("test_*.py"))
    return [str(one) for one in files if "mark.proof" in one.read_text()]


@contextmanager
def _postgresql(programs: Path) -> Iterator[str]:
    """A server of our own, in a folder of its own, that ends with the tests.

    PostgreSQL does not run as root, so root starts it as the user `postgres`.
    """
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
    place = Path(tempfile.mkdtemp(prefix="fairwitness-postgresql-", dir=memory))
    become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if become:
        shutil.chown(place, "postgres")
    store, sockets = place / "data", place
    initdb = [str(programs / "initdb"), "-N", "-D", str(store)]
    initdb += ["-A", "trust", "-U", "tester"]
    subprocess.run([*become, *initdb], check=True, capture_output=True, cwd=place)
    tuned = f"-k {sockets} -c listen_addresses='' -c fsync=off -c max_connections=200"
    control = [*become, str(programs / "pg_ctl"), "-D", str(store)]
    start = [*control, "-l", str(place / "log"), "-w", "-o", tuned, "start"]
    subprocess.run(start, check=True, capture_output=True, cwd=place)
    try:
        yield f"postgresql://tester@/postgres?host={sockets}"
    finally:
        stop = [*control, "-m", "immediate", "stop"]
        subprocess.run(stop, check=False, capture_output=True, cwd=place)
        shutil.rmtree(place, ignore_errors=True)


def _say(sentence: str) -> None:
    sys.stdout.write(f"\n=== {sentence} ===\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
