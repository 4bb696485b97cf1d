"""Gives and withdraws consent: signed with the key of the reporter's own code."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from fairwitness.governance.models import Recipient
from fairwitness.intake import consents
from fairwitness.intake.models import Consent, Report
from fairwitness.ledger.actions import record
from fairwitness.ledger.actors import REPORTER
from fairwitness.refusal import Refused
from fairwitness.vault.consent_statement import ConsentStatement, WithdrawalStatement
from fairwitness.vault.receipt import ReceiptCode


class CodeNotIts(Refused):
    """The code is of another report."""

    status = 403


class NotOnTheList(Refused):
    """A case can go to an organisation of the closed list only, and only as agreed."""

    status = 400


@transaction.atomic
def give_consent(
    report: Report,
    *,
    code: ReceiptCode,
    recipient: Recipient,
    sections: Collection[str],
    purpose: str = "help",
    until: date | None = None,
    on: date,
) -> Consent:
    """Let one recipient have these sections; signed with the reporter's code.

    A consent that already stood for this recipient ends, signed too. What staff heard of
    the code marks the consent as told by phone (`is_attested`) until the code is changed.
    """
    report = held(report, code)
    _require_listed(recipient, sections, purpose)
    _withdraw_standing(report, code, recipient, on)
    until = until or consents.last_day(report, on=on)
    wording = consents.wording(recipient, sections, until=until)
    statement = ConsentStatement(
        report=str(report.pk),
        recipient=str(recipient.pk),
        agreement_hash=consents.hash_of(recipient.agreement),
        sections=tuple(sorted(set(sections))),
        purpose=purpose,
        until=until,
        notice_hash=report.notice_id,
        wording_hash=consents.hash_of(wording),
        given_on=on,
    )
    consent = Consent.objects.create(
        report=report,
        recipient=recipient,
        sections=list(statement.sections),
        purpose=purpose,
        until=until,
        given_on=on,
        wording=wording,
        statement=statement.to_bytes(),
        signature=statement.sign(code.consent_key()),
        is_attested=report.is_code_heard,
    )
    record(
        "intake.consent_given", report, by=REPORTER, on=on, content=_digest(statement)
    )
    return consent


@transaction.atomic
def withdraw_consent(
    report: Report, *, code: ReceiptCode, recipient: Recipient, on: date
) -> None:
    """End what one recipient may have, at once. Without a standing consent nothing happens."""
    _withdraw_standing(held(report, code), code, recipient, on)


def _withdraw_standing(
    report: Report, code: ReceiptCode, recipient: Recipient, on: date
) -> None:
    standing = report.consents.filter(recipient=recipient, withdrawn_on=None)
    for consent in standing.select_for_update():
        given = ConsentStatement.from_bytes(bytes(consent.statement))
        withdrawal = WithdrawalStatement(
            report=str(report.pk), consent=given.digest, on=on
        )
        consent.withdrawn_on = on
        consent.withdrawal = withdrawal.to_bytes()
        consent.withdrawal_signature = withdrawal.sign(code.consent_key())
        consent.save(
            update_fields=["withdrawn_on", "withdrawal", "withdrawal_signature"]
        )
        record(
            "intake.consent_withdrawn",
            report,
            by=REPORTER,
            on=on,
            content=_digest(withdrawal),
        )


def _digest(statement: ConsentStatement | WithdrawalStatement) -> bytes:
    return bytes.fromhex(statement.digest)


def _require_listed(
    recipient: Recipient, sections: Collection[str], purpose: str
) -> None:
    is_listed = Recipient.objects.standing().filter(pk=recipient.pk).exists()
    if not is_listed:
        raise NotOnTheList(_("This organisation can receive nothing from us now."))
    if not sections or set(sections) - set(consents.SECTIONS):
        raise NotOnTheList(
            _("Only your own account can be passed on with your consent.")
        )
    if purpose not in consents.PURPOSES:
        raise NotOnTheList(_("We pass nothing on for that purpose."))


def held(report: Report, code: ReceiptCode) -> Report:
    """The row, locked: a withdrawal cannot slip in between a question and an act."""
    held = Report.objects.select_for_update().get(pk=report.pk)
    if bytes(held.locator) != code.locator:
        raise CodeNotIts(_("This code opens another report."))
    return held
