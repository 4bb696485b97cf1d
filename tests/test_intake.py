"""Reports as they come in: sealed, once, with consents that only the reporter can give."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import time_machine

from fairwitness.intake import consents
from fairwitness.intake.actions import (
    CodeNotIts,
    NotOnTheList,
    UnknownCode,
    add_evidence,
    add_identity,
    change_code,
    find_by_receipt,
    give_consent,
    keep_out_of_count,
    mark_read,
    receive_report,
    send_news,
    set_news_address,
    withdraw_consent,
    write_message,
)
from fairwitness.intake.letters import News, news_context
from fairwitness.intake.models import Consent, Report
from fairwitness.intake.payloads import File, unpack, unpack_file
from fairwitness.ledger.actors import REPORTER
from fairwitness.ledger.models import Entry, WaitingLeaf
from fairwitness.refusal import NotOpen
from fairwitness.surveys.models import Pending
from fairwitness.surveys.release import release_responses
from fairwitness.vault.actions import wrap_context
from fairwitness.vault.consent_statement import ConsentStatement
from fairwitness.vault.envelope import CannotOpen, open_with
from fairwitness.vault.founding import private_key
from fairwitness.vault.halves import join
from fairwitness.vault.models import KeyPair, ShredKey, Slot, Wrap
from fairwitness.vault.opening import Chest, unwrap_for_reporter
from fairwitness.vault.padding import unpad_text
from fairwitness.vault.receipt import ReceiptCode, leaf_of
from tests.doorway import Doorway, make_doorway

TODAY = date(2026, 11, 22)
pytestmark = pytest.mark.django_db(databases=["default", "keystore"])


@pytest.fixture
def house() -> Iterator[Doorway]:
    with time_machine.travel(TODAY, tick=False):
        yield make_doorway(on=TODAY)


def tell(house: Doorway, code: ReceiptCode, *, is_observer: bool = False) -> Report:
    sections = {"narrative": {"answers": {"what": "They shut the door on me."}}}
    if is_observer:
        sections["others"] = {"answers": {"who": "A neighbour of mine"}}
    role = "third_party" if is_observer else "victim"
    return receive_report(
        code=code,
        version=house.version,
        notice=house.notice,
        header={"language": "en", "role": role, "is_young": False, "door": "open"},
        sections=sections,
        on=TODAY,
    )


def chest_of(report: Report, code: ReceiptCode, part: str = "case") -> Chest:
    key = unwrap_for_reporter(report.pk, part, code.read_key)
    return Chest(report.pk, report.slot_id, key)


def read(
    report: Report, code: ReceiptCode, kind: str, part: str = "case"
) -> dict[str, Any]:
    envelope = report.sections.get(kind=kind).envelope
    return unpack(chest_of(report, code, part).open(kind, bytes(envelope)))


def test_the_reporter_reads_back_what_they_told(house):
    code = ReceiptCode.new()

    report = tell(house, code, is_observer=True)

    assert read(report, code, "narrative")["answers"]["what"].startswith("They shut")
    assert read(report, code, "others", "others")["answers"]["who"].startswith("A neig")
    header = read(report, code, "header")
    assert (header["day"], header["role"]) == ("2026-11-22", "third_party")
    assert header["seed"] == code.seed.hex()


def test_triage_opens_the_account_with_its_key_and_nothing_else(house):
    code = ReceiptCode.new()
    report = tell(house, code)

    wrap = Wrap.objects.get(subject=report.pk, part="case", holder=house.triage)
    context = wrap_context("case", report.pk)
    key = open_with(house.triage_key, bytes(wrap.envelope), context)

    chest = Chest(report.pk, report.slot_id, key)
    envelope = report.sections.get(kind="narrative").envelope
    assert unpack(chest.open("narrative", bytes(envelope)))["answers"]
    with pytest.raises(CannotOpen):
        open_with(private_key(KeyPair.Purpose.GATE), bytes(wrap.envelope), context)


def test_who_somebody_is_opens_with_both_halves_only(house):
    code = ReceiptCode.new()
    report = tell(house, code)
    whole = unwrap_for_reporter(report.pk, "identity", code.read_key)

    halves = [
        open_with(private, bytes(wrap.envelope), wrap_context(part, report.pk))
        for part, private in (
            ("identity.a", house.triage_key),
            ("identity.b", private_key(KeyPair.Purpose.GATE)),
        )
        for wrap in Wrap.objects.filter(subject=report.pk, part=part)
    ]

    assert join(*halves) == whole
    assert whole not in halves


def test_only_an_observer_has_a_key_for_somebody_else(house):
    victim, observer = ReceiptCode.new(), ReceiptCode.new()

    one, two = tell(house, victim), tell(house, observer, is_observer=True)

    parts = Wrap.objects.filter(subject=one.pk).values_list("part", flat=True)
    assert sorted(parts) == ["case", "case", "identity", "identity.a", "identity.b"]
    others = Wrap.objects.filter(subject=two.pk, part__startswith="others")
    assert {wrap.part for wrap in others} == {"others", "others.a", "others.b"}


def test_the_same_report_sent_twice_is_one_report(house):
    code = ReceiptCode.new()

    first, second = tell(house, code), tell(house, code)

    assert first == second
    assert Report.objects.count() == Pending.objects.count() == 1
    assert Slot.objects.filter(is_taken=True).count() == 1


def test_a_report_leaves_a_leaf_and_one_line_in_the_ledger(house):
    code = ReceiptCode.new()

    report = tell(house, code)

    entry = Entry.objects.get()
    release_responses()
    assert bytes(WaitingLeaf.objects.get().digest) == leaf_of(code.seed)
    assert (entry.act, entry.by) == ("intake.received", "reporter")
    assert bytes(entry.content or b"") == consents.commitment(bytes(report.consent_key))


def test_the_clear_columns_tell_the_month_and_not_the_day(house):
    report = tell(house, ReceiptCode.new())

    assert report.month == date(2026, 11, 1)
    assert report.expires_on == date(2031, 12, 1)


def test_an_altered_key_of_the_house_takes_nothing(house):
    KeyPair.objects.filter(purpose=KeyPair.Purpose.GATE).update(public=bytes(1216))

    with pytest.raises(NotOpen):
        tell(house, ReceiptCode.new())

    assert Report.objects.count() == Slot.objects.filter(is_taken=True).count() == 0


def test_an_empty_keystore_takes_nothing(house):
    ShredKey.objects.all().delete()

    with pytest.raises(NotOpen):
        tell(house, ReceiptCode.new())

    assert not Report.objects.exists()


def test_a_code_finds_its_report_and_an_unknown_one_is_refused(house):
    code = ReceiptCode.new()
    report = tell(house, code)

    assert find_by_receipt(code) == report
    with pytest.raises(UnknownCode):
        find_by_receipt(ReceiptCode.new())


def consent_to(house: Doorway, report: Report, code: ReceiptCode) -> Consent:
    return give_consent(
        report, code=code, recipient=house.ombuds, sections=["narrative"], on=TODAY
    )


def test_a_consent_stands_until_its_last_day(house):
    code = ReceiptCode.new()
    report = tell(house, code)

    consent = consent_to(house, report, code)

    statement = consents.verified(consent, report, on=TODAY)
    assert statement is not None
    assert statement.sections == ("narrative",)
    assert consent.until == date(2027, 11, 22)
    assert consents.verified(consent, report, on=date(2027, 11, 22))
    assert not consents.verified(consent, report, on=date(2027, 11, 23))
    assert "Ombuds Office" in consent.wording


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sections", ["identity", "narrative"]),
        ("purpose", "publish"),
        ("until", date(2030, 1, 1)),
        ("given_on", date(2026, 1, 1)),
        ("wording", "I let everybody have everything."),
        ("signature", bytes(64)),
        ("statement", b"{}"),
    ],
)
def test_a_consent_altered_in_any_field_does_not_stand(house, field, value):
    code = ReceiptCode.new()
    report = tell(house, code)
    consent = consent_to(house, report, code)

    Consent.objects.filter(pk=consent.pk).update(**{field: value})

    consent.refresh_from_db()
    assert consents.verified(consent, report, on=TODAY) is None


def test_a_consent_serves_one_organisation_under_one_agreement(house):
    code = ReceiptCode.new()
    report = tell(house, code)
    consent = consent_to(house, report, code)

    Consent.objects.filter(pk=consent.pk).update(recipient=house.legal_aid)
    moved = Consent.objects.get(pk=consent.pk)
    house.ombuds.agreement = "Something else"
    house.ombuds.save()
    Consent.objects.filter(pk=consent.pk).update(recipient=house.ombuds)
    changed = Consent.objects.get(pk=consent.pk)

    assert consents.verified(moved, report, on=TODAY) is None
    assert consents.verified(changed, report, on=TODAY) is None


def test_a_consent_does_not_serve_for_another_report(house):
    mine, theirs = ReceiptCode.new(), ReceiptCode.new()
    report, other = tell(house, mine), tell(house, theirs)
    consent = consent_to(house, report, mine)

    Consent.objects.filter(pk=consent.pk).update(report=other)

    consent.refresh_from_db()
    assert consents.verified(consent, other, on=TODAY) is None


def test_whoever_writes_a_key_of_their_own_into_the_database_gets_no_consent(house):
    code, forger = ReceiptCode.new(), ReceiptCode.new()
    report = tell(house, code)
    consent = consent_to(house, report, code)
    statement = ConsentStatement.from_bytes(bytes(consent.statement))
    wider = replace(statement, sections=("identity", "narrative"))

    own = forger.consent_key()
    Report.objects.update(consent_key=own.public_key().public_bytes_raw())
    Consent.objects.update(
        sections=list(wider.sections),
        statement=wider.to_bytes(),
        signature=wider.sign(own),
    )

    report.refresh_from_db()
    consent.refresh_from_db()
    assert consents.verified(consent, report, on=TODAY) is None


def test_a_withdrawn_consent_ends_in_the_same_second(house):
    code = ReceiptCode.new()
    report = tell(house, code)
    consent = consent_to(house, report, code)

    withdraw_consent(report, code=code, recipient=house.ombuds, on=TODAY)

    consent.refresh_from_db()
    assert consents.verified(consent, report, on=TODAY) is None
    assert consent.withdrawal_signature
    assert consent_to(house, report, code).withdrawn_on is None


def test_a_consent_given_again_takes_the_place_of_the_first(house):
    code = ReceiptCode.new()
    report = tell(house, code)

    consent_to(house, report, code)
    wider = give_consent(
        report,
        code=code,
        recipient=house.ombuds,
        sections=["narrative", "identity"],
        on=TODAY,
    )

    assert list(report.consents.filter(withdrawn_on=None)) == [wider]


@pytest.mark.parametrize("sections", [[], ["others"], ["narrative", "others"]])
def test_nobody_gives_away_what_identifies_somebody_else(house, sections):
    code = ReceiptCode.new()
    report = tell(house, code, is_observer=True)

    with pytest.raises(NotOnTheList):
        give_consent(
            report, code=code, recipient=house.ombuds, sections=sections, on=TODAY
        )


def test_an_organisation_that_left_the_list_gets_no_consent(house):
    code = ReceiptCode.new()
    report = tell(house, code)
    house.ombuds.ended_on = TODAY
    house.ombuds.save()

    with pytest.raises(NotOnTheList):
        consent_to(house, report, code)


def test_nobody_consents_with_the_code_of_another_report(house):
    mine, theirs = ReceiptCode.new(), ReceiptCode.new()
    report, _other = tell(house, mine), tell(house, theirs)

    with pytest.raises(CodeNotIts):
        consent_to(house, report, theirs)


def test_a_consent_with_a_code_that_staff_heard_counts_as_told_by_phone(house):
    code, fresh = ReceiptCode.new(), ReceiptCode.new()
    report = tell(house, code)
    Report.objects.update(is_code_heard=True)

    consent = consent_to(house, report, code)
    change_code(report, old=code, new=fresh, on=TODAY)

    assert consent.is_attested
    consent.refresh_from_db()
    assert not consent.is_attested


def test_after_the_code_was_changed_only_the_new_one_serves(house):
    old, new = ReceiptCode.new(), ReceiptCode.new()
    report = tell(house, old)
    consent = consent_to(house, report, old)

    changed = change_code(report, old=old, new=new, on=TODAY)

    assert find_by_receipt(new) == report
    with pytest.raises(UnknownCode):
        find_by_receipt(old)
    with pytest.raises(CannotOpen):
        chest_of(changed, old)
    assert read(changed, new, "narrative")["answers"]
    consent.refresh_from_db()
    assert consents.verified(consent, changed, on=TODAY)


def test_changing_the_code_signs_nothing_that_was_not_signed_before(house):
    old, new = ReceiptCode.new(), ReceiptCode.new()
    report = tell(house, old)
    consent = consent_to(house, report, old)
    Consent.objects.update(signature=bytes(64))

    changed = change_code(report, old=old, new=new, on=TODAY)

    consent.refresh_from_db()
    assert consents.verified(consent, changed, on=TODAY) is None


def test_messages_are_numbered_and_read_by_both_sides(house):
    code = ReceiptCode.new()
    report = tell(house, code)
    chest = chest_of(report, code)

    for text, is_mine in (("When was it?", False), ("In March.", True)):
        write_message(
            report,
            case_chest=chest,
            text=text,
            is_from_reporter=is_mine,
            by=REPORTER,
            on=TODAY,
        )

    told = [
        unpack(chest.open("messages", bytes(message.envelope)))["text"]
        for message in report.messages.order_by("number")
    ]
    assert told == ["When was it?", "In March."]
    assert mark_read(report, is_from_reporter=False) == 1
    assert mark_read(report, is_from_reporter=False) == 0


def test_a_file_is_kept_with_what_was_said_of_it(house):
    code = ReceiptCode.new()
    report = tell(house, code)
    chest = chest_of(report, code)
    letter = File("letter.txt", "text/plain", "their answer", b"No.\nSigned.")

    kept = add_evidence(report, case_chest=chest, file=letter, on=TODAY)

    assert unpack_file(chest.open("evidence", bytes(kept.envelope))) == letter


def test_what_somebody_says_of_themselves_is_sealed_apart(house):
    code = ReceiptCode.new()
    report = tell(house, code)

    for name in ("Rana", "Rana K."):
        add_identity(
            report,
            identity_chest=chest_of(report, code, "identity"),
            answers={"name": name},
            on=TODAY,
        )

    assert read(report, code, "identity", "identity")["answers"] == {"name": "Rana K."}
    with pytest.raises(CannotOpen):
        read(report, code, "identity", "case")


def test_the_address_for_news_opens_for_the_mailer_alone(house):
    report = tell(house, ReceiptCode.new())
    news = News("rana@post.example", "list", "ar")

    set_news_address(report, news=news, on=TODAY)

    mailer = private_key(KeyPair.Purpose.MAILER)
    sealed = bytes(report.news_address or b"")
    opened = unpad_text(open_with(mailer, sealed, news_context(report)))
    assert News.from_bytes(opened) == news
    set_news_address(report, news=None, on=TODAY)
    assert Report.objects.get().news_address is None


def test_a_reporter_can_keep_their_report_out_of_the_count(house):
    report = tell(house, ReceiptCode.new())

    keep_out_of_count(report, is_kept_out=True, on=TODAY)

    assert Report.objects.get().is_kept_out_of_count


def write_to_the_reporter(report: Report, code: ReceiptCode) -> None:
    write_message(
        report,
        case_chest=chest_of(report, code),
        text="When was it?",
        is_from_reporter=False,
        by=REPORTER,
        on=TODAY,
    )


def test_who_asked_for_it_gets_one_letter_that_says_nothing(house, settings):
    code = ReceiptCode.new()
    report = tell(house, code)
    set_news_address(report, news=News("rana@post.example", "list", "en"), on=TODAY)
    write_to_the_reporter(report, code)

    sent = send_news(), send_news()

    assert sent == (1, 0)
    letter = next(settings.OUTBOX.glob("*.eml")).read_text()
    assert "Subject: The list you asked for" in letter
    assert "There is something new for you." in letter
    assert "To: rana@post.example" in letter
    assert "http" not in letter
    assert "report" not in letter.casefold()
    assert str(report.pk) not in letter


def test_who_gave_no_address_gets_no_letter(house, settings):
    code = ReceiptCode.new()
    report = tell(house, code)

    write_to_the_reporter(report, code)

    assert send_news() == 0
    assert not settings.OUTBOX.exists()


def test_a_letter_waits_while_no_server_answers(house, settings):
    code = ReceiptCode.new()
    report = tell(house, code)
    set_news_address(report, news=News("rana@post.example", "new", "en"), on=TODAY)
    write_to_the_reporter(report, code)
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    waited = send_news()
    settings.EMAIL_HOST = ""

    assert waited == 0
    assert send_news() == 1
