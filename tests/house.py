"""A centre that runs as on a server: web, worker and gate, each a process that can be killed.

They work over the databases and secrets of the test that started them, so that it can look
at what they left behind.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from threading import Lock
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections

from tests.post_office import PostOffice

ENOUGH = 60.0  # seconds in which a process has started, on a busy machine too


class House:
    """The processes of a centre. `kills` says how often each kind was killed."""

    def __init__(self, place: Path, office: PostOffice, *, workers: int = 2) -> None:
        self.port = _free_port()
        self.office, self.kills = office, Counter[str]()
        self.commands = {
            "web": ["serve", "--port", str(self.port), "--workers", str(workers)],
            "worker": ["worker"],
            "gate": ["gate"],
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.lock = Lock()
        self.log = place / "house.log"
        self.surroundings = {
            **os.environ,
            "FAIRWITNESS_DIR": str(place),
            "FAIRWITNESS_SECRETS": str(settings.SECRETS),
            "FAIRWITNESS_TRAINING": "yes",
            "FAIRWITNESS_URL": f"http://127.0.0.1:{self.port}",
            "DATABASE_URL": _url("default"),
            "KEYSTORE_URL": _url("keystore"),
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(office.port),
            "EMAIL_TLS": "no",
        }

    def start(self, name: str) -> None:
        """Start one of them."""
        command = [sys.executable, "-m", "fairwitness", *self.commands[name]]
        with self.log.open("ab") as said:
            self.running[name] = subprocess.Popen(
                command,
                env=self.surroundings,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    def wait_for_web(self) -> None:
        """Wait until pages are served."""
        until = time.monotonic() + ENOUGH
        while not self._answers():
            assert time.monotonic() < until, self.log.read_text()[-2000:]
            time.sleep(0.05)

    def _answers(self) -> bool:
        line = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            line.request("GET", "/robots.txt")
            return line.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            line.close()

    def kill(self, name: str) -> None:
        """Kill -9, with all that it started, and start it anew."""
        with self.lock:
            self._kill_group(name)
            self.kills[name] += 1
            self.start(name)

    def kill_head_of_web(self) -> list[int]:
        """Kill -9 the process that started the others, and only it. Returns the others."""
        process = self.running.pop("web")
        left = _children(process.pid)
        process.kill()
        process.wait(timeout=ENOUGH)
        return left

    def kill_one_of_web(self, dice: Random) -> None:
        """Kill -9 one of the processes that make pages; its parent starts another."""
        until = time.monotonic() + ENOUGH
        while not (children := _children(self.running["web"].pid)):
            assert time.monotonic() < until, "nobody makes pages"
            time.sleep(0.05)
        os.kill(dice.choice(children), signal.SIGKILL)
        self.kills["one of web"] += 1

    def _kill_group(self, name: str) -> None:
        process = self.running.pop(name)
        with suppress(ProcessLookupError):  # it had ended by itself
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=ENOUGH)

    def stop(self, *names: str) -> None:
        """Stop these, or all, in order."""
        for name in names or list(self.running):
            self.running[name].terminate()
        for name in names or list(self.running):
            process = self.running.pop(name)
            process.wait(timeout=ENOUGH)


@contextmanager
def a_house(place: Path, office: PostOffice, *names: str) -> Iterator[House]:
    """A house with its doors open, or these processes of one; nothing of it runs on afterwards."""
    house = House(place, office)
    try:
        for name in names or house.commands:
            house.start(name)
        house.wait_for_web()
        yield house
    finally:
        for name in list(house.running):
            house._kill_group(name)


def _children(parent: int) -> list[int]:
    """The processes that a server has started to make pages."""
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(pid) for pid in listed.split()]


def _url(alias: str) -> str:
    """The address of a database of this test."""
    name = connections[alias].settings_dict["NAME"]
    if connections[alias].vendor == "sqlite":
        return f"sqlite:///{name}"
    variable = "DATABASE_URL" if alias == "default" else "KEYSTORE_URL"
    return urlsplit(os.environ[variable])._replace(path=f"/{name}").geturl()


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])
