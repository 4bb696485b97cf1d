"""A reminder, and a link that was passed on, in a browser: every page is looked at on the way.

Without script the same ways are walked in `tests/test_passed_on.py`.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from fairwitness.demo import people
from fairwitness.outreach.actions import launch_wave
from fairwitness.outreach.models import Campaign, Invitation
from fairwitness.outreach.sending import send_due
from fairwitness.surveys.models import DayOfAnswers, PassedOn, Passing, Pending
from tests.browser import DESKTOP
from tests.journeys.person import somebody
from tests.journeys.working import at_the_desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "keystore"]),
]


@pytest.fixture
def links(origin, centre, tmp_path) -> list[str]:
    """The link of the invitation and of the reminder of one member, and one of another."""
    today = timezone.localdate()
    file = people.write_list(tmp_path, contacts=2)
    people.run_campaign(centre, people.take_contacts(centre, file, on=today), on=today)
    invitations = {str(one["To"]): people.link_in(one) for one in people.letters()}
    launch_wave(Campaign.objects.get(), number=2, by=centre.members["Lea"].user)
    send_due()
    to, other = invitations
    (reminder,) = {
        people.link_in(one)
        for one in people.letters()
        if str(one["To"]) == to and people.link_in(one) != invitations[to]
    }
    return [invitations[to], reminder, invitations[other]]


def test_a_reminder_is_answered_and_its_link_is_passed_on_in_three_ways(
    links, origin, chromium
):
    invitation, reminder, _other = links
    with somebody(chromium, origin) as member:
        member.open(reminder)
        member.press("Start")
        member.choose("Nothing happened to me in this period")
        member.press("Continue")
        assert "That counts as much" in member.text
        member.open(invitation)
        assert member.heading == "Somebody has answered with this link"

        member.follow("It is for somebody else, or not for me")
        member.choose("I want to answer on behalf of somebody else")
        member.press("Continue")
        assert member.heading == "Does the person know that you answer for them?"
        member.press("Continue")
        assert "needs another look" in member.page.inner_text(".errors")
        member.choose("No, or I am not sure")
        member.press("Continue")
        assert member.heading == "Ask them before you answer for them"
        member.press("Answer for myself")
        member.choose("Nothing happened to me in this period")
        member.press("Continue")

    with somebody(chromium, origin, viewport=DESKTOP) as helper:
        helper.open(invitation)
        helper.press("That was not me: answer for myself")
        helper.follow("This was not sent to me")
        helper.choose("I want to answer on behalf of somebody else")
        helper.press("Continue")
        helper.choose("Yes, they know, and they want it")
        helper.press("Continue")
        helper.choose("Nothing happened to me in this period")
        helper.press("Continue")
        helper.open(invitation)
        helper.follow("It is for somebody else, or not for me")
        helper.choose("It is not for me")
        helper.press("Continue")
        assert "Nothing was used up" in helper.text

    assert Pending.objects.count() == Passing.objects.count() == 3
    assert Invitation.objects.spent().count() == 1


def test_from_right_to_left_the_ways_of_a_passed_on_link_stand_in_place(
    links, origin, chromium
):
    with somebody(chromium, origin, locale="ar") as other:
        other.open(links[2])
        other.open(f"{links[2]}/passed-on")
        for choice in ("on_behalf", "no"):
            other.page.check(f"[value={choice}]")
            other.arrive(other.page.locator("main [value=continue]").click)

        assert other.page.get_attribute("html", "dir") == "rtl"
        assert other.heading == "اسأله قبل أن تجيب نيابةً عنه"


def test_the_desk_sees_that_a_crowd_answered_and_what_that_means(
    links, origin, centre, chromium
):
    campaign, today = Campaign.objects.get(), timezone.localdate()
    campaign.waves.update(launched_on=today - timedelta(days=20))
    PassedOn.objects.create(campaign=campaign.pk, by_one=6, by_twenty=1, not_for_me=7)
    for before, passed_on in ((9, 60), (8, 10), (3, 5)):
        DayOfAnswers.objects.create(
            campaign=campaign.pk,
            day=today - timedelta(days=before),
            own=5,
            passed_on=passed_on,
        )

    with at_the_desk(chromium, origin, centre.members["Lea"], is_unlocked=False) as lea:
        lea.open(f"/desk/campaigns/{campaign.name}/")

        assert "On 1 day a crowd answered at once." in lea.text
        assert "20 and more" in lea.text
        assert "under 5" in lea.text
