"""The reporter's own page: everything that can be done with a code, and nothing without one."""

import json
import re
from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from fairwitness.casework.actions import (
    answer_reporter,
    assess,
    open_incident,
    open_section,
    release_facts,
)
from fairwitness.casework.coding import Coding
from fairwitness.casework.models import Fact
from fairwitness.casework.why import Why
from fairwitness.governance import coding as book
from fairwitness.intake import consents
from fairwitness.intake.models import Consent, Evidence, Message, Report
from fairwitness.sifting.kinds import LARGEST
from fairwitness.surveys.models import Draft
from fairwitness.vault import keystore
from fairwitness.vault.opening import Ring
from fairwitness.vault.receipt import ReceiptCode
from tests.walking import STORY, Walker

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])


@pytest.fixture
def told(centre) -> str:
    """The code of a report that was sent."""
    return Walker().tell()


@pytest.fixture
def rana(told) -> Walker:
    """Somebody who has come back with that code."""
    walker = Walker()
    walker.come_back(told)
    return walker


def ring_of(member) -> Ring:
    return Ring.of(member.user.key, member.private)


def code_it(centre, report, *, status="counted", reason="") -> None:
    ring, ada, today = ring_of(centre.ada), centre.ada.user, timezone.localdate()
    open_incident(report, ring=ring, by=ada, on=today)
    coding = Coding(status=status, detected_by=book.DetectedBy.values[0], reason=reason)
    assess(report, coding=coding, ring=ring, by=ada, on=today)
    release_facts()


# The code


def test_known_and_unknown_codes_get_the_same_answer(told):
    pages = []
    for code in (told, " ".join(ReceiptCode.new().words)):
        walker = Walker()
        page = walker.client.post("/report/", {"code": code})
        cookie = page.cookies["visit"]
        headers = {k: v for k, v in page.headers.items() if k != "Set-Cookie"}
        pages.append((page.status_code, page.content, headers, len(cookie.value)))

    assert pages[0] == pages[1]


def test_an_unknown_code_opens_nothing_and_says_what_to_look_at(centre):
    walker = Walker()

    walker.come_back(" ".join(ReceiptCode.new().words))

    assert "Nothing opens with this code" in walker.text
    assert not walker.client.cookies["visit"].value


@pytest.mark.parametrize("write", ["digits", "capitals", "commas"])
def test_a_code_is_understood_however_it_is_typed(told, write):
    typed = {
        "digits": " ".join(ReceiptCode.parse(told).digits),
        "capitals": told.upper().replace(" ", "\n"),
        "commas": told.replace(" ", ", "),
    }[write]
    walker = Walker()

    walker.come_back(typed)

    assert walker.at == "/report/page/"


def test_one_mistyped_word_is_named(told):
    words = told.split()
    words[4] = words[4] + "x"
    walker = Walker()

    walker.come_back(" ".join(words))

    assert f"“{words[4]}” is not one of our words." in walker.text
    assert words[0] in walker.page.content.decode()
    assert not walker.client.cookies


def test_a_visit_is_over_the_day_after(rana):
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        rana.open("/report/page/")

    assert rana.at == "/report/"


def test_closing_the_page_ends_the_visit(rana):
    rana.post("/report/close/")
    rana.open("/report/page/")

    assert rana.at == "/report/"
    assert not Draft.objects.filter(journey=Draft.Journey.VISIT).exists()


# State and messages


def test_the_page_says_where_it_stands_and_what_is_next(rana):
    assert "We have it, nobody has read it yet" in rana.text
    assert "A caseworker reads it by" in rana.text
    assert STORY not in rana.text


def test_a_promise_that_was_not_kept_is_owned_up_to(told):
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        walker = Walker()
        walker.come_back(told)

    assert "and did not. Write to us here, or ring us." in walker.text


def test_who_opened_it_stands_on_the_page(rana, centre):
    report = Report.objects.get()
    open_section(
        report,
        "narrative",
        ring=ring_of(centre.ada),
        by=centre.ada.user,
        reason=Why.FIRST,
    )

    rana.open("/report/page/")

    assert "A caseworker has read it" in rana.text
    assert "One of our caseworkers read your account" in rana.text
    assert "Ada" not in rana.text


def test_what_was_sent_is_shown_on_request_only(rana):
    before = rana.text

    rana.open("/report/sent/")

    assert STORY not in before
    assert STORY in rana.text


def test_messages_go_both_ways(rana, centre):
    report = Report.objects.get()
    answer_reporter(
        report,
        text="When did it begin?",
        ring=ring_of(centre.ada),
        by=centre.ada.user,
        on=timezone.localdate(),
    )
    rana.open("/report/page/")
    new = rana.text

    rana.open("/report/messages/")
    rana.post(text="In March.")

    assert "Read 1 new message" in new
    assert "When did it begin?" in rana.text
    assert "In March." in rana.text
    rana.open("/report/page/")
    assert "new message" not in rana.text


def test_a_double_click_writes_one_message(rana):
    for _click in range(2):
        rana.post("/report/messages/", text="Once is enough.")

    assert Message.objects.count() == 1


def test_an_empty_message_and_one_that_is_too_long_are_kept(rana):
    rana.post("/report/messages/", text=" ")
    empty = rana.text
    rana.post("/report/messages/", text="y" * 20_001)

    assert "Write something first" in empty
    assert "All of it is still here." in rana.text
    assert "y" * 20_001 in rana.page.content.decode()
    assert not Message.objects.exists()


@pytest.mark.parametrize("way", ["add", "correct"])
def test_something_can_be_added_and_corrected(rana, way):
    rana.post(f"/report/{way}/", text="It was in April.")
    rana.open("/report/sent/")

    assert "It was in April." in rana.text
    assert STORY in rana.text


def test_what_was_written_after_the_visit_comes_back_filled(rana, told):
    Draft.objects.all().delete()

    rana.post("/report/messages/", text="I have thought about it.")
    kept = rana.text
    rana.post(text="I have thought about it.", code=told)
    again = rana.text
    rana.post(text="I have thought about it.")

    assert "I have thought about it." in kept
    assert "Type your code" in kept
    assert "Nothing you wrote is lost" in again
    assert Message.objects.count() == 1


# Consent


def recipient(centre, name="Ombuds Office"):
    return centre.recipients[name]


def test_consent_is_asked_one_recipient_at_a_time_after_sending(centre):
    walker = Walker()
    walker.tell()
    walker.post("/tell/receipt/kept/", kept="yes")
    asked = []

    while "/report/who/" in walker.at:
        asked.append(walker.text)
        assert "checked" not in walker.page.content.decode()
        walker.post(consent="no")

    assert [
        name for text in asked for name in re.findall(r"May (.*?) receive", text)
    ] == [
        "City Legal Aid",
        "Ombuds Office",
    ]
    assert walker.at == "/report/news/"
    assert not Consent.objects.exists()


def test_a_consent_is_given_on_one_page_and_taken_back_with_one_button(rana, centre):
    office = recipient(centre)
    rana.open(f"/report/who/{office.pk}/")
    wording = rana.page.context["wording"]

    rana.post(consent="yes")
    given = rana.text
    consent = Consent.objects.get()
    stood = consents.verified(consent, consent.report)
    rana.post(f"/report/who/{office.pk}/back/")

    assert "given until" in given
    assert consent.wording == wording
    assert stood
    assert "is told today to stop using it" in rana.text
    consent.refresh_from_db()
    assert consents.verified(consent, consent.report) is None


def test_who_somebody_is_goes_along_only_with_a_tick(rana, centre):
    rana.post("/report/me/", name="Rana K.", contact="0300 000 009")
    place = f"/report/who/{recipient(centre).pk}/"

    rana.post(place, consent="yes")
    bare = Consent.objects.get(withdrawn_on=None).sections
    rana.post(place, consent="yes", identity="yes")

    assert bare == ["narrative"]
    assert Consent.objects.get(withdrawn_on=None).sections == ["identity", "narrative"]


def test_an_observer_gives_their_own_account_only(centre):
    walker = Walker()
    code = walker.tell(
        role="saw_or_heard", others_who={"others_who": "A tall neighbour"}
    )
    walker.come_back(code)

    walker.open(f"/report/who/{recipient(centre).pk}/")
    said = walker.text
    walker.open("/report/package/")

    assert "nothing that shows who it happened to" in said
    assert STORY in walker.text
    assert "A tall neighbour" not in walker.text


def test_a_recipient_that_is_not_on_the_list_has_no_page(rana, centre):
    office = recipient(centre)
    office.ended_on = timezone.localdate()
    office.save()

    page = rana.client.get(f"/report/who/{office.pk}/")

    assert page.status_code == 404


def test_with_a_code_that_staff_heard_a_yes_counts_as_told_by_phone(rana, centre, told):
    Report.objects.update(is_code_heard=True)
    rana.open("/report/page/")
    warned = rana.text

    rana.post(f"/report/who/{recipient(centre).pk}/", consent="yes")
    attested = Consent.objects.get().is_attested
    rana.post("/report/code/", act="make")
    rana.post("/report/code/", act="use")

    assert "One of us has heard your code" in warned
    assert attested
    assert not Consent.objects.get().is_attested


# About oneself


def test_news_are_sent_to_a_sealed_address_with_a_quiet_subject(rana):
    rana.post("/report/news/", address="no address", subject="")
    mended = rana.text
    rana.post("/report/news/", address="rana@post.example", subject="list", act="set")
    kept = bytes(Report.objects.get().news_address or b"")
    rana.post("/report/news/", act="forget")

    assert "Look at the address again." in mended
    assert "Choose what the letter is to be called." in mended
    assert kept
    assert b"rana" not in kept
    assert Report.objects.get().news_address is None


def test_questions_about_oneself_are_kept_with_the_account(rana):
    rana.open("/report/about/")
    rana.post(your_age="25_to_39")
    rana.post(your_gender="own_words")
    rana.post(act="back")
    rana.post(your_gender="own_words")
    rana.post(your_gender_words="As I am")
    rana.post(act="skip")
    rana.post(told_before="no")

    assert rana.at == "/report/page/"
    rana.open("/report/sent/")
    assert "25 to 39" in rana.text
    assert "As I am" in rana.text
    assert STORY in rana.text


def test_who_somebody_is_can_be_read_back(rana):
    rana.post("/report/me/", name="Rana K.", contact="0300 000 009")
    rana.open("/report/sent/")

    assert "Rana K." in rana.text
    assert "0300 000 009" in rana.text


# Files


def test_a_text_file_is_kept_and_can_be_downloaded(rana):
    letter = SimpleUploadedFile("letter.txt", "لا. توقيع".encode())

    rana.post("/report/evidence/", file=letter, words="their answer")
    copy = json.loads(rana.client.get("/report/copy/").content)

    assert copy["files"] == [
        {"name": "paper-1.txt", "words": "their answer", "text": "لا. توقيع"}
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "photo.jpg",
            b"\xff\xd8\xff\xe0" + bytes(100),
            "This file is not whole.",
        ),
        ("big.txt", b"x" * (LARGEST + 1), "This file is larger than 20 MB."),
        ("huge.txt", b"x" * (LARGEST + 2_000_000), "keep it in a safe place"),
        ("old.docx", b"PK\x03\x04[Content_Types].xml", "Save it as PDF"),
        ("empty.txt", b" ", "This file is empty."),
    ],
)
def test_other_files_are_refused_kindly(rana, name, content, said):
    rana.post("/report/evidence/", file=SimpleUploadedFile(name, content), words="w")

    assert said in rana.text
    assert 'value="w"' in rana.page.content.decode()
    assert not Evidence.objects.exists()


# Upkeep


def test_a_changed_code_is_the_only_one(rana, told):
    rana.post("/report/code/", act="make")
    words = " ".join(rana.page.context["words"])
    rana.post(act="use")
    rana.post(act="use")
    old, new = Walker(), Walker()
    old.come_back(told)
    new.come_back(words)

    assert "Your new code holds." in rana.text
    assert "Nothing opens with this code" in old.text
    assert new.at == "/report/page/"


def test_the_count_code_stays_that_of_the_code_it_came_with(rana, told):
    rana.post("/report/code/", act="make")
    rana.post("/report/code/", act="use")

    rana.open("/report/count/")

    first = ReceiptCode.parse(told).count_code.words
    assert rana.page.context["count_words"] == first


def test_a_report_is_kept_out_of_the_count_at_the_reporters_wish(rana, centre):
    code_it(centre, Report.objects.get())
    rana.open("/report/count/")
    counted = rana.text

    rana.post(act="out")

    assert "It is in our count" in counted
    assert "because you asked us to leave it out" in rana.text
    assert not Fact.objects.exists()
    rana.post(act="in")
    assert not Report.objects.get().is_kept_out_of_count


def test_what_is_not_counted_is_said(rana, centre):
    code_it(
        centre,
        Report.objects.get(),
        status="not_counted",
        reason=book.Reason.values[0],
    )

    rana.open("/report/page/")

    assert "We keep it, and it is not in our count." in rana.text


def test_everything_can_be_downloaded(rana, centre):
    rana.post(f"/report/who/{recipient(centre).pk}/", consent="yes")
    rana.post("/report/messages/", text="Please write in the evening.")

    page = rana.client.get("/report/copy/")

    copy = json.loads(page.content)
    assert page["Content-Disposition"] == 'attachment; filename="copy.json"'
    assert copy["sections"]["narrative"]["what_happened"] == STORY
    assert copy["messages"][0]["text"] == "Please write in the evening."
    assert copy["consents"][0]["stands"] is True
    assert date.fromisoformat(copy["day"]) == timezone.localdate()


def test_erasing_takes_a_page_of_its_own_and_then_everything(rana, centre, told):
    slot = Report.objects.get().slot_id
    code_it(centre, Report.objects.get())

    rana.open("/report/erase/")
    said = rana.text
    rana.post()

    assert "Totals that were published before." in said
    assert "Your report is erased." in rana.text
    assert keystore.key_of(slot) is None
    assert not Report.objects.exists()
    assert not Fact.objects.exists()
    late = Walker()
    late.come_back(told)
    assert "Nothing opens with this code" in late.text


def test_a_second_click_on_erase_says_the_same(rana):
    for _click in range(2):
        rana.post("/report/erase/")
    rana.open("/report/sent/")

    assert "Your report is erased." in rana.text


@pytest.mark.parametrize("place", ["messages", "add", "me"])
def test_another_language_keeps_the_words_on_every_page(rana, place):
    field = {"me": "name"}.get(place, "text")

    rana.post(f"/report/{place}/", **{field: "Half a word", "language": "ar"})

    page = rana.page.content.decode()
    assert 'dir="rtl"' in page
    assert "Half a word" in page
    assert not Message.objects.exists()
    rana.open("/report/page/")
    assert 'dir="rtl"' in rana.page.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "page",
        "sent",
        "messages",
        "copy",
        "erase",
        "code",
        "count",
        "about",
        "news",
        "me",
    ],
)
def test_without_a_code_every_page_asks_for_it(centre, address):
    walker = Walker()

    walker.open(f"/report/{address}/")

    assert walker.at == "/report/"
