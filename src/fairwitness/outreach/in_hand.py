"""What one worker has in hand at this moment, in a file that outlives its process. Pure.

A letter is claimed in the database, many at once; which of them was begun, and which was
taken, is written into a file of this machine just before and just after. That costs no
commit, and a process that is killed leaves one letter uncertain instead of all that it
had claimed. The file counts only until the machine starts anew: what was not yet on the
disk may then be missing. Who holds the lock of the file is alive (flock(2)).
"""

import fcntl
import os
import secrets
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_ENDING = ".letters"


class Mark(StrEnum):
    """How far a letter came."""

    CLAIMED = "claimed"
    BEGUN = "begun"
    TAKEN = "taken"
    NOT_TAKEN = "not-taken"


@dataclass(frozen=True)
class LeftBehind:
    """A letter of a process that is gone: until when it was claimed, and how far it came."""

    letter: uuid.UUID
    until: datetime
    mark: Mark


class InHand:
    """The file of one worker, while it has letters in hand."""

    def __init__(self, descriptor: int, place: Path) -> None:
        self._descriptor, self._place = descriptor, place

    def claimed(self, letters: Iterable[uuid.UUID], *, until: datetime) -> None:
        """Say which letters will be ours, before the claim is committed."""
        moment = until.isoformat()
        self._write("".join(f"{Mark.CLAIMED} {pk} {moment}\n" for pk in letters))

    def mark(self, mark: Mark, letter: uuid.UUID) -> None:
        """Say how far a letter came."""
        self._write(f"{mark} {letter}\n")

    def close(self) -> None:
        """Forget the file: nothing is in hand any more."""
        self._place.unlink(missing_ok=True)
        os.close(self._descriptor)

    def _write(self, lines: str) -> None:
        os.write(self._descriptor, lines.encode())


@contextmanager
def in_hand(folder: Path) -> Iterator[InHand]:
    """Open a file of our own. It is removed in the end, unless this process is killed."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = secrets.token_hex(8)
    begun, place = folder / f".{name}", folder / f"{name}{_ENDING}"
    descriptor = os.open(begun, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    ours = InHand(descriptor, place)
    os.write(descriptor, f"{_boot()}\n".encode())
    begun.rename(place)
    try:
        yield ours
    finally:
        ours.close()


@contextmanager
def left_behind(folder: Path) -> Iterator[list[LeftBehind]]:
    """What processes that are gone had in hand on this machine since it started.

    Their files are removed when this is left without an error.
    """
    held = [ours for place in folder.glob(f"*{_ENDING}") if (ours := _abandoned(place))]
    try:
        yield [one for descriptor, _place in held for one in _read(descriptor)]
        for _descriptor, place in held:
            place.unlink(missing_ok=True)
    finally:
        for descriptor, _place in held:
            os.close(descriptor)


def _abandoned(place: Path) -> tuple[int, Path] | None:
    """The file, locked by us, when nobody else has the lock."""
    with suppress(OSError):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
        else:
            return descriptor, place
    return None


def _read(descriptor: int) -> list[LeftBehind]:
    with os.fdopen(os.dup(descriptor), encoding="ascii") as opened:
        boot, *lines = opened.read().split("\n")
    if not boot or boot != _boot():
        return []
    met: dict[uuid.UUID, LeftBehind] = {}
    for line in lines[:-1]:  # the last one is empty, or was not written to its end
        word, name, *until = line.split(" ")
        letter, mark = uuid.UUID(name), Mark(word)
        moment = datetime.fromisoformat(until[0]) if until else met[letter].until
        met[letter] = LeftBehind(letter, moment, mark)
    return list(met.values())


def _boot() -> str:
    """Which start of this machine it is; empty where the machine does not say."""
    with suppress(OSError):
        return _BOOT.read_text().strip()
    return ""
