"""Files in the evidence: added with the code, seen by staff, passed on, erased; in clear nowhere."""

import base64
import io
import json
import tempfile
import zipfile
from pathlib import Path

import pyrage
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, PngImagePlugin

from fairwitness.disclosure.consenting import NotCovered
from fairwitness.disclosure.gathering import NothingToPass
from fairwitness.front import reporter_upkeep
from fairwitness.intake.actions import add_evidence, find_by_receipt
from fairwitness.intake.models import Evidence
from fairwitness.intake.payloads import CLEANED, UNTOUCHED, File
from fairwitness.sifting.kinds import Sort
from fairwitness.surveys.actions import publish_version
from fairwitness.surveys.models import DraftFile
from fairwitness.vault.opening import Chest, unwrap_for_reporter
from fairwitness.vault.receipt import ReceiptCode
from tests import files_of_many_kinds as files
from tests.canary import (
    Canaries,
    in_database_files,
    in_databases,
    in_folder,
    overhearing,
)
from tests.desk import TODAY, staff_of, tell
from tests.files_of_many_kinds import HIDDEN
from tests.passing_on import OMBUDS, approve, ask, hand_over, prepare, yes
from tests.test_draft_files import FORM
from tests.walking import Walker

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

BOTH = ("narrative", "evidence")


@pytest.fixture
def staff(centre):
    return staff_of(centre)


@pytest.fixture
def told(centre):
    """A report to which its reporter has added a photograph and an untouched one."""
    report, code = tell(centre)
    key = unwrap_for_reporter(report.pk, "case", code.read_key)
    chest = Chest(report.pk, report.slot_id, key)
    content = Image.new("RGB", (3, 2), (9, 9, 9))
    written = io.BytesIO()
    content.save(written, "PNG")
    for name, state in (("image-1.png", CLEANED), ("image-2.png", UNTOUCHED)):
        file = File(name, Sort.PNG.value, "the locked door", written.getvalue(), state)
        add_evidence(report, case_chest=chest, file=file, on=TODAY)
    return report, code


@pytest.fixture
def rana(centre) -> Walker:
    """Somebody who has sent a report and come back with their code."""
    walker = Walker()
    code = walker.tell()
    rana = Walker()
    rana.come_back(code)
    return rana


def photograph(content: bytes | None = None) -> SimpleUploadedFile:
    sent = files.picture() if content is None else content
    return SimpleUploadedFile("Ada-at-home.jpg", sent)


# Added later, with the code


def test_a_photograph_is_added_with_the_code_without_its_place_and_name(rana):
    rana.open("/report/evidence/")
    assert "we take out what is hidden in it" in rana.text

    rana.post("/report/evidence/", file=photograph(), words="our door")

    copy = json.loads(rana.client.get("/report/copy/").content)
    (kept,) = copy["files"]
    assert (kept["name"], kept["kind"]) == ("image-1.jpeg", "image/jpeg")
    assert HIDDEN not in base64.b64decode(kept["base64"])
    rana.open("/report/sent/")
    assert "image-1.jpeg" in rana.text
    assert "What was hidden in it is taken out." in rana.text


def test_who_wants_so_adds_it_untouched(rana):
    rana.post("/report/evidence/", file=photograph(), file__whole="yes")

    copy = json.loads(rana.client.get("/report/copy/").content)

    assert base64.b64decode(copy["files"][0]["base64"]) == files.picture()


def test_a_double_click_adds_a_file_once(rana):
    rana.post("/report/evidence/", file=photograph(), words="our door")
    rana.post("/report/evidence/", file=photograph(), words="our door")

    assert Evidence.objects.count() == 1


def test_a_report_takes_only_so_many_files(rana, monkeypatch):
    monkeypatch.setattr(reporter_upkeep, "MOST_FILES", 0)

    rana.post("/report/evidence/", file=photograph(b"words"))

    assert "as many files as we can take" in rana.text


def test_who_chose_no_file_is_told_so(rana):
    rana.post("/report/evidence/", words="w")

    assert "Choose a file." in rana.text
    assert not Evidence.objects.exists()


def test_nobody_has_files_looked_at_without_a_report(centre, monkeypatch):
    monkeypatch.setattr(reporter_upkeep, "sift_all", pytest.fail)

    answer = Walker().client.post("/report/evidence/", {"file": photograph()})

    assert answer.status_code == 200


# Staff


def test_a_cleaned_picture_is_drawn_on_the_page_and_an_untouched_one_is_not(
    staff, told
):
    client = staff.ada.browser()

    page = client.post(
        reverse("casework:open_part", args=[told[0].pk, "evidence"]),
        {"reason": "first"},
    )

    shown = page.content.decode()
    assert shown.count('src="data:image/png;base64,') == 1
    assert "img-src 'self' data:" in page["Content-Security-Policy"].split("; ")
    assert "the locked door" in shown
    assert "untouched" in shown


def test_elsewhere_at_the_desk_no_picture_stands_in_a_page(staff, told):
    page = staff.ada.browser().get(reverse("casework:report", args=[told[0].pk]))

    assert "data:" not in page["Content-Security-Policy"]


def test_a_file_is_saved_under_our_name_and_no_browser_opens_it(staff, told):
    client = staff.ada.browser()

    saved = client.post(
        reverse("casework:save_file", args=[told[0].pk, 2]), {"reason": "first"}
    )

    assert saved["Content-Disposition"] == 'attachment; filename="evidence-2.png"'
    assert saved["Content-Type"] == "application/octet-stream"
    assert saved["X-Content-Type-Options"] == "nosniff"
    assert saved["Content-Security-Policy"] == "default-src 'none'; sandbox"


# Passed on, and erased


def inside(centre, sealed: bytes) -> dict[str, bytes]:
    plain = pyrage.decrypt(sealed, [centre.identities[OMBUDS]])
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_release_carries_the_files_where_the_reporter_said_yes_to_them(
    centre, staff, told
):
    yes(centre, told, sections=BOTH)
    asked = ask(centre, staff, told[0], sections=BOTH)
    package = prepare(asked, staff)
    approve(asked, staff)

    found = inside(centre, hand_over(asked, staff))

    assert list(found)[:3] == ["cover.txt", "account.txt", "evidence.txt"]
    assert {"evidence-1.png", "evidence-2.png"} <= found.keys()
    assert found["evidence-1.png"].startswith(b"\x89PNG")
    assert b"the locked door" in found["evidence.txt"]
    assert b"untouched" in found["evidence.txt"]
    drawn = {one.name: bool(one.drawn) for one in package.files}
    assert sorted(drawn[name] for name in drawn if name.endswith(".png")) == [
        False,
        True,
    ]
    assert "the files that the reporter added" in found["cover.txt"].decode()


def test_without_that_yes_no_file_leaves(centre, staff, told):
    yes(centre, told)

    with pytest.raises(NotCovered, match="does not cover the files"):
        ask(centre, staff, told[0], sections=BOTH)


def test_the_second_hand_sees_the_picture_that_leaves(centre, staff, told):
    yes(centre, told, sections=BOTH)
    asked = ask(centre, staff, told[0], sections=BOTH)
    prepare(asked, staff)

    page = staff.lea.browser().post(reverse("disclosure:look", args=[asked.pk]))

    assert page.content.decode().count('src="data:image/png;base64,') == 1
    assert "img-src 'self' data:" in page["Content-Security-Policy"].split("; ")


def test_where_there_is_no_file_none_can_be_passed_on(centre, staff):
    bare = tell(centre)
    yes(centre, bare, sections=BOTH)
    asked = ask(centre, staff, bare[0], sections=BOTH)

    with pytest.raises(NothingToPass, match="added no file"):
        prepare(asked, staff)


def test_files_are_erased_with_their_report(rana):
    rana.post("/report/evidence/", file=photograph())
    assert Evidence.objects.exists()

    rana.post("/report/erase/")

    assert not Evidence.objects.exists()


# In clear nowhere


@pytest.mark.django_db(transaction=True, databases=["default", "keystore"])
@pytest.mark.parametrize("is_whole", [False, True])
def test_no_file_and_no_name_of_one_lies_anywhere_in_clear(
    centre, tmp_path, monkeypatch, settings, is_whole
):
    place = Path(tmp_path, "temporary")
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    monkeypatch.setenv("TMPDIR", str(place))
    canaries = Canaries()
    publish_version(FORM, name="with files", by=centre.lea.user)
    written = io.BytesIO()
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", canaries.words("inside of a photograph"))
    Image.new("RGB", (9, 9)).save(written, "PNG", pnginfo=words)
    name = f"{canaries.new('name of a photograph')}.png"
    untouched = {"photo-whole": "yes"} if is_whole else {}
    walker, found = Walker(), []

    with overhearing(canaries) as heard:
        walker.post("/tell/")
        walker.post(what="They shut the door.")
        sent = SimpleUploadedFile(name, written.getvalue(), "image/png")
        walker.client.post("/tell/form/photo/", {"photo": sent, **untouched})
        assert DraftFile.objects.exists()
        found += in_databases(canaries) + in_folder(canaries, place)
        code = ReceiptCode(walker.draft().contents["code"])
        walker.post("/tell/form/seen/", seen="A door.")
        walker.post("/tell/check/", act="send")
        found += in_databases(canaries)
        rana = Walker()
        rana.come_back(" ".join(code.words))
        again = SimpleUploadedFile(name, written.getvalue(), "image/png")
        rana.client.post("/report/evidence/", {"file": again, "file-whole": "yes"})
        assert find_by_receipt(code).evidence.count() == 2
        found += in_databases(canaries)
    found += in_database_files(canaries) + in_folder(canaries, place)

    assert found + heard.found == []
    copy = rana.client.get("/report/copy/").content
    assert canaries.found_in(copy), "the search would find it"
    assert not any("name" in one for one in canaries.found_in(copy))
