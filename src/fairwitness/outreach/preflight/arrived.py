"""What the headers of a letter that arrived say: was it signed, trusted, encrypted on its way. Pure.

Only whoever wrote the topmost Authentication-Results (RFC 8601) is believed: the receiver's
own stands above whatever the letter brought along (§5).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fairwitness.outreach.preflight.finding import Finding, finding, in_order
from fairwitness.outreach.preflight.letter import head_findings
from fairwitness.outreach.preflight.mail import Letter

AT = "header Authentication-Results"
METHODS = {"spf": "SPF", "dkim": "DKIM", "dmarc": "DMARC"}
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"(?:^|[;\s])(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.I)
_SAFE = re.compile(r"\bwith\s+(?:UTF8)?(?:ESMTPSA?|LMTPSA?|HTTPS?)\b", re.I)
_SMTP = re.compile(r"\bwith\s+(?:UTF8)?(?:E?SMTP|LMTP)\w*\b", re.I)
_OWN = re.compile(
    r"\bfrom\s+(?:localhost\b|\S*\s*\([^)]*\b(?:127\.0\.0\.1|::1)\b)", re.I
)
_CIPHER = re.compile(r"\b(?:using|version=)\s*TLS", re.I)


@dataclass(frozen=True)
class Arrived:
    """What was read: what is not right, and what is."""

    findings: tuple[Finding, ...]
    well: tuple[str, ...]


def read_arrived(letter: Letter) -> Arrived:
    """Read the headers of a letter that came through the mail."""
    told = [*head_findings(letter), *_unsigned(letter), *_judged(letter), *_way(letter)]
    return Arrived(tuple(in_order(told)), tuple(_well(letter, told)))


def results_of(letter: Letter) -> dict[str, set[str]]:
    """What the receiver found, by method; several signatures have several results."""
    found: dict[str, set[str]] = {}
    headers = letter.head.results
    theirs = [one for one in headers if _who(one) == _who(headers[0])]
    for header in theirs:
        plain = _COMMENT.sub(" ", header)
        for method, result in _RESULT.findall(plain):
            found.setdefault(method.lower(), set()).add(result.lower())
    return found


def _who(header: str) -> str:
    """Under which name a receiver says it."""
    return header.partition(";")[0].strip().lower()


def _unsigned(letter: Letter) -> Iterator[Finding]:
    if not letter.head.signed:
        yield finding("FW195", "header DKIM-Signature", letter.head.domain or "nobody")


def _judged(letter: Letter) -> Iterator[Finding]:
    found = results_of(letter)
    if not found:
        yield finding("FW196", AT)
    for method, results in found.items():
        if "pass" not in results:
            what = f"{METHODS[method]}: {', '.join(sorted(results))}"
            yield finding("FW197", AT, what)


def _way(letter: Letter) -> Iterator[Finding]:
    """Each hop over the network must be encrypted; those inside of one machine need not be."""
    for number, header in enumerate(letter.head.received, 1):
        if _is_open(header):
            by = re.search(r"\bby\s+([\w.-]+)", header)
            yield finding("FW198", f"header Received {number}", by[1] if by else "")


def _is_open(header: str) -> bool:
    """Whether a hop from another machine says SMTP and no encryption (RFC 3848)."""
    comes = header.lower().startswith("from ") and not _OWN.match(header)
    is_hop = comes and bool(_SMTP.search(header))
    return is_hop and not (_SAFE.search(header) or _CIPHER.search(header))


def _well(letter: Letter, told: list[Finding]) -> Iterator[str]:
    """What is right, in words."""
    codes = {one.code for one in told}
    results = results_of(letter)
    for method, name in METHODS.items():
        if "pass" in results.get(method, ()):
            yield f"{name} passed"
    if letter.head.signed and not codes & {"FW167", "FW168"}:
        yield "the signature is ours and covers the way out"
    if letter.head.return_path and "FW166" not in codes:
        yield "the return path is ours"
    if "FW120" not in codes:
        yield "people can leave with one click"
    if letter.head.received and "FW198" not in codes:
        yield "it was encrypted on its way"
