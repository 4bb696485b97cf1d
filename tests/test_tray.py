"""The tray: mail that no rule understands is sealed, read with addresses masked, and then settled."""

import mailbox
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from fairwitness import worker
from fairwitness.ledger.models import Entry
from fairwitness.outreach.actions import forget_address
from fairwitness.outreach.actions.returned import take_or_keep
from fairwitness.outreach.actions.tray import (
    NamesNobody,
    NotForYou,
    Verdict,
    keep_for_people,
    open_returned,
    settle_returned,
)
from fairwitness.outreach.addresses import read_address
from fairwitness.outreach.masking import masked, shown
from fairwitness.outreach.matching import match_of
from fairwitness.outreach.models import Delivery, Suppression
from fairwitness.outreach.sending import send_due
from fairwitness.outreach.tray import ReturnedKey, ReturnedMail
from fairwitness.rights.actions import apply_retention
from fairwitness.staff.models import User
from fairwitness.staff.roles import Role
from tests.desk import colleague, staff_of, text_of
from tests.invited import letters, make_invited

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

CANARY = "quiet-canary@members.example"
ANSWER = f"""\
From: Ann <{CANARY}>
To: {{path}}
Subject: Please stop, says {CANARY}

Do not write to {CANARY} again.
"""


@pytest.fixture
def kim(centre):
    """Somebody with a key who runs campaigns, whose letters have left."""
    make_invited(centre)
    send_due()
    return staff_of(centre).lea


def path_of(number: int = 0) -> str:
    return str(letters()[number]["Return-Path"]).strip("<>")


def come(path: str = "b@centre.example") -> ReturnedMail:
    """A mail from a person comes back."""
    assert take_or_keep(ANSWER.format(path=path).encode(), at=timezone.now())
    return ReturnedMail.objects.get()


def settle(mail: ReturnedMail, verdict: Verdict, kim) -> None:
    today = timezone.localdate()
    settle_returned(mail, verdict, by=kim.user, private=kim.private, on=today)


def test_it_is_kept_so_that_the_database_tells_nothing_of_it(kim):
    mail = come(path_of())

    kept = bytes(mail.envelope) + b"".join(
        bytes(one.envelope) for one in ReturnedKey.objects.all()
    )

    assert b"canary" not in kept
    assert mail.contact == mail.letter.invitation.contact
    opened = open_returned(mail, by=kim.user, private=kim.private)
    assert opened.sender == CANARY
    assert "quiet-canary" not in opened.words + opened.subject + opened.masked_sender
    assert "q…@m…" in opened.words
    assert Entry.objects.filter(act="outreach.returned_opened").exists()


def test_who_had_no_part_in_campaigns_then_cannot_read_it(kim):
    mail = come()
    late = colleague("Late", Role.COORDINATOR, by=kim.user)

    with pytest.raises(NotForYou):
        open_returned(mail, by=late.user, private=late.private)


def test_it_stays_in_the_mailbox_while_nobody_has_a_key_to_read_it(
    kim, settings, tmp_path
):
    User.objects.update(is_active=False)
    settings.RETURNS_MAILDIR = str(tmp_path / "returned")
    box = mailbox.Maildir(settings.RETURNS_MAILDIR)
    box.add(ANSWER.format(path="b@centre.example").encode())
    [job] = [one for one in worker.JOBS if one.name == "returned"]

    assert worker.work_through((job,)) == set()

    [left] = list(box)
    assert left.get_flags() == "F"
    assert not ReturnedMail.objects.exists()


def test_what_is_too_long_for_a_report_stays_in_the_mailbox(kim):
    assert not take_or_keep(b"x" * 1_000_001, at=timezone.now())


@pytest.mark.parametrize(
    ("verdict", "state", "reason"),
    [
        (Verdict.BOUNCED, "bounced", "bounced"),
        (Verdict.STOP, "complained", "complained"),
    ],
)
def test_whoever_read_it_says_what_it_means_for_that_letter(
    kim, verdict, state, reason
):
    mail = come(path_of())
    letter, match = mail.letter, bytes(mail.contact.match)

    settle(mail, verdict, kim)

    letter.refresh_from_db()
    assert letter.state == state
    assert Suppression.objects.get(match=match).reason == reason
    assert not ReturnedMail.objects.exists()
    assert Entry.objects.filter(act=f"outreach.returned_{verdict.value}").exists()


def test_without_a_letter_its_sender_can_be_left_in_peace(kim):
    settle(come(), Verdict.STOP, kim)

    assert bytes(Suppression.objects.get().match) == match_of(read_address(CANARY))
    assert set(Delivery.objects.values_list("state", flat=True)) == {"handed_over"}


def test_without_a_letter_or_a_sender_nobody_is_meant(kim):
    keep_for_people(b"Subject: x\n\nhm\n", letter=None, on=timezone.localdate())
    mail = ReturnedMail.objects.get()

    for verdict in (Verdict.STOP, Verdict.BOUNCED):
        with pytest.raises(NamesNobody):
            settle(mail, verdict, kim)

    assert not Suppression.objects.exists()
    settle(mail, Verdict.ASIDE, kim)
    assert not ReturnedMail.objects.exists()


def test_it_goes_after_28_days_and_with_whoever_is_forgotten(kim):
    mail = come(path_of())
    assert mail.contact
    forget_address(bytes(mail.contact.match), on=timezone.localdate())
    assert not ReturnedMail.objects.exists()

    come()
    apply_retention(timezone.localdate() + timedelta(days=29))

    assert not ReturnedMail.objects.exists()
    assert not ReturnedKey.objects.exists()


def test_at_the_desk_it_is_listed_opened_and_settled(kim):
    mail = come(path_of())
    browser = kim.browser()

    listed = text_of(browser.get(reverse("outreach:tray")))
    page = text_of(browser.get(reverse("outreach:returned", args=[mail.pk])))
    answer = browser.post(
        reverse("outreach:settle", args=[mail.pk, "stop"]), follow=True
    )

    assert "Spring survey" in listed
    assert "Please stop" in page
    assert "quiet-canary" not in listed + page
    assert "That person is not written to again." in text_of(answer)
    assert "Nothing waits to be read." in text_of(answer)


def test_a_locked_key_opens_nothing(kim):
    mail = come()
    browser = kim.browser(unlocked=False)

    for answer in (
        browser.get(reverse("outreach:returned", args=[mail.pk])),
        browser.post(reverse("outreach:settle", args=[mail.pk, "aside"])),
    ):
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("staff:unlock"))

    assert ReturnedMail.objects.exists()
    assert kim.browser().get(f"/desk/returned-mail/{uuid4()}/").status_code == 404
    strange = reverse("outreach:settle", args=[mail.pk, "burn"])
    assert kim.browser().post(strange).status_code == 404


def test_others_at_the_desk_may_not_see_the_tray(kim):
    reader = colleague("Rae", Role.CASEWORKER, by=kim.user)

    assert reader.browser().get(reverse("outreach:tray")).status_code == 403


def test_addresses_and_keys_are_masked_wherever_they_stand():
    text = (
        "<ann.b@x.example>, Ben: ben@y.example; b+0123456789abcdefghjkmnpqrs@z.example"
    )

    assert masked(text) == "<a…@x…>, Ben: b…@y…; b…@z…"


@pytest.mark.parametrize(
    "written",
    [
        '"quiet canary"@members.example',
        "quiet.canary@[192.0.2.7]",
        "https://elsewhere.example/stop?to=quiet.canary%40members.example",
        "mailto:quiet.canary@members.example",
        "quiet.canary\uff20members.example",
        "quiet.canary@mémbers.example",
    ],
)
def test_an_address_is_masked_in_every_way_of_writing_it(written):
    hidden = masked(f"Nobody of the name {written} here.")

    assert "canary" not in hidden
    assert "mbers" not in hidden
    assert "192.0.2.7" not in hidden
    assert masked("/leave/0123456789abcdefghjkmnpqrs") == "/leave/…"


def test_a_mail_in_html_alone_is_shown_without_its_tags():
    mail = b"From: a@b.example\nContent-Type: text/html\n\n<p>No <b>more</b></p>\n"

    assert shown(mail).words.split() == ["No", "more"]
