"""Letters: plain text is the original, the HTML says the same (`html_part`).

What is the same for everybody is made once for a campaign, a language and a wave; only
the keys are put in for each person.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from email.headerregistry import (
    Address,
    BaseHeader,
    HeaderRegistry,
    UnstructuredHeader,
)
from email.message import EmailMessage, Message
from email.policy import SMTP, Policy
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import formats, translation
from django.utils.translation import gettext as _

from fairwitness.design.frame import address_of
from fairwitness.governance.models import Controller
from fairwitness.outreach.html_part import Words, html_of
from fairwitness.outreach.keys import LENGTH, new_key
from fairwitness.outreach.matching import match_key
from fairwitness.outreach.models import Campaign, Source
from fairwitness.outreach.origins import told_in_letters
from fairwitness.outreach.plain_part import FLOWED, flowed
from fairwitness.outreach.returns import local_part, return_key

PLACEHOLDERS = frozenset(
    {
        "link",
        "source",
        "leave",
        "mine",
        "campaign",
        "not_mine",
        "deadline",
        "period",
        "place",
        "minutes",
        "controller",
    }
)
PLACEHOLDER = re.compile(r"\{(\w*)\}")
FIRST = 1
LONGEST_LINE = 900  # RFC 5322 §2.1.1 allows 998

# Stand in the ready-made letter where the keys of one person go.
OPEN_HERE, LEAVE_HERE = "w" * LENGTH, "y" * LENGTH


class _Link(UnstructuredHeader, BaseHeader):
    """An address that machines follow: it stays whole, however long it is (RFC 2369 §2)."""

    def fold(self, *, policy: "Policy[Message[str, str]]") -> str:
        """The line as it leaves; Python would make an encoded word of a long address."""
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _Link)
_WRITTEN = SMTP.clone(header_factory=_HEADERS)


@dataclass(frozen=True, repr=False)
class Keys:
    """The three keys of one letter, independent of each other. Printing them prints nothing."""

    open: str
    leave: str
    bounce: str

    @classmethod
    def new(cls) -> "Keys":
        """Draw three keys."""
        return cls(new_key(), new_key(), new_key())


@dataclass(frozen=True)
class Letter:
    """A letter to everybody of one language, with places for one person's keys."""

    subject: str
    text: str
    html: str
    language: str
    sender: Address
    reply_to: str
    leave_url: str
    return_key: bytes = field(repr=False)

    def bounces_to(self, keys: Keys) -> str:
        """The return path: nobody can make one up for a letter that they did not get."""
        return f"{local_part(keys.bounce, by=self.return_key)}@{self.sender.domain}"

    def to(self, address: str, *, name: str, keys: Keys, on: date) -> EmailMessage:
        """The letter to one person (RFC 5322, 3834, 8058). Its date says the day only."""
        message = EmailMessage(policy=_WRITTEN)
        message["From"] = self.sender
        local, _at, domain = address.rpartition("@")
        message["To"] = Address(name, local, domain)
        message["Reply-To"] = self.reply_to
        message["Subject"] = self.subject
        message["Date"] = datetime.combine(on, time(), tzinfo=UTC)
        message["Message-ID"] = f"<{new_key()}@{self.sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message["List-Unsubscribe"] = f"<{_with(self.leave_url, keys)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        put_words(message, _with(self.text, keys), _with(self.html, keys))
        message["Content-Language"] = self.language
        return message


def compose(
    campaign: Campaign,
    controller: Controller,
    language: str,
    *,
    wave: int,
    also_from: Sequence[Source] = (),
) -> Letter:
    """Make the letter of a campaign in a language; the first language stands in for a missing one.

    `also_from` are the other sources of the address, which the letter tells besides.
    """
    written = texts_of(campaign.letter, language, wave=wave)
    local, _at, domain = settings.MAIL_FROM.rpartition("@")
    with translation.override(written.language):
        values = _values(campaign, controller, written.language)
        values["source"] = told_in_letters(
            [campaign.source, *also_from], written.language
        )
        subject = " ".join(fill(written.subject, values).split())
        words = Words(
            body=tidy(fill(written.text, values)),
            foot="\n\n".join(
                filter(None, [_untold(written, values), footer(controller)])
            ),
            banner=banner(),
        )
    return Letter(
        subject=subject,
        text=flowed(words.text),
        html=html_of(words, subject=subject, language=written.language),
        language=written.language,
        sender=Address(controller.legal_name, local, domain),
        reply_to=controller.email,
        leave_url=values["leave"],
        return_key=return_key(match_key()),
    )


def trial_letter(controller: Controller) -> Letter:
    """The letter by which staff see whether mail arrives: as every other, but about nobody."""
    local, _at, domain = settings.MAIL_FROM.rpartition("@")
    body = _(
        "This is a test letter, asked for at the desk. It is made and sent as our letters "
        "are, so that its headers show whether they arrive.\n\n"
        "Save it as a file (.eml), or copy its source, and bring it to the page "
        "“Mail that arrives”. The way out in its header belongs to nobody."
    )
    subject = _("A test letter from %(name)s") % {"name": controller.legal_name}
    words = Words(body=body, foot=footer(controller), banner=banner())
    return Letter(
        subject=subject,
        text=flowed(words.text),
        html=html_of(words, subject=subject, language=settings.LANGUAGE_CODE),
        language=settings.LANGUAGE_CODE,
        sender=Address(controller.legal_name, local, domain),
        reply_to=controller.email,
        leave_url=_address("outreach:leave", LEAVE_HERE),
        return_key=return_key(match_key()),
    )


@dataclass(frozen=True)
class Written:
    """What the author of a campaign wrote for one language and wave."""

    language: str
    subject: str
    text: str


def texts_of(
    letter: Mapping[str, Mapping[str, str]], language: str, *, wave: int
) -> Written:
    """Subject and text for a language and a wave; a reminder without words of its own repeats."""
    code = language if language in letter else next(iter(letter))
    texts = letter[code]
    subject, text = texts["subject"], texts["text"]
    if wave > FIRST:
        subject = texts.get("reminder_subject") or subject
        text = texts.get("reminder_text") or text
    return Written(code, subject, text)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values in for placeholders; what is in braces and unknown stays as it is."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def tidy(text: str) -> str:
    """Without spaces at the ends of lines, and with one empty line at most."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines)


@lru_cache(maxsize=1)
def letters_to_start_from() -> dict[str, dict[str, str]]:
    """Letters in every language of the house, ready for `Campaign.letter`."""
    return tomllib.loads(Path(__file__).with_name("letters.toml").read_text())


def _values(
    campaign: Campaign, controller: Controller, language: str
) -> dict[str, str]:
    return {
        "link": _address("outreach:landing", OPEN_HERE),
        "leave": _address("outreach:leave", LEAVE_HERE),
        "mine": _address("outreach:mine", LEAVE_HERE),
        "campaign": page_of(campaign),
        "not_mine": _address("outreach:forwarded", OPEN_HERE),
        "deadline": deadline_sentence(campaign, language),
        "period": formats.date_format(campaign.period_from, "j F Y"),
        "place": campaign.place_in(language),
        "minutes": _("%(least)s to %(most)s")
        % {"least": campaign.minutes_from, "most": campaign.minutes_to},
        "controller": controller.legal_name,
    }


def deadline_sentence(campaign: Campaign, language: str) -> str:
    """When a survey closes and why, or nothing when it does not close."""
    if campaign.closes_on is None:
        return ""
    return _("We close on %(day)s. The reason: %(reason)s") % {
        "day": formats.date_format(campaign.closes_on, "j F Y"),
        "reason": campaign.reason_in(language),
    }


def page_of(campaign: Campaign) -> str:
    """The address of the public page on which a campaign answers for itself."""
    try:
        return f"{settings.BASE_URL}{reverse('front:campaign', args=[campaign.name])}"
    except NoReverseMatch:
        return _who_we_are()


def _untold(written: Written, values: Mapping[str, str]) -> str:
    """The ways that every letter has, where its author has not named them."""
    ways = {
        "mine": _("What we hold about you, and what you can do: %(address)s"),
        "campaign": _("Whom we ask, why, and what came of it: %(address)s"),
    }
    used = set(PLACEHOLDER.findall(written.text))
    return "\n".join(
        way % {"address": values[name]}
        for name, way in ways.items()
        if name not in used
    )


def banner() -> str:
    """The line above each letter of a training centre."""
    return _("Training centre. Nothing here is real.") if settings.IS_TRAINING else ""


def footer(controller: Controller) -> str:
    """Who writes, where they can be reached, and their registration."""
    number = controller.registration_number
    lines = [
        controller.legal_name,
        ", ".join(controller.postal_address.split("\n")),
        _("Registration: %(number)s") % {"number": number} if number else "",
        "" if number else controller.exemption_reason,
        _("Who we are: %(address)s") % {"address": _who_we_are()},
    ]
    return "\n".join(line.strip() for line in lines if line.strip())


def _who_we_are() -> str:
    return f"{settings.BASE_URL}{address_of('front:who_we_are') or '/'}"


def _address(name: str, *args: str) -> str:
    return f"{settings.BASE_URL}{reverse(name, args=args)}"


def _with(text: str, keys: Keys) -> str:
    return text.replace(OPEN_HERE, keys.open).replace(LEAVE_HERE, keys.leave)


def put_words(message: EmailMessage, text: str, html: str) -> None:
    """Put both parts into a letter; the plain one is flowed already."""
    message.set_content(text, cte=_way_of(text), params=FLOWED)
    message.add_alternative(html, subtype="html", cte=_way_of(html))


def _way_of(text: str) -> str:
    """How a text travels: plain ASCII as it is, so that its links stay whole (RFC 2045 §6)."""
    is_plain = text.isascii() and max(map(len, text.splitlines())) <= LONGEST_LINE
    return "7bit" if is_plain else "base64"
