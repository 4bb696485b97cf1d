"""In a browser: the letter light and dark; leaving and one's own page, without script and from right to left."""

import pytest
from django.utils import timezone

from fairwitness.outreach.actions import import_contacts
from fairwitness.outreach.answering import answer_wishes
from fairwitness.outreach.models import Contact, Suppression
from fairwitness.outreach.sending import send_due
from tests.browser import DESKTOP, PHONE, asked_elsewhere, sideways, violations, window
from tests.invited import (
    PEOPLE,
    a_campaign,
    letters,
    make_contacts,
    make_source,
    path_in,
)
from tests.journeys.person import somebody

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "keystore"]),
]


def invited(centre):
    """Two people, one who reads English and stands on two lists, one who reads Arabic."""
    from fairwitness.outreach.actions import draft_campaign, launch_wave

    source = make_source(centre, translated={"ar": {"given_by": "مكتب العضوية"}})
    make_contacts(centre, source, PEOPLE[:1])
    make_contacts(centre, source, PEOPLE[1:2], language="ar")
    other = make_source(centre, code="guests", given_by="the City Club")
    make_contacts(centre, other, PEOPLE[:1])
    lea = centre.lea.user
    campaign = draft_campaign(a_campaign(centre, source), by=lea)
    launch_wave(campaign, number=1, by=lea)
    send_due()
    return letters()


def answer():
    """The letter that was sent because somebody asked for it on their own page."""
    assert answer_wishes() == 1
    [found] = [one for one in letters() if one["Auto-Submitted"] == "auto-replied"]
    return found


def test_letters_are_read_by_everybody_light_and_dark_wide_and_narrow(
    origin, centre, chromium
):
    for letter in invited(centre):
        html = letter.get_body(("html",)).get_content()
        for scheme, size in (("light", PHONE), ("dark", PHONE), ("light", DESKTOP)):
            with window(chromium, viewport=size, color_scheme=scheme) as page:
                fetched = asked_elsewhere(page, "about:")
                page.set_content(html)
                # A letter is no page: it has neither a heading nor landmarks.
                found = [
                    one
                    for one in violations(page)
                    if not one.startswith(("landmark", "page-has", "region"))
                ]
                assert (found, sideways(page), fetched) == ([], 0, [])
                low = page.locator("a").evaluate_all(
                    "all => Math.min(...all.map(a => a.getBoundingClientRect().height))"
                )
                assert low >= 48


def test_who_leaves_without_script_takes_it_back_and_is_forgotten(
    origin, centre, chromium
):
    hers = invited(centre)[0]

    with somebody(chromium, origin, has_script=False) as person:
        person.open(path_in(hers, "leave"))
        assert not Suppression.objects.exists()
        person.press("Stop writing to me")
        assert "Done. We do not write to you again." in person.text
        assert Suppression.objects.get().reason == "left"
        person.follow("What we hold about you")
        assert "the City Club" in person.text
        assert "You left on" in person.text
        assert "member1" not in person.text
        person.press("Take it back: write to me again")
        assert not Suppression.objects.exists()
        person.press("Forget my address")
        assert "A letter is on its way" in person.text
        assert Contact.objects.count() == 2
        person.open(path_in(answer(), "forget"))
        person.press("Forget it")
        assert "Your address is forgotten" in person.text
    assert Contact.objects.count() == 1
    again = import_contacts(
        f"email\n{PEOPLE[0]}\n".encode(),
        source=Contact.objects.get().source,
        by=centre.lea.user,
        on=timezone.localdate(),
    )
    assert again.suppressed == 1


def test_who_reads_arabic_leaves_and_asks_for_a_copy(origin, centre, chromium):
    his = invited(centre)[1]

    with somebody(chromium, origin, locale="ar") as person:
        person.open(path_in(his, "mine"))
        assert person.page.locator("html").get_attribute("dir") == "rtl"
        assert "مكتب العضوية" in person.text
        person.press("أرسلوا إلي النسخة الكاملة")
        person.open(path_in(his, "leave"))
        person.press("توقفوا عن الكتابة إليّ")
    assert Suppression.objects.get().reason == "left"
    copy = answer()
    assert str(copy["To"]) == PEOPLE[1]
    assert copy["Content-Language"] == "ar"
