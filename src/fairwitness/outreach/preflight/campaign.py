"""Is a campaign of ours ready to go? Its letters, its questionnaire, its people, and the house."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings

from fairwitness.governance.models import Area, Controller, Processor, Recipient
from fairwitness.outreach import bases, letters
from fairwitness.outreach.models import Campaign
from fairwitness.outreach.preflight.domain import Resolver
from fairwitness.outreach.preflight.finding import (
    Finding,
    Passage,
    finding,
    in_order,
)
from fairwitness.outreach.preflight.form import published_findings
from fairwitness.outreach.preflight.house import house_findings
from fairwitness.outreach.preflight.letter import LONGEST_SUBJECT, content_findings
from fairwitness.outreach.preflight.links import ADDRESS, Link, link_findings
from fairwitness.outreach.preflight.mail import read_letter
from fairwitness.outreach.preflight.spelling import has_dictionary, spelling_findings
from fairwitness.outreach.preflight.style import (
    appeal_findings,
    consent_findings,
    style_findings,
    vague_findings,
)
from fairwitness.outreach.recipients import languages_of
from fairwitness.surveys.models import Version

REQUIRED = ("link", "source", "leave")
WITHDRAWN = "It was withdrawn. Write down another source, with a list of its own."
KINDS = {"": "letter", "reminder_": "reminder"}
_TRAILING = ".,;:!?)]}'\""


def preflight(
    campaign: Campaign, *, on: date, resolver: Resolver | None = None
) -> list[Finding]:
    """Everything that is not right about a campaign today; those that stop it first."""
    found = [*letter_findings(campaign), *_spelled(campaign), *_sent(campaign)]
    found += [*_deadline(campaign, on), *_people(campaign)]
    found += [*_asked(campaign.version_id, tuple(campaign.letter))]
    return in_order([*found, *house_findings(resolver)])


def unchecked(campaign: Campaign) -> list[str]:
    """What could not be looked at here."""
    return [
        f"spelling ({language})"
        for language in campaign.letter
        if not has_dictionary(language)
    ]


def letter_findings(campaign: Campaign) -> Iterator[Finding]:
    """What is not right about what the author of a campaign wrote, in each language."""
    if not campaign.letter:
        yield finding("FW109", "letter")
    appeals = campaign.kind == Campaign.Kind.APPEAL
    for subject, text in written(campaign):
        yield from _subject(subject)
        yield from _placeholders(campaign, subject, text)
        for passage in (subject, text):
            yield from style_findings(passage)
            yield from _links(passage)
            yield from () if appeals else appeal_findings(passage)
    for passage in about(campaign):
        yield from vague_findings(passage)
        yield from consent_findings(passage)
    yield from _untranslated(campaign)


def written(campaign: Campaign) -> Iterator[tuple[Passage, Passage]]:
    """Subject and text of each letter and reminder that the author wrote."""
    for language in campaign.letter:
        texts = campaign.letter[language]
        for before, kind in KINDS.items():
            subject = texts.get(f"{before}subject") or ""
            text = texts.get(f"{before}text") or ""
            if before and not (subject or text):
                continue
            subject, text = subject or texts["subject"], text or texts["text"]
            yield (
                Passage(
                    f"subject of the {kind}, {language}",
                    subject,
                    language,
                    field=f"{before}subject_{language}",
                ),
                Passage(
                    f"{kind}, {language}",
                    text,
                    language,
                    field=f"{before}text_{language}",
                ),
            )


def about(campaign: Campaign) -> Iterator[Passage]:
    """What a campaign says of itself in public."""
    texts = {
        "audience": campaign.audience,
        "chosen_how": campaign.chosen_how,
        "deadline_reason": campaign.deadline_reason,
    }
    for name, text in texts.items():
        yield Passage("campaign", text, settings.LANGUAGE_CODE, field=name)
    for language, text in campaign.deadline_reasons.items():
        if text != campaign.deadline_reason:
            field = f"reason_{language}"
            yield Passage("campaign", str(text), language, field=field)


def _subject(subject: Passage) -> Iterator[Finding]:
    text = subject.text
    if not text.strip() or "\n" in text or len(text) > LONGEST_SUBJECT:
        yield finding("FW108", subject.at(0, len(text)), text, signs=LONGEST_SUBJECT)


def _placeholders(
    campaign: Campaign, subject: Passage, text: Passage
) -> Iterator[Finding]:
    used = set(letters.PLACEHOLDER.findall(text.text))
    for number, name in enumerate(REQUIRED, 1):
        if name not in used:
            yield finding(f"FW10{number}", text.part)
    for passage in (subject, text):
        for match in letters.PLACEHOLDER.finditer(passage.text):
            if match[1] not in letters.PLACEHOLDERS:
                known = ", ".join(sorted(letters.PLACEHOLDERS))
                at = passage.at(match.start(), len(match.group()))
                yield finding("FW105", at, match.group(), known=known)
    if campaign.closes_on and "deadline" not in used:
        yield finding("FW133", text.part)


def _links(passage: Passage) -> Iterator[Finding]:
    home = urlsplit(settings.BASE_URL).hostname or ""
    for match in ADDRESS.finditer(passage.text):
        href = match.group().rstrip(_TRAILING)
        link = Link(href, passage.at(match.start(), len(href)))
        yield from link_findings(link, home=home)


def _untranslated(campaign: Campaign) -> Iterator[Finding]:
    """What a letter in one language would say in the words of another."""
    own = settings.LANGUAGE_CODE
    texts = {
        "place": (campaign.place, campaign.places),
        "source sentence": (campaign.source.sentence, campaign.source.sentences),
    }
    if campaign.closes_on:
        reason = campaign.deadline_reason
        texts["reason for the deadline"] = (reason, campaign.deadline_reasons)
    for language in campaign.letter:
        for name, (text, others) in texts.items():
            if language != own and text and not others.get(language):
                yield finding("FW181", name, text, language=language)
        if language not in settings.LANGUAGE_NAMES:
            yield finding("FW182", "letter", language, other="the notice")


def _spelled(campaign: Campaign) -> Iterator[Finding]:
    known = _own_words(campaign)
    for pair in written(campaign):
        for passage in pair:
            yield from spelling_findings(passage, known=known)


def _own_words(campaign: Campaign) -> list[str]:
    """Names and words of the centre, which no dictionary need know."""
    known = [campaign.audience, campaign.place, *map(str, campaign.places.values())]
    known += [campaign.source.given_by, *settings.LANGUAGE_NAMES.values()]
    for one in Controller.objects.all():
        known += [one.legal_name, one.centre_name, one.quiet_name, one.postal_address]
    for kind in (Recipient, Area, Processor):
        known += kind.objects.values_list("name", flat=True)
    return known


def _sent(campaign: Campaign) -> Iterator[Finding]:
    """What the finished letters show: who answers for them, under which number, no picture."""
    controller = Controller.objects.first()
    if controller is None or not campaign.letter:
        return
    number = controller.registration_number or controller.exemption_reason
    home = urlsplit(settings.BASE_URL).hostname or ""
    for language in campaign.letter:
        composed = letters.compose(campaign, controller, language, wave=1)
        content = composed.to(
            "reader@localhost.example",
            name="",
            keys=letters.Keys.new(),
            on=campaign.period_from,
        ).as_bytes()
        letter, part = read_letter(content), f"letter, {language}"
        if controller.legal_name not in letter.words:
            yield finding("FW110", part)
        if not number or number not in letter.words:
            yield finding("FW111", part)
        own = {
            one.group().rstrip(_TRAILING)
            for _s, text in written(campaign)
            for one in ADDRESS.finditer(text.text)
        }
        for one in content_findings(letter, home=home):
            if one.words not in own:
                yield one


def _deadline(campaign: Campaign, on: date) -> Iterator[Finding]:
    if campaign.closes_on is None:
        return
    if not campaign.deadline_reason.strip():
        yield finding("FW131", "campaign")
    if campaign.closes_on < on:
        yield finding("FW132", "campaign")


def _people(campaign: Campaign) -> Iterator[Finding]:
    source = campaign.source
    kind = Campaign.Kind(campaign.kind)
    is_draft = campaign.state == Campaign.State.DRAFT
    if is_draft and not (campaign.audience_size and campaign.way):
        yield finding("FW134", "campaign")
    if source.withdrawn_on is not None:
        yield finding("FW141", "source", mend=WITHDRAWN)
    for gap in bases.gaps(
        source.basis, source.basis_evidence, bases.country_of_the_centre(), kind=kind
    ):
        yield finding("FW141", "source", mend=gap)
    languages = languages_of(campaign)
    if not languages:
        yield finding("FW142", "source")
    for code, number in sorted(languages.items()):
        if campaign.letter and code not in campaign.letter:
            yield finding("FW143", "letter", code, number=number)


@lru_cache(maxsize=8)
def _asked(version: str, speaks: tuple[str, ...]) -> tuple[Finding, ...]:
    """What is not right about a questionnaire; a version never changes, and is read once."""
    content = bytes(Version.objects.values_list("sheet", flat=True).get(pk=version))
    return tuple(published_findings(content, speaks=speaks))
