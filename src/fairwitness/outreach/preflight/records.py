"""What must stand in the DNS before letters arrive: each record to copy, and whether it is there. Pure."""

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from fairwitness.outreach.preflight.domain import (
    CannotLookUp,
    Names,
    dkim_findings,
    dmarc_findings,
    is_of,
    organisation_of,
    spf_findings,
    spf_of,
    tags_of,
)
from fairwitness.outreach.preflight.finding import Finding, finding
from fairwitness.outreach.preflight.spf import is_let_in

PART = "sender"
DMARC = "v=DMARC1; p=quarantine"
LONGEST_FOUND = 1_000
LEAST_KEY = 100  # bytes of an RSA key of 1024 bits, or nearly so
_ED25519 = 32
_LONG_FORM = 0x80


@dataclass(frozen=True)
class Sender:
    """Who sends: the domain of the letters, who carries them, and what is known of that.

    `machine` is the name of the mail server where it is one's own, else empty.
    """

    domain: str
    host: str
    machine: str = ""
    selector: str = ""
    is_here: bool = False

    @classmethod
    def of(cls, domain: str, *, host: str, selector: str, here: str) -> "Sender":
        """Tell by the name of the mail server whose it is; `here` is the name of this machine."""
        name = host.lower().rstrip(".")
        is_here = name == "localhost" or _is_loopback(name)
        ours = is_of(name, organisation_of(domain)) if domain and name else False
        machine = here if is_here else name if ours else ""
        return cls(domain, host, machine, selector, is_here)


@dataclass(frozen=True)
class Record:
    """A record to copy. Without a value, whoever carries the letters shows it."""

    kind: str
    name: str
    value: str = ""

    @property
    def short(self) -> str:
        """The name as forms ask for it that add the domain by themselves."""
        below = organisation_of(self.name)
        return "@" if self.name == below else self.name.removesuffix(f".{below}")


@dataclass(frozen=True)
class Looked:
    """What was found: `stands`, `missing`, `differs`, `unknown`, or `theirs`: nothing to do here."""

    verdict: str
    found: str = ""
    findings: tuple[Finding, ...] = ()


def record_of(
    step: str, sender: Sender, *, carrier: str = "", found: str = ""
) -> Record:
    """The record of a step. `carrier` is what a provider says to include; `found` stands already."""
    domain = sender.domain
    if step == "spf":
        return Record("TXT", domain, _spf_value(sender, carrier, found))
    if step == "dkim":
        selector = sender.selector or "selector"
        return Record("TXT", f"{selector}._domainkey.{domain}")
    if step == "dmarc":
        return Record("TXT", f"_dmarc.{domain}", DMARC)
    if step == "return":
        return Record("MX", domain, f"10 {sender.machine}" if sender.machine else "")
    return Record("PTR", "", sender.machine)


def _spf_value(sender: Sender, carrier: str, found: str) -> str:
    """One record for all who may send: what stands already stays."""
    wanted = f"include:{carrier}" if carrier else f"a:{sender.machine}"
    if wanted in {"a:", "include:"}:
        return ""
    terms = found.split() or ["v=spf1", "-all"]
    if wanted in terms:
        return found
    ends = [term for term in terms if term.lower().lstrip("+-~?") == "all"]
    kept = [term for term in terms if term not in ends]
    is_soft = bool(found) and "-all" not in ends
    return " ".join([*kept, wanted, "~all" if is_soft else "-all"])


def look(step: str, sender: Sender, names: Names) -> Looked:
    """Look whether the record of a step stands. What cannot be looked up is `unknown`."""
    try:
        return _LOOKS[step](sender, names)
    except CannotLookUp as wrong:
        return unanswered(sender, str(wrong) or "no answer")


def unanswered(sender: Sender, why: str) -> Looked:
    """What is said when nobody answered."""
    return Looked("unknown", "", (finding("FW169", PART, sender.domain, why=why),))


def _spf(sender: Sender, names: Names) -> Looked:
    found = spf_of(sender.domain, names)
    told = list(spf_findings(sender.domain, names))
    if not told and sender.machine:
        public = _public(names.addresses(sender.machine))
        out = [one for one in public if is_let_in(one, sender.domain, names) is False]
        told = [finding("FW191", PART, one, machine=sender.machine) for one in out]
    return _told(" | ".join(found), told)


def _dkim(sender: Sender, names: Names) -> Looked:
    how = (
        "Set FAIRWITNESS_DKIM_SELECTOR to the name under which your letters are signed."
    )
    if not sender.selector:
        unnamed = dkim_findings(sender.domain, (), names, how)
        return Looked("unknown", "", tuple(unnamed))
    name = record_of("dkim", sender).name
    found = names.texts(name)
    told = list(dkim_findings(sender.domain, (sender.selector,), names, how))
    if not told and (why := _key_trouble(found)):
        told = [finding("FW192", PART, name, why=why)]
    return _told(" | ".join(found), told)


def _key_trouble(records: tuple[str, ...]) -> str:
    """Why a key can check nothing, or nothing: mistakes of copying are frequent."""
    keys = [tags for tags in map(tags_of, records) if tags.get("p")]
    if len(keys) > 1:
        return "there are several keys"
    kind, written = keys[0].get("k", "rsa").lower(), keys[0]["p"]
    try:
        raw = base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        return "a part of it is missing, or quotation marks were copied with it"
    if kind == "ed25519":
        return "" if len(raw) == _ED25519 else "it has not the length of such a key"
    is_whole = raw[:1] == b"\x30" and len(raw) == _der_length(raw)
    if not is_whole:
        return "a part of it is missing"
    return "" if len(raw) > LEAST_KEY else "it is too short to be safe"


def _der_length(raw: bytes) -> int:
    """How long a structure says that it is (X.690 §8.1.3)."""
    first = raw[1] if len(raw) > 1 else 0
    if first < _LONG_FORM:
        return 2 + first
    more = first - _LONG_FORM
    return 2 + more + int.from_bytes(raw[2 : 2 + more], "big")


def _dmarc(sender: Sender, names: Names) -> Looked:
    places = (sender.domain, organisation_of(sender.domain))
    found = next(filter(None, (names.texts(f"_dmarc.{one}") for one in places)), ())
    return _told(" | ".join(found), dmarc_findings(sender.domain, names))


def _return(sender: Sender, names: Names) -> Looked:
    hosts = names.exchanges(sender.domain)
    told = []
    if not hosts:
        told = [finding("FW193", PART, sender.domain, why="there is no MX record")]
    elif hosts[0] == ".":
        why = "its MX record says that it takes none"
        told = [finding("FW193", PART, sender.domain, why=why)]
    elif not any(names.addresses(one) for one in hosts[:5]):
        why = f"{hosts[0]} has no address"
        told = [finding("FW193", PART, sender.domain, why=why)]
    return _told(" | ".join(hosts), told)


def _name(sender: Sender, names: Names) -> Looked:
    machine = sender.machine
    if not machine:
        return Looked("theirs")
    addresses = names.addresses(machine)
    if not addresses:
        why = "the name has no address"
        return Looked("missing", "", (finding("FW194", PART, machine, why=why),))
    public = _public(addresses)
    if not public:
        why = f"{addresses[0]} is an address of an inner network"
        return Looked(
            "unknown", addresses[0], (finding("FW194", PART, machine, why=why),)
        )
    told, seen = [], []
    for address in public[:4]:
        back = [one.lower() for one in names.pointers(address)]
        seen += [f"{address}: {', '.join(back) or '-'}"]
        if not back:
            told.append(finding("FW194", PART, machine, why=f"{address} has no name"))
        elif machine not in back:
            why = f"{address} is called {back[0]}"
            told.append(finding("FW194", PART, machine, why=why))
    is_missing = bool(told) and all("no name" in one.message for one in told)
    return Looked(
        "missing" if is_missing else _verdict(told), " | ".join(seen), tuple(told)
    )


_MISSING = {"FW161", "FW163", "FW164"}
_LOOKS: Mapping[str, Callable[[Sender, Names], Looked]] = {
    "spf": _spf,
    "dkim": _dkim,
    "dmarc": _dmarc,
    "return": _return,
    "name": _name,
}
STEPS = tuple(_LOOKS)


def _told(found: str, told: Iterable[Finding]) -> Looked:
    findings = tuple(told)
    is_missing = not found or any(one.code in _MISSING for one in findings)
    verdict = "missing" if findings and is_missing else _verdict(findings)
    return Looked(verdict, found[:LONGEST_FOUND], findings)


def _verdict(told: Iterable[Finding]) -> str:
    return "differs" if list(told) else "stands"


def _public(addresses: tuple[str, ...]) -> list[str]:
    return [one for one in addresses if ip_address(one).is_global]


def _is_loopback(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
