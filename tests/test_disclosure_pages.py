"""The pages of the one door through which a named case leaves."""

import pytest
from django.urls import reverse
from django.utils import timezone

from fairwitness.casework.ring import NotUnlocked
from fairwitness.disclosure.models import Release
from tests.passing_on import AID, OMBUDS, ask, files_in, prepare, yes

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])


def test_a_release_goes_its_way_on_pages(centre, staff, told):
    today = timezone.localdate()
    yes(centre, told, on=today)
    ben, lea = staff.ben.browser(), staff.lea.browser()
    ask_page = reverse("disclosure:request", args=[told[0].pk])
    assert b"Ombuds Office" in ben.get(ask_page).content
    recipient = centre.recipients[OMBUDS].pk
    asked = ben.post(ask_page, {"recipient": recipient, "sections": ["narrative"]})
    page = asked.headers["Location"]
    pk = Release.objects.get().pk

    shown = ben.post(reverse("disclosure:prepare", args=[pk])).content.decode()
    assert "The ramp was locked again." in shown
    assert "Approve the release" not in shown
    assert b"The ramp" not in lea.get(page).content
    looked = lea.post(reverse("disclosure:look", args=[pk]))
    assert b"The ramp was locked again." in looked.content
    seen = looked.context["form"]["seen"].value()
    approve_page = reverse("disclosure:approve", args=[pk])
    wrong = lea.post(approve_page, {"name": "Ombudsman", "seen": seen})
    assert b"That is not the name" in wrong.content
    lea.post(approve_page, {"name": "ombuds office", "seen": seen})
    hand = reverse("disclosure:hand_over", args=[pk])
    assert b"That is not the name" in ben.post(hand, {"name": "x"}).content
    ben.post(hand, {"name": "Ombuds Office"})
    saved = ben.post(reverse("disclosure:download", args=[pk]))

    assert saved["Content-Disposition"] == 'attachment; filename="package.zip.age"'
    assert "account.txt" in files_in(centre, saved.content)
    assert b"released" in ben.get(reverse("disclosure:releases")).content


def test_a_page_says_why_a_release_is_not_to_be(centre, staff, told):
    yes(centre, told, to=AID, on=timezone.localdate())
    client = staff.ben.browser()

    page = client.post(
        reverse("disclosure:request", args=[told[0].pk]),
        {"recipient": centre.recipients[OMBUDS].pk, "sections": ["narrative"]},
    )

    assert b"said yes to City Legal Aid, not to Ombuds Office" in page.content


def test_a_free_text_recipient_is_refused(centre, staff, told):
    yes(centre, told, on=timezone.localdate())
    client = staff.ben.browser()

    page = client.post(
        reverse("disclosure:request", args=[told[0].pk]),
        {"recipient": "anybody@elsewhere.example", "sections": ["narrative"]},
    )

    assert not Release.objects.exists()
    assert b"needs another look" in page.content


def test_with_a_locked_key_nothing_is_prepared_seen_approved_or_released(
    centre, staff, told
):
    today = timezone.localdate()
    yes(centre, told, on=today)
    asked = ask(centre, staff, told[0], on=today)
    prepare(asked, staff, on=today)
    ben = staff.ben.browser(unlocked=False)
    lea = staff.lea.browser(unlocked=False)
    fields = {"name": OMBUDS, "seen": "0" * 64}

    refused = [
        client.post(reverse(f"disclosure:{act}", args=[asked.pk]), fields)
        for client, act in (
            (ben, "prepare"),
            (lea, "look"),
            (lea, "approve"),
        )
    ]

    assert {page.status_code for page in refused} == {NotUnlocked.status}
    assert all(b"Your key is locked" in page.content for page in refused)


PAGES = {"disclosure:releases": {"lea", "ben"}, "disclosure:release": {"lea", "ben"}}


@pytest.mark.parametrize("name", ["lea", "ada", "ben", "ina", "pia"])
def test_each_page_opens_for_those_who_may(centre, staff, told, name):
    yes(centre, told)
    asked = ask(centre, staff, told[0])
    client = getattr(staff, name).browser()

    for page, allowed in PAGES.items():
        about = [asked.pk] if page == "disclosure:release" else []
        status = client.get(reverse(page, args=about)).status_code

        assert (page, status == 200) == (page, name in allowed)
