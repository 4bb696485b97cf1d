"""The day on which a survey closes: links end with it, what was begun in time is taken a day longer."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from fairwitness.outreach.actions import close_campaign, close_ended
from fairwitness.outreach.models import Campaign, Invitation
from fairwitness.outreach.sending import send_due
from fairwitness.surveys.models import Draft, Pending
from tests.desk import text_of
from tests.invited import letters, make_invited, path_in, press

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

WHY = "The autumn meeting needs the figures."
TODAY = timezone.localdate()
LAST = TODAY + timedelta(days=5)


@pytest.fixture
def letter(centre, settings, tmp_path):
    """A letter of a campaign that closes in five days."""
    settings.OUTBOX = tmp_path / "outbox"
    make_invited(centre, closes_on=LAST, deadline_reason=WHY)
    send_due()
    return letters()[0]


def go_to(time_machine, day: date) -> None:
    time_machine.move_to(timezone.now() + (day - timezone.localdate()))


def begin(letter, *, passed_on: bool) -> Client:
    """A browser in which somebody has begun to answer."""
    client = Client()
    if passed_on:
        press(client, f"{path_in(letter)}/passed-on", who="passed_on")
    else:
        press(client, path_in(letter))
    return client


def send(client):
    typed = {"about": "nothing_happened"}
    return client.post("/answer/about/", typed, follow=True)


@pytest.mark.parametrize("passed_on", [False, True])
def test_who_was_at_it_at_midnight_is_still_taken(letter, time_machine, passed_on):
    go_to(time_machine, LAST)
    browser = begin(letter, passed_on=passed_on)
    go_to(time_machine, LAST + timedelta(days=1))
    close_ended(on=timezone.localdate())

    late = Client().get(path_in(letter))
    send(browser)

    assert "This survey is closed" in text_of(late)
    assert Pending.objects.count() == 1


@pytest.mark.parametrize("passed_on", [False, True])
def test_later_nothing_is_taken_and_nothing_kept(letter, time_machine, passed_on):
    go_to(time_machine, LAST)
    browser = begin(letter, passed_on=passed_on)
    go_to(time_machine, LAST + timedelta(days=2))
    close_ended(on=timezone.localdate())

    page = text_of(send(browser))

    assert "It closed before your answers were sent." in page
    assert "Tell us what happened" in page
    assert not Pending.objects.exists()
    assert not Draft.objects.exists()
    assert not Invitation.objects.spent().exists()


def test_a_campaign_that_is_closed_by_hand_ends_in_the_same_way(
    letter, time_machine, lea
):
    browser, another = (begin(letter, passed_on=True) for _ in range(2))
    close_campaign(Campaign.objects.get(), by=lea)

    go_to(time_machine, TODAY + timedelta(days=1))
    send(browser)
    go_to(time_machine, TODAY + timedelta(days=2))
    send(another)

    assert Pending.objects.count() == 1
