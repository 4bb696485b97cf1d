"""Leaving: by a button or one click, never by looking; at once, for everything but one's own report."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fairwitness.intake.actions import send_news
from fairwitness.intake.letters import SUBJECTS
from fairwitness.intake.models import Report
from fairwitness.outreach import sending
from fairwitness.outreach.actions import (
    close_campaign,
    import_contacts,
    launch_wave,
    leave,
    pause_campaign,
)
from fairwitness.outreach.answering import answer_wishes
from fairwitness.outreach.models import Contact, Delivery, Source, Suppression
from fairwitness.outreach.recipients import totals
from fairwitness.outreach.sending import send_due
from tests.invited import (
    PEOPLE,
    key_in,
    letters,
    make_campaign,
    make_contacts,
    make_invited,
    make_source,
    path_in,
)
from tests.walking import Walker

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

DAY = timezone.localdate()
AHEAD = [
    {},
    {"Sec-Purpose": "prefetch;prerender"},
    {"Purpose": "prefetch"},
    {"X-Moz": "prefetch"},
    {"User-Agent": "a scanner of mail"},
]


@pytest.fixture
def invited(centre, settings, tmp_path):
    """Five people who were invited."""
    settings.OUTBOX = tmp_path / "outbox"
    campaign = make_invited(centre)
    send_due()
    return campaign


@pytest.fixture
def letter(invited):
    return letters()[0]


def every_row():
    """Everything that stands in the centre's database."""
    return {
        model._meta.label: sorted(map(str, model._default_manager.values_list()))
        for model in apps.get_models()
        if model._meta.label != "vault.Slot"
    }


def ways_in(letter):
    """Every address that somebody's letters hold."""
    return [
        path_in(letter),
        f"{path_in(letter)}/passed-on",
        path_in(letter, "leave"),
        path_in(letter, "mine"),
    ]


def test_reading_ahead_changes_nothing(letter, client):
    client.post(path_in(letter, "mine"), {"act": "erase"})
    answer_wishes()
    [asked] = [one for one in letters() if one["Auto-Submitted"] == "auto-replied"]
    before = every_row()

    for address in (*ways_in(letter), path_in(asked, "forget")):
        for headers in AHEAD:
            for read in (client.get, client.head, client.get):
                page = read(address, headers=headers)
                assert (page.status_code, len(page.cookies)) == (200, 0), address

    assert every_row() == before


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_no_other_method_leaves(letter, client, method):
    for address in ways_in(letter):
        assert getattr(client, method)(address).status_code in {403, 405}

    assert not Suppression.objects.exists()


def test_the_pages_say_no_part_of_the_address(letter, client):
    for address in ways_in(letter):
        for page in (client.get(address), client.post(address)):
            text = page.content.decode()
            for part in ("member1", "members.example"):
                assert part not in text


def test_one_click_is_answered_without_a_redirect_and_twice_the_same(letter):
    program = Client(enforce_csrf_checks=True)
    header = str(letter["List-Unsubscribe"]).strip("<>")
    assert str(letter["List-Unsubscribe-Post"]) == "List-Unsubscribe=One-Click"

    answers = [
        program.post(
            header, "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"
        )
        for _time in range(2)
    ]

    assert [one.status_code for one in answers] == [200, 200]
    assert Suppression.objects.get().reason == "left"


def test_who_leaves_while_a_letter_waits_does_not_get_it(invited, letter, client, lea):
    launch_wave(invited, number=2, by=lea)

    client.post(path_in(letter, "leave"))
    report = send_due()

    assert (report.handed_over, report.suppressed) == (4, 1)
    assert totals(invited, wave=2).adds_up


def test_who_leaves_while_a_letter_is_in_hand_does_not_get_it(
    invited, lea, monkeypatch
):
    """The line is slow; between two letters somebody leaves whose own was claimed with them."""
    keys = {str(one["To"]): key_in(one, "leave") for one in letters()}
    launch_wave(invited, number=2, by=lea)
    handed: list[str] = []

    def slow(_folder, _letter, *, sender, to):
        assert sender
        handed.append(to)
        if len(handed) == 1:
            claimed = Delivery.objects.filter(state="claimed")
            assert claimed.count() == 5
            for address in set(PEOPLE) - {to}:
                leave(keys[address], on=DAY)

    monkeypatch.setattr("fairwitness.mail.Folder.hand_over", slow)
    monkeypatch.setattr(sending, "FRESH", 0.0)

    report = send_due()

    assert len(handed) == 1
    assert (report.handed_over, report.suppressed) == (1, 4)
    assert totals(invited, wave=2).adds_up


@pytest.mark.parametrize("rest", [pause_campaign, close_campaign])
def test_letters_in_hand_wait_as_soon_as_their_campaign_rests(
    invited, lea, monkeypatch, rest
):
    launch_wave(invited, number=2, by=lea)
    handed: list[str] = []

    def slow(_folder, _letter, *, sender, to):
        assert sender
        handed.append(to)
        rest(invited, by=lea)

    monkeypatch.setattr("fairwitness.mail.Folder.hand_over", slow)
    monkeypatch.setattr(sending, "FRESH", 0.0)

    report = send_due()

    assert (len(handed), report.handed_over) == (1, 1)
    assert totals(invited, wave=2).waiting == 4
    assert totals(invited, wave=2).adds_up


def test_who_was_erased_while_a_letter_is_in_hand_does_not_get_it(
    invited, lea, monkeypatch
):
    launch_wave(invited, number=2, by=lea)
    handed: list[str] = []

    def slow(_folder, _letter, *, sender, to):
        assert sender
        handed.append(to)
        Contact.objects.all().delete()

    monkeypatch.setattr("fairwitness.mail.Folder.hand_over", slow)
    monkeypatch.setattr(sending, "FRESH", 0.0)

    report = send_due()

    assert (len(handed), report.refused) == (1, 4)


def test_leaving_ends_letters_of_every_list_and_campaign(
    centre, invited, letter, client, lea
):
    client.post(path_in(letter, "leave"))
    other = make_source(centre, code="guests")
    make_contacts(centre, other, PEOPLE[:2])
    close_campaign(invited, by=lea)

    launch_wave(make_campaign(centre, other, name="summer"), number=1, by=lea)
    send_due()

    assert [str(one["To"]) for one in letters()].count(PEOPLE[0]) == 1
    assert [str(one["To"]) for one in letters()].count(PEOPLE[1]) == 2


def test_answers_about_ones_own_report_still_come(letter, client):
    client.post(path_in(letter, "leave"))
    teller = Walker()
    teller.come_back(teller.tell())
    subject = next(iter(SUBJECTS))
    teller.post("/report/news/", address=PEOPLE[0], subject=subject)
    Report.objects.update(has_news=True)

    assert send_news() == 1


@pytest.mark.parametrize("typed", [PEOPLE[0].upper(), "\uff4dember1@Members.Example"])
def test_who_left_and_was_erased_comes_back_by_no_spelling(
    letter, client, lea, typed, time_machine
):
    client.post(path_in(letter, "leave"))
    Contact.objects.all().delete()
    time_machine.move_to(timezone.now() + timedelta(days=20))

    again = import_contacts(
        f"email\n{typed}\n".encode(), source=Source.objects.get(), by=lea
    )

    assert (again.added, again.suppressed) == (0, 1)


def test_leaving_can_be_taken_back_from_the_page_that_confirms_it(letter, client):
    left = client.post(path_in(letter, "leave")).content.decode()
    mine = reverse("outreach:mine", args=[key_in(letter, "leave")])
    assert mine in left

    client.post(mine, {"act": "back"})

    assert not Suppression.objects.exists()
