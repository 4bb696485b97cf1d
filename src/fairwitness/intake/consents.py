"""What a reporter's consent says, and whether it stands: signed, unaltered, not ended.

The signature is checked with the report's consent key, and that key with the ledger, which
has held its hash since the report came: a row that was changed in the database does not pass.
"""

from collections.abc import Collection
from datetime import date
from hashlib import sha256

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fairwitness.governance.models import Recipient
from fairwitness.intake.models import Consent, Report
from fairwitness.ledger.actions import name_of
from fairwitness.ledger.models import Entry
from fairwitness.vault.consent_statement import (
    ConsentStatement,
    MalformedStatement,
    NotSigned,
)

RECEIVED = "intake.received"
CODE_CHANGED = "intake.code_changed"

# What a consent may cover. What identifies somebody else is never the reporter's to give.
SECTIONS = {
    "narrative": gettext_lazy("what I told"),
    "evidence": gettext_lazy("the files I added"),
    "identity": gettext_lazy("what I said about myself"),
}
PURPOSES = {"help": gettext_lazy("to help with what I told")}
DAYS_GIVEN = 365


def last_day(report: Report, *, on: date) -> date:
    """Until when a consent given today lasts: a year, or as long as we keep the report."""
    return min(date.fromordinal(on.toordinal() + DAYS_GIVEN), report.expires_on)


def wording(recipient: Recipient, sections: Collection[str], *, until: date) -> str:
    """The sentence that is said by giving consent, in the language of the page."""
    named = [str(label) for section, label in SECTIONS.items() if section in sections]
    # Translators: the words that a reporter agrees to; sections are parts of the report.
    sentence = _(
        "I let %(recipient)s have %(sections)s, to help with it, until %(until)s. I know "
        "that this can tell of health, belief, origin, sexual life, views or crimes. I can "
        "take it back on my page at any time."
    )
    return sentence % {
        "recipient": recipient.name,
        "sections": get_text_list(named, _("and")),
        "until": date_format(until, "j F Y"),
    }


def hash_of(text: str) -> str:
    """SHA-256 of a text, in hex, as statements name it."""
    return sha256(text.encode()).hexdigest()


def commitment(consent_key: bytes) -> bytes:
    """What the ledger holds of a consent key."""
    return sha256(b"fairwitness/consent-key/1" + consent_key).digest()


def verified(
    consent: Consent, report: Report, *, on: date | None = None
) -> ConsentStatement | None:
    """What was signed, if the consent stands on that day (today); else none.

    None means: withdrawn, ended, of another report, altered in any field, given to an
    organisation under another agreement, under another notice, or not signed with the
    key that this report came with.
    """
    try:
        statement = ConsentStatement.from_bytes(bytes(consent.statement))
        statement.verify(bytes(report.consent_key), bytes(consent.signature))
    except (MalformedStatement, NotSigned):
        return None
    day = on or timezone.localdate()
    stands = (
        consent.withdrawn_on is None
        and statement.given_on <= day <= statement.until
        and _says(statement, consent, report)
        and _is_committed(report)
    )
    return statement if stands else None


def _says(statement: ConsentStatement, consent: Consent, report: Report) -> bool:
    """Whether the columns repeat what was signed."""
    recipient = consent.recipient
    return (
        statement.report == str(report.pk) == str(consent.report_id)
        and statement.recipient == str(recipient.pk)
        and statement.agreement_hash == hash_of(recipient.agreement)
        and list(statement.sections) == sorted(consent.sections)
        and statement.purpose == consent.purpose
        and (statement.given_on, statement.until) == (consent.given_on, consent.until)
        and statement.notice_hash == report.notice_id
        and statement.wording_hash == hash_of(consent.wording)
    )


def _is_committed(report: Report) -> bool:
    """Whether the ledger has the hash of this report's consent key."""
    return Entry.objects.filter(
        subject=name_of(report),
        act__in=(RECEIVED, CODE_CHANGED),
        content=commitment(bytes(report.consent_key)),
    ).exists()
