"""Looks names up for the check, with dnspython: a few seconds at most for all of it."""

import re
import time

from fairwitness.outreach.preflight.domain import CannotLookUp, Resolver

SECONDS = 4.0  # for one name
KEPT_SECONDS = 300.0
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,62}\.?){1,20}", re.I)


class NoResolver:
    """Stands where dnspython is not installed: nothing can be looked up."""

    def texts(self, name: str) -> tuple[str, ...]:
        """Say so."""
        raise CannotLookUp("dnspython is not installed")


class Dns:
    """The resolver of this machine. What it was told holds for five minutes."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[float, tuple[str, ...]]] = {}

    def texts(self, name: str) -> tuple[str, ...]:
        """The TXT records of a name. Error: `CannotLookUp`."""
        kept = self._told.get(name)
        if kept and time.monotonic() - kept[0] < KEPT_SECONDS:
            return kept[1]
        answer = self._ask(name)
        self._told[name] = (time.monotonic(), answer)
        return answer

    def _ask(self, name: str) -> tuple[str, ...]:
        import dns.exception  # noqa: PLC0415 # an extra
        import dns.resolver  # noqa: PLC0415

        if not _NAME.fullmatch(name):
            return ()
        try:
            found = dns.resolver.resolve(name, "TXT", lifetime=SECONDS)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except (dns.exception.DNSException, OSError, UnicodeError) as wrong:
            raise CannotLookUp("no server answered") from wrong
        return tuple(
            b"".join(record.strings).decode("utf-8", "replace") for record in found
        )


def resolver_of_this_machine() -> Resolver:
    """The real resolver, or one that says that it cannot."""
    try:
        import dns.resolver  # noqa: F401, PLC0415 # an extra
    except ImportError:
        return NoResolver()
    return Dns()
