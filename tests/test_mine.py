"""Somebody's own page behind the key of a letter: what we hold, leaving and coming back, a copy, being forgotten."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fairwitness import worker
from fairwitness.ledger.actors import SYSTEM
from fairwitness.ledger.models import Entry
from fairwitness.mail import NotNow
from fairwitness.outreach.actions import import_contacts, launch_wave, suppress_address
from fairwitness.outreach.actions.wishes import HOLDS
from fairwitness.outreach.answering import answer_wishes
from fairwitness.outreach.keys import new_key
from fairwitness.outreach.models import Contact, Delivery, Source, Suppression, Wish
from fairwitness.outreach.sending import send_due
from fairwitness.vault.models import KeyPair
from tests.desk import text_of
from tests.invited import PEOPLE, key_in, letters, make_invited, path_in, words_of
from tests.invited import press as click

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

HERS = PEOPLE[0]


@pytest.fixture
def invited(centre, settings, tmp_path):
    """Five people who were invited; what is answered goes to an outbox."""
    settings.OUTBOX = tmp_path / "outbox"
    campaign = make_invited(centre)
    send_due()
    return campaign


@pytest.fixture
def mine(invited):
    """The address of the first one's own page."""
    return reverse("outreach:mine", args=[key_in(letters()[0], "leave")])


def press(client, mine, act):
    return client.post(mine, {"act": act}, follow=True)


def new_letters(before=5):
    """The letters that left since the invitations."""
    wishes = [one for one in letters() if one["Auto-Submitted"] == "auto-replied"]
    assert len(letters()) == before + len(wishes)
    return wishes


def test_the_page_says_what_is_held_and_where_it_came_from_and_never_the_address(
    client, mine
):
    page = text_of(client.get(mine))

    for said in (
        "the membership office of the Trust",
        "as a file on a sealed stick, by hand",
        "because you gave it when you joined the Trust",
        "they agreed to it",
        "Spring survey",
        "The members said yes on the form for new members.",
        "We cannot tell: answers are kept apart.",
    ):
        assert said in page
    assert HERS not in page
    assert "member1" not in page


def test_looking_changes_nothing_and_sets_no_cookie(client, mine):
    for _time in range(2):
        page = client.get(mine)
        assert not page.cookies
        assert page.headers["Referrer-Policy"] == "no-referrer"

    assert not Wish.objects.exists()
    assert not Suppression.objects.exists()


def test_the_way_out_leads_to_the_page(client, invited, mine):
    leave = path_in(letters()[0], "leave")

    assert mine in client.get(leave).content.decode()
    assert mine in client.post(leave).content.decode()


def test_leaving_is_taken_back_within_seven_days(client, mine, time_machine):
    press(client, mine, "leave")
    left = timezone.now()
    time_machine.move_to(left + HOLDS - timedelta(days=1))

    page = text_of(press(client, mine, "back"))

    assert not Suppression.objects.exists()
    assert "Stop writing to me" in page
    assert Entry.objects.filter(act="outreach.came_back", subject="day").count() == 1


def test_after_seven_days_leaving_holds(client, mine, time_machine):
    press(client, mine, "leave")
    time_machine.move_to(timezone.now() + HOLDS)

    page = text_of(press(client, mine, "back"))

    assert Suppression.objects.get().reason == "left"
    assert "You left on" in page
    assert "Take it back" not in page


@pytest.mark.parametrize("reason", ["bounced", "complained"])
def test_only_leaving_can_be_taken_back(client, mine, reason):
    suppress_address(
        HERS,
        reason=Suppression.Reason(reason),
        by=SYSTEM,
        on=timezone.localdate(),
    )

    press(client, mine, "back")

    assert Suppression.objects.get().reason == reason


def test_who_left_and_then_complained_is_not_brought_back_by_a_key(client, mine):
    client.post(mine, {"act": "leave"})

    suppress_address(
        HERS,
        reason=Suppression.Reason.COMPLAINED,
        by=SYSTEM,
        on=timezone.localdate(),
    )
    client.post(mine, {"act": "back"})

    assert Suppression.objects.get().reason == "complained"


def test_whoever_came_back_gets_the_reminder(client, invited, mine, lea):
    press(client, mine, "leave")
    press(client, mine, "back")

    launch_wave(invited, number=2, by=lea)
    send_due()

    assert len(letters()) == 10


def test_the_full_copy_goes_to_the_address_itself_and_once(client, mine):
    for _time in range(3):
        page = text_of(press(client, mine, "copy"))
    sent = answer_wishes(), answer_wishes()

    (copy,) = new_letters()
    words = words_of(copy)
    assert sent == (1, 0)
    assert "on its way, to the address itself" in page
    assert str(copy["To"]) == HERS
    for said in (
        f"Address: {HERS}",
        "Language: en",
        "the membership office of the Trust",
        "Spring survey, letter 1",
        "handed over",
        "Their right to pass it on: The members said yes on the form for new members.",
        "Spring survey: not used",
        "answers are kept apart",
    ):
        assert said in words


def test_it_can_be_asked_for_again_after_seven_days(client, mine, time_machine):
    press(client, mine, "copy")
    answer_wishes()
    time_machine.move_to(timezone.now() + HOLDS)

    press(client, mine, "copy")

    assert answer_wishes() == 1


def test_forgetting_asks_back_at_the_address_and_nowhere_else(client, mine):
    page = text_of(press(client, mine, "erase"))
    assert Contact.objects.count() == 5
    answer_wishes()

    (asked,) = new_letters()
    link = path_in(asked, "forget")
    assert "on its way to the address itself" in page
    assert str(asked["To"]) == HERS
    assert "Shall we forget your address?" in text_of(client.get(link))
    assert Contact.objects.count() == 5

    assert "Shall we forget your address?" in text_of(client.post(link))
    assert Contact.objects.count() == 5

    done = text_of(click(client, link))

    assert "Your address is forgotten" in done
    assert Contact.objects.count() == 4
    assert not Wish.objects.exists()
    assert client.get(mine).status_code == 404
    assert client.post(link).status_code == 404


def test_who_was_forgotten_is_brought_back_by_no_list(client, mine, lea):
    press(client, mine, "erase")
    answer_wishes()
    click(client, path_in(new_letters()[0], "forget"))

    again = import_contacts(
        f"email\n{HERS.upper()}\n".encode(), source=Source.objects.get(), by=lea
    )

    assert (again.added, again.suppressed) == (0, 1)


def test_a_question_that_is_seven_days_old_forgets_nobody(client, mine, time_machine):
    press(client, mine, "erase")
    answer_wishes()
    link = path_in(new_letters()[0], "forget")
    time_machine.move_to(timezone.now() + HOLDS)

    answered = client.get(link), client.post(link)

    assert [one.status_code for one in answered] == [404, 404]
    assert Contact.objects.count() == 5


def test_the_key_of_the_page_forgets_nobody(client, mine):
    press(client, mine, "erase")
    answer_wishes()

    wrong = reverse("outreach:forget", args=[mine.rpartition("/")[2]])

    assert client.post(wrong).status_code == 404
    assert Contact.objects.count() == 5


@pytest.mark.parametrize("act", ["", "else", "handed_over"])
def test_what_is_no_act_changes_nothing(client, mine, act):
    assert press(client, mine, act).status_code == 200
    assert not Wish.objects.exists()


def test_an_unknown_key_says_whom_to_write_to(centre, client):
    for name in ("mine", "forget"):
        address = reverse(f"outreach:{name}", args=[new_key()])
        for answered in (client.get(address), client.post(address, {"act": "copy"})):
            assert answered.status_code == 404
            assert "centre@harbour.example" in answered.content.decode()


def test_it_stands_open_while_the_centre_is_closed(client, mine):
    KeyPair.objects.filter(purpose="triage").update(signatures=[])

    press(client, mine, "copy")

    assert "What we hold about you" in text_of(client.get(mine))
    assert Wish.objects.exists()


def test_a_mail_server_that_asks_to_wait_is_tried_again(client, mine, monkeypatch):
    def busy(_folder, _letter, **_who):
        raise NotNow

    press(client, mine, "erase")
    with monkeypatch.context() as patched:
        patched.setattr("fairwitness.mail.Folder.hand_over", busy)
        assert answer_wishes() == 0

    asked = Wish.objects.get()
    assert (asked.is_answered, asked.confirm_hash) == (False, None)
    assert answer_wishes() == 1


def test_a_wish_is_forgotten_after_seven_days(client, mine, time_machine):
    press(client, mine, "copy")
    worker.work_through()
    assert Wish.objects.exists()
    time_machine.move_to(timezone.now() + timedelta(days=9))

    worker.work_through()

    assert not Wish.objects.exists()


def test_a_letter_of_its_own_says_everything_in_arabic(client, mine):
    Contact.objects.update(language="ar")

    press(client, mine, "copy")
    answer_wishes()

    (copy,) = new_letters()
    assert copy["Content-Language"] == "ar"
    assert HERS in words_of(copy)
    assert Delivery.objects.count() == 5
    page = Client().get(mine, headers={"accept-language": "ar"}).content.decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert "لدينا عنوانك لأنك أعطيته" in page
