"""How commands speak: plain lines for people, JSON where it is asked for."""

import getpass
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any


def say(line: str = "") -> None:
    """Write a line for the person at the terminal."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def say_json(told: Mapping[str, Any] | Sequence[Any]) -> None:
    """Write what a machine reads."""
    say(json.dumps(told, ensure_ascii=False, indent=2, default=str))


def ask_secret(what: str) -> str:
    """Ask for what the screen, the list of processes and the shell's history must not show."""
    if sys.stdin.isatty():
        return getpass.getpass(f"{what}: ")
    return sys.stdin.readline().strip()


def say_refusal(refusal: Exception) -> int:
    """Say why not, kindly, and return exit code 1."""
    sys.stderr.write(f"{refusal}\n")
    return 1
