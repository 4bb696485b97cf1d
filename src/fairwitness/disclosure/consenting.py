"""Whether a reporter's own signed consent lets something go to one recipient on a day.

Each way of not having it is a refusal of its own, with its own sentence.
"""

from collections.abc import Collection
from datetime import date

from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fairwitness.governance.models import Recipient, RecipientKey
from fairwitness.intake.consents import verified
from fairwitness.intake.models import Consent, Report
from fairwitness.refusal import Refused

# What can leave, in the words of the desk and of the recipient.
RELEASABLE = {
    "narrative": gettext_lazy("the account as it was told"),
    "evidence": gettext_lazy("the files that the reporter added"),
    "identity": gettext_lazy("what the reporter said about themselves"),
}


class NotConsented(Refused):
    """The reporter has not said yes to this, or no longer does."""


class NotSaid(NotConsented):
    """The reporter has said yes to nobody, or not to this recipient."""


class TakenBack(NotConsented):
    """The reporter has taken their yes back."""


class Ended(NotConsented):
    """The day until which the reporter said yes has passed."""


class NotCovered(NotConsented):
    """The consent does not cover a section that is asked for."""


class NotTheReporters(NotConsented):
    """The consent does not verify: altered, or signed by somebody else."""


class SomebodyElses(NotConsented):
    """What identifies another person leaves only with that person's own consent."""


class CannotReceive(Refused):
    """The recipient has no agreement any more, or no key that two people confirmed."""


def key_of(recipient: Recipient) -> RecipientKey:
    """The key to which a package for this recipient is sealed. Error: `CannotReceive`."""
    if recipient.ended_on is not None:
        raise CannotReceive(
            _("The agreement with %(name)s has ended.") % {"name": recipient.name}
        )
    key = recipient.key_in_force
    if key is None:
        raise CannotReceive(
            _(
                "%(name)s has no key that two of us have confirmed. Ask them for it first."
            )
            % {"name": recipient.name}
        )
    return key


def standing_consent(
    report: Report, *, recipient: Recipient, sections: Collection[str], on: date
) -> Consent:
    """The signed consent that covers this, on this day. Error: a `NotConsented`."""
    _require_own(sections)
    consent = _given(report, recipient)
    if consent.until < on:
        raise Ended(
            _("The reporter's yes to %(name)s ended on %(day)s.")
            % {"name": recipient.name, "day": date_format(consent.until)}
        )
    statement = verified(consent, report, on=on)
    if statement is None:
        raise NotTheReporters(
            _(
                "The signature under this consent is not the reporter's. Nothing leaves; tell "
                "the data-protection lead."
            )
        )
    missing = set(sections) - set(statement.sections)
    if missing:
        raise NotCovered(
            _("The reporter's yes to %(name)s does not cover %(sections)s.")
            % {"name": recipient.name, "sections": names_of(missing)}
        )
    return consent


def names_of(sections: Collection[str]) -> str:
    """The sections in words, in the order of the list."""
    named = [str(label) for key, label in RELEASABLE.items() if key in sections]
    return str(get_text_list(named, _("and")))


def _require_own(sections: Collection[str]) -> None:
    if "others" in sections:
        raise SomebodyElses(
            _("Who it happened to leaves only with that person's own signed consent.")
        )
    if not sections or set(sections) - RELEASABLE.keys():
        raise NotCovered(_("Choose what is to be passed on."))


def _given(report: Report, recipient: Recipient) -> Consent:
    standing = report.consents.filter(withdrawn_on=None).select_related("recipient")
    consent = standing.filter(recipient=recipient).first()
    if consent is not None:
        return consent
    taken_back = report.consents.filter(recipient=recipient).order_by("-withdrawn_on")
    last = taken_back.values_list("withdrawn_on", flat=True).first()
    if last is not None:
        raise TakenBack(
            _("The reporter took back their yes to %(name)s on %(day)s.")
            % {"name": recipient.name, "day": date_format(last)}
        )
    others = [one.recipient.name for one in standing]
    if others:
        raise NotSaid(
            _("The reporter said yes to %(others)s, not to %(name)s.")
            % {"others": get_text_list(others, _("and")), "name": recipient.name}
        )
    raise NotSaid(
        _("The reporter has not said yes to %(name)s.") % {"name": recipient.name}
    )
