"""Is a campaign ready to go? Each finding names the rule, the place, and what to do.

Codes: FW10x the letter, FW13x the deadline, FW14x the people, FW15x the house, FW2xx style.
A STOP blocks the launch; a LOOK asks for a second look.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.conf import settings
from django.utils.translation import gettext as _

from fairwitness.governance.conditions import is_registered
from fairwitness.governance.models import Controller
from fairwitness.governance.readiness import missing
from fairwitness.governance.wording import reading_grade, vague_words
from fairwitness.outreach import bases, letters
from fairwitness.outreach.models import Campaign
from fairwitness.outreach.recipients import languages_of
from fairwitness.refusal import NotOpen
from fairwitness.vault.actions import standing_key
from fairwitness.vault.models import KeyPair

Level = Literal["STOP", "LOOK"]
REQUIRED = ("link", "source", "leave")
LONGEST_SUBJECT = 78
HARDEST_GRADE = 8
WAVES = (1, 2)
_ELSEWHERE = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)


@dataclass(frozen=True)
class Finding:
    """One thing that is not right, where it stands, and how to mend it."""

    code: str
    level: Level
    place: str
    message: str
    fix: str


def preflight(campaign: Campaign, *, on: date) -> list[Finding]:
    """Everything that is not right about a campaign today; those that stop it first."""
    found = [*letter_findings(campaign), *_deadline(campaign, on)]
    found += [*_people(campaign), *_house()]
    return sorted(found, key=lambda finding: finding.level != "STOP")


def letter_findings(campaign: Campaign) -> Iterator[Finding]:
    """What is not right about the letters of a campaign, in each language and wave."""
    if not campaign.letter:
        yield _stop(
            "FW109",
            _("letter"),
            _("There is no letter."),
            _("Write one in each language."),
        )
    for language in campaign.letter:
        seen = set()
        for wave in WAVES:
            written = letters.texts_of(campaign.letter, language, wave=wave)
            if (written.subject, written.text) not in seen:
                seen.add((written.subject, written.text))
                kind = _("letter") if wave == 1 else _("reminder")
                yield from _one_letter(campaign, written, f"{kind}, {language}")
    for text in [campaign.audience, campaign.chosen_how, campaign.deadline_reason]:
        yield from _vague(text, _("campaign"))
    for text in campaign.deadline_reasons.values():
        yield from _vague(str(text), _("campaign"))


def _one_letter(
    campaign: Campaign, written: letters.Written, place: str
) -> Iterator[Finding]:
    used = letters.PLACEHOLDER.findall(written.text + written.subject)
    for name in REQUIRED:
        if name not in letters.PLACEHOLDER.findall(written.text):
            yield _stop(
                f"FW10{REQUIRED.index(name) + 1}",
                place,
                _WITHOUT[name](),
                _("Put {%(name)s} where it belongs.") % {"name": name},
            )
    for name in sorted(set(used) - letters.PLACEHOLDERS):
        yield _stop(
            "FW105",
            place,
            _("Nothing is known that could stand for {%(name)s}.") % {"name": name},
            _("Known are: %(names)s.")
            % {"names": ", ".join(sorted(letters.PLACEHOLDERS))},
        )
    if campaign.closes_on and "deadline" not in used:
        yield _stop(
            "FW133",
            place,
            _("The survey closes, and the letter does not say when and why."),
            _("Put {deadline} where it belongs."),
        )
    yield from _subject(written.subject, place)
    yield from _vague(f"{written.subject}\n{written.text}", place)
    yield from _content(campaign, written.text, place)


_WITHOUT = {
    "link": lambda: _("The letter has no link to the survey."),
    "source": lambda: _("The letter does not say where the address came from."),
    "leave": lambda: _("The letter has no way out."),
}


def _subject(subject: str, place: str) -> Iterator[Finding]:
    if not subject.strip() or "\n" in subject or len(subject) > LONGEST_SUBJECT:
        yield _stop(
            "FW108",
            place,
            _("The subject is empty or too long."),
            _("Write one line of at most %(signs)s signs.")
            % {"signs": LONGEST_SUBJECT},
        )


def _content(campaign: Campaign, text: str, place: str) -> Iterator[Finding]:
    for found in _ELSEWHERE.findall(text):
        yield _stop(
            "FW106",
            place,
            _("“%(link)s” leads elsewhere.") % {"link": found},
            _("Letters link to our own pages only. Take it out."),
        )
    country = Controller.objects.values_list("country", flat=True).first() or ""
    rule = bases.rule_for(campaign.source.basis, country)
    for word in bases.appeals_in(text) if rule and not rule.appeals else []:
        yield _stop(
            "FW107",
            place,
            _("“%(word)s” asks for more than answers.") % {"word": word},
            _("The route to these addresses allows no appeal. Take it out."),
        )
    grade = reading_grade(letters.PLACEHOLDER.sub("", text)) if text.isascii() else 0
    if grade > HARDEST_GRADE:
        yield _look(
            "FW212",
            place,
            _("Reading grade %(grade)d, aim for %(aim)d.")
            % {"grade": grade, "aim": HARDEST_GRADE},
            _("Use shorter sentences and words."),
        )


def _vague(text: str, place: str) -> Iterator[Finding]:
    for vague in vague_words(text):
        yield _stop(
            "FW104",
            place,
            _("“%(words)s” says nothing that anybody can check.")
            % {"words": vague.words},
            vague.instead,
        )


def _deadline(campaign: Campaign, on: date) -> Iterator[Finding]:
    place = _("campaign")
    if campaign.closes_on is None:
        return
    if not campaign.deadline_reason.strip():
        yield _stop(
            "FW131",
            place,
            _("The deadline has no reason."),
            _("Say why the survey closes then, or take the date out."),
        )
    if campaign.closes_on < on:
        yield _stop(
            "FW132",
            place,
            _("The deadline has passed."),
            _("Choose a later day, or take the date out."),
        )


def _people(campaign: Campaign) -> Iterator[Finding]:
    place, source = _("source"), campaign.source
    country = Controller.objects.values_list("country", flat=True).first() or ""
    for gap in bases.gaps(source.basis, source.basis_evidence, country):
        yield _stop(
            "FW141",
            place,
            _("The route to these addresses is not shown."),
            gap,
        )
    languages = languages_of(campaign)
    if not languages:
        yield _stop(
            "FW142",
            place,
            _("There is nobody to write to."),
            _("Import contacts of this source."),
        )
    for code, number in sorted(languages.items()):
        if campaign.letter and code not in campaign.letter:
            yield _look(
                "FW143",
                _("letter"),
                _("%(number)s people read “%(code)s”, and there is no such letter.")
                % {"number": number, "code": code},
                _("Write it, or they get the first letter of the others."),
            )


def _house() -> Iterator[Finding]:
    place = _("centre")
    if not is_registered():
        yield _stop(
            "FW151",
            place,
            _("The centre's registration is missing or has ended."),
            _("Renew it, and write the new number down under “Who runs it”."),
        )
    try:
        standing_key(KeyPair.Purpose.MAILER)
    except NotOpen:
        yield _stop(
            "FW154",
            place,
            _("The key of the mailer is not trusted."),
            _("Let the trustees sign it."),
        )
    if not settings.IS_TRAINING:
        yield from _way_out_of_the_house(place)


def _way_out_of_the_house(place: str) -> Iterator[Finding]:
    if shut := missing():
        yield _stop(
            "FW156",
            place,
            _("The doors are shut: nothing leaves, and nobody could answer."),
            _("Under Settings: %(titles)s.")
            % {"titles": "; ".join(str(one.title) for one in shut)},
        )
    if not settings.IS_HTTPS:
        yield _stop(
            "FW153",
            place,
            _("The links in the letters are not encrypted."),
            _("Set FAIRWITNESS_URL to an address that begins with https."),
        )
    if not settings.EMAIL_HOST:
        yield _look(
            "FW152",
            place,
            _("No mail server is set: letters land in a folder."),
            _("Set EMAIL_HOST."),
        )
    if settings.MAIL_FROM.endswith((".example", "@localhost")):
        yield _stop(
            "FW155",
            place,
            _("The sender's address is invented."),
            _("Set FAIRWITNESS_MAIL_FROM to an address of your own domain."),
        )


def _stop(code: str, place: str, message: str, fix: str) -> Finding:
    return Finding(code, "STOP", place, message, fix)


def _look(code: str, place: str, message: str, fix: str) -> Finding:
    return Finding(code, "LOOK", place, message, fix)
