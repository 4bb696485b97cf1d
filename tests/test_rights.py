"""What people may ask of us: erased for good, expired by the policy, answered in time."""

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core import checks
from django.db import connection, connections
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.casework.models import Fact, WaitingFact
from fairwitness.disclosure.models import Release
from fairwitness.governance import notices
from fairwitness.intake.actions import receive_report
from fairwitness.intake.models import Consent, Report, Section
from fairwitness.ledger.actors import REPORTER, SYSTEM
from fairwitness.ledger.models import Entry
from fairwitness.refusal import NotAllowed, Refused
from fairwitness.rights import actions, clocks, policy
from fairwitness.rights.actions.answering import Incomplete
from fairwitness.rights.actions.holding import SecondPersonNeeded
from fairwitness.rights.models import Breach, Hold, SubjectRequest, Tombstone, ToTell
from fairwitness.rights.rules import After, MalformedRule, Standing, Until, With, parse
from fairwitness.rights.taken_back import TakenBack
from fairwitness.surveys.models import Draft, Response
from fairwitness.vault import keystore
from fairwitness.vault.actions import KeysNotTrusted, wrap_context
from fairwitness.vault.envelope import disclose
from fairwitness.vault.models import KeyPair, ShredKey, Slot, Wrap
from fairwitness.vault.opening import Chest, NoKey, Ring, Shredded, unwrap_for_reporter
from fairwitness.vault.receipt import ReceiptCode
from fairwitness.vault.report_keys import fact_id, waiting_fact_id

TODAY = date(2026, 11, 22)
BOTH = ["default", "keystore"]


def make_report(centre, code=None, *, on=TODAY):
    """A report as a reporter sends it."""
    return receive_report(
        code=code or ReceiptCode.new(),
        version=centre.version,
        notice=notices.current("en"),
        header={"language": "en", "role": "victim"},
        sections={"narrative": {"answers": {"account": "It happened in March."}}},
        on=on,
    )


def case_key_of(report, code):
    """The case key, as the reporter's code opens it."""
    return unwrap_for_reporter(report.pk, "case", code.read_key)


def make_fact(report, code):
    """The fact of a report, as coded by somebody who held its case key."""
    return Fact.objects.create(
        id=fact_id(case_key_of(report, code)),
        incident="1" * 64,
        person="2" * 64,
        received_month="2026-11",
        role="victim",
        status=Fact.Status.COUNTED,
        detected_by="reporter",
        seed=bytes(32),
        expires_month="2031-12",
    )


def make_release(centre, report, *, state=Release.State.RELEASED):
    """A release of the report, as it stands when everything was done."""
    recipient = centre.recipients["City Legal Aid"]
    consent = Consent.objects.create(
        report=report,
        recipient=recipient,
        sections=["narrative"],
        purpose="advice",
        until=TODAY + timedelta(days=90),
        given_on=TODAY,
        statement=b"statement",
        signature=b"signature",
    )
    return Release.objects.create(
        report=report,
        recipient=recipient,
        recipient_key=recipient.key_in_force,
        consent=consent,
        sections=["narrative"],
        state=state,
        requested_by=centre.ben.user,
        requested_on=TODAY,
    )


def ring_of(member):
    """Every key that a member can open."""
    return Ring.of(member.user.key, member.private)


# Erasing


@pytest.mark.django_db(databases=BOTH)
def test_erasing_leaves_a_tombstone_and_nothing_else(centre):
    code = ReceiptCode.new()
    report = make_report(centre, code)
    make_fact(report, code)
    slot, case_key = report.slot_id, case_key_of(report, code)

    actions.erase_report(report, by=REPORTER, case_key=case_key, on=TODAY)

    assert not Report.objects.exists()
    assert not Section.objects.exists()
    assert not Fact.objects.exists()
    assert not Wrap.objects.filter(holder=None).exists()
    assert not Slot.objects.filter(pk=slot).exists()
    assert keystore.key_of(slot) is None
    assert Tombstone.objects.get().month == date(2026, 11, 1)


@pytest.mark.django_db(databases=BOTH)
def test_a_fact_that_still_waits_goes_too(centre):
    code = ReceiptCode.new()
    report = make_report(centre, code)
    case_key = case_key_of(report, code)
    WaitingFact.objects.create(id=waiting_fact_id(case_key), envelope=b"sealed")

    actions.erase_report(report, by=REPORTER, case_key=case_key, on=TODAY)

    assert not WaitingFact.objects.exists()


@pytest.mark.django_db(databases=BOTH)
def test_other_reports_stay_as_they_are(centre):
    code = ReceiptCode.new()
    kept, gone = make_report(centre, code), make_report(centre)

    actions.erase_report(gone, by=SYSTEM, on=TODAY)

    chest = Chest(
        kept.pk, kept.slot_id, unwrap_for_reporter(kept.pk, "case", code.read_key)
    )
    assert b"March" in chest.open(
        "narrative", bytes(kept.sections.get(kind="narrative").envelope)
    )


@pytest.mark.django_db(databases=BOTH)
def test_each_past_recipient_is_to_be_told(centre):
    report = make_report(centre)
    release = make_release(centre, report)

    actions.erase_report(report, by=REPORTER, on=TODAY)

    told = ToTell.objects.get()
    assert (told.recipient.name, told.release) == ("City Legal Aid", release.pk)
    actions.recipient_told(told, by=centre.pia.user, on=TODAY)
    assert ToTell.objects.get().told_on == TODAY


@pytest.mark.django_db(databases=BOTH)
def test_nobody_is_told_of_what_never_left(centre):
    report = make_report(centre)
    make_release(centre, report, state=Release.State.REQUESTED)

    actions.erase_report(report, by=REPORTER, on=TODAY)

    assert not ToTell.objects.exists()


@pytest.mark.django_db(databases=BOTH)
def test_staff_erase_only_if_they_answer_requests(centre):
    report = make_report(centre)

    with pytest.raises(NotAllowed):
        actions.erase_report(report, by=centre.ada.user, on=TODAY)
    actions.erase_report(report, by=centre.pia.user, on=TODAY)
    assert Entry.objects.filter(act="rights.report_erased").count() == 1


@pytest.mark.django_db(databases=BOTH)
def test_an_erasure_that_a_crash_cut_off_is_finished_at_night(centre):
    report = make_report(centre)
    keystore.shred(report.slot_id)

    expired = actions.apply_retention(TODAY)

    assert expired.finished == 1
    assert not Report.objects.exists()


@pytest.mark.django_db(databases=BOTH)
def test_what_comes_back_from_a_backup_is_erased_again(centre):
    report = make_report(centre)
    copy, slot = report.__class__.objects.get(pk=report.pk), report.slot_id
    key = keystore.key_of(slot)
    actions.erase_report(report, by=SYSTEM, on=TODAY)
    Slot.objects.create(pk=slot, is_taken=True)
    copy.save(force_insert=True)
    ShredKey.objects.create(slot=slot, key=key)

    settled = actions.settle(TakenBack(), on=TODAY)

    assert settled.keys_shredded == 1
    assert keystore.key_of(slot) is None
    assert not Report.objects.exists()


@pytest.mark.django_db(transaction=True, databases=BOTH)
def test_a_copy_of_the_database_reads_nothing_once_the_shred_key_is_gone(
    centre, tmp_path
):
    code = ReceiptCode.new()
    report = make_report(centre, code)
    secret = keystore.key_of(report.slot_id) or b""
    envelope, wrap = _stolen(report, tmp_path)
    assert any(secret in path.read_bytes() for path in _files_of_keystore())

    actions.erase_report(report, by=REPORTER, on=TODAY)

    assert not any(secret in path.read_bytes() for path in _files_of_keystore())
    case = disclose(code.read_key, wrap, wrap_context("case", report.pk))
    with pytest.raises(Shredded):
        Chest(report.pk, report.slot_id, case).open("narrative", envelope)


def _files_of_keystore() -> list[Path]:
    if connections["keystore"].vendor != "sqlite":
        pytest.skip("this searches the files of SQLite")
    name = Path(connections["keystore"].settings_dict["NAME"])
    return [path for path in name.parent.glob(f"{name.name}*") if path.is_file()]


def _stolen(report: Report, place: Path) -> tuple[bytes, bytes]:
    """What somebody reads in a copy of the database: the sealed account, the reporter's wrap."""
    if connection.vendor != "sqlite":
        section = Section.objects.get(report=report, kind="narrative")
        wrap = Wrap.objects.get(subject=report.pk, part="case", holder=None)
        return bytes(section.envelope), bytes(wrap.envelope)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(connection.settings_dict["NAME"], place / "stolen.sqlite3")
    with closing(sqlite3.connect(place / "stolen.sqlite3")) as copy:
        (envelope,) = copy.execute(
            "SELECT envelope FROM intake_section WHERE report_id = ? AND kind = 'narrative'",
            [report.pk.hex],
        ).fetchone()
        (wrapped,) = copy.execute(
            "SELECT envelope FROM vault_wrap WHERE subject = ? AND part = 'case'"
            " AND holder_id IS NULL",
            [report.pk.hex],
        ).fetchone()
    return envelope, wrapped


# Expiring


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("28 days after told_on", After("told_on", days=28)),
        ("2 years after month", After("month", months=24)),
        (
            "28 days after batch.imported_on unless told_on",
            After("batch__imported_on", days=28, unless="told_on"),
        ),
        ("as purpose answers says, after week", After("week", purpose="answers")),
        ("until expires_on", Until("expires_on")),
        ("as long as intake.Report", With("intake.Report")),
        ("for ever: the chain", Standing("the chain", is_for_ever=True)),
        ("as long as it serves: we ask", Standing("we ask", is_for_ever=False)),
    ],
)
def test_a_line_of_the_policy_becomes_a_rule(line, rule):
    assert parse(line) == rule


@pytest.mark.parametrize(
    "line", ["for ever", "some time", "10 years", "", "until", "after 3 days"]
)
def test_a_line_that_nobody_can_execute_is_refused(line):
    with pytest.raises(MalformedRule):
        parse(line)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 240))
def test_a_cutoff_lies_that_many_months_back(day, months):
    cutoff = After("x", months=months).cutoff(day)

    passed = (day.year - cutoff.year) * 12 + day.month - cutoff.month
    assert passed == months
    assert cutoff.day == day.day or (cutoff + timedelta(days=1)).day == 1


@pytest.mark.django_db(databases=BOTH)
def test_a_report_goes_when_its_day_has_passed_and_not_before(centre):
    report = make_report(centre)

    actions.apply_retention(report.expires_on)
    assert Report.objects.exists()
    expired = actions.apply_retention(report.expires_on + timedelta(days=1))

    assert expired.gone["intake.Report"] == 1
    assert not Report.objects.exists()


@pytest.mark.django_db(databases=BOTH)
def test_a_fact_goes_in_its_own_month(centre):
    report = make_report(centre, code := ReceiptCode.new())
    make_fact(report, code)

    actions.apply_retention(date(2031, 12, 31))
    assert Fact.objects.exists()
    actions.apply_retention(date(2032, 1, 1))
    assert not Fact.objects.exists()


@pytest.mark.django_db(databases=BOTH)
def test_drafts_answers_and_requests_expire(centre):
    Draft.objects.create(
        id="d", journey="survey", body=b"", expires_on=TODAY - timedelta(days=1)
    )
    for week in ("2020-W01", "2026-W46"):
        Response.objects.create(
            version=centre.version, door="open", week=week, answers={}
        )
    asked = actions.receive_request(
        SubjectRequest.Kind.ACCESS, text="?", reach="mail", on=date(2023, 11, 1)
    )

    expired = actions.apply_retention(TODAY)

    assert expired.gone == {
        "surveys.Draft": 1,
        "surveys.Response": 1,
        "rights.SubjectRequest": 1,
    }
    assert Response.objects.get().week == "2026-W46"
    assert not Wrap.objects.filter(subject=asked.pk).exists()


@pytest.mark.django_db(databases=BOTH)
def test_one_night_of_retention_leaves_one_line(centre):
    actions.apply_retention(TODAY)

    entry = Entry.objects.get(act="rights.retention_applied")
    assert (entry.day, entry.count) == (TODAY, 0)


# Holding


@pytest.mark.django_db(databases=BOTH)
def test_a_hold_takes_two_people_and_keeps_a_report_from_expiring(centre):
    report = make_report(centre)
    after = report.expires_on + timedelta(days=1)
    hold = actions.ask_hold(
        report,
        reason="A court has asked for it.",
        review_on=after + timedelta(days=30),
        by=centre.ada.user,
        on=after,
    )
    actions.approve_hold(hold, by=centre.pia.user)

    expired = actions.apply_retention(after)
    assert (expired.held, Report.objects.count()) == (1, 1)

    actions.lift_hold(hold, by=centre.ada.user, on=after)
    actions.apply_retention(after)
    assert not Report.objects.exists()


@pytest.mark.django_db(databases=BOTH)
def test_a_hold_that_one_person_asked_for_holds_nothing(centre):
    report = make_report(centre)
    hold = actions.ask_hold(
        report,
        reason="A court has asked for it.",
        review_on=TODAY + timedelta(days=30),
        by=centre.pia.user,
        on=TODAY,
    )

    with pytest.raises(SecondPersonNeeded):
        actions.approve_hold(hold, by=centre.pia.user)
    assert not Hold.objects.standing().exists()


@pytest.mark.django_db(databases=BOTH)
def test_a_hold_never_stands_in_the_way_of_the_reporter(centre):
    report = make_report(centre)
    hold = actions.ask_hold(
        report,
        reason="A court has asked for it.",
        review_on=TODAY + timedelta(days=30),
        by=centre.ada.user,
        on=TODAY,
    )
    actions.approve_hold(hold, by=centre.pia.user)

    actions.erase_report(report, by=REPORTER, on=TODAY)

    assert not Report.objects.exists()


@pytest.mark.django_db(databases=BOTH)
@pytest.mark.parametrize("days", [0, 185])
def test_a_hold_is_looked_at_again_within_six_months(centre, days):
    report = make_report(centre)

    with pytest.raises(Refused, match="six months"):
        actions.ask_hold(
            report,
            reason="A court has asked for it.",
            review_on=TODAY + timedelta(days=days),
            by=centre.ada.user,
            on=TODAY,
        )


@pytest.mark.django_db(databases=BOTH)
def test_a_hold_needs_a_reason_and_somebody_who_works_on_cases(centre):
    report = make_report(centre)
    soon = TODAY + timedelta(days=30)

    with pytest.raises(Refused, match="why"):
        actions.ask_hold(
            report, reason=" ", review_on=soon, by=centre.ada.user, on=TODAY
        )
    with pytest.raises(NotAllowed):
        actions.ask_hold(
            report, reason="x y", review_on=soon, by=centre.ina.user, on=TODAY
        )


# Requests


@pytest.mark.django_db(databases=BOTH)
def test_a_request_is_sealed_and_read_by_those_who_hold_the_key(centre):
    asked = actions.receive_request(
        SubjectRequest.Kind.NAMED,
        text="Somebody says that I did it.",
        reach="ring 0300 000 007",
        on=TODAY,
    )

    told = actions.read_request(asked, ring=ring_of(centre.ada), by=centre.ada.user)

    assert told == {
        "text": "Somebody says that I did it.",
        "reach": "ring 0300 000 007",
    }
    assert b"0300" not in bytes(SubjectRequest.objects.get().envelope)
    assert Entry.objects.filter(act="vault.opened.request").count() == 1


@pytest.mark.django_db(databases=BOTH)
def test_a_request_is_handed_to_the_one_who_answers(centre):
    asked = actions.receive_request(
        SubjectRequest.Kind.ACCESS, text="What?", reach="mail", on=TODAY
    )
    with pytest.raises(NoKey):
        actions.read_request(asked, ring=ring_of(centre.pia), by=centre.pia.user)

    actions.hand_request(
        asked, to=centre.pia.user, ring=ring_of(centre.ada), by=centre.ada.user
    )

    told = actions.read_request(asked, ring=ring_of(centre.pia), by=centre.pia.user)
    assert told["text"] == "What?"


@pytest.mark.django_db(databases=BOTH)
def test_a_request_is_not_handed_to_somebody_who_does_not_answer(centre):
    asked = actions.receive_request(
        SubjectRequest.Kind.ACCESS, text="What?", reach="mail", on=TODAY
    )

    with pytest.raises(Refused):
        actions.hand_request(
            asked, to=centre.ina.user, ring=ring_of(centre.ada), by=centre.ada.user
        )
    with pytest.raises(NotAllowed):
        actions.read_request(asked, ring=ring_of(centre.ada), by=centre.ina.user)


@pytest.mark.django_db(databases=BOTH)
@pytest.mark.parametrize(
    ("text", "reach"), [("", "mail"), ("What?", " "), ("?" * 20_001, "mail")]
)
def test_a_request_needs_words_and_a_way_to_answer(centre, text, reach):
    with pytest.raises(Incomplete):
        actions.receive_request(
            SubjectRequest.Kind.ACCESS, text=text, reach=reach, on=TODAY
        )


@pytest.mark.django_db(databases=BOTH)
def test_a_request_is_not_taken_when_nothing_can_be_sealed(centre):
    KeyPair.objects.filter(purpose="triage").update(signatures=[])

    with pytest.raises(KeysNotTrusted):
        actions.receive_request(
            SubjectRequest.Kind.ACCESS, text="What?", reach="mail", on=TODAY
        )
    assert not SubjectRequest.objects.exists()


@pytest.mark.django_db(databases=BOTH)
def test_a_request_is_answered_once_by_somebody_who_may(centre):
    asked = actions.receive_request(
        SubjectRequest.Kind.ACCESS, text="What?", reach="mail", on=TODAY
    )
    done = SubjectRequest.Outcome.DONE

    with pytest.raises(NotAllowed):
        actions.answer_request(asked, outcome=done, by=centre.ada.user, on=TODAY)
    actions.answer_request(asked, outcome=done, by=centre.pia.user, on=TODAY)
    with pytest.raises(Refused, match="before"):
        actions.answer_request(asked, outcome=done, by=centre.pia.user, on=TODAY)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("came", "due"),
    [
        (date(2027, 1, 29), date(2027, 3, 1)),  # a Friday; 28 February is a Sunday
        (date(2027, 1, 31), date(2027, 3, 1)),  # no 31 February
        (date(2026, 11, 22), date(2026, 12, 22)),
        (date(2026, 11, 25), date(2026, 12, 28)),  # Christmas is on a Friday
    ],
)
def test_an_answer_is_due_within_one_month(centre, came, due):
    assert clocks.due(came) == due


# Breaches


@pytest.mark.django_db
def test_the_regulator_is_told_within_72_hours(centre):
    aware = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    breach = actions.record_breach(
        "A laptop was left on a train.", aware_at=aware, by=centre.pia.user
    )

    assert clocks.breach_due(aware) == datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
    with pytest.raises(Refused):
        actions.tell_regulator(
            breach, at=aware - timedelta(hours=1), by=centre.pia.user
        )
    actions.tell_regulator(breach, at=aware + timedelta(hours=3), by=centre.pia.user)
    assert Breach.objects.get().told_regulator_at


@pytest.mark.django_db
def test_a_breach_is_told_in_words_by_somebody_who_may(centre):
    now = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)

    with pytest.raises(Incomplete):
        actions.record_breach("  ", aware_at=now, by=centre.pia.user)
    with pytest.raises(NotAllowed):
        actions.record_breach("A laptop.", aware_at=now, by=centre.ada.user)


# The policy


def test_every_column_of_the_house_stands_in_the_policy():
    assert policy.every_column_has_a_policy() == []


def test_the_check_is_asked_at_every_start():
    asked: list[object] = list(checks.registry.registry.get_checks())

    assert policy.every_column_has_a_policy in asked


def test_a_column_without_a_line_is_named_in_a_form_that_can_be_pasted():
    told = dict(policy.read_policy())
    del told["rights.Tombstone"]

    (message,) = policy.against(told)

    assert message.id == "rights.E001"
    assert policy.parse_policy(message.hint or "")["rights.Tombstone"].holds == {
        "id": "",
        "slot": "",
        "month": "",
    }


def test_a_line_without_a_column_is_stale():
    text = '["rights.Gone"]\nwhy=""\nkeep="for ever: x"\nerase="delete"\nholds={a=""}'
    told = {**policy.read_policy(), **policy.parse_policy(text)}

    (message,) = policy.against(told)

    assert message.id == "rights.E002"


def test_a_line_that_cannot_be_carried_out_stops_the_start():
    standing = policy.read_policy()["rights.Tombstone"]
    told = {
        **policy.read_policy(),
        "rights.Tombstone": policy.TablePolicy(
            standing.label, standing.why, ("a while",), "perhaps", standing.holds
        ),
    }

    assert [message.id for message in policy.against(told)] == [
        "rights.E003",
        "rights.E003",
    ]


def test_every_rule_that_a_machine_executes_names_a_column():
    for told in policy.read_policy().values():
        for rule in told.rules:
            if isinstance(rule, With):
                assert rule.table in policy.read_policy()
            elif isinstance(rule, After | Until):
                assert rule.field.split("__")[0] in told.holds
