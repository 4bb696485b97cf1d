"""A campaign's public page: it answers for itself, and tells nobody who answered, or when."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.figures.models import Edition
from fairwitness.outreach.actions import (
    NotReady,
    close_campaign,
    count_outcomes,
    draft_campaign,
    launch_wave,
    pause_campaign,
)
from fairwitness.outreach.actions.counting import GOES_ON, monday_of
from fairwitness.outreach.models import (
    Campaign,
    Delivery,
    Invitation,
    Suppression,
)
from fairwitness.outreach.outcomes import Outcome, Way, in_public, most_behind
from fairwitness.surveys.bursts import week_of
from fairwitness.surveys.models import PassedOn, Response
from tests.desk import staff_of, text_of
from tests.invited import (
    a_campaign,
    deliver,
    letters,
    make_campaign,
    make_contacts,
    make_invited,
    make_source,
    path_in,
)

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])
MANY = [f"member{number}@members.example" for number in range(1, 41)]
NEXT_WEEK = timezone.localdate() + timedelta(days=7)
LEAST_SHOWN = 10


@pytest.fixture
def campaign(centre):
    """Forty people are invited, and their letters have left."""
    one = make_invited(centre, MANY)
    deliver()
    return one


def answer(campaign, number, *, door="invited", week=None):
    """So many released answers of this week, or another."""
    for _each in range(number):
        Response.objects.create(
            version=campaign.version,
            campaign=campaign.pk,
            door=door,
            week=week or week_of(timezone.localdate()),
            answers={},
        )


def told(client, campaign):
    """The public page, on one line."""
    return text_of(client.get(reverse("front:campaign", args=[campaign.name])))


def test_a_campaign_answers_for_itself_before_anything_came_of_it(
    centre, campaign, client
):
    text = told(client, campaign)

    for said in (
        "all members of the Trust", "everybody</dd>", "everybody on the list of members",
        "5000</b>, as", "40</b> (0.8 %)", "the membership office of the Trust",
        "as a file on a sealed stick, by hand", "The members said yes on the form",
        "We may ask you what you meet", "We have your address because you gave it",
        "they agreed to it", "Directive 2002/58/EC", "no end", "running",
        "City Legal Aid", "Ombuds Office", "Read them, or ask in public",
        "The first numbers stand here from",
    ):  # fmt: skip
        assert said in text, said
    assert "members.example" not in text


def test_the_deadline_stands_with_its_reason(centre, client):
    campaign = make_invited(
        centre,
        closes_on=timezone.localdate() + timedelta(days=30),
        deadline_reason="The summer meeting needs the figures.",
    )

    assert "because: The summer meeting needs the figures." in told(client, campaign)


def test_a_draft_is_nobodys_business_yet(centre, client):
    draft = make_campaign(centre, make_source(centre))

    assert client.get(reverse("front:campaign", args=[draft.name])).status_code == 404
    assert "No campaign has run yet." in text_of(client.get(reverse("front:campaigns")))


def test_what_was_stopped_or_has_ended_stays_public(centre, campaign, client):
    lea = centre.lea.user
    pause_campaign(campaign, by=lea)
    assert "paused" in told(client, campaign)

    close_campaign(campaign, by=lea)

    assert "ended on" in told(client, campaign)
    for name in ("campaigns", "who_we_are"):
        assert "Spring survey" in text_of(client.get(reverse(f"front:{name}"))), name


def test_the_landing_page_leads_there_by_an_address_without_a_key(campaign, client):
    page = client.get(path_in(letters()[0])).content.decode()

    assert f'href="{reverse("front:campaign", args=["spring"])}"' in page


def test_the_page_sets_no_cookie_and_leads_nowhere_else(campaign, client):
    response = client.get(reverse("front:campaign", args=[campaign.name]))

    assert not response.cookies
    assert "http" not in response.content.decode().replace("http-equiv", "")


# What came of it


def test_each_who_was_invited_stands_in_one_line(centre, campaign, client):
    answer(campaign, 23)
    invited = Invitation.objects.filter(campaign=campaign).select_related("contact")
    leaving = list(invited.order_by("pk")[:6])
    for one in leaving:
        Suppression.objects.create(
            match=one.contact.match, reason="left", since_on=timezone.localdate()
        )
    rest = Delivery.objects.exclude(invitation__in=[one.pk for one in leaving])
    back = list(rest.order_by("pk").values_list("pk", flat=True)[:7])
    Delivery.objects.filter(pk__in=back).update(state=Delivery.State.BOUNCED)

    count_outcomes(on=NEXT_WEEK)
    text = told(client, campaign)

    assert Outcome.objects.get().numbers == {
        "own": 20, "left": 5, "returned": 5, "not_sent": 0,
        "passed_on": 0, "on_behalf": 0, "not_for_me": 0, "links": [0, 0, 0, 0, 0],
    }  # fmt: skip
    assert "<b>50</b> to <b>60 %</b> answered by their own link" in text
    lines = [int(one) for one in _numbers(text)]
    assert sum(lines[:-1]) == lines[-1] == 40
    for code in ("1.1", "2.11", "3.30", "3.11", "3.19", "RR1"):
        assert code in text, code


def _numbers(text):
    """The last column of numbers, and their sum; few count as nought."""
    cells = [part.split("<")[0] for part in text.split('<td class="end">')[1:]]
    return ["0" if cell.startswith("fewer") else cell for cell in cells]


def test_passed_on_links_stand_apart_and_are_not_in_the_rate(campaign, client):
    answer(campaign, 12, door="forwarded")
    answer(campaign, 6, door="on_behalf")
    PassedOn.objects.create(
        campaign=campaign.pk, not_for_me=5, by_one=9, by_two=3, by_twenty=10
    )

    count_outcomes(on=NEXT_WEEK)
    text = told(client, campaign)

    assert "At least 15 answers came by links that were passed on." in text
    assert "At least 5 of them were given for somebody else" in text
    assert "At least 5 times somebody said that a link was not for them." in text
    assert '1 answer by one link</th><td class="end">5<' in text
    assert '20 answers by one link, or more</th><td class="end">10<' in text
    assert "2 to 4 answers" not in text
    assert "<b>0</b> to <b>10 %</b>" in text


def test_of_fewer_than_ten_nothing_is_shown(centre, client):
    campaign = make_invited(centre)
    answer(campaign, 5)

    count_outcomes(on=NEXT_WEEK)

    assert Outcome.objects.get().numbers["own"] == 0
    assert "<b>0</b> to <b>100 %</b>" in told(client, campaign)


def test_editions_of_its_time_stand_there_and_which_of_them_counts_its_answers(
    centre, campaign, client
):
    pia, today = centre.members["Pia"].user, timezone.localdate()
    told_of = {
        "state": Edition.State.PUBLISHED, "drafted_by": pia, "drafted_on": today,
        "published_by": centre.lea.user, "published_on": today,
        "period_from": f"{today.year}-01",
    }  # fmt: skip
    for number, until in ((1, f"{today.year - 1}-12"), (2, f"{today:%Y-%m}")):
        Edition.objects.create(number=number, period_to=until, **told_of)
    before = told(client, campaign)
    tables = settings.EDITIONS / "2" / "tables"
    tables.mkdir(parents=True)
    (tables / "survey_campaigns.csv").write_text("code,label\nspring,Spring survey\n")

    after = told(client, campaign)

    for text in (before, after):
        assert "Edition 2" in text
        assert "Edition 1" not in text
    assert "with the answers to this survey" in after
    assert "with the answers to this survey" not in before


# Nobody learns who answered, or when


def test_an_answer_changes_nothing_before_its_week_is_over(campaign, client):
    answer(campaign, 12)
    day = monday_of(timezone.localdate())
    pages = {told(client, campaign)}

    for later in range(7):
        count_outcomes(on=day + timedelta(days=later))
        answer(campaign, 5)
        Outcome.objects.get()
        pages.add(_came(told(client, campaign)))

    assert len(pages) == 2  # before the first count, and with nought since
    assert Outcome.objects.get().numbers["own"] == 0


def _came(text):
    return text[text.index('id="came"') :]


def test_one_more_answer_changes_nothing_until_there_are_five(campaign, client):
    answer(campaign, 10)
    count_outcomes(on=NEXT_WEEK)
    before = _came(told(client, campaign))
    seen = set()

    for week in range(1, 5):
        answer(campaign, 1)
        count_outcomes(on=NEXT_WEEK + timedelta(weeks=week))
        numbers = Outcome.objects.get().numbers
        seen.add(numbers["own"])

    assert seen == {10}
    assert before.count(">10<") == 1


def test_who_knows_of_all_others_does_not_learn_of_the_last(campaign):
    answer(campaign, 39)
    count_outcomes(on=NEXT_WEEK)
    one_less = Outcome.objects.get().numbers["own"]

    answer(campaign, 1)
    count_outcomes(on=NEXT_WEEK + timedelta(weeks=1))

    assert Outcome.objects.get().numbers["own"] == one_less == 35


def test_a_number_never_falls_and_they_add_up_all_the_same(campaign):
    for one in Invitation.objects.filter(campaign=campaign).select_related("contact"):
        Suppression.objects.create(
            match=one.contact.match, reason="left", since_on=timezone.localdate()
        )
    answer(campaign, 1)
    count_outcomes(on=NEXT_WEEK)
    assert Outcome.objects.get().numbers["left"] == 35

    answer(campaign, 19)
    Invitation.objects.update(contact=None)
    count_outcomes(on=NEXT_WEEK + timedelta(weeks=1))

    numbers = Outcome.objects.get().numbers
    assert (numbers["own"], numbers["left"]) == (20, 20)


def test_it_is_counted_once_a_week_and_no_more_a_month_after_its_end(centre, campaign):
    assert count_outcomes(on=NEXT_WEEK) == 1
    assert count_outcomes(on=NEXT_WEEK) == 0
    close_campaign(campaign, by=centre.lea.user)
    last = monday_of(timezone.localdate() + GOES_ON) + timedelta(weeks=1)
    count_outcomes(on=last)

    count_outcomes(on=last + timedelta(weeks=1))

    assert Outcome.objects.get().counted_on == last


@given(
    among=st.integers(0, 300),
    numbers=st.lists(st.integers(0, 300), min_size=2, max_size=2),
)
def test_what_is_shown_is_never_more_and_leaves_five_open(among, numbers):
    fewer, more = sorted(min(number, among) for number in numbers)

    shown = in_public(fewer, among=among)

    assert shown % 5 == 0
    assert shown <= fewer <= most_behind(shown, among=among) <= among
    assert shown <= in_public(more, among=among)
    assert most_behind(shown, among=among) - shown >= min(4, among)


# Before the launch


def test_the_desk_sees_what_the_public_will_see(centre, client):
    source = make_source(centre)
    make_contacts(centre, source)
    draft = make_campaign(centre, source)
    there = reverse("front:preview", args=[draft.name])

    text = text_of(staff_of(centre).lea.browser(unlocked=False).get(there))

    assert "A preview" in text
    assert '<dt>Invited</dt><dd><b class="number">5</b>' in text
    assert client.get(there).status_code == 302
    assert staff_of(centre).ina.browser(unlocked=False).get(there).status_code == 403


def test_a_share_needs_both_the_number_and_the_way(centre):
    source = make_source(centre)

    with pytest.raises(NotReady, match="how many they are"):
        make_campaign(centre, source, way="")
    with pytest.raises(NotReady, match="how many they are"):
        make_campaign(centre, source, audience_size=None)


def test_no_more_letters_leave_than_there_are_people(centre):
    source = make_source(centre)
    make_contacts(centre, source)
    campaign = make_campaign(centre, source, audience_size=4, way=Way.BY_LOT)

    with pytest.raises(NotReady, match="there are said to be 4"):
        launch_wave(campaign, number=1, by=centre.lea.user)


def test_a_draft_of_old_says_how_many_they_are_before_it_is_launched(centre):
    source = make_source(centre)
    make_contacts(centre, source)
    campaign = make_campaign(centre, source, audience_size=None, way="")

    with pytest.raises(NotReady, match="FW134"):
        launch_wave(campaign, number=1, by=centre.lea.user)


# A draft is written anew


@pytest.fixture
def desk(centre):
    """Lea at her desk."""
    return staff_of(centre).lea.browser(unlocked=False)


def edited(desk, campaign, **changed):
    """Open the form of a draft, change something, and send it."""
    there = reverse("outreach:edit", args=[campaign.name])
    form = desk.get(there).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    typed = {name: "" if value is None else value for name, value in typed.items()}
    return desk.post(there, {**typed, **changed})


def test_a_draft_is_changed_and_renamed_at_the_desk(centre, desk):
    campaign = make_campaign(centre, make_source(centre), minutes_to=12)

    answered = edited(desk, campaign, name="spring-2026", title="Another title")

    assert answered.url == reverse("outreach:campaign", args=["spring-2026"])
    one = Campaign.objects.get()
    assert (one.pk, one.title, one.minutes_to) == (campaign.pk, "Another title", 12)
    assert one.places == campaign.places
    assert one.letter["ar"]["text"] == campaign.letter["ar"]["text"].strip()


def test_what_was_typed_is_still_there_after_a_refusal(centre, desk):
    campaign = make_campaign(centre, make_source(centre))
    draft_campaign(
        a_campaign(centre, campaign.source, name="summer"), by=centre.lea.user
    )

    for changed, why in (
        ({"name": "summer"}, "There is a campaign “summer” already"),
        ({"audience_size": "many"}, "Enter a whole number"),
        ({"audience": "our partners"}, "partners"),
        ({"text_en": "No link here"}, "FW10"),
    ):
        page = edited(desk, campaign, title="Typed just now", **changed)
        text = text_of(page)
        assert page.status_code == 200
        assert "Typed just now" in text
        assert why in text
    assert Campaign.objects.get(name="spring").title == "Spring survey"


def test_what_was_launched_cannot_be_changed(centre, desk, campaign):
    there = reverse("outreach:edit", args=[campaign.name])

    for answered in (desk.get(there), desk.post(there, {"title": "New"})):
        assert answered.status_code == 409
        assert "Letters of this campaign have left" in text_of(answered)
    with pytest.raises(NotReady, match="have left"):
        draft_campaign(campaign, by=centre.lea.user)
    assert "Change it" not in text_of(
        desk.get(reverse("outreach:campaign", args=[campaign.name]))
    )


def test_the_week_of_the_count_begins_on_a_monday():
    assert monday_of(date(2026, 11, 29)) == date(2026, 11, 23)
