"""Many at once: one link gives one answer, one draft one report, one slot one key.

Each thread is a browser of its own with connections of its own. Whoever is told "we could
not save this just now" presses the button again, as people do.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from fairwitness.intake.models import Consent, Report
from fairwitness.ledger.models import Entry
from fairwitness.outreach.models import Invitation
from fairwitness.rights.models import Tombstone
from fairwitness.surveys.models import Pending
from fairwitness.vault.actions import take_slot
from fairwitness.vault.models import Slot
from tests.desk import fresh_code, staff_of
from tests.invited import deliver, letters, make_invited, path_in, press
from tests.walking import STORY, Walker

BOTH = ["default", "keystore"]
pytestmark = pytest.mark.django_db(transaction=True, databases=BOTH)

MOST_TRIES = 5
ENOUGH = 60  # seconds that nobody needs


def all_at_once(acts: Iterable[Callable[[], Any]]) -> list[Any]:
    """Do all of these in the same moment, each in a thread of its own; what each came to."""
    waiting = list(acts)
    start, outcomes = Barrier(len(waiting)), []

    def run(act: Callable[[], Any]) -> None:
        try:
            start.wait(timeout=ENOUGH)
            outcomes.append(act())
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[act]) for act in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=ENOUGH)
    assert len(outcomes) == len(waiting), "somebody never came back"
    return outcomes


def posting(client: Client, address: str, **typed: str) -> Callable[[], str]:
    """Post a page, again when it comes back filled; where one ends up."""

    def post() -> str:
        for _try in range(MOST_TRIES):
            page = client.post(address, typed)
            if page.status_code != 503:
                return page.headers.get("Location", str(page.status_code))
        return "never saved"

    return post


def twins(client: Client, number: int) -> list[Client]:
    """The same browser many times over: one cookie in many windows."""
    browsers = []
    for _window in range(number):
        browser = Client(headers=client.headers)
        browser.cookies.load({name: one.value for name, one in client.cookies.items()})
        browsers.append(browser)
    return browsers


@pytest.fixture
def link(centre) -> str:
    """The address of a personal link, out of its letter."""
    make_invited(centre)
    deliver()
    return path_in(letters()[0])


def open_link(link: str, *, language: str = "en") -> Client:
    """A browser that has opened a link and pressed Start."""
    browser = Client(headers={"accept-language": language})
    assert press(browser, link).status_code == 303
    return browser


def test_fifty_people_at_once_with_one_personal_link_give_one_answer(link):
    people = [open_link(link) for _person in range(50)]

    ends = all_at_once(
        posting(one, "/answer/about/", about="nothing_happened") for one in people
    )

    assert Counter(ends) == {"/answer/thanks/": 1, "/answer/spent/": 49}
    assert Pending.objects.count() == 1
    assert Invitation.objects.spent().count() == 1


def test_whoever_comes_too_late_with_a_link_can_still_be_heard(link):
    people = [open_link(link) for _person in range(6)]
    all_at_once(
        posting(one, "/answer/about/", about="nothing_happened") for one in people
    )

    ends = all_at_once(posting(one, "/answer/spent/") for one in people)

    assert set(ends) == {"/answer/thanks/"}
    assert Pending.objects.count() == 6


def test_one_browser_that_sends_its_answer_twenty_times_answers_once(link):
    person = open_link(link)
    for step, told in (
        ("about", "happened_to_me"),
        ("how_many", "one"),
        ("age_band", "25_to_39"),
        ("area", "lowmoor"),
    ):
        person.post(f"/answer/{step}/", {step: told, "act": "continue"})

    ends = all_at_once(posting(one, "/answer/check/") for one in twins(person, 20))

    assert set(ends) == {"/answer/thanks/"}
    assert Pending.objects.count() == 1


def at_check() -> Walker:
    """Somebody who has told it all and looks it over."""
    teller = Walker()
    teller.begin()
    teller.walk({"young": {"young": "no"}, "what_happened": {"what_happened": STORY}})
    return teller


def test_twenty_posts_of_one_report_make_one_report(centre):
    windows = twins(at_check().client, 20)

    ends = all_at_once(posting(one, "/tell/check/", act="send") for one in windows)

    assert set(ends) == {"/tell/receipt/"}
    assert Report.objects.count() == Pending.objects.count() == 1
    assert Slot.objects.filter(is_taken=True).count() == 1
    assert Entry.objects.filter(act="intake.received").count() == 1


def test_reports_that_come_at_once_have_a_slot_each(centre):
    tellers = [at_check().client for _person in range(12)]

    ends = all_at_once(posting(one, "/tell/check/", act="send") for one in tellers)

    slots = set(Report.objects.values_list("slot", flat=True))
    assert set(ends) == {"/tell/receipt/"}
    assert Report.objects.count() == len(slots) == 12
    assert Slot.objects.filter(is_taken=True).count() == 12


def test_slots_that_are_taken_at_once_are_never_the_same(centre):
    taken = all_at_once([take_slot] * 30)

    assert len({slot.pk for slot, _key in taken}) == 30
    assert len({key for _slot, key in taken}) == 30


def test_a_consent_that_is_given_many_times_at_once_stands_once(centre):
    rana = Walker()
    rana.come_back(rana.tell())
    there = f"/report/who/{centre.recipients['Ombuds Office'].pk}/"

    ends = all_at_once(
        posting(one, there, consent="yes") for one in twins(rana.client, 8)
    )

    assert set(ends) == {"/report/page/"}
    assert Consent.objects.filter(withdrawn_on=None).count() == 1


def test_a_new_code_that_is_taken_many_times_at_once_is_one_code(centre):
    rana = Walker()
    rana.come_back(rana.tell())
    rana.post("/report/code/", act="make")
    words = " ".join(rana.page.context["words"])

    ends = all_at_once(
        posting(one, "/report/code/", act="use") for one in twins(rana.client, 8)
    )

    late = Walker()
    late.come_back(words)
    assert set(ends) == {"/report/code/"}
    assert late.at == "/report/page/"
    assert Entry.objects.filter(act="intake.code_changed").count() == 1


def test_a_message_sent_many_times_at_once_is_written_once(centre):
    rana = Walker()
    rana.come_back(rana.tell())

    ends = all_at_once(
        posting(one, "/report/messages/", text="Once is enough.")
        for one in twins(rana.client, 8)
    )

    assert set(ends) == {"/report/messages/"}
    assert Report.objects.get().messages.count() == 1


def test_a_one_time_code_lets_one_browser_in(centre):
    ada = staff_of(centre).ada
    typed = {
        "name": ada.user.name,
        "password": ada.password,
        "passcode": fresh_code(ada),
    }

    ends = all_at_once(posting(Client(), "/desk/sign-in", **typed) for _one in range(6))

    assert sum(end.startswith("/desk/") for end in ends) == 1


def test_an_erasure_asked_for_many_times_at_once_leaves_one_tombstone(centre):
    rana = Walker()
    rana.come_back(rana.tell())

    ends = all_at_once(posting(one, "/report/erase/") for one in twins(rana.client, 6))

    assert set(ends) == {"/report/page/"}
    assert not Report.objects.exists()
    assert Tombstone.objects.count() == 1
