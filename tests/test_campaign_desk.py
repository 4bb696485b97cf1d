"""The desk of a campaign: where one is, what cannot be undone, and no live number of answers."""

import pytest
from django.urls import reverse

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
