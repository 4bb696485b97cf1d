"""What comes back: each report is about the one letter whose return path it names, or for people to read."""

import mailbox
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from fairwitness import worker
from fairwitness.outreach.actions import spend_link
from fairwitness.outreach.actions.returned import take_returned
from fairwitness.outreach.bounces import Kind, read_returned
from fairwitness.outreach.keys import new_key
from fairwitness.outreach.models import Delivery, Suppression
from fairwitness.outreach.returns import keys_in, local_part
from fairwitness.outreach.sending import send_due
from fairwitness.outreach.tray import ReturnedMail
from tests.invited import letters, make_invited

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

SECRET = b"s" * 32
DSN = """\
From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="xx"

--xx
Content-Type: text/plain

I could not deliver it.

--xx
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; member1@members.example
Action: {action}
Status: {status}

--xx--
"""
ARF = """\
From: <abuse@provider.example>
To: <centre@centre.example>
Subject: FW: a letter
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="xx"

--xx
Content-Type: text/plain

This is an e-mail abuse report.

--xx
Content-Type: message/feedback-report

Feedback-Type: {feedback}
User-Agent: Provider/1.0
Version: 1
Original-Mail-From: <{to}>

--xx--
"""


@pytest.fixture
def campaign(centre):
    """Five letters that have left."""
    campaign = make_invited(centre)
    send_due()
    return campaign


def paths() -> list[str]:
    """The return paths of all letters."""
    return [str(letter["Return-Path"]).strip("<>") for letter in letters()]


def dsn(to: str, status: str, action: str = "failed") -> bytes:
    return DSN.format(to=to, status=status, action=action).encode()


def take(content: bytes) -> Kind:
    return take_returned(content, at=timezone.now())


def states() -> list[str]:
    """The states of letters other than handed over."""
    others = Delivery.objects.exclude(state="handed_over")
    return sorted(others.values_list("state", flat=True))


@given(st.binary(min_size=32, max_size=32), st.integers(0, 35))
def test_a_return_path_with_one_sign_changed_is_nobodys(by, place):
    key = new_key()
    signed = local_part(key, by=by)
    other = "0" if signed[2 + place] != "0" else "1"
    changed = f"{signed[: 2 + place]}{other}{signed[3 + place :]}"

    assert keys_in(f"to {signed.upper()}@centre.example", by=by) == {key}
    assert keys_in(f"to {changed}@centre.example", by=by) == set()


@given(st.binary(max_size=2_000))
def test_whatever_comes_is_read_without_a_fault(content):
    assert read_returned(content).kind in Kind


@pytest.mark.parametrize("status", ["5.1.1", "5.0.0", "5.2.1", "5.1.10"])
def test_an_address_that_is_gone_is_not_written_to_again(campaign, status):
    path = paths()[0]

    assert take(dsn(path, status)) is Kind.GONE
    assert take(dsn(path, status)) is Kind.GONE

    assert states() == ["bounced"]
    [row] = Suppression.objects.all()
    bounced = Delivery.objects.get(state="bounced")
    assert row.reason == "bounced"
    assert bytes(row.match) == bytes(bounced.invitation.contact.match)
    assert bounced.reason == status


@pytest.mark.parametrize("status", ["4.4.1", "5.2.2", "4.2.2", "5.4.7"])
def test_a_mailbox_that_is_full_is_tried_again(campaign, status, time_machine):
    assert take(dsn(paths()[0], status)) is Kind.LATER
    assert states() == ["waiting"]
    assert not Suppression.objects.exists()

    time_machine.move_to(timezone.now() + timedelta(minutes=200))

    assert send_due().handed_over == 1


def test_who_answered_a_letter_that_was_said_to_wait_gets_no_second_one(
    campaign, time_machine
):
    """Some servers report a failure, and hand the letter over all the same."""
    take(dsn(paths()[0], "4.2.2"))
    spend_link(Delivery.objects.get(state="waiting").invitation_id)
    time_machine.move_to(timezone.now() + timedelta(minutes=200))

    send_due()

    assert len(letters()) == 5
    assert states() == []


def test_it_is_not_tried_for_ever(campaign):
    Delivery.objects.update(tries=7)

    take(dsn(paths()[0], "5.2.2"))

    assert states() == ["refused"]


def test_a_letter_that_is_not_taken_from_us_says_nothing_about_the_address(campaign):
    assert take(dsn(paths()[0], "5.7.1")) is Kind.NOT_FROM_US

    assert states() == ["refused"]
    assert not Suppression.objects.exists()


def test_who_complains_is_not_written_to_again(campaign):
    assert take(ARF.format(to=paths()[0], feedback="abuse").encode()) is Kind.COMPLAINT

    assert states() == ["complained"]
    assert Suppression.objects.get().reason == "complained"


def test_two_complaints_stop_the_campaign(campaign):
    for path in paths()[:2]:
        take(ARF.format(to=path, feedback="abuse").encode())

    campaign.refresh_from_db()
    assert campaign.state == "paused"
    assert "2 people complained" in campaign.stopped_because


def answering_machine() -> bytes:
    mail = EmailMessage()
    mail["To"], mail["Auto-Submitted"] = "centre@centre.example", "auto-replied"
    mail.set_content("I am away until Monday.")
    return mail.as_bytes()


def test_what_says_nothing_about_a_letter_changes_nothing(campaign):
    path = paths()[0]

    assert take(dsn(path, "4.4.1", action="delayed")) is Kind.NOTHING
    assert take(ARF.format(to=path, feedback="not-spam").encode()) is Kind.NOTHING
    assert take(answering_machine()) is Kind.NOTHING
    assert states() == []


def test_what_nobody_can_attribute_is_for_people_to_read(campaign):
    invented = local_part(new_key(), by=SECRET) + "@centre.example"

    assert take(dsn(invented, "5.1.1")) is Kind.UNKNOWN
    assert take(dsn(f"{paths()[0]}, {paths()[1]}", "5.1.1")) is Kind.UNKNOWN
    assert take(b"Subject: please\r\n\r\nDo not write to me.\r\n") is Kind.UNKNOWN
    assert take(b"x" * 1_000_001) is Kind.UNKNOWN
    assert states() == []


def test_the_worker_empties_a_maildir_and_keeps_for_people_what_they_must_read(
    campaign, settings, tmp_path
):
    settings.RETURNS_MAILDIR = str(tmp_path / "returned")
    box = mailbox.Maildir(settings.RETURNS_MAILDIR)
    for mail in (
        dsn(paths()[0], "5.1.1"),
        answering_machine(),
        b"Subject: a\n\nHelp.\n",
    ):
        box.add(mail)
    [job] = [one for one in worker.JOBS if one.name == "returned"]

    for _round in range(2):
        assert worker.work_through((job,)) == set()

    assert not list(mailbox.Maildir(settings.RETURNS_MAILDIR))
    assert ReturnedMail.objects.count() == 1
    assert states() == ["bounced"]


def test_a_mailbox_that_is_away_disturbs_nothing_else(centre, settings, tmp_path):
    settings.RETURNS_MAILDIR = str(tmp_path / "nowhere")
    [job] = [one for one in worker.JOBS if one.name == "returned"]

    assert worker.work_through((job,)) == {"returned"}
