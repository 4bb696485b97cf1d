"""A DNS server on this machine alone that knows the names of one invented domain."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

LARGEST = 4_096  # bytes of a question
Records = Mapping[tuple[str, str], str]


def records_of(domain: str) -> Records:
    """What a domain publishes whose letters can be told from forged ones."""
    return {
        (f"{domain}.", "TXT"): '"v=spf1 ip4:127.0.0.1 -all"',
        (f"_dmarc.{domain}.", "TXT"): '"v=DMARC1; p=reject"',
        (f"wind._domainkey.{domain}.", "TXT"): f'"v=DKIM1; k=ed25519; p={"A" * 43}="',
        (f"{domain}.", "MX"): f"10 mail.{domain}.",
        (f"mail.{domain}.", "A"): "127.0.0.1",
    }


@contextmanager
def serve_names(records: Records) -> Iterator[str]:
    """Answer over UDP while this lasts. Yields the address and port of the server."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        address, port = taken.getsockname()
        serving = threading.Thread(target=_serve, args=[taken, records], daemon=True)
        serving.start()
        yield f"{address}:{port}"
        taken.sendto(b"", (address, port))  # the end
        serving.join()


def _serve(taken: socket.socket, records: Records) -> None:
    while True:
        question, whom = taken.recvfrom(LARGEST)
        if not question:
            return
        taken.sendto(_answer(question, records), whom)


def _answer(question: bytes, records: Records) -> bytes:
    asked = dns.message.from_wire(question)
    told = dns.message.make_response(asked)
    told.flags |= dns.flags.RA
    one = asked.question[0]
    kind = one.to_text().rsplit(" ", 1)[1]
    if found := records.get((one.name.to_text().lower(), kind)):
        told.answer.append(dns.rrset.from_text(one.name, 60, "IN", kind, found))
    elif not any(name == one.name.to_text() for name, _kind in records):
        told.set_rcode(dns.rcode.NXDOMAIN)
    return told.to_wire()
