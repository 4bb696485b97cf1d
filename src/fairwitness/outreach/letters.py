"""Letters: plain text is the original, the HTML says the same with one style of link and no image.

What is the same for everybody is made once for a campaign, a language and a wave; only
the keys are put in for each person.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from functools import lru_cache
from html import escape
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import formats, translation
from django.utils.translation import gettext as _

from fairwitness.design.frame import address_of
from fairwitness.governance.context import Language
from fairwitness.governance.models import Controller
from fairwitness.outreach.keys import LENGTH, new_key
from fairwitness.outreach.matching import match_key
from fairwitness.outreach.models import Campaign
from fairwitness.outreach.returns import local_part, return_key

PLACEHOLDERS = frozenset(
    {
        "link",
        "source",
        "leave",
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
_OPEN, _LEAVE = "w" * LENGTH, "y" * LENGTH


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
        message = EmailMessage(policy=SMTP)
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
        message.set_content(_with(self.text, keys), cte=_way_of(self.text))
        html = _with(self.html, keys)
        message.add_alternative(html, subtype="html", cte=_way_of(html))
        message["Content-Language"] = self.language
        return message


def compose(
    campaign: Campaign, controller: Controller, language: str, *, wave: int
) -> Letter:
    """Make the letter of a campaign in a language; the first language stands in for a missing one."""
    written = texts_of(campaign.letter, language, wave=wave)
    local, _at, domain = settings.MAIL_FROM.rpartition("@")
    with translation.override(written.language):
        values = _values(campaign, controller, written.language)
        body = tidy(fill(written.text, values))
        subject = " ".join(fill(written.subject, values).split())
        text = "\n\n".join([*_banner(), body, footer(controller)]) + "\n"
    return Letter(
        subject=subject,
        text=text,
        html=_html(text, written.language),
        language=written.language,
        sender=Address(controller.legal_name, local, domain),
        reply_to=controller.email,
        leave_url=values["leave"],
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
        "link": _address("outreach:landing", _OPEN),
        "leave": _address("outreach:leave", _LEAVE),
        "not_mine": _address("outreach:forwarded", _OPEN),
        "source": campaign.source.sentence_in(language),
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


def _banner() -> list[str]:
    return [_("Training centre. Nothing here is real.")] if settings.IS_TRAINING else []


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
    return text.replace(_OPEN, keys.open).replace(_LEAVE, keys.leave)


def _way_of(text: str) -> str:
    """How a text travels: plain ASCII as it is, so that its links stay whole (RFC 2045 §6)."""
    is_plain = text.isascii() and max(map(len, text.splitlines())) <= LONGEST_LINE
    return "7bit" if is_plain else "base64"


def _html(text: str, language: str) -> str:
    way = Language.of(language).dir
    paragraphs = "\n".join(
        f"<p>{_linked(escape(paragraph)).replace(chr(10), '<br>' + chr(10))}</p>"
        for paragraph in text.strip().split("\n\n")
    )
    return (
        f'<!doctype html>\n<html lang="{language}" dir="{way}">\n'
        f'<head><meta charset="utf-8"><title></title></head>\n<body>\n{paragraphs}\n</body>\n</html>\n'
    )


def _linked(text: str) -> str:
    ours = rf"{re.escape(settings.BASE_URL)}/[\w/-]*"
    return re.sub(ours, lambda found: f'<a href="{found[0]}">{found[0]}</a>', text)
