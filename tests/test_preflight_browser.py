"""The check of a campaign in a browser: the place marked, the reason taken, both seen by everybody."""

import pytest
from django.urls import reverse

from fairwitness.outreach.actions import launch_wave
from fairwitness.outreach.models import Campaign, KeptWarning
from tests.browser import DESKTOP, PHONE, SEEN, sideways, violations
from tests.invited import make_campaign, make_contacts, make_source
from tests.journeys.working import at_the_desk
from tests.test_preflight_campaign import HARD, letter_with

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "keystore"]),
]


def is_seen_by_everybody(page):
    """Axe finds nothing, and nothing runs out of the window, wide and narrow, light and dark."""
    found = violations(page)
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark")
    found += violations(page, rules=SEEN)
    wide = sideways(page)
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light")
    return (found, wide) == ([], 0)


def test_a_warning_is_read_beside_its_text_and_kept_for_a_reason(
    origin, centre, chromium
):
    source = make_source(centre)
    make_contacts(centre, source)
    words = f"{HARD}\nWe wish to recieve your answer soon."
    make_campaign(centre, source, letter=letter_with(words))

    with at_the_desk(chromium, origin, centre.lea, is_unlocked=False) as lea:
        there = reverse("outreach:campaign", args=["spring"])
        lea.open(there)
        assert lea.page.locator("mark").count() == 2
        assert is_seen_by_everybody(lea.page)
        lea.page.get_by_role("link", name="Open there").first.click()
        assert "#text_en-" in lea.page.url
        for _warning in range(2):
            lea.open(there)
            lea.page.get_by_role("link", name="Keep it").first.click()
            assert is_seen_by_everybody(lea.page)
            lea.write("Why it may stand", "It is the name of the law.")
            lea.press("Keep it, and publish why")
        assert lea.page.get_by_role("link", name="Launch").count() == 1

    assert KeptWarning.objects.count() == 2
    launch_wave(Campaign.objects.get(), number=1, by=centre.lea.user)


def test_a_letter_with_a_fault_comes_back_with_the_place_marked(
    origin, centre, chromium
):
    make_source(centre)

    with at_the_desk(chromium, origin, centre.lea, is_unlocked=False) as lea:
        lea.open(reverse("outreach:draft"))
        for label, words in {
            "Short name": "spring",
            "Title": "Spring survey",
            "Who they are": "all members",
            "How many such people there are": "5",
            "How they were chosen": "everybody",
            "The place we ask about, in English": "the branch",
            "The place we ask about, in العربية": "الفرع",
        }.items():
            lea.write(label, words)
        lea.page.get_by_label("We ask about the time since").fill("2026-01-01")
        lea.page.locator("[name=way][value=all]").check()
        lea.page.locator("[name=source]").select_option(index=1)
        lea.page.locator("[name=version]").select_option(index=1)
        letter = lea.page.locator("[name=text_en]")
        letter.fill(letter.input_value() + "\nRelevant parties see it.")
        lea.press("Write it down")
        assert lea.page.locator("mark.stop").inner_text().startswith("Relevant parties")
        assert is_seen_by_everybody(lea.page)
        letter.fill(letter.input_value().replace("Relevant parties see it.", ""))
        lea.press("Write it down")
        assert "Every check passed" in lea.text or "nobody to write to" in lea.text

    assert Campaign.objects.get().name == "spring"
