"""A question for a file where none can be handed over: on the phone, in a preview, after a draft ended."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from fairwitness.intake.models import Report
from fairwitness.surveys.actions import keep_manuscript, publish_version
from fairwitness.surveys.desk.reading import Reading
from fairwitness.surveys.drafts import Journey
from fairwitness.surveys.models import DraftFile
from tests import files_of_many_kinds as files
from tests.desk import at_desk
from tests.publishable import publishable
from tests.test_draft_files import FORM, PHOTO, at_the_photograph
from tests.walking import Walker

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

REQUIRED = publishable(
    {"type": "text", "name": "what", "label": "What happened?"},
    {**PHOTO, "required": "yes"},
    choices={},
)


@pytest.fixture
def desk(centre) -> Walker:
    """Lea at the desk."""
    walker = Walker()
    walker.client = at_desk(centre.lea.user)
    return walker


def photograph() -> SimpleUploadedFile:
    return SimpleUploadedFile("Ada.jpg", files.picture())


def test_on_the_phone_the_question_says_that_a_file_can_come_later(centre, desk):
    publish_version(REQUIRED, name="with files", by=centre.lea.user)
    desk.client = at_desk(centre.ada.user)
    desk.post("/desk/calls/", language="en", agreed="yes")
    assert "The caller can add it with the code" in desk.text
    assert 'type="file"' not in desk.page.content.decode()

    desk.post(shown="what", what="They shut the door.", act="finish")
    desk.post(act="send")

    assert Report.objects.count() == 1


def test_a_required_file_is_asked_for_until_it_is_there_or_passed_over(centre):
    walker = at_the_photograph(centre, REQUIRED)

    walker.post(act="continue")
    assert walker.step == "photo"
    walker.post(photo=photograph())

    assert walker.at == "/tell/check/"


def begin_preview(centre, desk: Walker, sheet: bytes):
    lea = centre.lea.user
    kept = keep_manuscript(sheet, name="Spring", file_name="s.csv", by=lea)
    there = reverse("surveys:preview", args=[kept.pk])
    desk.post(there, language="en", part="report", way="pages")


def test_in_a_preview_a_file_is_looked_at_and_let_go(centre, desk):
    begin_preview(centre, desk, FORM)
    desk.post(what="They shut the door.")
    desk.post(photo=SimpleUploadedFile("a.jpg", b"PK\x03\x04" + b"x" * 40))
    assert "Take the file out of it" in desk.text

    desk.post(photo=photograph())

    assert "What can be seen on it?" in desk.text
    assert not DraftFile.objects.exists()
    draft = desk.draft(Journey.PREVIEW)
    assert draft is not None
    assert draft.contents["files"]["photo"]["id"] == ""
    desk.post(seen="A door.")
    assert "Picture, " in desk.text


def test_what_is_wrong_with_a_question_for_a_file_has_its_cell():
    sheet = publishable({**PHOTO, "bind::fw:section": "narrative"}, choices={})

    found = [one for one in Reading(sheet, "form.csv").unfit if "file" in one.code]

    assert [(one.code, one.sheet, bool(one.row)) for one in found] == [
        ("file-elsewhere", "survey", True)
    ]


def test_after_a_draft_has_ended_the_file_is_asked_for_again(centre):
    publish_version(FORM, name="with files", by=centre.lea.user)
    walker = Walker()

    page = walker.client.post("/tell/form/photo/", {"photo": photograph()})
    assert page.status_code == 200
    walker.post("/tell/form/photo/", again="", act="continue")

    draft = walker.draft()
    assert draft is not None
    assert "photo" not in draft.contents["answers"]
