"""Looks names up for the check, with dnspython: a few seconds at most for all of it."""

import re
import time
from collections.abc import Iterable, Iterator
from typing import Any

from fairwitness.environment import Server
from fairwitness.outreach.preflight.domain import CannotLookUp, Names

SECONDS = 4.0  # for one name
KEPT_SECONDS = 300.0
DNS_PORT = 53
_NAME = re.compile(r"(?!.*\.\.)[a-z0-9_][a-z0-9_.-]{1,252}", re.I)


class NoResolver:
    """Stands where dnspython is not installed: nothing can be looked up."""

    def texts(self, name: str) -> tuple[str, ...]:
        """Say so."""
        raise CannotLookUp("dnspython is not installed")

    def exchanges(self, name: str) -> tuple[str, ...]:
        """Say so."""
        return self.texts(name)

    def addresses(self, name: str) -> tuple[str, ...]:
        """Say so."""
        return self.texts(name)

    def pointers(self, address: str) -> tuple[str, ...]:
        """Say so."""
        return self.texts(address)


class Dns:
    """The resolver of this machine, or one server. What it was told holds for five minutes."""

    def __init__(self, server: Server | None = None) -> None:
        self._told: dict[tuple[str, str], tuple[float, tuple[str, ...]]] = {}
        self._server = server

    def texts(self, name: str) -> tuple[str, ...]:
        """The TXT records of a name. Error: `CannotLookUp`."""
        return self._kept(name, "TXT")

    def exchanges(self, name: str) -> tuple[str, ...]:
        """The hosts that take mail for a name (MX), the preferred first. Error: `CannotLookUp`."""
        return self._kept(name, "MX")

    def addresses(self, name: str) -> tuple[str, ...]:
        """The addresses of a host (A, AAAA). Error: `CannotLookUp`."""
        return self._kept(name, "A") + self._kept(name, "AAAA")

    def pointers(self, address: str) -> tuple[str, ...]:
        """The names to which an address leads back (PTR). Error: `CannotLookUp`."""
        import dns.exception  # noqa: PLC0415 # an extra
        import dns.reversename  # noqa: PLC0415

        try:
            name = dns.reversename.from_address(address).to_text()
        except dns.exception.DNSException:
            return ()
        return self._kept(name, "PTR")

    def _kept(self, name: str, kind: str) -> tuple[str, ...]:
        kept = self._told.get((name, kind))
        if kept and time.monotonic() - kept[0] < KEPT_SECONDS:
            return kept[1]
        answer = self._ask(name, kind)
        self._told[name, kind] = (time.monotonic(), answer)
        return answer

    def _ask(self, name: str, kind: str) -> tuple[str, ...]:
        import dns.exception  # noqa: PLC0415 # an extra
        import dns.resolver  # noqa: PLC0415

        if not _NAME.fullmatch(name):
            return ()
        try:
            found = self._resolver().resolve(name, kind, lifetime=SECONDS)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except (dns.exception.DNSException, OSError, UnicodeError) as wrong:
            raise CannotLookUp("no server answered") from wrong
        return tuple(in_words(found, kind))

    def _resolver(self) -> Any:
        import dns.resolver  # noqa: PLC0415 # an extra

        if self._server is None:
            return dns.resolver.get_default_resolver()
        address, port = self._server
        asked = dns.resolver.Resolver(configure=False)
        asked.nameservers, asked.port = [address], port or DNS_PORT
        return asked


def in_words(found: Iterable[Any], kind: str) -> Iterator[str]:
    """Each record as people write it, the preferred first."""
    if kind == "TXT":
        for one in found:
            yield b"".join(one.strings).decode("utf-8", "replace")
    elif kind == "MX":
        for one in sorted(found, key=lambda record: record.preference):
            yield str(one.exchange).rstrip(".") or "."
    else:
        for one in found:
            yield str(one).rstrip(".")


def resolver_of_this_machine(server: Server | None) -> Names:
    """The real resolver, which asks this server where one is named, or one that says that it cannot."""
    try:
        import dns.resolver  # noqa: F401, PLC0415 # an extra
    except ImportError:
        return NoResolver()
    return Dns(server)
