"""Has a file looked at and cleaned in a short-lived process of its own, that knows nothing.

That process gets the file through a pipe and gives it back through another. It inherits no
environment, no open file, no secret; it has a deadline, and can open nothing (`child`).
"""

import importlib.util
import json
import subprocess
import sys
import threading
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from fairwitness.sifting.kinds import EVERYTHING, LARGEST, Reason, Sort, Unwanted

SECONDS = 45  # by the clock, the start of the process included
AT_ONCE = 2  # of one process of the web server
PATIENCE = 5  # seconds that somebody waits for their turn
MOST_BACK = 3 * LARGEST  # a picture can grow when it is encoded anew
_ROOT = str(Path(__file__).parent.parent.parent)
_PROGRAM = f"import sys; sys.path.insert(0, {_ROOT!r}); from fairwitness.sifting.child import main; main()"
_turns = threading.BoundedSemaphore(AT_ONCE)
LIBRARIES = {"PIL": "pictures", "pypdf": "PDF files"}


@dataclass(frozen=True, repr=False)
class Sifted:
    """A file as it may be kept. Printing it prints nothing of it."""

    sort: Sort
    content: bytes
    is_whole: bool  # untouched: what is hidden in it is still there

    def __repr__(self) -> str:
        return "[a sifted file]"


def missing() -> list[str]:
    """What cannot be cleaned here, because a library is not installed."""
    return [
        what
        for name, what in LIBRARIES.items()
        if importlib.util.find_spec(name) is None
    ]


def sift(
    content: bytes, *, is_whole: bool = False, wanted: Collection[Sort] = EVERYTHING
) -> Sifted:
    """Say what a file is and take out what is hidden in it; with `is_whole` leave it as it is.

    Error: `Unwanted`, with the reason.
    """
    if not content:
        raise Unwanted(Reason.EMPTY)
    if len(content) > LARGEST:
        raise Unwanted(Reason.TOO_LARGE)
    if not _turns.acquire(timeout=PATIENCE):
        raise Unwanted(Reason.BUSY)
    try:
        answer = _answer({"is_whole": is_whole, "wanted": sorted(wanted)}, content)
    finally:
        _turns.release()
    return _read(answer, is_whole=is_whole)


def _answer(asked: dict[str, object], content: bytes) -> bytes:
    """What the other process says; nothing when it was ended."""
    with subprocess.Popen(  # noqa: S603 # our own program, with nothing of anybody's in it
        [sys.executable, "-I", "-B", "-c", _PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        close_fds=True,
        start_new_session=True,
    ) as child:
        deadline = threading.Timer(SECONDS, child.kill)
        deadline.start()
        feeder = threading.Thread(target=_feed, args=(child, asked, content))
        feeder.start()
        try:
            answer = child.stdout.read(MOST_BACK + 1) if child.stdout else b""
        finally:
            child.kill()
            feeder.join()
            deadline.cancel()
    return answer if len(answer) <= MOST_BACK else b""


def _feed(
    child: subprocess.Popen[bytes], asked: dict[str, object], content: bytes
) -> None:
    if child.stdin is None:
        return
    try:
        child.stdin.write(json.dumps(asked).encode() + b"\n")
        child.stdin.write(content)
        child.stdin.close()
    except OSError:
        return  # it has ended: what it said, or did not say, tells why


def _read(answer: bytes, *, is_whole: bool) -> Sifted:
    """Believe of what the other process says as little as can be."""
    head, _line, content = answer.partition(b"\n")
    try:
        told = json.loads(head) if head else {}
        if "reason" in told:
            raise Unwanted(Reason(told["reason"]))
        sort = Sort(told["sort"])
    except (ValueError, KeyError, TypeError):
        raise Unwanted(Reason.TOO_LONG) from None
    if not content:
        raise Unwanted(Reason.DAMAGED)
    return Sifted(sort, content, is_whole)
