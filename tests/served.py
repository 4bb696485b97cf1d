"""A centre served as it is served in life, in processes of its own, and raw talk with it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 120.0  # seconds until a process has begun to serve, or has ended
OK = 200
# Guessing is made cheap here: nobody guesses, and founding takes half a minute otherwise.
FOUND = """
import django; django.setup()
from django.conf import settings
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
from django.core.management import call_command
for one in ("default", "keystore"): call_command("migrate", database=one, verbosity=0)
from fairwitness.vault import passphrase
passphrase.COST = passphrase.Cost(memory=64, iterations=1, lanes=1)
from fairwitness.demo.world import found; found()
"""


@dataclass(frozen=True)
class Served:
    """Where it is served, and by which process."""

    port: int
    process: subprocess.Popen[bytes]
    said: Path

    def say(self, sent: bytes, *, wait: float = 5.0, then_end: bool = False) -> bytes:
        """Send bytes and read until the other side ends or has nothing more to say."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as line:
            line.settimeout(wait)
            heard = b""
            try:
                line.sendall(sent)
                if then_end:
                    line.shutdown(socket.SHUT_WR)
                while got := line.recv(65_536):
                    heard += got
            except (TimeoutError, ConnectionError):
                pass
            return heard


def get(path: str, *more: str, method: str = "GET", body: bytes = b"") -> bytes:
    """A plain request, after which the line ends."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", *more]
    if body and not any(line.lower().startswith("content-length") for line in more):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def status(heard: bytes) -> int:
    """The status of an answer; 0 when the line ended without one."""
    first = heard.partition(b"\r\n")[0].split()
    return int(first[1]) if len(first) > 1 and first[0].startswith(b"HTTP/") else 0


@contextmanager
def served(place: Path) -> Iterator[Served]:
    """Found a training centre in a folder and serve it on loopback until this ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "KEYSTORE_URL", "EMAIL_HOST"}
    }
    environment |= {
        "DJANGO_SETTINGS_MODULE": "fairwitness.settings",
        "FAIRWITNESS_DIR": str(place),
        "FAIRWITNESS_SECRETS": str(place / "secrets"),
        "FAIRWITNESS_URL": f"http://127.0.0.1:{port}",
        "FAIRWITNESS_TRAINING": "yes",
    }
    subprocess.run([sys.executable, "-c", FOUND], env=environment, check=True)
    said = place / "said"
    command = [sys.executable, "-m", "fairwitness", "serve", "--port", str(port)]
    with said.open("wb") as heard:
        process = subprocess.Popen(command, env=environment, stdout=heard, stderr=heard)
    try:
        house = Served(port, process, said)
        _wait(house)
        yield house
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait(house: Served) -> None:
    """Until both processes answer."""
    until = time.monotonic() + PATIENCE
    answered = 0
    while answered < 4:  # a few, so that each process has had one
        assert time.monotonic() < until, house.said.read_text()
        try:
            answered += status(house.say(get("/"), wait=1.0)) == OK
        except OSError:
            time.sleep(0.05)
