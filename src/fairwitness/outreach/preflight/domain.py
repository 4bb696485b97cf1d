"""Whether letters in a domain's name can be told from forged ones: SPF, DKIM, DMARC. Pure.

What is looked up comes from a `Resolver`; tests give their own. Alignment is the relaxed one
of RFC 7489 §3.1: domains of one organisation, which is the part below a public ending.
"""

import re
from collections.abc import Iterator
from typing import Protocol

from fairwitness.outreach.preflight.finding import Finding, finding

PART = "sender"
_SECOND = frozenset(
    {"ac", "co", "com", "edu", "gov", "ltd", "me", "net", "nhs", "org", "plc", "sch"}
)
_COUNTRY = 2


class CannotLookUp(Exception):
    """The network or a server did not answer; nothing is known."""


class Resolver(Protocol):
    """Answers for names."""

    def texts(self, name: str) -> tuple[str, ...]:
        """The TXT records of a name, none if there are none. Error: `CannotLookUp`."""


class Names(Resolver, Protocol):
    """Answers for everything that mail asks about names. Each raises `CannotLookUp`."""

    def exchanges(self, name: str) -> tuple[str, ...]:
        """The hosts that take mail for a name (MX), the preferred first; "." says: none."""

    def addresses(self, name: str) -> tuple[str, ...]:
        """The addresses of a host."""

    def pointers(self, address: str) -> tuple[str, ...]:
        """The names to which an address leads back."""


def organisation_of(domain: str) -> str:
    """The part of a domain that an organisation registers (RFC 7489 §3.2, without its list)."""
    labels = domain.lower().strip(".").split(".")
    is_second = (
        len(labels) > _COUNTRY and len(labels[-1]) == _COUNTRY and labels[-2] in _SECOND
    )
    return ".".join(labels[-3 if is_second else -2 :])


def is_of(host: str, domain: str) -> bool:
    """Whether a host belongs to a domain."""
    return host == domain or host.endswith(f".{domain}")


def is_aligned(one: str, other: str) -> bool:
    """Whether two domains are of one organisation."""
    return bool(one) and organisation_of(one) == organisation_of(other)


def domain_findings(
    domain: str, *, selectors: tuple[str, ...], resolver: Resolver, how: str
) -> Iterator[Finding]:
    """What is missing before others can tell our letters from forged ones.

    `selectors` are the names of DKIM keys; `how` says where to name one when there is none.
    """
    try:
        yield from spf_findings(domain, resolver)
        yield from dmarc_findings(domain, resolver)
        yield from dkim_findings(domain, selectors, resolver, how)
    except CannotLookUp as wrong:
        yield finding("FW169", PART, domain, why=str(wrong) or "no answer")


def spf_of(domain: str, resolver: Resolver) -> list[str]:
    """The records of a domain that say which machines may send in its name (RFC 7208)."""
    told = resolver.texts(domain)
    return [one for one in told if re.match(r"v=spf1(?:\s|$)", one, re.I)]


def spf_findings(domain: str, resolver: Resolver) -> Iterator[Finding]:
    """What is wrong with the record of the machines that may send."""
    records = spf_of(domain, resolver)
    if not records:
        yield finding("FW161", PART, domain)
    elif len(records) > 1:
        yield finding("FW162", PART, domain, why="there are several")
    else:
        terms = records[0].lower().split()
        is_passed_on = any(one.startswith("redirect=") for one in terms)
        if not is_passed_on and not {"-all", "~all"} & set(terms):
            why = "it ends with neither -all nor ~all"
            yield finding("FW162", PART, domain, why=why)


def dmarc_findings(domain: str, resolver: Resolver) -> Iterator[Finding]:
    """What is wrong with the record of what becomes of forged letters (RFC 7489)."""
    asked = list(dict.fromkeys([domain, organisation_of(domain)]))
    for name in asked:
        for record in resolver.texts(f"_dmarc.{name}"):
            tags = tags_of(record)
            if tags.get("v", "").upper() == "DMARC1":
                policy = (
                    tags.get("sp", tags.get("p", ""))
                    if name != domain
                    else tags.get("p", "")
                )
                if policy.lower() not in {"quarantine", "reject"}:
                    yield finding("FW165", PART, domain)
                return
    yield finding("FW164", PART, domain, record=f"_dmarc.{domain}")


def dkim_findings(
    domain: str, selectors: tuple[str, ...], resolver: Resolver, how: str
) -> Iterator[Finding]:
    """What is wrong with the keys by which letters are signed (RFC 6376)."""
    if not selectors:
        yield finding("FW170", PART, domain, how=how)
    for selector in selectors:
        name = f"{selector}._domainkey.{domain}"
        if not any(tags_of(one).get("p") for one in resolver.texts(name)):
            yield finding("FW163", PART, name)


def tags_of(record: str) -> dict[str, str]:
    """The tags of a record such as "v=DKIM1; p=..." (RFC 6376 §3.2)."""
    pairs = (part.partition("=") for part in record[:20_000].split(";"))
    return {
        name.strip().lower(): "".join(value.split())
        for name, sign, value in pairs
        if sign
    }
