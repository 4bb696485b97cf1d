"""While a database, the keystore or the disk fails: a kind page, no word lost; then it goes on by itself."""

import pytest
from django.db import Error, connection

from fairwitness import worker
from fairwitness.disclosure import gate
from fairwitness.governance.models import Question
from fairwitness.intake.actions import send_news
from fairwitness.intake.letters import SUBJECTS
from fairwitness.intake.models import Report
from fairwitness.surveys.models import Draft
from fairwitness.vault.founding import private_key
from fairwitness.vault.models import KeyPair
from tests.breaking import Person, full, gone, locked, read_only
from tests.walking import STORY, Walker

BOTH = ["default", "keystore"]
pytestmark = pytest.mark.django_db(transaction=True, databases=BOTH)

LONG = STORY + " It went on for an hour." * 400
ON_SQLITE = connection.vendor == "sqlite"
FAULTS = [gone, locked, read_only, *([full] if ON_SQLITE else [])]
every_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda one: one.__name__)


@pytest.fixture
def rana(centre):
    """Somebody in front of a browser that has opened the first page."""
    person = Person()
    person.open("/")
    return person


def is_kind(person, page):
    """Whether the page says what to do, whom to ring, and comes again after a while."""
    return (
        person.page.status_code == 503
        and person.page.headers["Retry-After"] == "30"
        and 'href="tel:' in page
        and "Traceback" not in page
    )


@every_fault
def test_what_was_typed_comes_back_filled_and_goes_in_once_afterwards(
    rana, fault, caplog
):
    form = rana.tell_until("what_happened")

    with fault("default"):
        page = rana.meets(lambda: rana.send(form, what_happened=LONG, act="continue"))
        again = rana.meets(lambda: rana.send(rana.way_on))

    assert is_kind(rana, page)
    assert "Nothing you wrote is lost" in page
    assert LONG in page
    assert LONG in again
    assert "door on me" not in caplog.text
    rana.send(rana.way_on)
    rana.walk({}, until="/tell/check/")
    assert LONG.rstrip(".") in rana.page.content.decode()
    assert Draft.objects.count() == 1


@every_fault
@pytest.mark.parametrize("part", BOTH)
def test_no_code_is_shown_for_a_report_that_was_not_kept(rana, fault, part):
    rana.tell_until("what_happened")
    rana.walk({"what_happened": STORY}, until="/tell/check/")
    form = rana.form(action="/tell/check/")
    if (fault, part) in {
        (locked, "keystore"),
        (read_only, "keystore"),
        (full, "keystore"),
    }:
        with fault(part):  # a report reads its shred key and writes nothing there
            rana.send(form, act="send")
        assert rana.at == "/tell/receipt/"
        return

    with fault(part):
        page = rana.meets(lambda: rana.send(form, act="send"))
        kept = rana.way_on

    assert is_kind(rana, page)
    assert not Report.objects.exists()
    rana.open("/tell/receipt/")
    assert rana.at != "/tell/receipt/"
    rana.send(kept)
    assert rana.at == "/tell/receipt/"
    assert len(rana.page.context["words"]) == 9
    assert Report.objects.count() == 1


@every_fault
def test_a_message_waits_on_the_page_and_is_written_once(rana, fault):
    rana.tell_until("what_happened")
    rana.walk({"what_happened": STORY}, until="/tell/check/")
    rana.send(rana.form(action="/tell/check/"), act="send")
    rana.come_back(rana.page.context["words"])
    rana.open("/report/messages/")
    form = rana.form(action="/report/messages/", asks="text")

    with fault("default"):
        page = rana.meets(lambda: rana.send(form, text=LONG))
        kept = rana.way_on

    assert is_kind(rana, page)
    assert LONG in page
    rana.send(kept)
    assert Report.objects.get().messages.count() == 1


@pytest.mark.parametrize("fault", [gone, locked, read_only])
def test_a_question_waits_on_the_page_and_is_asked_once(rana, fault):
    rana.open("/questions")
    form = rana.form(action="/questions/ask")

    with fault("default"):
        page = rana.meets(lambda: rana.send(form, text="Who pays for this?"))
        kept = rana.way_on

    assert is_kind(rana, page)
    rana.send(kept)
    assert Question.objects.count() == 1


def test_the_page_speaks_the_language_of_whoever_writes(centre):
    rana = Person("ar")
    form = rana.tell_until("what_happened")

    with gone("default"):
        posted = rana.meets(lambda: rana.send(form, what_happened=STORY))
        looked_at = rana.meets(lambda: rana.open("/questions"))

    for page in (posted, looked_at):
        assert '<html lang="ar" dir="rtl">' in page
        assert 'href="tel:' in page


def test_pages_that_are_only_looked_at_say_when_to_come_back(rana):
    rana.tell_until("what_happened")

    with gone("default"):
        pages = {
            address: rana.meets(lambda address=address: rana.open(address))
            for address in ("/tell/form/", "/tell/", "/questions", "/figures")
        }

    assert all(is_kind(rana, page) for page in pages.values())
    assert all("Wait a minute" in page for page in pages.values())


def test_first_pages_stand_without_a_database(rana):
    with gone("default"):
        rana.open("/")
        first = rana.page.content.decode()
        rana.open("/limits")

    assert 'href="tel:' in first


def test_worker_and_gate_wait_for_a_database_that_is_away(centre, caplog):
    private = private_key(KeyPair.Purpose.GATE)

    with gone("default"):
        failed = worker.work_through()
        has_looked = gate.look(private)

    assert {"chain", "slots", "letters", "retention"} <= failed
    assert not has_looked
    assert worker.work_through() == set()
    assert gate.look(private)


def test_no_news_is_mailed_that_could_not_be_taken_off_the_list(centre, settings):
    teller = Walker()
    teller.come_back(teller.tell())
    subject = next(iter(SUBJECTS))
    teller.post("/report/news/", address="rana@home.example", subject=subject)
    Report.objects.update(has_news=True)

    with read_only("default"), pytest.raises(Error):
        send_news()

    assert not settings.OUTBOX.exists()
    assert [send_news(), send_news()] == [1, 0]
    assert len(list(settings.OUTBOX.glob("*.eml"))) == 1
