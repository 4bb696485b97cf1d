"""A question that asks for a file: chosen, kept with the draft, removed, sent to sealed evidence."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from fairwitness.intake.actions import find_by_receipt
from fairwitness.intake.models import Evidence
from fairwitness.intake.payloads import CLEANED, UNTOUCHED, File, unpack_file
from fairwitness.sifting import kinds
from fairwitness.surveys import draft_files, drafts
from fairwitness.surveys.actions import publish_version
from fairwitness.surveys.fitness import NotFit, require_fit
from fairwitness.surveys.headless import run_form
from fairwitness.surveys.models import Draft, DraftFile
from fairwitness.vault.opening import Chest, unwrap_for_reporter
from fairwitness.vault.receipt import ReceiptCode
from tests import files_of_many_kinds as files
from tests.files_of_many_kinds import HIDDEN
from tests.publishable import publishable
from tests.sheets import form_of
from tests.walking import Walker

NAME = "Ada-at-the-harbour.jpg"
PHOTO = {
    "type": "image",
    "name": "photo",
    "label": "A photograph of it",
    "label_ar": "صورة لما حدث",
    "bind::fw:section": "evidence",
}
FORM = publishable(
    {"type": "text", "name": "what", "label": "What happened?"},
    PHOTO,
    {
        "type": "text",
        "name": "seen",
        "label": "What can be seen on it?",
        "relevant": "${photo} != ''",
    },
    choices={},
)


def sent_file(content: bytes, name: str = NAME) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/jpeg")


@pytest.fixture
def walker(centre) -> Walker:
    """Somebody who has told what happened and is asked for a photograph."""
    return at_the_photograph(centre, FORM)


def at_the_photograph(centre, sheet: bytes, **options) -> Walker:
    publish_version(sheet, name="with files", by=centre.lea.user)
    walker = Walker(**options)
    walker.post("/tell/")
    walker.post(what="They shut the door.")
    assert walker.step == "photo"
    return walker


def opened(walker: Walker) -> list[File]:
    """What lies in the evidence of the report that was sent, opened with its code."""
    code = ReceiptCode(walker.draft().contents["code"])
    report = find_by_receipt(code)
    key = unwrap_for_reporter(report.pk, "case", code.read_key)
    chest = Chest(report.pk, report.slot_id, key)
    return [
        unpack_file(chest.open("evidence", bytes(row.envelope)))
        for row in report.evidence.all()
    ]


def test_the_page_says_what_is_taken_and_what_is_taken_out_before_anything_is_sent(
    walker,
):
    page = walker.page.content.decode()

    assert 'enctype="multipart/form-data"' in page
    assert 'type="file"' in page
    assert 'accept="image/jpeg,image/png,image/webp"' in page
    assert "we take out what is hidden in it: the place, the time" in walker.text
    assert "pictures (JPEG, PNG, WebP), up to 20 MB." in walker.text
    assert "Keep it untouched" in walker.text


def test_a_photograph_goes_to_sealed_evidence_without_its_place_and_name(walker):
    walker.post(photo=sent_file(files.picture()), act="continue")
    assert walker.step == "seen"
    walker.post(seen="A door.")

    assert "Picture, " in walker.text
    assert "What was hidden in it is taken out." in walker.text
    row = DraftFile.objects.get()
    assert HIDDEN not in bytes(row.body)
    walker.post(act="send")

    (kept,) = opened(walker)
    assert (kept.name, kept.kind) == ("image-1.jpeg", "image/jpeg")
    assert (kept.words, kept.state) == ("A photograph of it", CLEANED)
    assert HIDDEN not in kept.content
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert picture.size == (30, 40)
    assert not DraftFile.objects.exists()


def test_who_wants_so_keeps_it_untouched(walker):
    walker.post(photo=sent_file(files.picture()), photo__whole="yes")
    walker.post(seen="A door.")
    assert "untouched" in walker.text
    walker.post(act="send")

    (kept,) = opened(walker)

    assert kept.content == files.picture()
    assert kept.state == UNTOUCHED


def test_a_file_is_replaced_and_removed_and_nothing_of_it_stays(walker):
    walker.post(photo=sent_file(files.picture()))
    first = DraftFile.objects.get().pk
    walker.post("/tell/form/photo/", photo=sent_file(files.picture(kinds.Sort.PNG)))
    second = DraftFile.objects.get()
    assert second.pk != first
    assert walker.draft().contents["answers"]["photo"] == "image-2.png"

    walker.open("/tell/form/photo/")
    assert "Chosen:" in walker.text
    walker.post("/tell/form/photo/", photo__remove="yes")

    assert not DraftFile.objects.exists()
    assert walker.draft().contents["answers"]["photo"] == "-skipped"
    assert walker.step != "seen"


def test_a_file_stays_when_somebody_goes_on_without_choosing_anew(walker):
    walker.post(photo=sent_file(files.picture()))

    walker.post("/tell/form/photo/", act="continue")

    assert DraftFile.objects.count() == 1
    assert walker.draft().contents["answers"]["photo"] == "image-1.jpeg"


@pytest.mark.parametrize("act", ["skip", "rather_not"])
def test_who_passes_the_question_over_sends_no_file(walker, act):
    walker.post(photo=sent_file(files.picture()))

    walker.post("/tell/form/photo/", act=act)

    assert not DraftFile.objects.exists()
    assert "photo" not in walker.draft().contents["files"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04" + b"x" * 40, "Take the file out of it"),
        (b"<svg/>", "Take a picture of the screen"),
        (b"plain words", "another kind of file"),
        (b"", "empty"),
        (b"x" * (kinds.LARGEST + 1), "larger than 20 MB"),
        (b"x" * (kinds.LARGEST + 10_000_000), "larger than 20 MB"),
        (files.gigapixel_png(), "more than 50 million pixels"),
    ],
)
def test_what_cannot_be_taken_is_said_with_what_to_do_and_nothing_is_lost(
    walker, content, said
):
    walker.post(photo=sent_file(content))

    assert walker.step == "photo"
    assert said in walker.text.replace("\xa0", " ")
    assert walker.draft().contents["answers"]["what"] == "They shut the door."
    assert not DraftFile.objects.exists()


def test_nobody_can_say_a_name_instead_of_choosing_a_file(walker):
    walker.post(photo="image-7.jpeg")

    assert walker.draft().contents["answers"]["photo"] == "-skipped"


def test_a_draft_and_the_house_take_only_so_much(walker, monkeypatch):
    monkeypatch.setattr(draft_files, "MOST_WAITING", 10)
    walker.post(photo=sent_file(files.picture()))
    assert "Many people are sending files" in walker.text
    monkeypatch.undo()
    monkeypatch.setattr(draft_files, "MOST_BYTES", 10)
    walker.post(photo=sent_file(files.picture()))
    assert "larger than we can take at once" in walker.text
    monkeypatch.setattr(draft_files, "MOST_FILES", 0)
    walker.post(photo=sent_file(files.picture()))
    assert "as many files as we can take" in walker.text


def test_a_file_goes_with_its_draft(walker):
    walker.post(photo=sent_file(files.picture()))

    walker.post("/tell/delete/")

    assert not Draft.objects.exists()
    assert not DraftFile.objects.exists()


def test_a_file_comes_back_with_a_draft_that_was_saved(walker):
    walker.post(photo=sent_file(files.picture()))
    code = ReceiptCode(walker.draft().contents["code"])
    walker.post(act="save")
    assert Draft.objects.count() == 1
    (row,) = DraftFile.objects.all()

    draft = drafts.find(drafts.key_of_code(code), drafts.Journey.REPORT)

    assert draft is not None
    assert row.draft_id == draft.id
    held = draft_files.DraftFiles(draft)
    file = held.get("photo")
    assert file is not None
    assert held.content(file).startswith(b"\xff\xd8\xff")


def test_who_sends_from_two_windows_at_once_has_sent_once(walker, monkeypatch):
    walker.post(photo=sent_file(files.picture()))
    walker.post(seen="A door.")
    content = draft_files.DraftFiles.content
    other = Walker()
    other.client.cookies = walker.client.cookies

    def sent_meanwhile(self, file):
        monkeypatch.setattr(draft_files.DraftFiles, "content", content)
        other.post("/tell/check/", act="send")
        return content(self, file)

    monkeypatch.setattr(draft_files.DraftFiles, "content", sent_meanwhile)
    walker.post("/tell/check/", act="send")

    assert walker.at == "/tell/receipt/"
    assert Evidence.objects.count() == 1


def test_a_photograph_alone_is_something_to_send(centre):
    walker = at_the_photograph(centre, FORM)
    walker.post("/tell/form/what/", act="skip")
    walker.post("/tell/form/photo/", photo=sent_file(files.picture()))
    walker.post("/tell/form/seen/", act="skip")
    walker.post("/tell/check/", act="send")

    assert Evidence.objects.count() == 1


def test_of_two_times_of_a_repeat_the_file_of_the_second_moves_up(centre):
    sheet = publishable(
        {"type": "text", "name": "what", "label": "What happened?"},
        {"type": "begin repeat", "name": "seen", "label": "Photograph"},
        PHOTO,
        {"type": "end repeat"},
        choices={},
    )
    publish_version(sheet, name="with files", by=centre.lea.user)
    walker = Walker()
    walker.post("/tell/")
    walker.post(what="They shut the door.")
    walker.post(**{"photo~1": sent_file(files.picture())})
    walker.post(act="add")
    walker.post(**{"photo~2": sent_file(files.picture(kinds.Sort.PNG))})

    walker.post(act="remove-1")

    told = walker.draft().contents
    assert told["answers"]["photo~1"] == told["files"]["photo~1"]["name"]
    assert told["files"]["photo~1"]["name"] == "image-2.png"
    assert "photo~2" not in told["files"]
    assert DraftFile.objects.count() == 1


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({**PHOTO, "bind::fw:section": "narrative"}, "A file goes to the evidence"),
        ({**PHOTO, "bind::fw:part": "about"}, "Files are taken in a report alone"),
        ({**PHOTO, "type": "text"}, "Only files go to the evidence"),
    ],
)
def test_a_file_elsewhere_and_something_else_in_the_evidence_are_not_published(
    row, said
):
    with pytest.raises(NotFit, match=said):
        require_fit(publishable(row, choices={}))


def test_without_pages_a_file_is_a_name_that_is_never_the_true_one():
    form = form_of(
        {"type": "image", "name": "photo", "label": "Photo"},
        {"type": "calculate", "name": "has", "calculation": "${photo} != ''"},
    )

    assert run_form(form, {"photo": NAME}).submission["photo"] == "file-1.jpg"
    assert run_form(form, {"photo": "image-3.png"}).submission["photo"] == "image-3.png"
    assert run_form(form, {"photo": "a/b.c/ d"}).submission["photo"] == "file-1"
    assert run_form(form, {}).calculated["has"] == "false"
    assert "Ada" not in json.dumps(run_form(form, {"photo": NAME}).as_json())
