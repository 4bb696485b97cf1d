"""Reads settings from the environment; a wrong value stops the start."""

import ctypes
import os
import resource
import secrets
import sys
from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path

HERE = Path(__file__).parent
PR_SET_DUMPABLE = 4  # linux/prctl.h
Server = tuple[str, int | None]  # an address, and a port


class WrongSetting(Exception):
    """A setting has a value that cannot be used. The message names it."""


def leave_no_core() -> None:
    """Keep what is in memory out of core files: here, and in every process begun from here.

    Linux does not ask the limit when a program of its own takes the core (core(5)); so
    there this process also says that it must not be dumped. That keeps its memory and its
    environment from other programs of the same user, too. It does not outlast an exec.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def text(name: str, default: str = "") -> str:
    """The value of a setting, or of the file that NAME_FILE points at."""
    if place := os.environ.get(f"{name}_FILE"):
        return Path(place).read_text().strip()
    return os.environ.get(name, default)


def flag(name: str, *, default: bool = False) -> bool:
    """A yes or no: 1, true, yes, on against 0, false, no, off."""
    value = text(name, "yes" if default else "no").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off", ""}:
        return False
    raise WrongSetting(f"{name} is {value!r}; write yes or no.")


def one_of(name: str, choices: Iterable[str], *, why: str) -> str:
    """One of a few words, or nothing; another stops the start, and `why` says why these."""
    value = text(name).lower()
    if value and value not in choices:
        known = ", ".join(choices)
        raise WrongSetting(f"{name} is {value!r}; write one of {known}. {why}")
    return value


def number(name: str, default: int) -> int:
    """A whole number."""
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise WrongSetting(f"{name} is {value!r}; write a whole number.") from None


def server(name: str) -> Server | None:
    """The address of a server, and its port after a colon; nothing where none is named.

    An IPv6 address with a port stands in brackets (RFC 3986 §3.2.2).
    """
    value = text(name)
    if not value:
        return None
    there, colon, port = value.rpartition(":")
    has_port = colon and (":" not in there or there.endswith("]"))
    address = (there if has_port else value).strip("[]")
    try:
        return str(ip_address(address)), int(port) if has_port else None
    except ValueError:
        raise WrongSetting(
            f"{name} is {value!r}; write an IP address, or one with a port: 127.0.0.1:53."
        ) from None


def folder(name: str, default: str) -> Path:
    """A folder of the centre; made, for its owner alone, when it is not there."""
    place = Path(text(name, default)).expanduser().resolve()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def secret(place: Path, *, size: int = 32) -> bytes:
    """The secret bytes in a file, made on first use; readable by its owner alone.

    Two processes that start at once agree: only one of them creates the file.
    """
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = place.with_name(f".{place.name}.{os.getpid()}.{secrets.token_hex(4)}")
    if not place.exists():
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(secrets.token_bytes(size))
            opened.flush()
            os.fsync(opened.fileno())
        try:
            os.link(fresh, place)
        except FileExistsError:
            pass  # another process was first; its secret holds
        finally:
            fresh.unlink()
    kept = place.read_bytes()
    if len(kept) != size:
        raise WrongSetting(f"The secret {place.name} is not {size} bytes long.")
    return kept
