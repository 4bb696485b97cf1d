"""What people are told of where their address came from, all of it, and within a month (INV-1 to INV-3)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import formats, timezone

from fairwitness.outreach.accounts import account_of
from fairwitness.outreach.actions import (
    TooLate,
    import_contacts,
    launch_wave,
    take_upload,
    work_on_upload,
)
from fairwitness.outreach.answering import answer_wishes
from fairwitness.outreach.models import (
    TOLD_WITHIN,
    Batch,
    Contact,
    Delivery,
    Source,
)
from fairwitness.outreach.preflight.mail import read_letter
from fairwitness.outreach.sending import send_due
from fairwitness.rights.actions import apply_retention
from tests.desk import staff_of, text_of
from tests.invited import (
    PEOPLE,
    a_source,
    key_in,
    letters,
    make_campaign,
    make_contacts,
    make_source,
    path_in,
    press,
    words_of,
)

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

DAY = timezone.localdate()
FIRST = "We have your address because you gave it when you joined the Trust."
SECOND = "We have your address because you came to the open evening of the City Club."
RIGHT = "The guests of the evening said yes on a list at the door."
AGAIN = "Your address came to us in more than one way:"


@pytest.fixture
def source(centre):
    return make_source(centre)


@pytest.fixture
def twice(centre, source):
    """Five people of one list; the first two stand on another one too."""
    make_contacts(centre, source)
    other = make_source(
        centre,
        code="guests",
        given_by="the City Club",
        given_on=DAY - timedelta(days=2),
        sentence=SECOND,
        giver_basis=RIGHT,
        translated={"ar": {"given_by": "نادي المدينة", "giver_basis": "قالوا نعم."}},
    )
    make_contacts(centre, other, PEOPLE[:2])
    return other


def invite(centre, source, **other):
    campaign = make_campaign(centre, source, **other)
    launch_wave(campaign, number=1, by=centre.lea.user)
    send_due()
    return campaign


def in_words(day):
    return formats.date_format(day, "j F Y")


def test_a_letter_tells_the_giver_their_right_and_the_day(centre, source):
    make_contacts(centre, source)

    invite(centre, source)

    words = words_of(letters()[0])
    assert f"{FIRST}\nGiven to us by: the membership office of the Trust, on " in words
    assert in_words(source.given_on) in words
    assert "Their right to pass it on: The members said yes on the form" in words
    assert AGAIN not in words


def test_whose_address_two_gave_hears_of_both_and_nobody_else_does(
    centre, source, twice
):
    invite(centre, source)

    told = [words_of(letter) for letter in letters()]
    for words in told[:2]:
        assert words.index(AGAIN) < words.index(FIRST) < words.index(SECOND)
        assert f"the City Club, on {in_words(twice.given_on)}." in words
        assert RIGHT in words
    for words in told[2:]:
        assert FIRST in words
        assert SECOND not in words


def test_the_list_that_a_letter_goes_to_is_told_first(centre, source, twice):
    invite(centre, twice)

    assert len(letters()) == 2
    words = words_of(letters()[0])
    assert words.index(AGAIN) < words.index(SECOND) < words.index(FIRST)


def test_their_own_page_and_copy_tell_both(centre, source, twice, client):
    invite(centre, source)
    mine = reverse("outreach:mine", args=[key_in(letters()[0], "leave")])

    page = text_of(client.get(mine))
    client.post(mine, {"act": "copy"})
    answer_wishes()

    [copy] = [one for one in letters() if one["Auto-Submitted"] == "auto-replied"]
    for said in (FIRST, SECOND, RIGHT, "the City Club", in_words(twice.given_on)):
        assert said in page
        assert said in words_of(copy)
    assert "in more than one way" in page


def test_what_is_translated_is_told_in_their_language(centre, source, twice):
    Contact.objects.update(language="ar")

    invite(centre, source)

    words = words_of(letters()[0])
    assert "نادي المدينة" in words
    assert "قالوا نعم." in words
    assert RIGHT not in words


def test_the_copy_says_whether_a_link_was_used(centre, source, client):
    make_contacts(centre, source)
    campaign = invite(centre, source)
    letter = letters()[0]
    campaign.invitations.update(is_spent=True)

    client.post(
        reverse("outreach:mine", args=[key_in(letter, "leave")]), {"act": "copy"}
    )
    answer_wishes()

    [copy] = [one for one in letters() if one["Auto-Submitted"] == "auto-replied"]
    assert "Spring survey: used" in words_of(copy)


# Within a month of the day on which we were given them.


def old_source(centre, days):
    return make_source(centre, given_on=DAY - timedelta(days=days))


def test_a_list_is_taken_on_the_last_day(centre, lea):
    source = old_source(centre, TOLD_WITHIN.days)

    report = import_contacts(b"email\na@members.example\n", source=source, by=lea)

    assert report.added == 1


def test_a_list_that_was_given_too_long_ago_is_refused_kindly(centre, lea):
    source = old_source(centre, TOLD_WITHIN.days + 1)
    content = b"email\na@members.example\n"

    for take in (
        lambda: import_contacts(content, source=source, by=lea),
        lambda: take_upload(content, source=source, by=lea, on=DAY),
    ):
        with pytest.raises(TooLate, match=r"Ask the membership office.*fresh list"):
            take()

    assert not Contact.objects.exists()
    assert not source.imports.exists()


def test_an_upload_that_waited_too_long_is_not_read(centre, lea):
    source = old_source(centre, TOLD_WITHIN.days)
    content = b"email\na@members.example\n"
    importing = take_upload(content, source=source, by=lea, on=DAY)

    assert work_on_upload(on=DAY + timedelta(days=1)) == 0

    importing.refresh_from_db()
    assert importing.state == "stopped"
    assert "fresh list" in importing.trouble
    assert not Contact.objects.exists()


def test_the_month_begins_when_we_were_given_it_and_not_when_we_took_it_in(centre, lea):
    source = old_source(centre, 20)
    make_contacts(centre, source)

    apply_retention(source.last_day)
    assert Contact.objects.count() == 5
    apply_retention(source.last_day + timedelta(days=1))

    assert not Contact.objects.exists()


def test_no_first_letter_leaves_after_the_last_day(centre, time_machine):
    source = old_source(centre, TOLD_WITHIN.days)
    make_contacts(centre, source)
    campaign = make_campaign(centre, source)
    wave = launch_wave(campaign, number=1, by=centre.lea.user)
    assert send_due(limit=2).handed_over == 2
    time_machine.move_to(timezone.now() + timedelta(days=1))

    assert send_due().refused == 3

    lines = {str(line.label): line.number for line in account_of(wave).lines}
    assert lines == {"handed over": 2, "given to us too long ago": 3}
    assert len(letters()) == 2


def test_who_was_told_in_time_may_be_reminded_later(centre, source, time_machine):
    make_contacts(centre, source)
    campaign = invite(centre, source)
    time_machine.move_to(timezone.now() + timedelta(days=40))

    launch_wave(campaign, number=2, by=centre.lea.user)
    send_due()

    assert len(letters()) == 10


def test_the_key_of_a_batch_goes_when_its_last_person_is_forgotten(
    centre, source, client
):
    make_contacts(centre, source, PEOPLE[:1])
    invite(centre, source)
    mine = reverse("outreach:mine", args=[key_in(letters()[0], "leave")])
    client.post(mine, {"act": "erase"})
    answer_wishes()
    [asked] = [one for one in letters() if one["Auto-Submitted"] == "auto-replied"]

    press(client, path_in(asked, "forget"))

    assert not Contact.objects.exists()
    assert not Batch.objects.exists()
    assert Delivery.objects.count() == 1


def test_the_desk_says_by_when_and_for_what(centre, source, time_machine):
    desk = staff_of(centre).lea.browser(unlocked=False)
    there = reverse("outreach:source", args=[source.code])

    page = text_of(desk.get(there))

    assert f"{in_words(source.last_day)}. Who has heard nothing by then" in page
    assert "Directive 2002/58/EC Art 13(1)" in page
    assert "a survey that asks, and promotes nothing;" in page
    time_machine.move_to(timezone.now() + timedelta(days=28))
    desk = staff_of(centre).lea.browser(unlocked=False)
    assert "That day has passed" in text_of(desk.get(there))


# What is told is plain, and read alike.


def test_what_the_desk_writes_of_a_source_in_other_languages_is_plain_too(centre):
    from fairwitness.governance.wording import VagueWords

    with pytest.raises(VagueWords):
        make_source(centre, translated={"ar": {"told": "we may tell our partners"}})

    assert not Source.objects.exists()
    assert a_source().said("told", "ar") == a_source().told


def test_a_letter_reads_the_same_to_the_check_as_to_a_person(centre, source):
    make_contacts(centre, source)
    invite(centre, source)

    read = read_letter(letters()[0].as_bytes())

    assert FIRST in read.words
