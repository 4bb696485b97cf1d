"""Takes in what a request brings before anybody works on it: bounded in size and in time.

A thread that waits for a body can do nothing else, and whoever sends one byte a minute
would stop the house with as few lines as it has threads. So only some of the threads of a
process ever wait for bodies; the others go on showing pages. A proxy in front that hands
on whole requests only, as docs/settings.md asks for, keeps slow bodies away altogether.
"""

import time
from collections.abc import Callable, Iterable
from io import BytesIO
from threading import BoundedSemaphore
from typing import Any

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

PIECE = 65_536
LARGEST = 8_000_000  # bytes that are kept; nothing that our pages ask for is larger
DRAINED = 48_000_000  # bytes that are let go, so that the answer still arrives
LONGEST = 60.0  # seconds until no further piece of a body is read
AT_ONCE = 4  # threads of a process that may wait for bodies
PATIENCE = 0.5  # seconds that a body waits for one of these

# Under this name the pages find the status with which such a request is to be answered.
REFUSED = "fairwitness.refused"
TOO_SLOW, TOO_LARGE, TOO_MANY = 408, 413, 503


class Doorstep:
    """An application whose requests have arrived whole."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.waiting = BoundedSemaphore(AT_ONCE)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Take the body in, then pass the request on; a refusal is a page like any other."""
        if brings_something(environ):
            refused, body = self._take_in(environ["wsgi.input"])
            environ["wsgi.input"] = BytesIO(body)
            environ["CONTENT_LENGTH"] = str(len(body))
            if refused:
                environ[REFUSED] = refused
        return self.application(environ, start_response)

    def _take_in(self, source: Any) -> tuple[int, bytes]:
        """The status with which to refuse this, or none, and the body."""
        if not self.waiting.acquire(timeout=PATIENCE):
            return TOO_MANY, b""
        try:
            return read_whole(source)
        finally:
            self.waiting.release()


def read_whole(source: Any) -> tuple[int, bytes]:
    """Read a body; of one that is too large or too slow nothing is kept.

    The clock is looked at between pieces: the server reads a piece for as long as it comes.
    """
    until = time.monotonic() + LONGEST
    pieces: list[bytes] = []
    size = 0
    while size < DRAINED and (piece := source.read(PIECE)):
        if time.monotonic() > until:
            return TOO_SLOW, b""
        size += len(piece)
        if size <= LARGEST:
            pieces.append(piece)
    return (TOO_LARGE, b"") if size > LARGEST else (0, b"".join(pieces))


def brings_something(environ: Environ) -> bool:
    """Whether a request says that it has a body."""
    length = environ.get("CONTENT_LENGTH", "")
    return length not in {"", "0"} or "HTTP_TRANSFER_ENCODING" in environ
