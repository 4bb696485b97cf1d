"""Whether a domain lets an address send in its name: SPF, evaluated (RFC 7208 §4, §5). Pure."""

from contextlib import suppress
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from fairwitness.outreach.preflight.domain import Names, spf_of

MOST_LOOKUPS = 10  # RFC 7208 §4.6.4


class _TooMany(Exception):
    """A record asks for more than a receiver looks up."""


def is_let_in(address: str, domain: str, names: Names) -> bool | None:
    """Whether the record of a domain names an address; none where only a receiver can tell.

    Error: `CannotLookUp`.
    """
    try:
        return _Reading(address, names).of(domain)
    except _TooMany:
        return None


class _Reading:
    """One walk through a record and those that it includes."""

    def __init__(self, address: str, names: Names) -> None:
        self.address, self.names = ip_address(address), names
        self.left = MOST_LOOKUPS

    def of(self, domain: str) -> bool | None:
        """What the record of one domain says."""
        records = spf_of(domain, self.names)
        if len(records) != 1:
            return False
        onward, is_sure = "", True
        for term in records[0].lower().split()[1:]:
            if term.startswith("redirect="):
                onward = term.partition("=")[2]
                continue
            verdict = self._matches(term.lstrip("+-~?"), domain)
            if verdict and not term.startswith(("-", "~", "?")):
                return True
            if verdict:
                return False if is_sure else None
            is_sure = is_sure and verdict is not None
        if onward and is_sure:
            self._count()
            return None if "%" in onward else self.of(onward)
        return False if is_sure else None

    def _matches(self, term: str, domain: str) -> bool | None:
        """Whether one mechanism is about the address; none for those that are not followed."""
        name, _sign, told = term.partition(":")
        kind, _slash, length = name.partition("/")
        if kind == "all":
            return True
        if kind in {"ip4", "ip6"}:
            return self._lies_in(told)
        if "%" in term or kind not in {"a", "mx", "include"}:
            return None if "=" not in term else False
        host, _slash, width = (told or domain).partition("/")
        self._count()
        if kind == "include":
            return self.of(host)
        hosts = self.names.exchanges(host)[:10] if kind == "mx" else (host,)
        width = (length or width).partition("/")[0]
        return any(
            self._lies_in(f"{one}/{width}" if width and "." in one else one)
            for each in hosts
            for one in self.names.addresses(each)
        )

    def _lies_in(self, network: str) -> bool:
        with suppress(ValueError):
            lies: IPv4Network | IPv6Network = ip_network(network, strict=False)
            return self.address in lies
        return False

    def _count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise _TooMany
