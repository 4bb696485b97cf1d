"""What is told to us lies nowhere in clear: not in a database, a log, an outbox, a temporary file."""

import base64
import gzip
import tempfile
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from fairwitness.vault.receipt import ReceiptCode
from tests.canary import assert_not_in_clear, canary
from tests.walking import Walker


@pytest.fixture
def anna(centre) -> Walker:
    """Somebody who has come to tell us something."""
    return Walker()


@pytest.mark.django_db(transaction=True, databases=["default", "keystore"])
def test_nothing_typed_by_a_reporter_can_be_read_in_any_file(
    centre, caplog, capfd, anna
):
    typed = {
        field: canary(field)
        for field in (
            "account", "others", "more", "message", "addition", "correction",
            "file", "filewords", "name", "contact", "unsent", "gender", "reason",
        )
    }  # fmt: skip
    address = f"{canary('news')}@post.example"

    code = anna.tell(
        role="saw_or_heard",
        what_happened=typed["account"],
        grounds={"grounds": ["own_words"]},
        grounds_own_words={"grounds_own_words": typed["reason"]},
        told={"told": ["organisation"]},
        told_more={"told_more": typed["more"]},
        others_who={"others_who": typed["others"]},
    )
    anna.come_back(code)
    anna.post("/report/messages/", text=typed["message"])
    anna.post("/report/add/", text=typed["addition"])
    anna.post("/report/correct/", text=typed["correction"])
    file = SimpleUploadedFile("letter.txt", typed["file"].encode())
    anna.post("/report/evidence/", file=file, words=typed["filewords"])
    anna.post("/report/me/", name=typed["name"], contact=typed["contact"])
    anna.post("/report/news/", address=address, subject="new", act="set")
    anna.open("/report/about/")
    anna.post(act="skip")
    anna.post(your_gender="own_words")
    anna.post(your_gender_words=typed["gender"])
    other = Walker()
    other.begin()
    other.post(young="no")
    other.post(act="skip")
    other.post(what_happened=typed["unsent"])
    other.open("/report/page/")

    fives = ReceiptCode.parse(code).digits
    strings = [*typed.values(), address, code, " ".join(fives), "".join(fives)]
    assert_not_in_clear(strings, Path(settings.DIR))
    with pytest.raises(AssertionError, match="In clear"):
        assert_not_in_clear(["Harbour Members' Trust"], Path(settings.DIR))
    logged = caplog.text + "".join(capfd.readouterr())
    assert [text for text in strings if text in logged] == []
    assert list(Path(tempfile.gettempdir()).glob("*.upload*")) == []


@pytest.mark.parametrize(
    "hide",
    [
        lambda text: text.encode(),
        lambda text: text.encode("utf-16-le"),
        lambda text: b"x" + base64.b64encode(b"ab" + text.encode() + b"c"),
        lambda text: text.encode().hex().encode(),
        lambda text: gzip.compress(text.encode()),
    ],
)
def test_a_canary_is_found_in_every_disguise(tmp_path, hide):
    text = canary("field")
    (tmp_path / "a.bin").write_bytes(hide(text))

    with pytest.raises(AssertionError, match="In clear"):
        assert_not_in_clear([text], tmp_path)


def test_a_canary_is_found_inside_of_a_packed_file(tmp_path):
    text = canary("field")
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("inside.txt", text)

    with pytest.raises(AssertionError, match="In clear"):
        assert_not_in_clear([text], tmp_path)


def test_looking_for_nothing_shows_nothing(tmp_path):
    with pytest.raises(AssertionError, match="nothing to look for"):
        assert_not_in_clear([], tmp_path)
