"""Keeps what is added to a report later: messages, files, who somebody is, a new code."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from fairwitness.intake import consents
from fairwitness.intake.actions.consenting import held
from fairwitness.intake.actions.receiving import own_wrap
from fairwitness.intake.letters import News, news_context
from fairwitness.intake.models import Evidence, Message, Report, Section
from fairwitness.intake.payloads import File, Sealer, pack, pack_file
from fairwitness.ledger.actions import record
from fairwitness.ledger.actors import REPORTER, Actor
from fairwitness.vault.actions import standing_key, wrap_context
from fairwitness.vault.consent_statement import ConsentStatement
from fairwitness.vault.envelope import disclose, seal_to
from fairwitness.vault.models import KeyPair, Wrap
from fairwitness.vault.padding import pad_text
from fairwitness.vault.receipt import ReceiptCode


@transaction.atomic
def write_message(
    report: Report,
    *,
    case_chest: Sealer,
    text: str,
    is_from_reporter: bool,
    by: Actor,
    kind: str = "message",
    on: date,
) -> Message:
    """Write to the centre or to the reporter. Only who holds the case key can.

    `kind` is message, addition or correction; it is sealed with the text and the day.
    """
    report = Report.objects.select_for_update().get(pk=report.pk)
    last = report.messages.order_by("number").last()
    content = {"text": text, "kind": kind, "day": on.isoformat()}
    message = Message.objects.create(
        report=report,
        number=last.number + 1 if last else 1,
        is_from_reporter=is_from_reporter,
        envelope=case_chest.seal("messages", pack(content)),
    )
    if not is_from_reporter and report.news_address is not None:
        report.has_news = True
        report.save(update_fields=["has_news"])
    who = "reporter" if is_from_reporter else "centre"
    record(f"intake.message_from_{who}", report, by=by, on=on)
    return message


@transaction.atomic
def mark_read(report: Report, *, is_from_reporter: bool) -> int:
    """Note that the other side has read what was written. Returns how many were new."""
    fresh = Message.objects.filter(
        report=report, is_from_reporter=is_from_reporter, is_read=False
    )
    return fresh.update(is_read=True)


@transaction.atomic
def add_evidence(
    report: Report, *, case_chest: Sealer, file: File, on: date
) -> Evidence:
    """Keep a file that the reporter added, with what they said of it."""
    sealed = case_chest.seal("evidence", pack_file(file))
    evidence = Evidence.objects.create(report=report, envelope=sealed)
    record("intake.evidence_added", report, by=REPORTER, on=on)
    return evidence


@transaction.atomic
def add_identity(
    report: Report, *, identity_chest: Sealer, answers: Mapping[str, Any], on: date
) -> None:
    """Keep what the reporter says about themselves, in place of what they said before."""
    content = {"questionnaire": report.version_id, "answers": dict(answers)}
    Section.objects.update_or_create(
        report=report,
        kind=Section.Kind.IDENTITY,
        defaults={"envelope": identity_chest.seal("identity", pack(content))},
    )
    record("intake.identity_added", report, by=REPORTER, on=on)


@transaction.atomic
def add_answers(
    report: Report, *, case_chest: Sealer, narrative: Mapping[str, Any], on: date
) -> None:
    """Keep the account with the answers that were added to it later."""
    section = report.sections.select_for_update().get(kind=Section.Kind.NARRATIVE)
    section.envelope = case_chest.seal("narrative", pack(narrative))
    section.save(update_fields=["envelope"])
    record("intake.answers_added", report, by=REPORTER, on=on)


@transaction.atomic
def change_code(
    report: Report, *, old: ReceiptCode, new: ReceiptCode, on: date
) -> Report:
    """Make a new code the reporter's only one; the standing consents are signed again with it."""
    report = held(report, old)
    for wrap in Wrap.objects.filter(subject=report.pk, holder=None):
        context = wrap_context(wrap.part, report.pk)
        key = disclose(old.read_key, bytes(wrap.envelope), context)
        wrap.envelope = own_wrap(report, wrap.part, key, new)
        wrap.save(update_fields=["envelope"])
    for consent in report.consents.filter(withdrawn_on=None):
        if not consents.verified(consent, report, on=on):
            continue  # what was never signed is not signed now
        statement = ConsentStatement.from_bytes(bytes(consent.statement))
        consent.signature = statement.sign(new.consent_key())
        consent.is_attested = False
        consent.save(update_fields=["signature", "is_attested"])
    report.locator = new.locator
    report.consent_key = new.consent_key().public_key().public_bytes_raw()
    report.is_code_heard = False
    report.save(update_fields=["locator", "consent_key", "is_code_heard"])
    record(
        consents.CODE_CHANGED,
        report,
        by=REPORTER,
        on=on,
        content=consents.commitment(report.consent_key),
    )
    return report


@transaction.atomic
def keep_out_of_count(report: Report, *, is_kept_out: bool, on: date) -> None:
    """Let a report not be counted, or be counted again: the reporter's wish."""
    report.is_kept_out_of_count = is_kept_out
    report.save(update_fields=["is_kept_out_of_count"])
    wish = "kept_out" if is_kept_out else "let_in"
    record(f"intake.{wish}_of_count", report, by=REPORTER, on=on)


@transaction.atomic
def set_news_address(report: Report, *, news: News | None, on: date) -> None:
    """Keep, for the mailer alone, how the reporter hears of news; `None` forgets it."""
    sealed = None
    if news is not None:
        _mailer, public = standing_key(KeyPair.Purpose.MAILER)
        sealed = seal_to(public, pad_text(news.to_bytes()), news_context(report))
    report.news_address, report.has_news = sealed, False
    report.save(update_fields=["news_address", "has_news"])
    record("intake.news_address_set", report, by=REPORTER, on=on)
