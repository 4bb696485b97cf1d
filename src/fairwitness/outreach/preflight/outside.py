"""Checks a letter and a form that were made elsewhere. Pure but for the names it is told to look up."""

from collections.abc import Iterable
from dataclasses import dataclass

from fairwitness.outreach.preflight.domain import Resolver, domain_findings
from fairwitness.outreach.preflight.finding import Finding, finding, in_order
from fairwitness.outreach.preflight.form import outside_form_findings, texts_of
from fairwitness.outreach.preflight.letter import outside_findings
from fairwitness.outreach.preflight.mail import Letter, NotALetter, read_letter
from fairwitness.outreach.preflight.spelling import has_dictionary, spelling_findings

MOST_FINDINGS = 500
HOW = "Check a letter as it arrived: its DKIM-Signature names the selector."


@dataclass(frozen=True)
class Checked:
    """What was found, and what could not be looked at."""

    findings: tuple[Finding, ...]
    unchecked: tuple[str, ...] = ()

    @property
    def is_stopped(self) -> bool:
        """Whether something stops it."""
        return any(one.level == "STOP" for one in self.findings)


def check_outside(
    letter: bytes | None = None,
    form: bytes | None = None,
    *,
    form_name: str = "",
    resolver: Resolver | None = None,
    known: Iterable[str] = (),
) -> Checked:
    """Check a letter, a form, or both. Without a resolver no name is looked up.

    `known` are names and words of one's own, which are no misspellings.
    """
    found: list[Finding] = []
    unchecked: list[str] = []
    speaks: tuple[str, ...] = ()
    if letter is not None:
        try:
            read = read_letter(letter)
        except NotALetter as wrong:
            found.append(finding("FW124", "letter", why=str(wrong)))
        else:
            speaks = (read.language,)
            told = texts_of(form) if form is not None else ""
            found += outside_findings(read, told=told)
            found += _spelled(read, known)
            found += _sender(read, resolver)
            unchecked += _not_looked_at(read, resolver)
    if form is not None:
        found += outside_form_findings(form, name=form_name, speaks=speaks)
    once = _once(found)
    return Checked(tuple(in_order(once)[:MOST_FINDINGS]), tuple(unchecked))


def _once(found: Iterable[Finding]) -> list[Finding]:
    """Each thing once: what the HTML says again need not be told again."""
    seen: set[tuple[str, str, str, str]] = set()
    kept = []
    for one in found:
        part = "letter" if one.at.part.startswith("letter") else one.at.part
        told = (one.code, one.words.lower() or one.message, part, one.at.cell)
        if told not in seen:
            seen.add(told)
            kept.append(one)
    return kept


def _spelled(letter: Letter, known: Iterable[str]) -> list[Finding]:
    ours = [*known, letter.head.sender_name, letter.head.sender]
    return [
        one for text in letter.texts[:1] for one in spelling_findings(text, known=ours)
    ]


def _sender(letter: Letter, resolver: Resolver | None) -> list[Finding]:
    domain = letter.head.domain
    if resolver is None or not domain:
        return []
    named = [(one.get("s", ""), one.get("d", "").lower()) for one in letter.head.signed]
    selectors = tuple(selector for selector, of in named if selector and of == domain)
    return list(
        domain_findings(domain, selectors=selectors, resolver=resolver, how=HOW)
    )


def _not_looked_at(letter: Letter, resolver: Resolver | None) -> list[str]:
    missing = []
    if resolver is None:
        missing.append("the sender's domain (SPF, DKIM, DMARC)")
    if not has_dictionary(letter.language):
        missing.append(f"spelling ({letter.language})")
    if letter.is_cut:
        missing.append("what stands after the first 300,000 signs")
    return missing
