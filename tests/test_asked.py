"""Who asks about their address without a letter: it is done, and nobody at the desk learns whether we hold it."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from fairwitness.ledger.models import Entry
from fairwitness.outreach.actions import import_contacts, launch_wave
from fairwitness.outreach.actions.asked import Ask, do_as_asked
from fairwitness.outreach.answering import answer_wishes
from fairwitness.outreach.models import Contact, Source, Suppression, Wish
from fairwitness.outreach.recipients import totals
from fairwitness.outreach.sending import send_due
from fairwitness.refusal import NotAllowed, Refused
from fairwitness.staff.roles import Role
from tests.desk import colleague, staff_of, text_of
from tests.invited import PEOPLE, letters, make_invited, words_of

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

DAY = timezone.localdate()
HERE = "/desk/address"
UNIQUE = re.compile(r'value="[0-9A-Za-z]{64}"')  # the token of a form
STRANGER = "stranger@members.example"


@pytest.fixture
def invited(centre, settings, tmp_path):
    """Five people who were invited, and whose reminders wait."""
    settings.OUTBOX = tmp_path / "outbox"
    campaign = make_invited(centre)
    send_due()
    launch_wave(campaign, number=2, by=centre.lea.user)
    return campaign


@pytest.fixture
def pat(centre):
    """The data-protection lead."""
    return colleague("Pat", Role.PROTECTION, by=centre.lea.user)


def typed(address, ask):
    return {"address": address, "ask": ask.value}


@pytest.mark.parametrize("written", [PEOPLE[0], PEOPLE[0].upper(), f" {PEOPLE[0]} "])
def test_who_writes_to_be_left_in_peace_gets_no_waiting_letter(invited, pat, written):
    do_as_asked(written, Ask.LEAVE, by=pat.user, on=DAY)
    send_due()

    assert totals(invited, wave=2).suppressed == 1
    assert Contact.objects.count() == 5


def test_who_writes_to_be_forgotten_is_forgotten_for_good(invited, pat, lea):
    do_as_asked(PEOPLE[0], Ask.FORGET, by=pat.user, on=DAY)

    again = import_contacts(
        f"email\n{PEOPLE[0]}\n".encode(), source=Source.objects.get(), by=lea
    )
    assert Contact.objects.count() == 4
    assert (again.added, again.suppressed) == (0, 1)


def test_a_copy_goes_to_the_address_itself_and_to_no_stranger(invited, pat):
    for address in (PEOPLE[0], PEOPLE[0], STRANGER):
        do_as_asked(address, Ask.COPY, by=pat.user, on=DAY)

    assert answer_wishes() == 1
    [copy] = [one for one in letters() if one["Auto-Submitted"] == "auto-replied"]
    assert str(copy["To"]) == PEOPLE[0]
    assert "This is all of it." in words_of(copy)
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("ask", Ask)
def test_nobody_learns_whether_we_hold_an_address(invited, pat, ask):
    browser, told = pat.browser(), []
    for address in (PEOPLE[0], STRANGER, PEOPLE[0]):
        before = set(Entry.objects.values_list("pk", flat=True))
        answer = browser.post(HERE, typed(address, ask), follow=True)
        new = Entry.objects.exclude(pk__in=before).values_list("act", "subject")
        told.append((UNIQUE.sub("", text_of(answer)), sorted(new)))

    assert told[0] == told[1] == told[2]
    assert told[0][1] == [(f"outreach.asked_to_{ask.value}", "day")]
    assert "members.example" not in told[0][0]


def test_the_coordinator_ends_letters_and_leaves_the_rest_to_others(invited, centre):
    lea = staff_of(centre).lea

    page = text_of(lea.browser().get(HERE))
    answer = text_of(lea.browser().post(HERE, typed(PEOPLE[0], Ask.FORGET)))

    assert "Write to it no more" in page
    assert "Forget it" not in page
    assert "Select a valid choice" in answer
    for ask in (Ask.FORGET, Ask.COPY):
        with pytest.raises(NotAllowed):
            do_as_asked(PEOPLE[0], ask, by=lea.user, on=DAY)
    assert Contact.objects.count() == 5
    assert not Wish.objects.exists()


def test_a_caseworker_does_none_of_it(invited, centre):
    ina = staff_of(centre).ina

    assert ina.browser().get(HERE).status_code == 403
    with pytest.raises(NotAllowed):
        do_as_asked(PEOPLE[0], Ask.LEAVE, by=ina.user, on=DAY)


def test_what_is_no_address_is_asked_for_again(pat):
    with pytest.raises(Refused):
        do_as_asked("nobody", Ask.LEAVE, by=pat.user, on=DAY)

    page = pat.browser().post(HERE, typed("nobody", Ask.LEAVE))

    assert page.status_code == 200
    assert "No letter can be sent to this address." in text_of(page)
    assert not Suppression.objects.exists()


def test_requests_lead_there(pat):
    assert reverse("outreach:asked") == HERE
    assert f'href="{HERE}"' in text_of(pat.browser().get(reverse("rights:requests")))
