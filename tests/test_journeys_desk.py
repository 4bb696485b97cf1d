"""The way of a report over the desk in a browser: worked on, passed on, counted, published, read."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest
from django.utils import timezone

from fairwitness.casework.actions import release_facts
from fairwitness.casework.models import Fact
from fairwitness.demo.world import PASSPHRASE
from fairwitness.figures.actions import build_asked
from fairwitness.intake.actions import give_consent
from fairwitness.ledger.signing import signer
from tests.desk import tell
from tests.journeys.person import somebody
from tests.journeys.reporting import come_back
from tests.journeys.working import (
    at_the_desk,
    open_account,
    open_incident,
    told_and_coded,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "keystore"]),
]

STORY = "The ramp was locked again."


@pytest.fixture
def told(origin, centre):
    """A report that waits to be read, and its code."""
    return tell(centre, day=timezone.localdate())


def test_what_is_sealed_opens_only_with_the_key_and_a_reason(
    told, centre, origin, chromium
):
    with at_the_desk(chromium, origin, centre.ada, is_unlocked=False) as ada:
        ada.open("/desk/inbox")
        assert "a report, locked" in ada.text
        ada.follow("Unlock it")
        ada.write("Vault passphrase", "not this one at all")
        ada.press("Unlock")
        assert "needs another look" in ada.page.inner_text(".errors")
        ada.write("Vault passphrase", PASSPHRASE)
        ada.press("Unlock")
        ada.arrive(ada.page.locator("tbody a").click)
        assert STORY not in ada.text
        open_account(ada, reason="first_reading")

        assert STORY in ada.text
        ada.open("/desk/inbox?show=open")
        assert "read" in ada.page.inner_text("tbody")
    with somebody(chromium, origin) as reporter:
        come_back(reporter, " ".join(told[1].words))
        assert "One of our caseworkers read your account" in reporter.text


def test_a_caseworker_codes_a_report_follows_the_complaint_and_answers(
    told, centre, origin, chromium
):
    today = timezone.localdate()

    with at_the_desk(chromium, origin, centre.ada) as ada:
        open_incident(ada)
        ada.follow("Code it (A)")
        ada.press("Open it for coding")
        assert STORY in ada.text
        ada.pick("District", "lowmoor")
        ada.press("Save the coding")

        ada.follow("Add a complaint")
        ada.write("Institution", "The allotment committee")
        ada.write("Put on", (today - timedelta(days=30)).isoformat())
        ada.pick("How we know", "document")
        ada.press("Add the complaint")
        ada.pick("What happened", "promised")
        ada.write("On", (today - timedelta(days=20)).isoformat())
        ada.write("Promised for", (today - timedelta(days=5)).isoformat())
        ada.pick("How we know", "reporter")
        ada.press("Add the step")
        assert "promised date passed 5 days ago" in ada.text
        ada.press("Record silence")
        assert "silence" in ada.text

        ada.follow("Back")
        ada.follow("Write to the reporter (A)")
        ada.write("Your message", "May we ask the committee for their answer?")
        ada.press("Send the message")
    release_facts()
    fact = Fact.objects.get()
    assert (fact.district, fact.type, fact.status) == (
        "lowmoor",
        "exclusion",
        "counted",
    )

    with somebody(chromium, origin) as reporter:
        come_back(reporter, " ".join(told[1].digits))
        assert "We wrote to you" in reporter.text
        reporter.follow("Read 1 new message")
        assert "May we ask the committee for their answer?" in reporter.text
        reporter.open("/report/page/")
        assert "It is in our count" in reporter.text


def test_a_case_is_passed_on_by_two_hands_after_a_yes(told, centre, origin, chromium):
    report, code = told
    ask = f"/desk/reports/{report.pk}/release"

    with at_the_desk(chromium, origin, centre.ben) as ben:
        ben.open(ask)
        assert "said yes to nobody" in ben.text
        _say_yes(centre, report, code)
        ben.reload()
        ben.pick("To", str(centre.recipients["City Legal Aid"].pk))
        ben.choose("the account as it was told")
        ben.press("Ask for this release")
        ben.press("Prepare the package")
        assert STORY in ben.text
        assert "A second person has to look at it" in ben.text

        with at_the_desk(chromium, origin, centre.lea) as lea:
            _approve(lea)
        sealed = _hand_over(ben)

    files = _opened(sealed, centre.identities["City Legal Aid"])
    assert STORY in files["account.txt"]
    assert "not a finding" in files["cover.txt"]
    with somebody(chromium, origin) as reporter:
        come_back(reporter, " ".join(code.words))
        assert "Passed to City Legal Aid" in reporter.text


def _say_yes(centre, report, code):
    recipient = centre.recipients["City Legal Aid"]
    today = timezone.localdate()
    give_consent(
        report, code=code, recipient=recipient, sections=("narrative",), on=today
    )


def _approve(lea):
    lea.open("/desk/releases")
    lea.follow("City Legal Aid")
    lea.press("Look at what would leave")
    assert STORY in lea.text
    lea.write("Type the name of the recipient", "Ombuds Office")
    lea.press("Approve the release to City Legal Aid")
    assert "That is not the name of the recipient" in lea.text
    lea.write("Type the name of the recipient", "City Legal Aid")
    lea.press("Approve the release to City Legal Aid")
    assert "You approved this release." in lea.text


def _hand_over(ben) -> bytes:
    ben.open("/desk/releases")
    ben.follow("City Legal Aid")
    ben.write("Type the name of the recipient", "City Legal Aid")
    ben.press("Release to City Legal Aid")
    saved = ben.save("Save the file", role="button")
    assert saved.suggested_filename == "package.zip.age"
    return Path(saved.path()).read_bytes()


def _opened(sealed, identity) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(pyrage.decrypt(sealed, [identity]))) as package:
        return {name: package.read(name).decode() for name in package.namelist()}


def test_an_edition_is_asked_for_built_published_by_another_and_read_by_anybody(
    origin, centre, chromium
):
    year = timezone.localdate().year
    told_and_coded(centre, number=14)

    with at_the_desk(chromium, origin, centre.ina) as ina:
        ina.open("/desk/figures/")
        ina.write("First month", f"{year}-01")
        ina.write("Last month", f"{timezone.localdate():%Y-%m}")
        ina.press("Ask for this edition")
        assert build_asked(signer=signer()) == 1
        ina.follow("Edition 1")
        assert "Publish it" not in ina.text
    with at_the_desk(chromium, origin, centre.pia) as pia:
        pia.open("/desk/figures/1/")
        pia.write("Type the number of the edition to publish it", "1")
        pia.press("Publish edition 1")

    with somebody(chromium, origin) as reader:
        reader.open("/figures")
        assert reader.at == "/editions/1/"
        reader.follow("Read it")
        assert "14" in reader.text
        assert "does not say" in reader.text
