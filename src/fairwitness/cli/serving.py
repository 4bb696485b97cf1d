"""Serves the pages with granian: several processes, no log of requests."""

import os
import time
from threading import Thread
from typing import Any

from granian.constants import Interfaces
from granian.server import Server

# The server has a log of its own, for when an answer breaks off after it began.
QUIET = {
    "formatters": {
        name: {
            "()": "fairwitness.front.logs.FirstLine",
            "fmt": "[%(levelname)s] %(message)s",
        }
        for name in ("generic", "access")
    }
}
THREADS = 8  # of each process; a page waits for the database, not for the processor
LOOKS_EVERY = 1.0  # seconds
STOPS_WITHIN = 15  # seconds; somebody whose body never comes does not keep us running


def serve(*, port: int, workers: int, address: str = "127.0.0.1") -> int:
    """Serve until told to stop. A proxy in front speaks TLS to the world."""
    Server(
        "fairwitness.wsgi:application",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        websockets=False,
        workers_kill_timeout=STOPS_WITHIN,
        log_access=False,
        log_enabled=True,
        log_dictconfig=QUIET,
        respawn_failed_workers=True,
    ).serve(target_loader=_load)
    return 0


def _load(_target: str) -> Any:
    """Load the pages in a process that ends with the one that started it.

    When that one is killed alone, its children would hold the port for ever: a part of
    those who come would meet them, also after an upgrade.
    """
    from fairwitness.wsgi import application

    Thread(target=_end_with, args=[os.getppid()], daemon=True).start()
    return application


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOKS_EVERY)
    os._exit(1)
