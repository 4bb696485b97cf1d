"""A questionnaire on its way over the desk in a browser: mended, previewed, told by phone, asked."""

import os
from pathlib import Path

import pytest

from fairwitness.intake.models import Consent
from fairwitness.surveys.published import newest_version
from fairwitness.surveys.xlsform import DEFAULT
from tests.browser import DESKTOP, SEEN, sideways, violations
from tests.journeys.person import PHONE
from tests.journeys.working import at_the_desk
from tests.sheets import list_of, question, sheet_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "keystore"]),
]


def with_mistakes():
    """Sheets with a wrong type, a wrong name, a rule with curly quotes, and a doubled option."""
    return sheet_of(
        [
            question("about", "select_one about", part="survey"),
            question("age", "intteger"),
            question("town", relevant="${abuot} = 'saw_or_heard'"),
            question("street", relevant="${town} = \u2018east\u2019"),
        ],
        list_of("about", "saw_or_heard", "nothing_happened", "saw_or_heard"),
    )


def look_again(person):
    """The same page on a phone and in the dark: within its window, and seen by everybody."""
    page = person.page
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark")
    found = violations(page, rules=SEEN)
    wide = sideways(page)
    picture(person)
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light")
    assert (found, wide) == ([], 0), person.at


def picture(person):
    """A picture of the page on a phone, where pictures are asked for."""
    folder = os.environ.get("FAIRWITNESS_SHOTS")
    if folder:
        name = "-".join(filter(None, person.at.partition("?")[0].split("/")))
        name = "".join(sign if sign.isalnum() else "-" for sign in name)[-60:]
        person.page.screenshot(path=Path(folder) / f"phone-{name}.png", full_page=True)


def bring_in(person, sheet):
    """Choose a file and bring it in."""
    person.write("Questionnaire", "Spring")
    chosen = {"name": "spring.xlsx", "mimeType": "application/zip", "buffer": sheet}
    person.page.get_by_label("Spreadsheet").set_input_files(chosen)
    person.press("Check it")


def test_a_sheet_is_mended_previewed_and_asked(origin, centre, chromium):
    with at_the_desk(chromium, origin, centre.lea, is_unlocked=False) as lea:
        lea.open("/desk/questionnaires/")
        lea.follow("Bring in a spreadsheet")
        bring_in(lea, with_mistakes())
        assert "There is no question abuot" in lea.text or "abuot" in lea.text
        first = lea.page.locator(".finding a").first
        first.click()
        target = first.get_attribute("href") or ""
        assert lea.page.locator(f'[id="{target[1:]}"]').is_visible()
        look_again(lea)

        lea.follow("Bring in a mended file")
        bring_in(lea, DEFAULT.read_bytes() + b"\0")
        preview_in_arabic(lea)
        by_phone(lea)

        lea.open("/desk/questionnaires/")
        lea.follow("Spring")
        lea.follow("Publish it")
        look_again(lea)
        lea.press("Publish it")
        assert "Asked now" in lea.text
    assert newest_version().questionnaire.name == "Spring"


def test_somebody_rings_and_is_written_down(origin, centre, chromium):
    with at_the_desk(chromium, origin, centre.ada, is_unlocked=False) as ada:
        ada.open("/desk/calls/")
        ada.choose("The caller says yes")
        ada.press("Begin")
        ada.page.locator("[name=young][value=no]").check()
        ada.page.locator("textarea[name=what_happened]").fill("They shut the gate.")
        ada.press("Read it back")
        look_again(ada)
        ada.press("The caller says yes: send it")
        look_again(ada)
        ada.follow("They have said it back, go on")
        look_again(ada)
        ada.press("The caller says yes")
        ada.follow("They want to stop here")
        ada.press("The call is over: forget the code")
        assert "Somebody rings us" in ada.text
    assert Consent.objects.get().is_attested


def preview_in_arabic(lea):
    """The report part in Arabic, to the check."""
    lea.follow("Preview")
    lea.choose("العربية")
    lea.choose("Report")
    lea.press("Begin")
    page = lea.page
    assert page.locator("html").get_attribute("dir") == "rtl"
    page.locator("[name=young][value=no]").check()
    lea.press("متابعة")
    look_again(lea)
    lea.press("English")
    assert page.locator("html").get_attribute("lang") == "en"
    lea.press("Skip this question")
    lea.write("What happened?", "The gate was shut.")
    lea.press("Send what I have so far")
    assert "Caseworkers, sealed with the account" in lea.text
    assert "The gate was shut." in lea.text


def by_phone(lea):
    """The same part on one page, by the keys alone."""
    lea.follow("Choose another")
    lea.choose("Report")
    lea.choose("The whole part on one page, as for somebody who rings us")
    lea.press("Begin")
    page = lea.page
    young = page.locator("[name=young]").first
    young.focus()
    page.keyboard.press("2")  # no
    assert page.locator("[name=young][value=no]").is_checked()
    lea.arrive(lambda: page.keyboard.press("Enter"))
    page.locator("textarea[name=what_happened]").fill("They shut the gate.")
    look_again(lea)
    lea.press("Finish")
    assert "They shut the gate." in lea.text
    lea.follow("End it")
