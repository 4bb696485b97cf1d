"""The desk of a campaign: where one is, what cannot be undone, and no live number of answers."""

import re

import pytest
from django.urls import reverse

from fairwitness.ledger.models import Entry
from fairwitness.outreach.actions import spend_link
from fairwitness.outreach.letters import PLACEHOLDERS
from fairwitness.outreach.models import Invitation
from fairwitness.outreach.sending import send_due
from fairwitness.outreach.views.drafting import MEANINGS
from tests.desk import staff_of, text_of
from tests.invited import make_invited

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])


@pytest.fixture
def campaign(centre):
    return make_invited(centre)


@pytest.fixture
def desk(centre):
    """Lea at her desk."""
    return staff_of(centre).lea.browser(unlocked=False)


def main_of(answer) -> str:
    """The page without what is new on each: the tokens of its forms."""
    return re.sub(r'value="\w{64}"', "", text_of(answer))


def state_of(campaign) -> str:
    campaign.refresh_from_db()
    return str(campaign.state)


def test_campaigns_stay_marked_on_every_page_under_them(campaign, desk):
    pages = {
        reverse("outreach:campaigns"): "page",
        reverse("outreach:campaign", args=[campaign.name]): "true",
        reverse("outreach:tray"): "true",
        reverse("outreach:mail"): "true",
        reverse("outreach:pace"): "true",
        reverse("outreach:asked"): "true",
        reverse("outreach:sources"): "true",
        reverse("casework:inbox"): "",
    }

    marks = {
        address: f'aria-current="{mark}">Campaigns<' in desk.get(address).text
        for address, mark in pages.items()
    }

    assert marks == {address: bool(mark) for address, mark in pages.items()}


def test_closing_says_what_ends_and_asks_for_the_short_name(campaign, desk):
    close = reverse("outreach:close", args=[campaign.name])

    page = text_of(desk.get(close))

    assert "No letter leaves any more" in page
    assert "A closed campaign cannot be opened again" in page
    assert state_of(campaign) == "running"
    assert "Type the short name" in text_of(desk.post(close))
    assert "is “" in text_of(desk.post(close, {"typed": "another"}))
    assert state_of(campaign) == "running"


def test_the_short_name_closes_it_once(campaign, desk):
    close = reverse("outreach:close", args=[campaign.name])
    here = reverse("outreach:campaign", args=[campaign.name])

    desk.post(close, {"typed": campaign.name})

    assert state_of(campaign) == "closed"
    assert desk.get(close).url == here
    assert "Close for good" not in text_of(desk.get(here))


def test_a_reminder_is_launched_by_a_number_that_no_single_answer_moves(centre, desk):
    people = [f"member{number}@members.example" for number in range(12)]
    campaign = make_invited(centre, people)
    send_due()
    launch = reverse("outreach:launch", args=[campaign.name])
    before = main_of(desk.get(launch))

    spend_link(Invitation.objects.order_by("pk").first().pk)

    assert "About 10 reminders leave as soon as you launch" in before
    assert main_of(desk.get(launch)) == before
    refused = desk.post(launch, {"number": "11"})
    assert (refused.status_code, "Type 10 to launch" in text_of(refused)) == (409, True)
    page = text_of(desk.post(launch, {"number": "10"}, follow=True))
    assert "The reminders wait to be handed over." in page
    assert "about 10" in page
    launched = Entry.objects.filter(act="outreach.launched")
    assert {entry.count for entry in launched} == {12, 10}


@pytest.mark.parametrize("answered", [1, 5])
def test_the_last_few_are_reminded_without_being_counted(campaign, desk, answered):
    send_due()
    for one in Invitation.objects.order_by("pk")[:answered]:
        spend_link(one.pk)
    launch = reverse("outreach:launch", args=[campaign.name])

    page = text_of(desk.get(launch))
    after = text_of(desk.post(launch, {"number": "5"}, follow=True))

    assert "Fewer than 5 reminders leave" in page
    assert "To launch, type 5." in page
    assert "under 5" in after
    assert "no longer needed" in after
    assert campaign.waves.count() == 2


def test_the_form_of_a_draft_explains_every_word_in_braces():
    assert set(MEANINGS) == PLACEHOLDERS
