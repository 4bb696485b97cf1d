"""A questionnaire with pictures and sound in a browser: brought in at the desk, answered without script."""

import pytest
from playwright.sync_api import FilePayload

from fairwitness.intake.models import Report
from fairwitness.surveys.actions import publish_version
from fairwitness.surveys.companions import companions_of
from tests.browser import DESKTOP, SEEN, sideways, violations
from tests.journeys.person import PHONE, somebody
from tests.journeys.working import at_the_desk
from tests.media import ramp, wav
from tests.publishable import publishable

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "keystore"]),
]

RAMPS = [
    ("steep", "A steep ramp", "منحدر شديد"),
    ("gentle", "A gentle ramp, long enough for two chairs side by side", "منحدر خفيف"),
    ("lift", "A lift", "مصعد"),
]
FILES = {
    "entrance.png": ramp(640, 360, steepness=0.6),
    "entrance-large.png": ramp(1600, 900, steepness=0.6),
    "entrance-ar.png": ramp(360, 360, steepness=0.6),
    "steep.png": ramp(320, 240, steepness=1.2),
    "gentle.png": ramp(320, 240, steepness=0.5),
    "lift.png": ramp(240, 320, steepness=2),
    "steep.wav": wav(),
    "spoken.wav": wav(),
    "towns.csv": b"name,label::English (en),label::\xd8\xa7\xd9\x84\xd8\xb9\xd8\xb1\xd8\xa8\xd9\x8a\xd8\xa9 (ar)\nmill,Mill,\xd8\xb7\xd8\xa7\xd8\xad\xd9\x88\xd9\x86\nquay,Quay,\xd8\xb1\xd8\xb5\xd9\x8a\xd9\x81\n",
}
NAME = "Default questionnaire"


def pictured():
    """A note with pictures, options with pictures and a sound, a list in a file, all in two languages."""
    sheet = publishable(
        {"type": "note", "name": "look", "label": "This is the entrance\nLook at it, or listen to how we describe it.",
         "label_ar": "هذا هو المدخل\n انظر إليه أو استمع إلى وصفه.",
         "media::image::English (en)": "entrance.png", "media::image::العربية (ar)": "entrance-ar.png",
         "media::big-image": "entrance-large.png", "media::audio": "spoken.wav"},
        {"type": "select_one ramps", "name": "ramp", "label": "Which of these was there?", "label_ar": "أي من هذه كان موجودًا؟"},
        {"type": "begin_group", "name": "more", "label": "What else", "label_ar": "وغيره", "appearance": "field-list"},
        {"type": "select_one_from_file towns.csv", "name": "town", "label": "Which town?", "label_ar": "أي مدينة؟"},
        {"type": "select_multiple ramps", "name": "wished", "label": "What would help?", "label_ar": "ما الذي يساعد؟", "media::image": "gentle.png"},
        {"type": "end_group"},
        choices={"ramps": [(name, label, name) for name, label, _arabic in RAMPS]},
    ).decode()  # fmt: skip
    sheet = sheet.replace(",of\r\n", ",of,media::image,media::audio\r\n")
    for name, label, arabic in RAMPS:
        told = f"{label},{label},{name}"
        quoted = f'"{label}","{label}",{name}'
        ending = f",{name}.png,{'steep.wav' if name == 'steep' else ''}"
        sheet = sheet.replace(told, f"{label},{arabic},{name}{ending}")
        sheet = sheet.replace(quoted, f'"{label}",{arabic},{name}{ending}')
    return sheet.encode()


def looks_right(person):
    """Every picture has come, on a phone and on a wide screen, by day and in the dark."""
    page = person.page
    drawn = (
        "() => [...document.images].every((one) => one.complete && one.naturalWidth)"
    )
    page.wait_for_load_state("networkidle")
    assert page.evaluate(drawn), person.at
    if not person.has_script:
        return
    for size in (PHONE, DESKTOP):
        for scheme in ("light", "dark"):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            assert (violations(page, rules=SEEN), sideways(page)) == ([], 0), person.at
            person._take_picture(str(size["width"]), scheme, page.title()[:12])
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="light")


def to_the_questions(person):
    person.open("/tell/")
    person.press(person.page.locator("form button.button").last.inner_text())


@pytest.mark.parametrize("has_script", [False, True], ids=["without script", "with"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_pictures_are_seen_and_chosen_by(
    origin, centre, chromium, language, has_script
):
    lea = centre.members["Lea"].user
    publish_version(
        pictured(), name=NAME, by=lea, is_meant_alike=True, beside=companions_of(FILES)
    )
    words = {"en": "A steep ramp", "ar": "منحدر شديد"}[language]
    locale = {"en": "en-GB", "ar": "ar"}[language]

    with somebody(chromium, origin, has_script=has_script, locale=locale) as person:
        page = person.page
        to_the_questions(person)
        assert page.locator("figure img").get_attribute("alt")
        looks_right(person)
        person.press(page.locator(".ways button.button").inner_text())
        assert page.locator(".tiles img").count() == len(RAMPS)
        looks_right(person)
        page.get_by_role("radio", name=words, exact=True).check()
        person.press(page.locator(".ways button.button").inner_text())
        looks_right(person)
        page.locator("[name=town][value=quay]").check()
        page.locator("[name=wished][value=lift]").check()
        person.press(page.locator(".ways button.button").inner_text())
        assert words in person.text
        person.press(page.locator(".ways button.button").inner_text())

    assert Report.objects.count() == 1


def test_files_are_brought_in_beside_the_sheet(origin, centre, chromium):
    with at_the_desk(chromium, origin, centre.lea, is_unlocked=False) as lea:
        page = lea.page
        lea.open("/desk/questionnaires/upload")
        lea.write("Questionnaire", "Ramps")
        page.get_by_label("Spreadsheet").set_input_files(
            FilePayload(name="ramps.csv", mimeType="text/csv", buffer=pictured())
        )
        lea.press("Check it")
        assert f"{len(FILES)} missing" in lea.text
        lea.follow("See them, bring some in")
        looks_right(lea)
        page.get_by_label("Files", exact=True).set_input_files(
            [
                FilePayload(name=name, mimeType="application/octet-stream", buffer=one)
                for name, one in [*FILES.items(), ("more.png", FILES["steep.png"])]
            ]
        )
        lea.press("Bring them in")
        looks_right(lea)
        assert "Not needed" in lea.text
        assert "Missing" not in lea.text
        lea.press("Take out more.png")
        lea.open(page.locator("a.back").get_attribute("href") or "")
        lea.follow("Preview")
        lea.choose("Report")
        lea.choose("The whole part on one page, as for somebody who rings us")
        lea.press("Begin")
        looks_right(lea)
