"""The centre that is measured: founded for the bench alone, served as every centre is."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import django
from django.core.management import call_command

from fairwitness.bench.crowd import Met, Plan
from fairwitness.refusal import Refused

WORKERS = 2
PATIENCE = 60.0  # seconds until a server answers
HOUSE = "fairwitness.settings"
FLOOR = "fairwitness.bench.floors.settings"
BARE = "fairwitness.bench.floors.bare"


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def surround(place: Path, *, port: int, databases: Mapping[str, str]) -> None:
    """Set what the settings of the measured centre are; nothing of a real one is touched."""
    os.environ["FAIRWITNESS_DIR"] = str(place)
    os.environ["FAIRWITNESS_SECRETS"] = str(place / "secrets")
    os.environ["FAIRWITNESS_TRAINING"] = "yes"
    os.environ["FAIRWITNESS_URL"] = f"http://127.0.0.1:{port}"
    for name in ("DATABASE_URL", "KEYSTORE_URL", "EMAIL_HOST", "FAIRWITNESS_ESP"):
        os.environ.pop(name, None)
    os.environ.update(databases)
    os.environ["DJANGO_SETTINGS_MODULE"] = HOUSE


def enter(place: Path, *, port: int, databases: Mapping[str, str]) -> None:
    """Load the settings of the measured centre."""
    surround(place, port=port, databases=databases)
    django.setup()


def found_house() -> None:
    """Make the databases and found an invented centre, unless it was founded before."""
    from fairwitness.demo.world import found  # noqa: PLC0415 # needs the settings
    from fairwitness.governance.models import Controller  # noqa: PLC0415 # likewise

    for database in ("default", "keystore"):
        call_command("migrate", database=database, verbosity=0)
    if not Controller.objects.exists():
        found()


@contextmanager
def served(settings: str, *, port: int) -> Iterator[int]:
    """Serve with these settings on this port by `fairwitness serve`, until it is left."""
    command = [sys.executable, "-m", "fairwitness", "serve"]
    server = subprocess.Popen(  # noqa: S603 # our own command
        [*command, "--port", str(port), "--workers", str(WORKERS)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(server, port)
        yield port
    finally:
        server.terminate()
        with suppress(subprocess.TimeoutExpired):
            server.wait(timeout=15)
        if server.poll() is None:
            server.kill()
            server.wait()


def _wait_for(server: "subprocess.Popen[bytes]", port: int) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and server.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/robots.txt", timeout=5):  # ours
                return
        except URLError as refused:
            if getattr(refused, "code", 0):
                return  # it answers, though that page is not there
            time.sleep(0.1)
        except OSError:
            time.sleep(0.1)
    raise Refused("The server that is to be measured did not start.")


def send_crowd(plan: Plan) -> Met:
    """Let a crowd carry out a plan in a process of its own."""
    told = subprocess.run(  # noqa: S603 # our own command
        [sys.executable, "-m", "fairwitness.bench.crowd", json.dumps(plan.__dict__)],
        capture_output=True,
        check=True,
        timeout=plan.seconds + PATIENCE,
    )
    return Met(**json.loads(told.stdout))
