"""A link that was passed on: who answers by it, what is counted of it, and what does no harm."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fairwitness.ledger.actions import record
from fairwitness.ledger.actors import SYSTEM
from fairwitness.ledger.models import Entry
from fairwitness.outreach.actions import open_link
from fairwitness.outreach.actions.links import spend_link
from fairwitness.outreach.forwarding import Links, forwarding_of
from fairwitness.outreach.models import Campaign, Delivery, Invitation
from fairwitness.surveys.actions import PASSING
from fairwitness.surveys.models import (
    DayOfAnswers,
    Draft,
    PassedOn,
    Passing,
    Pending,
    Response,
)
from fairwitness.surveys.release import (
    COUNTED,
    ROUND_OF_A_DAY,
    count_passed_on,
    mix_waiting,
    release_responses,
)
from fairwitness.vault.envelope import open_with
from fairwitness.vault.founding import private_key
from fairwitness.vault.models import KeyPair
from fairwitness.vault.padding import unpad_text
from tests.invited import deliver, letters, make_invited, path_in, press
from tests.walking import Walker

BOTH = ["default", "keystore"]
pytestmark = pytest.mark.django_db(databases=BOTH)

TODAY = timezone.localdate()
DAY = timedelta(days=1)
MANY = 3  # times that something fetches a link


@pytest.fixture
def campaign(centre) -> Campaign:
    made = make_invited(centre)
    deliver()
    return made


@pytest.fixture
def links(campaign) -> list[str]:
    return [path_in(letter) for letter in letters()]


def not_mine(link: str) -> str:
    return f"{link}/passed-on"


def passed_on(link: str, **told: str) -> Walker:
    """Somebody to whom a link was passed on, on the first page of their own form."""
    person = Walker()
    press(person.client, not_mine(link), **({"who": "passed_on"} | told))
    return person


def answer(person: Walker, told: str = "nothing_happened") -> Walker:
    person.post("/answer/about/", about=told, act="continue")
    return person


def waiting() -> list[dict[str, Any]]:
    """What the sealed marks say; only the release key opens them."""
    key = private_key(KeyPair.Purpose.RELEASE)
    bodies = Passing.objects.values_list("body", flat=True)
    return [json.loads(unpad_text(open_with(key, bytes(b), PASSING))) for b in bodies]


# Who answers.


def test_whoever_answers_on_behalf_is_asked_whether_the_person_knows(links):
    person = Walker()

    asked = press(person.client, not_mine(links[0]), who="on_behalf")

    text = asked.content.decode()
    assert "Does the person know that you answer for them?" in text
    assert text.count('type="radio"') == 2
    assert "checked" not in text
    assert not Draft.objects.exists()


def test_no_choice_is_no_yes(links):
    person = Walker()

    again = press(person.client, not_mine(links[0]), who="on_behalf", asked="yes")

    assert "Choose whether they know." in again.content.decode()
    assert not Draft.objects.exists()


def test_without_their_knowledge_nobody_answers_for_them(links):
    person = Walker()

    told = press(person.client, not_mine(links[0]), who="on_behalf", knows="no")

    text = told.content.decode()
    assert "Ask them before you answer for them" in text
    assert reverse("intake:tell") in text
    assert not Draft.objects.exists()
    assert not Passing.objects.exists()


def test_an_answer_on_behalf_is_a_plain_yes_and_counted_apart(campaign, links):
    answer(passed_on(links[0], who="on_behalf", knows="yes"))
    release_responses()

    response = Response.objects.get()
    assert response.door == "on_behalf"
    assert not Invitation.objects.spent().exists()
    assert open_link(links[0].rpartition("/")[2], on=TODAY).is_spent is False


def test_not_for_me_is_a_number_and_nothing_else(campaign, links):
    for _time in range(2):
        told = press(Client(), not_mine(links[0]), who="not_for_me")
        assert "Nothing was used up" in told.content.decode()

    assert waiting() == [{"campaign": str(campaign.pk), "link": None}] * 2
    assert not Draft.objects.exists()
    count_passed_on(TODAY + DAY)
    assert PassedOn.objects.get().not_for_me == 2
    assert not Passing.objects.exists()


def test_a_link_that_was_answered_leads_to_ones_own_form_and_to_all_other_ways(links):
    spend_link(open_link(links[0].rpartition("/")[2], on=TODAY).invitation_id)
    person = Walker()
    page = person.client.get(links[0]).content.decode()
    assert not_mine(links[0]) in page

    refused = press(Client(), not_mine(links[0]), who="not_for_me").content.decode()
    assert "can still answer with it" not in refused

    press(person.client, not_mine(links[0]), who="passed_on")

    assert answer(person).at == "/answer/thanks/"


def test_nobody_sees_what_the_first_person_wrote(links):
    first, other = Walker(), Walker()
    press(first.client, links[0])
    first.post("/answer/about/", about="happened_to_me", act="continue")

    press(other.client, not_mine(links[0]), who="passed_on")
    other.open("/answer/about/")

    assert "checked" not in other.page.content.decode()
    press(other.client, links[0])
    other.open("/answer/about/")
    assert "checked" not in other.page.content.decode()


# Whatever fetches links.

Behaviour = Callable[[Client, str], Any]
BEHAVIOURS: dict[str, Behaviour] = {
    "a mail program that looks ahead": lambda c, at: c.get(at),
    "a scanner that asks for the head": lambda c, at: c.head(at),
    "a scanner that asks what one may do": lambda c, at: c.options(at),
    "a preview in a chat": lambda c, at: c.get(
        at, headers={"user-agent": "Preview/1.0", "purpose": "prefetch"}
    ),
    "a browser that fetches what might be next": lambda c, at: c.get(
        at, headers={"sec-purpose": "prefetch;prerender"}
    ),
    "a sandbox that follows every redirect": lambda c, at: c.get(at, follow=True),
    "a sandbox that opens each link on the page": lambda c, at: [
        c.get(one, follow=True)
        for one in ([at] if "passed" in at else [at, f"{at}/passed-on"])
    ],
    "a scanner that adds a parameter": lambda c, at: c.get(f"{at}?utm_source=scan"),
    "a scanner that posts nothing": lambda c, at: c.post(at),
    "a scanner that posts every button": lambda c, at: [
        c.post(at, {"who": who, "knows": "yes", "asked": "yes"})
        for who in ("passed_on", "on_behalf", "not_for_me", "sent_to_me")
    ],
    "a scanner that invents the mark": lambda c, at: c.post(
        at, {"who": "not_for_me", "mark": "0" * 32}
    ),
    "a scanner that posts json": lambda c, at: c.post(
        at, {"who": "passed_on"}, content_type="application/json"
    ),
    "one-click leaving at the wrong address": lambda c, at: c.post(
        at,
        urlencode({"List-Unsubscribe": "One-Click"}),
        content_type="application/x-www-form-urlencoded",
    ),
    "a proxy that puts": lambda c, at: c.put(at, b"x"),
    "a proxy that deletes": lambda c, at: c.delete(at),
}


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_what_fetches_links_ahead_of_people_changes_nothing(links, behaviour):
    before = everything()
    with_cookies = Walker()
    press(with_cookies.client, links[1])
    begun = everything()

    for at in (links[0], not_mine(links[0])):
        for client in (Client(), with_cookies.client):
            for _time in range(MANY):
                BEHAVIOURS[behaviour](client, at)

    assert everything() == begun
    assert begun - before == Counter({"surveys_draft": 1})


def everything() -> Counter[str]:
    """How many rows each table has, and what stands in those that a link could change."""
    tables = connection.introspection.table_names()
    found: Counter[str] = Counter()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 # our own names
            found[table] = cursor.fetchone()[0]
    found[str(sorted(Invitation.objects.values_list()))] = 1
    found[str(sorted(map(str, Delivery.objects.values_list())))] = 1
    return found


def test_no_page_of_a_link_sets_a_cookie_before_somebody_begins(links):
    for at in (links[0], not_mine(links[0])):
        assert not Client().get(at).cookies
        assert not Client().post(at).cookies


# What is counted.


def use(link: str, people: int) -> None:
    for _person in range(people):
        answer(passed_on(link))


def test_the_links_of_a_day_become_a_histogram_and_are_forgotten(campaign, links):
    use(links[0], 6)
    use(links[1], 2)
    use(links[2], 1)
    mix_waiting()
    assert len({row.pk for row in Passing.objects.all()}) == 9
    assert Counter(one["link"] for one in waiting()).most_common(1)[0][1] == 6

    count_passed_on(TODAY + DAY)

    counted = PassedOn.objects.get()
    assert (counted.by_one, counted.by_two, counted.by_five) == (1, 1, 1)
    assert (counted.by_ten, counted.by_twenty, counted.not_for_me) == (0, 0, 0)
    assert not Passing.objects.exists()


def test_a_day_is_counted_when_it_is_over_and_not_in_lots(links):
    record(ROUND_OF_A_DAY, "day", by=SYSTEM, on=TODAY)  # the night before is counted
    for _lot in range(2):
        use(links[0], 2)
        release_responses(on=TODAY)
    assert Passing.objects.count() == 4

    release_responses(on=TODAY + DAY)

    assert not Passing.objects.exists()
    assert PassedOn.objects.get().by_two == 1
    assert Entry.objects.get(act=COUNTED).count == 1


def test_what_another_key_has_sealed_waits_on(links):
    use(links[0], 1)
    Passing.objects.create(body=b"\x01" * 64)

    count_passed_on(TODAY + DAY)

    assert Passing.objects.count() == 1
    assert PassedOn.objects.get().by_one == 1


def test_marks_of_all_kinds_look_alike(campaign, links):
    use(links[0], 1)
    press(Client(), not_mine(links[0]), who="not_for_me")

    bodies = [bytes(body) for body in Passing.objects.values_list("body", flat=True)]

    assert len({len(body) for body in bodies}) == 1
    assert len(bodies) == 2


def test_days_are_kept_in_fives_once_they_are_over(campaign, links):
    use(links[0], 7)
    press_and_answer = Walker()
    press(press_and_answer.client, links[1])
    answer(press_and_answer)
    release_responses(on=TODAY)
    known = DayOfAnswers.objects.get()
    assert (known.own, known.passed_on, known.is_over) == (1, 7, False)

    count_passed_on(TODAY + DAY)

    known = DayOfAnswers.objects.get()
    assert (known.own, known.passed_on, known.is_over) == (0, 5, True)
    assert Pending.objects.count() == 0


def test_a_day_of_few_leaves_no_number(campaign, links):
    use(links[0], 2)
    release_responses(on=TODAY)

    count_passed_on(TODAY + DAY)

    assert not DayOfAnswers.objects.exists()


# What is told of it.


def told(campaign: Campaign, **doors: int) -> None:
    Response.objects.bulk_create(
        Response(
            version_id=campaign.version_id,
            campaign=campaign.pk,
            door=door,
            week="2026-W40",
            answers={"about": "nothing_happened"},
        )
        for door, number in doors.items()
        for _each in range(number)
    )


@pytest.mark.parametrize(
    ("doors", "shown"),
    [
        ({"invited": 30, "forwarded": 12, "on_behalf": 5}, (30, 17, 5)),
        ({"invited": 30, "forwarded": 12, "on_behalf": 2}, (30, 14, None)),
        ({"invited": 3, "forwarded": 2, "on_behalf": 2}, (None, None, None)),
        ({"invited": 30}, (30, 0, 0)),
    ],
)
def test_small_numbers_of_passed_on_answers_are_not_told(campaign, doors, shown):
    told(campaign, **doors)

    found = forwarding_of(campaign, on=TODAY)

    assert (found.own, found.passed_on, found.on_behalf) == shown


def test_links_and_days_are_told_coarsely_and_a_crowd_stands_out(campaign):
    PassedOn.objects.create(campaign=campaign.pk, by_one=7, by_twenty=2, not_for_me=3)
    campaign.waves.update(launched_on=date(2026, 10, 1))
    for day, own, passed in ((20, 0, 40), (21, 10, 5), (22, 0, 5)):
        DayOfAnswers.objects.create(
            campaign=campaign.pk, day=date(2026, 10, day), own=own, passed_on=passed
        )

    found = forwarding_of(campaign, on=date(2026, 11, 1))

    assert found.not_for_me is None
    assert found.links[0] == Links(1, 1, 7)
    assert found.links[-1] == Links(20, None, None)
    assert [one.day.day for one in found.days] == [20, 21, 22]
    assert [one.day.day for one in found.bursts] == [20]


def test_a_day_that_is_not_over_is_not_told(campaign):
    DayOfAnswers.objects.create(campaign=campaign.pk, day=TODAY, passed_on=60)

    assert forwarding_of(campaign, on=TODAY).days == ()
