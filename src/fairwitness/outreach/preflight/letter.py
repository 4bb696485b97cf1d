"""What must stand in a letter that was made elsewhere, and what must not. Pure."""

import re
from collections.abc import Iterator

from fairwitness.outreach.preflight.domain import is_aligned, organisation_of
from fairwitness.outreach.preflight.finding import Finding, Passage, Place, finding
from fairwitness.outreach.preflight.links import link_findings
from fairwitness.outreach.preflight.mail import Letter, domain_of
from fairwitness.outreach.preflight.phrases import (
    countries,
    found,
    says,
    sentences,
)
from fairwitness.outreach.preflight.style import (
    appeal_findings,
    gap_findings,
    style_findings,
)

LONGEST_SUBJECT = 78
_SHORTEST_NAME = 4
_LONGEST_READ = 200_000  # signs that are read sentence by sentence
_PLACE = re.compile(
    r"(?!\s+(?:accordance|line|compliance|confidence|strict\w*|encrypted|keeping)\b)"
    r"[^.!?\n]{0,60}?[\s\u060c](?:[A-Z][a-z]|[\u0621-\u064a])"
)
_NEAR = 60  # signs within which a number stands beside what it is the number of
_DIGITS = re.compile(r"\d[\d ]{3,}")
_DAY = re.compile(
    r"\b\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?[A-Z][a-z]{2,8}\b|\b[A-Z][a-z]{2,8}\s+\d{1,2}\b|\b\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b"
    r"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\d{1,2}\s+[\u0621-\u064a]{3,10}|[\u0660-\u0669]{1,2}\s+[\u0621-\u064a]{3,10}"
)
_UNTIL = re.compile(
    rf"(?:\b(?:by|until|before|no later than|not later than|till)|قبل|حتى|بحلول)\s{{1,5}}(?:يوم\s)?(?:{_DAY.pattern})"
)
_MEND = {
    "FW101": "Add the link to the survey.",
    "FW102": "Write who gave you the address, when, and for what.",
    "FW103": "Add a link or an address by which nobody is written to again.",
    "FW107": "Take it out: whoever asks for research asks for nothing else.",
}


def outside_findings(letter: Letter, *, told: str = "") -> Iterator[Finding]:
    """Everything that a letter by itself shows; `told` is what the form says besides."""
    yield from head_findings(letter)
    yield from content_findings(letter, home=organisation_of(letter.head.domain))
    yield from _missing(letter)
    yield from _who_answers(letter)
    yield from _where(letter, told)
    for passage in _texts(letter):
        yield from _deadlines(passage)
        if says("research", letter.words + letter.head.subject):
            for one in appeal_findings(passage):
                yield finding(one.code, one.at, one.words, mend=_MEND[one.code])
        yield from style_findings(passage)
        yield from gap_findings(passage, has_braces=True)


def _texts(letter: Letter) -> tuple[Passage, ...]:
    subject = Passage("subject", letter.head.subject, letter.language)
    return (subject, *letter.texts)


def content_findings(letter: Letter, *, home: str) -> Iterator[Finding]:
    """Links, pictures, files, and whatever runs, in a letter of the domain `home`."""
    for link in letter.links:
        yield from link_findings(link, home=home, to=letter.head.to)
    for source, at in letter.pictures:
        yield finding("FW117", at, source)
    for what, at in letter.active:
        yield finding("FW119", at, what)
    for name in letter.files:
        yield finding("FW122", "letter", name)
    if letter.is_html_alone:
        yield finding("FW123", "letter")


def head_findings(letter: Letter) -> Iterator[Finding]:
    """The subject, the way out in the headers, and whether the domains are of one house."""
    head = letter.head
    if not head.subject.strip() or len(head.subject) > LONGEST_SUBJECT:
        yield finding("FW108", "subject", head.subject, signs=LONGEST_SUBJECT)
    is_one_click = (
        head.leave_post.replace(" ", "").lower() == "list-unsubscribe=one-click"
    )
    if "https://" not in head.leave.lower():
        yield finding(
            "FW120", "header List-Unsubscribe", what="there is no https address"
        )
    elif not is_one_click:
        yield finding(
            "FW120", "header List-Unsubscribe-Post", what="it asks for more than one"
        )
    back = domain_of(head.return_path)
    if back and not is_aligned(back, head.domain):
        yield finding(
            "FW166", "header Return-Path", head.domain or "nowhere", there=back
        )
    yield from _signatures(letter)


def _signatures(letter: Letter) -> Iterator[Finding]:
    head, at = letter.head, "header DKIM-Signature"
    if not head.signed:
        return
    ours = [
        one for one in head.signed if is_aligned(one.get("d", "").lower(), head.domain)
    ]
    if not ours:
        yield finding(
            "FW167",
            at,
            head.domain or "nowhere",
            there=head.signed[0].get("d", "")[:80] or "nobody",
        )
        return
    wanted = [
        name for name in ("list-unsubscribe", "list-unsubscribe-post") if head.leave
    ]
    covered = [set(one.get("h", "").lower().split(":")) for one in ours]
    left_out = [name for name in wanted if not any(name in names for names in covered)]
    if left_out:
        yield finding("FW168", at, ", ".join(left_out))


def _missing(letter: Letter) -> Iterator[Finding]:
    at = "letter"
    if not letter.links:
        yield finding("FW101", at, mend=_MEND["FW101"])
    if not _says_source(letter.words):
        yield finding("FW102", at, mend=_MEND["FW102"])
    has_way = bool(letter.links) or "@" in letter.words
    if not says("leaving", letter.words) or not has_way:
        yield finding("FW103", at, mend=_MEND["FW103"])


def _says_source(words: str) -> bool:
    """Whether it says whence the address came: in common words, or in the parts of one sentence."""
    return says("source", words) or any(
        says("held", sentence) and says("came", sentence)
        for _start, sentence in sentences(words[:_LONGEST_READ])
    )


def _who_answers(letter: Letter) -> Iterator[Finding]:
    name, words = letter.head.sender_name.strip(), letter.words
    is_named = len(name) >= _SHORTEST_NAME and name.lower() in words.lower()
    if not is_named and not says("controller", words):
        yield finding("FW110", "letter")
    numbers = (words[one.end() : one.end() + _NEAR] for one in found("number", words))
    if not says("exempt", words) and not any(_DIGITS.search(one) for one in numbers):
        yield finding("FW111", "letter")


def _where(letter: Letter, told: str) -> Iterator[Finding]:
    """Where answers lie: said in the letter, or in the form that comes with it."""
    everything = f"{letter.words}\n{told}"
    home = letter.head.domain
    abroad = any(_abroad(everything, home=home))
    if not abroad and not says("stays", everything) and not _names_place(everything):
        yield finding("FW113", "letter")
    if says("protected", everything):
        return
    for passage in letter.texts[:1]:
        for start, words in _abroad(passage.text, home=home):
            yield finding("FW114", passage.at(start, len(words)), words)


def _names_place(text: str) -> bool:
    """Whether it says that something is kept, and soon after a name."""
    return any(_PLACE.match(text, match.end()) for match in found("lies", text))


def _abroad(text: str, *, home: str) -> Iterator[tuple[int, str]]:
    """Where it says that something goes abroad, or is kept in a country that is not our own."""
    for match in found("abroad", text):
        yield match.start(), match.group()
    for start, sentence in sentences(text[:_LONGEST_READ]):
        if says("keeping", sentence):
            for match in countries(sentence, but=home):
                yield start + match.start(), match.group()


def _deadlines(passage: Passage) -> Iterator[Finding]:
    """A last day without a reason in its sentence or in those that follow it."""
    told = list(sentences(passage.text[:_LONGEST_READ]))
    for number, (start, sentence) in enumerate(told):
        match = next(found("deadline", sentence), None)
        if match is None and says("answering", sentence):
            match = _UNTIL.search(sentence)
        if match is None or not _DAY.search(sentence):
            match = _soon(sentence)
        if match is None:
            continue
        if not says("reason", _with_following(told, number)):
            at: Place = passage.at(start + match.start(), len(match.group()))
            yield finding("FW131", at, match.group())


def _with_following(told: list[tuple[int, str]], number: int) -> str:
    """A sentence, the next one, and two more of the same paragraph."""
    near = [sentence for _start, sentence in told[number : number + 4]]
    ends = next(
        (place for place, one in enumerate(near) if place and one.endswith("\n")), 3
    )
    return " ".join(near[: ends + 1])


def _soon(sentence: str) -> re.Match[str] | None:
    """A last day that is no date, for those who answer: "within 14 days"; not what we do by then."""
    if says("ours", sentence):
        return None
    kind = "soon" if says("asked", sentence) else "lasting"
    return next(found("lasting", sentence), None) or next(found(kind, sentence), None)
