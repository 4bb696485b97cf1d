"""Serves the pages with granian: several processes, no log of requests."""

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
    ).serve()
    return 0
