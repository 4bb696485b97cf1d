"""A photograph in a browser: chosen without script, refused, replaced, sent, drawn at the desk."""

import pytest
from django.urls import reverse
from playwright.sync_api import FilePayload

from fairwitness.intake.models import Evidence, Report
from fairwitness.sifting.kinds import Sort
from fairwitness.surveys.actions import publish_version
from tests.files_of_many_kinds import picture
from tests.journeys.person import somebody
from tests.journeys.working import at_the_desk
from tests.test_draft_files import FORM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "keystore"]),
]

WORDS = {
    "en": (
        "Keep it untouched, as evidence",
        "Remove this file",
        "Take the file out",
        "untouched",
    ),
    "ar": (
        "احفظه كما هو، دليلًا",
        "أزل هذا الملف",
        "أخرج الملف منه",
        "كما هو دون تغيير",
    ),
}


def choose(person, content: bytes, name: str = "Ada.jpg"):
    person.page.locator("[name=photo]").set_input_files(
        FilePayload(name=name, mimeType="image/jpeg", buffer=content)
    )
    go_on(person)


def go_on(person):
    person.press(person.page.locator(".ways button.button").inner_text())


@pytest.mark.parametrize("has_script", [False, True], ids=["without script", "with"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_photograph_is_chosen_and_sent_by(
    origin, centre, chromium, language, has_script
):
    publish_version(FORM, name="with files", by=centre.lea.user)
    whole, remove, refused, _untouched = WORDS[language]
    locale = {"en": "en-GB", "ar": "ar"}[language]

    with somebody(chromium, origin, has_script=has_script, locale=locale) as person:
        page = person.page
        person.open("/tell/")
        person.press(page.locator("form button.button").last.inner_text())
        page.locator("[name=what]").fill("They shut the door.")
        go_on(person)
        choose(person, b"PK\x03\x04" + bytes(80))
        assert refused in person.text
        choose(person, picture(size=(400, 300)))
        page.locator("[name=seen]").fill("A door.")
        page.locator("button.back").first.click()
        page.wait_for_load_state()
        person.look()
        assert page.get_by_label(remove).count() == 1
        page.get_by_label(whole).check()
        choose(person, picture(Sort.PNG, size=(400, 300)))
        page.locator("[name=seen]").fill("A door.")
        go_on(person)
        assert WORDS[language][3] in person.text
        go_on(person)

    assert Report.objects.count() == 1
    assert Evidence.objects.count() == 1


def test_a_photograph_that_was_added_later_is_drawn_at_the_desk(
    origin, centre, chromium
):
    with somebody(chromium, origin, has_script=False) as person:
        person.open("/tell/")
        person.press(person.page.locator("form button.button").last.inner_text())
        person.walk({"young": "no", "what_happened": "A door."}, until="/tell/check/")
        go_on(person)
        code = person.page.locator(".code").first.inner_text()
        assert code
        report = Report.objects.get()
        person.press(person.page.locator("form button.button").last.inner_text())
        person.open(reverse("reporter:evidence"))
        person.page.locator("[name=file]").set_input_files(
            FilePayload(
                name="a.jpg", mimeType="image/jpeg", buffer=picture(size=(640, 480))
            )
        )
        person.press("Add this file")
        person.open(reverse("reporter:sent"))
        assert "image-1.jpeg" in person.text

    with at_the_desk(chromium, origin, centre.ada) as ada:
        ada.open(reverse("casework:report", args=[report.pk]))
        page = ada.page
        part = page.locator(f"#part-evidence-{report.pk}")
        part.locator("summary").click()
        part.get_by_role("button").click()
        page.wait_for_load_state()
        ada.look()
        assert page.evaluate(
            "() => [...document.images].every((one) => one.complete && one.naturalWidth == 480)"
        )
        ada._take_picture("drawn-at-the-desk")
