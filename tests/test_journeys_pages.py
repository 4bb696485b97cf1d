"""The pages that a respondent and a reporter walk through, without a browser."""

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from fairwitness.governance import readiness
from fairwitness.intake.models import Report
from fairwitness.surveys import doors
from fairwitness.surveys.answers import LONGEST_TEXT
from fairwitness.surveys.doors import LinkSpent
from fairwitness.surveys.drafts import Journey
from fairwitness.surveys.models import Draft, Pending, Response
from fairwitness.surveys.release import release_responses
from fairwitness.vault.models import KeyPair
from fairwitness.vault.receipt import ReceiptCode
from tests.walking import STORY, Walker

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

HAPPENED = {
    "about": {"about": "happened_to_me"},
    "how_many": {"how_many": "two_or_three"},
    "age_band": {"age_band": "-not_sure"},
    "area": {"act": "skip"},
}


@pytest.fixture
def spent(monkeypatch) -> list[str]:
    """The links that were spent; each can be spent once."""
    links: list[str] = []

    def spend(invitation: str) -> None:
        if invitation in links:
            raise LinkSpent("Somebody has answered with this link.")
        links.append(invitation)

    monkeypatch.setattr(doors, "_spenders", [spend])
    return links


@pytest.fixture
def guest(centre, spent) -> Walker:
    """Somebody who has opened a personal link."""
    walker = Walker()
    walker.invited(centre.version.pk)
    return walker


@pytest.fixture
def anna(centre) -> Walker:
    """Somebody who has come to tell us something."""
    return Walker()


# The survey part


def test_nothing_happened_is_a_whole_answer_on_two_pages(guest, spent):
    question = guest.text

    guest.post(about="nothing_happened")

    assert "in the branch since 1 January 2026" in question
    assert guest.at == "/answer/thanks/"
    assert "That counts as much as any other answer." in guest.text
    assert Pending.objects.count() == len(spent) == 1
    assert "In danger now?" not in guest.text


def test_an_answer_is_checked_and_then_sent(guest):
    guest.walk(HAPPENED)
    checked = guest.text

    guest.post()

    assert "Nothing has been sent yet." in checked
    assert "I am not sure" in checked
    assert guest.at == "/answer/thanks/"
    assert release_responses() == 1
    assert Response.objects.get().answers == {
        "about": "happened_to_me",
        "how_many": "two_or_three",
        "age_band": "not_sure",
        "area": None,
    }


def test_an_answer_sent_twice_counts_once(guest):
    guest.walk(HAPPENED)

    for _click in range(2):
        guest.post("/answer/check/")

    assert guest.at == "/answer/thanks/"
    assert Pending.objects.count() == 1


def test_a_link_that_somebody_else_spent_loses_no_answer(guest, centre, spent):
    other = Walker()
    other.invited(centre.version.pk)
    other.post(about="nothing_happened")
    guest.walk(HAPPENED)

    guest.post()
    told = guest.text
    guest.post()

    assert "Somebody has answered with this link" in told
    assert guest.at == "/answer/thanks/"
    assert release_responses() == 2
    doors_used = Response.objects.values_list("door", flat=True)
    assert sorted(doors_used) == ["forwarded", "invited"]


def test_a_fresh_form_holds_no_word_of_the_invitation(guest):
    guest.walk(HAPPENED)
    guest.post()

    guest.post("/tell/", **{"from": "survey"})
    left = Draft.objects.count()
    guest.post("/tell/")

    assert left == 0
    draft = guest.draft()
    assert draft is not None
    assert "00000000" not in str(draft.contents)
    assert set(draft.contents) == {"version", "notice", "door", "code", "chance"}


def test_the_survey_says_whose_link_it_is_on_every_page(guest):
    for step in ("about", "how_many", "age_band", "area"):
        assert "This was not sent to me" in guest.text
        assert 'href="/i/not-mine/"' in guest.page.content.decode()
        guest.post(**HAPPENED[step])

    assert "This was not sent to me" in guest.text


def test_back_shows_the_same_answer_again(guest):
    guest.post(about="happened_to_me")
    guest.post(act="back", how_many="four_to_ten")
    guest.post(about="saw_or_heard")

    page = guest.page.content.decode()
    assert re.search(r'value="four_to_ten" checked', page)


def test_a_change_of_language_keeps_the_answers(guest):
    guest.post(about="happened_to_me")
    guest.post(how_many="one", language="ar")

    page = guest.page.content.decode()
    assert 'lang="ar" dir="rtl"' in page
    assert re.search(r'value="one" checked', page)


def test_somebody_who_was_away_is_told_to_open_the_link_again(centre):
    lost = Walker()

    lost.post("/answer/about/", about="nothing_happened")

    assert "Open the link in your letter again." in lost.text
    assert not Pending.objects.exists()


def test_the_count_code_of_an_answer_is_the_one_that_counts(guest):
    guest.post(about="nothing_happened")

    assert len(guest.page.context["count_words"]) == 6


# Telling what happened


@pytest.mark.parametrize("address", ["/tell/", "/report/"])
def test_no_cookie_is_set_before_a_form_starts(anna, address):
    anna.open(address)

    assert not anna.client.cookies


def test_the_notice_comes_before_the_first_question(anna):
    anna.open("/tell/form/told/")
    before = anna.at
    told = anna.text
    anna.post("/tell/")
    anna.open("/tell/form/told/")

    assert before == "/tell/"
    assert "Your report is held in Quayside" in told
    assert "We are not an emergency service." in told
    assert anna.at == "/tell/form/young/"


def test_nobody_else_begins_a_draft_in_this_browser(anna):
    page = anna.client.post("/tell/", headers={"origin": "https://elsewhere.example"})

    assert page.status_code == 200
    assert not Draft.objects.exists()


def test_a_person_under_18_finds_help_and_no_form(anna):
    anna.begin()

    anna.post(young="yes")
    helped = anna.text
    anna.post("/tell/check/", act="send")

    assert "There are people who can help you now" in helped
    assert "0300 000 001" in helped
    assert "0300 000 000" in helped
    assert not Report.objects.exists()


def test_an_account_is_told_checked_and_sent_once(anna):
    anna.begin()
    anna.walk(
        {
            "young": {"young": "no"},
            "role": {"role": "saw_or_heard"},
            "what_happened": {"what_happened": STORY},
            "when_page": {"when__month": "03", "when__year": "2026"},
            "grounds": {"grounds": ["age", "disability"]},
            "others_who": {"others_who": "A tall neighbour"},
        }
    )
    checked = anna.text
    words = anna.page.context["words"]

    for _click in range(2):
        anna.post("/tell/check/", act="send")

    assert "March 2026" in checked
    assert "Sealed apart." in checked
    assert " ".join(words) in checked
    assert anna.at == "/tell/receipt/"
    assert anna.page.context["words"] == words
    report = Report.objects.get()
    kinds = report.sections.values_list("kind", flat=True)
    assert sorted(kinds) == ["header", "narrative", "others"]
    assert bytes(report.locator) == ReceiptCode.parse(" ".join(words)).locator


def test_one_sentence_is_enough(anna):
    anna.begin()
    anna.post(act="skip")
    anna.post(role="happened_to_me")
    anna.post(what_happened="", act="send")
    asked = anna.text
    anna.post(what_happened="One.", act="send")
    arrived = anna.at
    anna.post(act="send")

    assert "One sentence is enough." in asked
    assert arrived == "/tell/check/"
    assert anna.at == "/tell/receipt/"


def test_every_question_can_be_skipped_and_nothing_is_sent_then(anna):
    anna.begin()
    anna.walk({})
    told = anna.text

    anna.post(act="send")

    assert "There is nothing to send yet." in told
    assert not Report.objects.exists()


@pytest.mark.parametrize("act", ["skip", "not_sure", "rather_not"])
def test_not_answering_leads_to_the_same_next_page(anna, act):
    anna.begin()
    anna.post(young="no")
    anna.post(role="happened_to_me")

    anna.post(act=act)

    assert anna.at == "/tell/form/when_page/"


def test_an_account_that_is_too_long_is_kept_and_kindly_refused(anna):
    anna.begin()
    anna.post(young="no")
    anna.post(act="skip")
    long = "x" * (LONGEST_TEXT + 1)

    anna.post(what_happened=long)
    said, title = anna.text, anna.title
    anna.open("/tell/form/what_happened/")

    assert "All of it is still here." in said
    assert title.startswith("Error: ")
    assert long in anna.page.content.decode()


def test_the_second_time_other_words_show_a_way_round(anna):
    anna.begin()
    for _page in range(3):
        anna.post(act="skip")

    anna.post(when__month="03", tries="0")
    first = anna.text
    anna.post(when__month="03", tries="1")

    assert "Choose a year for the month" in first
    assert "Skip this question” below" in anna.text


def test_a_step_back_keeps_words_that_were_not_sent(anna):
    anna.begin()
    anna.post(young="no")
    anna.post(act="skip")

    anna.post(what_happened="Half a sentence", act="back")
    anna.open("/tell/form/what_happened/")

    assert "Half a sentence" in anna.page.content.decode()


def test_what_was_saved_comes_back_with_the_code_alone(anna):
    anna.begin()
    anna.post(young="no")
    anna.post(act="skip")
    anna.post(what_happened=STORY, act="save")
    code = " ".join(anna.page.context["words"])
    anna.post("/tell/close/")
    elsewhere = Walker()

    elsewhere.come_back(code)
    resumed = elsewhere.at
    elsewhere.open("/tell/form/what_happened/")

    assert "opens with this code only" not in resumed
    assert resumed == "/tell/"
    assert STORY in elsewhere.page.content.decode()
    elsewhere.open("/tell/form/")
    elsewhere.walk({})
    elsewhere.post(act="send")
    assert " ".join(elsewhere.page.context["words"]) == code


def test_what_was_saved_is_gone_after_seven_days(anna):
    anna.begin()
    anna.post(young="no", act="save")
    code = " ".join(anna.page.context["words"])

    with time_machine.travel(timezone.now() + timedelta(days=8)):
        late = Walker()
        late.come_back(code)

    assert "Nothing opens with this code" in late.text
    tomorrow = timezone.localdate() + timedelta(days=8)
    assert Draft.objects.filter(expires_on__lt=tomorrow).count() == 1


def test_a_page_whose_draft_has_ended_comes_back_filled(anna):
    anna.begin()
    anna.post(young="no")
    anna.post(act="skip")
    Draft.objects.all().delete()

    anna.post(what_happened=STORY)
    kept = anna.text
    anna.post(what_happened=STORY, again="")
    anna.post(young="no")
    anna.post(act="skip")

    assert STORY in kept
    assert "Nothing you wrote is lost on this page." in kept
    assert anna.at == "/tell/form/what_happened/"
    assert STORY in anna.page.content.decode()


def test_words_from_another_window_are_taken_too(anna):
    anna.begin()

    anna.post("/tell/form/what_happened/", what_happened=STORY)
    led = anna.at
    anna.post(young="no")
    anna.post(act="skip")

    assert led == "/tell/form/young/"
    assert STORY in anna.page.content.decode()


def test_sending_a_draft_that_has_ended_leads_to_the_first_page(anna):
    anna.post("/tell/check/", act="send")

    assert anna.at == "/tell/"


def test_a_page_whose_token_has_ended_comes_back_filled(centre):
    strict = Walker(enforce_csrf_checks=True)
    strict.begin()

    strict.post(young="no")

    assert strict.page.status_code == 403
    assert 'name="young" value="no"' in strict.page.content.decode()


def test_a_closed_centre_keeps_what_was_typed(anna):
    anna.begin()
    anna.post(young="no")
    anna.post(act="skip")
    anna.post(what_happened=STORY, act="send")
    triage = KeyPair.objects.filter(purpose=KeyPair.Purpose.TRIAGE)
    triage.update(public=bytes(1216))
    readiness.forget()  # a yes holds for a few seconds

    anna.post(act="send")
    shut = anna.page.status_code

    assert shut == 503
    assert not Report.objects.exists()
    draft = anna.draft()
    assert draft is not None
    assert draft.contents["answers"]["what_happened"] == STORY


def test_more_than_a_page_can_take_is_refused_kindly(anna):
    anna.begin()

    page = anna.client.post("/tell/form/young/", {"young": "x" * 1_600_000})

    assert page.status_code == 413
    assert "Go back with your browser" in page.content.decode()


def test_a_report_that_was_not_sent_can_be_thrown_away(anna):
    anna.begin()
    anna.walk({"what_happened": {"what_happened": STORY}})

    anna.post(act="delete")
    anna.post()

    assert "Everything is deleted. Nothing was sent." in anna.text
    assert not Draft.objects.exists()


# The receipt


def test_the_receipt_names_the_day_and_is_shown_for_half_an_hour(anna):
    anna.tell()
    first = anna.text

    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        anna.open("/tell/receipt/")

    assert "A caseworker reads it by" in first
    assert "shows your code no longer" in anna.text
    assert anna.draft() is None


def test_back_after_sending_leads_to_the_receipt(anna):
    anna.tell()

    anna.open("/tell/form/what_happened/")

    assert anna.at == "/tell/receipt/"


def test_who_comes_to_the_form_again_finds_the_way_back_to_the_code(anna):
    anna.tell()

    anna.open("/tell/")

    assert "See the code again" in anna.text


def test_the_receipt_file_is_quiet(anna):
    code = anna.tell()

    file = anna.client.get("/tell/receipt/receipt.txt")

    assert file["Content-Disposition"] == 'attachment; filename="receipt.txt"'
    text = file.content.decode()
    assert all(word in text for word in code.split())
    assert "Harbour" not in text
    assert "report" not in text.casefold()


def test_who_has_the_code_goes_on_to_what_can_wait(anna):
    anna.tell()

    anna.post("/tell/receipt/kept/", kept="yes")

    assert "/report/who/" in anna.at
    assert anna.draft() is None


def test_closing_clears_this_device(anna):
    anna.tell()

    anna.post("/tell/close/")

    assert "cookies" in anna.page["Clear-Site-Data"]
    assert not anna.client.cookies["draft"].value
    assert not Draft.objects.exists()


def test_titles_and_addresses_tell_nothing(anna):
    loud = re.compile(r"report|harass|discriminat|happened|victim|complain", re.I)
    titles = []
    anna.begin()
    while anna.step != "check":
        titles.append(anna.title)
        anna.post(
            **{"what_happened": {"what_happened": STORY}}.get(
                anna.step, {"act": "skip"}
            )
        )
    words = anna.page.context["words"]
    anna.post(act="send")
    titles.append(anna.title)

    assert [title for title in titles if loud.search(title)] == []
    assert titles[0].startswith("Part 1, page 1 ")
    assert not any(word in anna.at for word in words)


def test_nothing_that_tells_who_somebody_is_reaches_the_page(anna):
    agent, address = f"Agent-{uuid.uuid4()}", "203.0.113.77"
    anna.client.defaults |= {"HTTP_USER_AGENT": agent, "REMOTE_ADDR": address}

    anna.tell()

    request = anna.page.wsgi_request
    assert agent not in str(request.META)
    assert address not in str(request.META)


def test_a_draft_that_was_altered_in_the_database_opens_for_nobody(anna):
    anna.begin()
    Draft.objects.update(body=bytes(2048))

    assert anna.draft(Journey.REPORT) is None


def test_sealed_fields_are_sent_to_no_spelling_service(anna):
    anna.begin()
    anna.post(young="no")
    anna.post(act="skip")

    page = anna.page.content.decode()

    field = re.search(r"<textarea[^>]*>", page)
    assert field
    assert 'spellcheck="false"' in field.group()
    assert 'autocomplete="off"' in field.group()
