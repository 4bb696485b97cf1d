"""How commands ask: a line from the person at the terminal, or from what feeds them."""

import sys
from pathlib import Path

from fairwitness.cli.saying import ask_secret, say
from fairwitness.refusal import Refused


def ask_line(question: str) -> str:
    """What somebody answers. Error: `Refused` when nothing more comes."""
    sys.stdout.write(f"{question} ")
    sys.stdout.flush()
    line = sys.stdin.readline()
    if not line:
        raise Refused(f"Nothing was typed. Asked was: {question}")
    return line.strip()


def ask_twice(what: str) -> str:
    """A secret, typed twice the same."""
    for _try in range(3):
        one = ask_secret(what)
        if one and one == ask_secret("Once more"):
            return one
        say("These two differ.")
    raise Refused("Three times two different ones. Begin again.")


def require_yes(question: str) -> None:
    """Go on only after a plain yes. Error: `Refused`."""
    if ask_line(f"{question} Type yes:").casefold() != "yes":
        raise Refused("Then nothing was done.")


def read_text(place: Path) -> str:
    """The text of a file that somebody named. Error: `Refused`."""
    try:
        return place.read_text()
    except (OSError, UnicodeDecodeError):
        raise Refused(f"There is no file {place} that can be read.") from None


def write_new(place: Path, text: str, *, mode: int = 0o600) -> None:
    """Write a file that is not there yet. Error: `Refused`."""
    if place.exists():
        raise Refused(f"{place} is there already; choose another name.")
    place.touch(mode=mode)
    place.write_text(text + "\n")
