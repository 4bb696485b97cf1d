"""The one letter that a reporter may ask for: it says that there is news, and nothing else."""

import json
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formataddr, make_msgid

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from fairwitness.governance.models import Controller
from fairwitness.intake.models import Report
from fairwitness.vault.envelope import Context

# What such a letter may be called; the reporter chooses before giving an address.
SUBJECTS = {
    "new": pgettext_lazy("subject of a letter", "Something new"),
    "question": pgettext_lazy("subject of a letter", "Your question"),
    "list": pgettext_lazy("subject of a letter", "The list you asked for"),
}
TEXT = gettext_lazy(
    "There is something new for you. You know where. This message says no more on purpose."
)


@dataclass(frozen=True, repr=False)
class News:
    """How a reporter hears of news. Printing it prints nothing of it."""

    address: str
    subject: str
    language: str

    def __repr__(self) -> str:
        return "[how somebody hears of news]"

    def to_bytes(self) -> bytes:
        """Write it down, to be padded and sealed to the mailer."""
        told = {
            "address": self.address,
            "subject": self.subject,
            "language": self.language,
        }
        return json.dumps(told, ensure_ascii=False, sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, written: bytes) -> "News":
        """Read what `to_bytes` wrote."""
        return cls(**json.loads(written))


def news_context(report: Report) -> Context:
    """What the address for news is bound to."""
    return Context("news", str(report.pk), "")


def compose(news: News) -> EmailMessage:
    """The letter: no link, no name of ours but the quiet one, nothing that tells of a report."""
    quiet = Controller.objects.values_list("quiet_name", flat=True).first() or ""
    letter = EmailMessage()
    with translation.override(news.language or settings.LANGUAGE_CODE):
        letter["Subject"] = str(SUBJECTS[news.subject])
        text = str(TEXT)
        if settings.IS_TRAINING:
            text += "\n\n" + _("Training centre. Nothing here is real.")
    letter["From"] = formataddr((quiet, settings.MAIL_FROM))
    letter["To"] = news.address
    letter["Message-ID"] = make_msgid(domain=settings.MAIL_FROM.rpartition("@")[2])
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text)
    return letter
