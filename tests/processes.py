"""The processes of a centre as they really run, on a centre of their own, and what shows of them."""

import os
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from socket import socket
from urllib.parse import urlencode

from django.db import connections

ROOT = Path(__file__).parent.parent
MAIL_PASSWORD = "quiet harbour lamp of the post"  # of no mail server
PATIENCE = 60  # seconds, on a machine that has much to do


@dataclass
class Running:
    """Web, worker and gate of a centre, and the folder in which all they leave lies."""

    place: Path
    port: int
    processes: dict[str, subprocess.Popen[bytes]]

    @property
    def said(self) -> str:
        """What all of them have said so far."""
        return "".join(one.read_text() for one in sorted(self.place.glob("*.said")))

    def tree(self) -> list[int]:
        """The numbers of all the processes, with those that they began."""
        found = [one.pid for one in self.processes.values()]
        for pid in found:
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                found += [int(child) for child in task.read_text().split()]
        return found

    def post(self, page: str, **told: str) -> tuple[int, str, bytes]:
        """Post a form: the status, the head and the body of the answer.

        A connection that breaks has status 0.
        """
        body = urlencode(told)
        header = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", page, body, header)

    def ask(
        self,
        method: str,
        page: str,
        body: str = "",
        header: dict[str, str] | None = None,
    ) -> tuple[int, str, bytes]:
        """Ask anything."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            line.request(method, page, body, header or {})
            answer = line.getresponse()
            return answer.status, str(answer.headers), answer.read()
        except (ConnectionError, HTTPException):
            return 0, "", b""
        finally:
            line.close()

    def wait_for_pages(self) -> None:
        """Wait until a page can be had."""
        for _try in range(PATIENCE * 10):
            if self.ask("GET", "/robots.txt")[0]:
                return
            assert self.processes["serve"].poll() is None, self.said
            time.sleep(0.1)
        raise AssertionError("no server answered")


@contextmanager
def running(place: Path) -> Iterator[Running]:
    """Lay out a centre in a folder and run it; its secrets come by files."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    surroundings = _surroundings(place, port)
    processes = {
        name: _start(name, more, place, surroundings)
        for name, more in {
            "serve": ["--port", str(port)],
            "worker": [],
            "gate": [],
        }.items()
    }
    house = Running(place, port, processes)
    try:
        house.wait_for_pages()
        yield house
    finally:
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            process.wait(timeout=PATIENCE)


def _surroundings(place: Path, port: int) -> dict[str, str]:
    """The environment of a centre: empty tables, and each secret in a file."""
    told = {"EMAIL_PASSWORD": MAIL_PASSWORD}
    for alias, name in {"default": "DATABASE_URL", "keystore": "KEYSTORE_URL"}.items():
        lies = place / f"{alias}.sqlite3"
        with sqlite3.connect(connections[alias].settings_dict["NAME"]) as tables:
            tables.execute("VACUUM INTO ?", [str(lies)])
        tables.close()
        told[name] = f"sqlite:///{lies}"
    for name, value in told.items():
        (place / name).write_text(value)
    return {
        **{name: value for name, value in os.environ.items() if name not in told},
        **{f"{name}_FILE": str(place / name) for name in told},
        "FAIRWITNESS_DIR": str(place / "centre"),
        "FAIRWITNESS_SECRETS": str(place / "centre" / "secrets"),
        "FAIRWITNESS_URL": f"http://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "tests.broken.settings",
        "TMPDIR": str(place),
    }


def _start(
    name: str, more: list[str], place: Path, surroundings: dict[str, str]
) -> subprocess.Popen[bytes]:
    with (place / f"{name}.said").open("wb") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "fairwitness", name, *more],
            env={**surroundings, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"},
            cwd=place,  # where a core file would fall
            stdout=said,
            stderr=said,
            preexec_fn=_let_cores_fall,  # noqa: PLW1509 # it takes no lock
        )


def _let_cores_fall() -> None:
    """Allow core files as largely as this machine does; the house is to forbid them itself."""
    most = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))


def shown_by(pid: int) -> bytes:
    """What other programs may see of a process: its arguments and its environment."""
    found = b""
    for name in ("cmdline", "environ", "comm", "status"):
        try:
            found += Path(f"/proc/{pid}/{name}").read_bytes() + b"\n"
        except PermissionError:
            continue  # it shows nothing at all
    return found


def most_core(pid: int) -> list[str]:
    """The soft and the hard limit of a process's core files."""
    for line in Path(f"/proc/{pid}/limits").read_text().splitlines():
        if line.startswith("Max core file size"):
            return line.split()[4:6]
    raise AssertionError("no such limit")


def secrets_in(place: Path) -> dict[str, bytes]:
    """The secret files of a centre."""
    found = {one.name: one.read_bytes() for one in place.glob("*.key")}
    assert found
    return found
