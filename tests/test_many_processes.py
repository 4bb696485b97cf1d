"""A proxy that repeats each post, and many processes at once: everything is taken once.

The short tests repeat posts in this process; the proof serves a centre by three web
processes and two workers, behind a proxy that repeats on a line of its own.
"""

from threading import Thread
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from fairwitness.governance.models import Question
from fairwitness.intake.models import Consent, Report
from fairwitness.outreach.models import Delivery
from fairwitness.rights.models import SubjectRequest
from fairwitness.surveys.models import Pending
from tests.breaking import Person
from tests.invited import PEOPLE, deliver, letters, make_invited, path_in
from tests.walking import STORY

BOTH = ["default", "keystore"]
pytestmark = pytest.mark.django_db(transaction=True, databases=BOTH)


class Twice(Client):
    """A browser behind a proxy that sends each post a second time; it gets the later answer."""

    is_at_once = False
    answers: list[int]

    def post(self, *args: Any, **more: Any) -> Any:
        twin = Client(enforce_csrf_checks=True, headers=self.headers)
        twin.raise_request_exception = False
        held = {name: one.value for name, one in self.cookies.items()}
        twin.cookies.load(held)
        first = Thread(target=self._repeat, args=[twin, args, more])
        first.start()
        if not self.is_at_once:
            first.join()
        answer = super().post(*args, **more)
        first.join()
        return answer

    def _repeat(self, twin: Client, args: Any, more: dict[str, Any]) -> None:
        try:
            status = twin.post(*args, **{**more, "follow": False}).status_code
            self.answers.append(status)
        finally:
            connections.close_all()


@pytest.fixture(params=[False, True], ids=["one after the other", "at once"])
def rana(request, centre):
    """Somebody behind such a proxy."""
    person = Person()
    client = Twice(enforce_csrf_checks=True, headers=person.client.headers)
    client.raise_request_exception = False
    client.is_at_once, client.answers = request.param, []
    person.client = client
    yield person
    assert client.answers
    assert all(status < 400 for status in client.answers)


def tell(rana: Person) -> list[str]:
    """Tell something and send it; the words of the code."""
    rana.tell_until("what_happened")
    rana.walk({"what_happened": STORY}, until="/tell/check/")
    rana.send(rana.form(action="/tell/check/"), act="send")
    assert rana.at == "/tell/receipt/"
    words: list[str] = rana.page.context["words"]
    return words


def test_each_post_twice_is_one_answer(rana, centre):
    make_invited(centre)
    deliver()
    link = path_in(letters()[0])
    rana.open(link)
    rana.send(rana.form(action=link))

    rana.send(rana.form(action=rana.at), about="nothing_happened", act="continue")

    assert rana.at == "/answer/thanks/"
    assert Pending.objects.count() == 1


def test_each_post_twice_is_one_report_one_consent_one_message(rana, centre):
    rana.come_back(tell(rana))
    ombuds = f"/report/who/{centre.recipients['Ombuds Office'].pk}/"
    rana.open(ombuds)

    rana.send(rana.form(action=ombuds), consent="yes")
    rana.open("/report/messages/")
    rana.send(rana.form(action="/report/messages/", asks="text"), text=STORY)

    report = Report.objects.get()
    assert report.messages.count() == 1
    assert Consent.objects.filter(withdrawn_on=None).count() == 1


def test_each_post_twice_is_one_question_and_one_request(rana):
    rana.open("/questions")
    rana.send(rana.form(action="/questions/ask"), text="Who pays for this?")
    rana.open("/named")
    asked = {"kind": "named", "text": "What do you hold?", "reach": "by letter"}
    rana.send(rana.form(asks="reach"), **asked)

    assert Question.objects.count() == 1
    assert SubjectRequest.objects.count() == 1
    rana.open("/questions")
    rana.send(rana.form(action="/questions/ask"), text="Who pays for this?")
    assert Question.objects.count() == 2


def test_two_workers_at_once_hand_each_letter_over_once(centre):
    make_invited(centre)

    def work() -> None:
        try:
            deliver()
        finally:
            connections.close_all()

    workers = [Thread(target=work) for _worker in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()

    assert len(letters()) == len(PEOPLE)
    assert not Delivery.objects.exclude(state="handed_over").exists()
