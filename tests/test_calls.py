"""Reports told by phone: written down on one page, sent once, with consents that are marked as told."""

import pytest
from django.test import Client
from django.urls import reverse

from fairwitness.casework.headers import headers_of
from fairwitness.intake.models import Consent, Report
from fairwitness.intake.views import calls
from fairwitness.ledger.models import Entry
from fairwitness.surveys.drafts import Journey
from fairwitness.surveys.models import Draft
from fairwitness.vault.receipt import ReceiptCode
from tests.desk import at_desk, staff_of, text_of
from tests.walking import Walker

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

CALLS = "/desk/calls/"
STORY = "They shut the gate on her."


def begin(client, language="en"):
    return client.post(CALLS, {"language": language, "agreed": "yes"}, follow=True)


def write_down(client, **more):
    told = {
        "shown": "young role what_happened",
        "young": "no",
        "what_happened": STORY,
        **more,
    }
    return client.post(f"{CALLS}form", told)


def send(client):
    return client.post(f"{CALLS}check", follow=True)


def code_on(page):
    return ReceiptCode.parse(" ".join(page.context["words"]))


@pytest.fixture
def caller(centre, ada):
    """A call that was written down and sent: the browser, and the page with the code."""
    client = at_desk(ada)
    begin(client)
    write_down(client)
    return client, send(client)


def test_nothing_is_written_down_before_the_caller_said_yes(centre, ada):
    client = at_desk(ada)

    page = text_of(client.post(CALLS, {"language": "en"}))

    assert "May I write down what you tell me" in page
    assert "Tick the box when they have said yes" in page
    assert client.get(f"{CALLS}form").headers["Location"] == CALLS
    assert not Draft.objects.exists()


def test_what_is_read_out_is_in_the_callers_language_and_the_desk_in_ours(centre, ada):
    client = at_desk(ada)

    first = text_of(client.get(f"{CALLS}?language=ar"))
    form = text_of(begin(client, "ar"))

    assert '<html lang="en"' in first
    assert 'class="aloud" lang="ar" dir="rtl"' in first
    assert "What the caller tells" in form
    assert "ماذا حدث" in form


def test_a_call_becomes_a_report_whose_code_staff_have_heard(caller, ada):
    _client, page = caller

    report = Report.objects.get()
    assert "Read out the code" in text_of(page)
    assert report.is_code_heard
    assert bytes(report.locator) == code_on(page).locator
    line = Entry.objects.get(act="intake.taken_by_phone")
    assert (line.by, line.day.day) == (ada.actor_id, 1)


def test_the_inbox_says_that_it_came_by_phone(caller, centre):
    report = Report.objects.get()

    header = headers_of([report], staff_of(centre).ada.ring)[report.pk]

    assert header.came_by == "phone"
    assert header.language == "en"


def test_the_caller_reads_it_with_the_code_and_is_told_to_change_it(caller):
    _client, page = caller
    walker = Walker()

    walker.come_back(" ".join(code_on(page).digits))

    assert "One of us has heard your code" in walker.text


def test_after_sending_staff_cannot_read_it_again(caller):
    client, _page = caller

    for address in ("form", "check", "stop"):
        assert client.get(f"{CALLS}{address}").headers["Location"] == f"{CALLS}code"
    held = Draft.objects.get(journey=Journey.CALL)
    assert STORY.encode() not in bytes(held.body)


def test_a_yes_is_read_out_word_for_word_and_marked_as_told(caller):
    client, _page = caller
    asked = client.get(f"{CALLS}consent")
    recipient = asked.context["recipient"]

    client.post(f"{CALLS}consent", {"recipient": recipient.pk, "consent": "yes"})
    following = client.get(f"{CALLS}consent")

    given = Consent.objects.get()
    assert given.recipient == recipient
    assert given.is_attested
    assert given.wording in asked.content.decode().replace("&#x27;", "'")
    assert following.context["recipient"] != recipient


def test_a_no_gives_nothing_and_a_page_sent_twice_counts_once(caller):
    client, _page = caller
    first = client.get(f"{CALLS}consent").context["recipient"]
    answer = {"recipient": first.pk, "consent": "no"}

    client.post(f"{CALLS}consent", answer)
    client.post(f"{CALLS}consent", answer)

    assert not Consent.objects.exists()
    assert client.get(f"{CALLS}consent").context["number"] == 2


def test_sent_twice_it_is_one_report(caller):
    client, _page = caller

    send(client)

    assert Report.objects.count() == 1
    assert Entry.objects.filter(act="intake.taken_by_phone").count() == 1


def test_when_the_call_is_over_this_browser_forgets_the_code(caller):
    client, _page = caller

    client.post(f"{CALLS}over")

    assert not Draft.objects.filter(journey=Journey.CALL).exists()
    assert client.get(f"{CALLS}code").headers["Location"] == CALLS


def test_the_code_stands_there_for_half_an_hour_at_most(caller, monkeypatch):
    client, _page = caller
    monkeypatch.setattr(calls, "READ_ALOUD_FOR", -1)

    assert client.get(f"{CALLS}code").headers["Location"] == CALLS
    assert not Draft.objects.exists()


def test_a_line_that_drops_loses_nothing(centre, ada):
    client = at_desk(ada)
    begin(client)
    write_down(client)

    again = text_of(client.get(CALLS))

    assert "A call is open in this browser" in again
    assert STORY in text_of(client.get(f"{CALLS}form"))


def test_a_caller_who_stops_leaves_nothing_unless_they_say_so(centre, ada):
    client = at_desk(ada)
    begin(client)

    stopped = write_down(client, stop="yes")
    asked = text_of(client.get(f"{CALLS}stop"))
    client.post(f"{CALLS}stop")

    assert stopped.headers["Location"] == f"{CALLS}stop"
    assert "Keep it: read it back and send it" in asked
    assert not Draft.objects.exists()
    assert not Report.objects.exists()


def test_somebody_under_eighteen_is_talked_to_and_nothing_is_sent(centre, ada):
    client = at_desk(ada)
    begin(client)

    write_down(client, young="yes")
    page = text_of(client.get(f"{CALLS}form"))
    send(client)

    assert "The form stops here" in page
    assert "Read it back" not in page
    assert not Report.objects.exists()


def test_calls_are_taken_by_those_who_may(centre, lea, ina, ada):
    for one, status in ((ada, 200), (lea, 403), (ina, 403)):
        assert at_desk(one).get(CALLS).status_code == status
    assert Client().get(CALLS).headers["Location"].startswith(reverse("staff:sign_in"))


def test_the_questions_about_the_caller_are_asked_before_it_is_sent(centre, ada):
    client = at_desk(ada)
    begin(client)
    write_down(client)
    assert "Ask about the caller first" in text_of(client.get(f"{CALLS}check"))

    page = text_of(client.get(f"{CALLS}about"))
    client.post(f"{CALLS}about", {"shown": "your_gender", "your_gender": "woman"})
    client.post(f"{CALLS}about", {"shown": "", "act": "finish"})
    read_back = text_of(client.get(f"{CALLS}check"))
    code = code_on(send(client))

    assert "May I ask a few questions about you?" in page
    assert "Woman" in read_back
    back = Walker()
    back.come_back(" ".join(code.words))
    back.open("/report/sent/")
    assert "Woman" in back.text
    assert STORY in back.text
    assert client.get(f"{CALLS}about").headers["Location"] == f"{CALLS}code"


def test_who_is_not_asked_about_themselves_sends_the_report_alone(caller):
    _client, page = caller

    back = Walker()
    back.come_back(" ".join(code_on(page).words))
    back.open("/report/sent/")

    assert "gender" not in back.text
