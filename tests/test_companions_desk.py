"""Files that come with a questionnaire, from the desk to whoever answers."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from fairwitness.cli import main
from fairwitness.refusal import NotAllowed
from fairwitness.surveys.actions import (
    keep_manuscript,
    publish_version,
    put_beside,
    take_out,
)
from fairwitness.surveys.companions import companions_of, version_hash
from fairwitness.surveys.enclosed import content_of
from fairwitness.surveys.fitness import NotFit
from fairwitness.surveys.freezing import NotFrozen
from fairwitness.surveys.models import Enclosure, Manuscript, Version
from fairwitness.surveys.published import form_of
from tests.desk import at_desk, text_of
from tests.media import PNG, png, wav
from tests.publishable import publishable
from tests.walking import Walker

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

SHELF = "/desk/questionnaires/"
TOWNS = b"name,label,street\nmill,Mill,Low Street\nquay,Quay,High Street\n"
ARABIC = png(9, 9, (196, 112, 24))
FILES = {
    "ramp.png": PNG,
    "ramp-ar.png": ARABIC,
    "steep.png": png(7, 7),
    "gate.wav": wav(),
    "towns.csv": TOWNS,
}
NAME = "Default questionnaire"


def pictured(towns="towns.csv"):
    """A note with a picture in two languages, options with pictures, a list in a file."""
    sheet = publishable(
        {"type": "note", "name": "look", "label": "Look at the ramp", "media::image::English (en)": "ramp.png",
         "media::image::العربية (ar)": "ramp-ar.png", "media::audio": "gate.wav"},
        {"type": "select_one ramps", "name": "ramp", "label": "Which ramp?"},
        {"type": f"select_one_from_file {towns}", "name": "town", "label": "Which town?"},
        {"type": "calculate", "name": "street", "calculation": "pulldata('towns', 'street', 'name', ${town})"},
        {"type": "note", "name": "there", "label": "It was in ${street}."},
        choices={"ramps": [("steep", "A steep one"), ("gone", "There is none")]},
    )  # fmt: skip
    text = sheet.decode().replace(",of\r\n", ",of,media::image\r\n")
    return text.replace(
        "A steep one,A steep one,", "A steep one,A steep one,,steep.png"
    ).encode()


def draft(by, files=FILES, sheet=None):
    return keep_manuscript(
        sheet or pictured(),
        name=NAME,
        file_name="ramps.csv",
        by=by,
        beside=companions_of(files),
    )


def address_of(source, view="source"):
    return reverse(f"surveys:{view}", args=[source.pk])


def bring_in(client, kept, **files):
    uploads = [
        SimpleUploadedFile(name.replace("__", "."), content)
        for name, content in files.items()
    ]
    return client.post(address_of(kept, "files"), {"brought": uploads}, follow=True)


@pytest.fixture
def published(centre, lea):
    """A centre that asks it."""
    return publish_version(
        pictured(), name=NAME, by=lea, is_meant_alike=True, beside=companions_of(FILES)
    )


# At the desk.


def test_what_the_sheet_names_is_listed_and_missing_until_it_is_brought(lea):
    client = at_desk(lea)
    kept = draft(lea, files={})

    before = text_of(client.get(address_of(kept)))
    listed = text_of(client.get(address_of(kept, "files")))
    page = text_of(
        bring_in(client, kept, ramp__png=PNG, gate__wav=wav(), towns__csv=TOWNS)
    )

    assert "0 here, 5 missing" in before
    assert "The file ramp.png did not come with the sheet." in before
    assert "Publish it" not in before
    assert listed.count("Missing") == 5
    assert "survey " in listed
    assert page.count("Missing") == 2
    assert page.count("is-full") == 3
    assert "2 missing" in text_of(client.get(address_of(kept)))
    with pytest.raises(NotFit, match=r"steep\.png"):
        publish_version(pictured(), name=NAME, by=lea)


def test_of_several_files_the_good_ones_are_kept_and_the_others_named(lea):
    client = at_desk(lea)
    kept = draft(lea, files={})

    page = text_of(bring_in(client, kept, ramp__png=PNG, drawing__svg=b"<svg/>"))

    kept.refresh_from_db()
    assert set(kept.files) == {"ramp.png"}
    assert "drawing.svg is a drawing that can hold programs. Save it as PNG." in page
    assert "<title>Error:" in page


def test_nothing_chosen_and_too_much_at_once_are_said_at_the_field(lea):
    client = at_desk(lea)
    kept = draft(lea, files={})

    nothing = text_of(client.post(address_of(kept, "files"), {}))
    much = text_of(bring_in(client, kept, a__png=PNG + b"\0" * 7_600_000))

    assert "Choose at least one file." in nothing
    assert "7.5 MB at a time" in much
    kept.refresh_from_db()
    assert kept.files == {}


def test_a_file_is_replaced_taken_out_and_its_bytes_are_gone(lea):
    client = at_desk(lea)
    kept = draft(lea, files={"ramp.png": PNG})

    bring_in(client, kept, ramp__png=ARABIC)
    replaced = Enclosure.objects.get().digest
    client.post(address_of(kept, "files"), {"take-out": "ramp.png"})

    kept.refresh_from_db()
    assert replaced == companions_of({"a.png": ARABIC})[0].digest
    assert kept.files == {}
    assert not Enclosure.objects.exists()


def test_a_draft_that_is_thrown_away_takes_its_files_along(lea):
    kept = draft(lea)

    at_desk(lea).post(address_of(kept, "discard"))

    assert not Enclosure.objects.exists()


def test_a_mended_sheet_keeps_its_files(lea):
    draft(lea, files={"ramp.png": PNG})

    again = draft(lea, files={})

    assert set(again.files) == {"ramp.png"}


def test_what_comes_packed_together_is_brought_in_with_its_files(lea):
    client = at_desk(lea)
    packed = client.get(address_of(draft(lea), "bundle"))
    Manuscript.objects.all().delete()
    upload = SimpleUploadedFile("ramps.zip", packed.content)

    page = client.post(f"{SHELF}upload", {"name": "Again", "file": upload}, follow=True)

    kept = Manuscript.objects.get()
    assert packed.headers["Content-Type"] == "application/zip"
    assert bytes(kept.sheet) == pictured()
    assert set(kept.files) == set(FILES)
    assert "5 here" in text_of(page)
    assert "Publish it" in text_of(page)


def test_a_list_comes_back_as_it_was(lea):
    address = reverse("surveys:companion_file", args=[draft(lea).pk, "towns.csv"])

    response = at_desk(lea).get(address)

    assert response.content == TOWNS
    assert response.headers["Content-Disposition"] == 'attachment; filename="towns.csv"'
    assert at_desk(lea).get(f"{address}x").status_code == 404


def test_only_who_writes_questionnaires_brings_files(ada, lea):
    kept = draft(lea)

    with pytest.raises(NotAllowed):
        put_beside(kept, companions_of({"a.png": PNG}), by=ada)
    with pytest.raises(NotAllowed):
        take_out(kept, "ramp.png", by=ada)
    assert at_desk(ada).get(address_of(kept, "files")).status_code == 403


# Publishing.


def test_a_version_is_its_sheet_with_exactly_the_files_that_it_names(published, lea):
    assert published.pk == version_hash(pictured(), published.files)
    assert set(published.files) == set(FILES)
    assert form_of(published.pk).beside == published.files

    other = publish_version(
        pictured(),
        name=NAME,
        by=lea,
        beside=companions_of({**FILES, "steep.png": PNG, "unnamed.png": PNG}),
    )
    again = publish_version(pictured(), name=NAME, by=lea, beside=companions_of(FILES))

    assert other.pk != published.pk
    assert "unnamed.png" not in other.files
    assert again.pk == published.pk


def test_the_desk_publishes_a_draft_with_its_files_and_begins_the_next_with_them(
    centre, lea
):
    client = at_desk(lea)
    kept = draft(lea)

    client.post(address_of(kept, "publish"), {"is_meant_alike": "on"})
    following = draft(lea, files={})

    version = Version.objects.get(retired_on=None)
    assert set(version.files) == set(FILES)
    assert set(following.files) == set(FILES)
    page = text_of(client.get(address_of(version, "files")))
    assert "Frozen with this version" in page
    assert "Bring them in" not in page
    assert client.post(address_of(version, "files")).status_code == 404


def test_a_version_whose_files_were_changed_is_not_read(published):
    Version.objects.filter(pk=published.pk).update(files={})
    form_of.cache_clear()

    with pytest.raises(NotFrozen):
        form_of(published.pk)


def test_a_file_that_does_not_fit_its_hash_is_not_shown(published):
    digest = published.files["ramp.png"]
    Enclosure.objects.filter(pk=digest).update(content=ARABIC)

    with pytest.raises(NotFrozen):
        content_of(digest)
    assert Client().get(reverse("surveys:enclosure", args=[digest])).status_code >= 400


def test_a_list_that_changed_and_another_picture_are_said_in_words(published, lea):
    towns = TOWNS.replace(b"Quay", b"New Quay") + b"hill,Hill,Top\n"
    kept = draft(lea, files={"towns.csv": towns, "steep.png": PNG})

    page = text_of(
        at_desk(lea).get(reverse("surveys:compare", args=[published.pk, kept.pk]))
    )

    assert "What the file towns.csv holds" in page
    assert "3 rows: 1 added, 1 changed" in page
    assert "What the file steep.png holds" in page
    assert "Hill (hill)" in page


def test_the_command_line_publishes_with_the_files_beside_the_form(
    centre, tmp_path, capsys
):
    form, media = tmp_path / "ramps.csv", tmp_path / "media"
    form.write_bytes(pictured())
    media.mkdir()
    for name, content in FILES.items():
        (media / name).write_bytes(content)

    assert main(["questionnaire", "check", str(form)]) == 0
    checked = capsys.readouterr().out
    assert main(["questionnaire", "publish", str(form), "--by", "Lea"]) == 0
    (media / "ramp.png").unlink()
    assert main(["questionnaire", "publish", str(form), "--by", "Lea"]) == 1

    assert "did not come" not in checked
    assert "ramp.png did not come with the sheet" in capsys.readouterr().err
    assert set(Version.objects.latest("number").files) == set(FILES)


# Whoever answers.


def test_a_picture_of_a_version_is_shown_to_everybody_and_kept_for_ever(published):
    address = reverse("surveys:enclosure", args=[published.files["ramp.png"]])

    whole = Client().get(address)
    piece = Client().get(address, headers={"range": "bytes=0-3"})

    assert whole.content == PNG
    headers = whole.headers
    assert headers["Content-Type"] == "image/png"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "media-src 'self'" in headers["Content-Security-Policy"]
    assert not whole.cookies
    assert (piece.status_code, piece.content) == (206, PNG[:4])


def test_pictures_of_drafts_and_lists_of_all_are_not_for_everybody(published, lea, ada):
    new = draft(lea, files={"ramp.png": png(3, 3)})
    digest = Manuscript.objects.get(pk=new.pk).files["ramp.png"]
    address = reverse("surveys:enclosure", args=[digest])
    towns = reverse("surveys:enclosure", args=[published.files["towns.csv"]])

    mine = at_desk(lea).get(address)

    assert mine.status_code == 200
    assert mine.headers["Cache-Control"] == "private, no-store"
    assert [one.get(address).status_code for one in (Client(), at_desk(ada))] == [
        404,
        404,
    ]
    assert at_desk(lea).get(towns).status_code == 404
    assert Client().get("/shown/nothing").status_code == 404


def shown(page):
    """The addresses of the pictures and sounds on a page, with their words."""
    pictures = re.findall(r'<img src="([^"]*)" alt="([^"]*)"', page)
    return pictures + re.findall(
        r'<audio[^>]* src="([^"]*)" aria-label="([^"]*)"', page
    )


def test_who_answers_sees_the_picture_of_their_language_and_chooses_from_the_list(
    published,
):
    walker = Walker()
    walker.begin()
    english = walker.page.content.decode()
    walker.client.cookies["language"] = "ar"
    arabic = walker.client.get(walker.at).content.decode()
    walker.client.cookies["language"] = "en"

    files = published.files
    address = {
        name: reverse("surveys:enclosure", args=[one]) for name, one in files.items()
    }
    assert shown(english) == [
        (address["ramp.png"], "Look at the ramp"),
        (address["gate.wav"], "Look at the ramp"),
    ]
    assert (address["ramp-ar.png"], "Look at the ramp") in shown(arabic)
    assert 'preload="none"' in english
    walker.post(act="continue")
    assert shown(walker.page.content.decode()) == [(address["steep.png"], "")]
    walker.post(ramp="steep")
    assert "Quay" in walker.text
    assert "media.css" not in walker.page.content.decode()
    walker.post(town="quay")
    assert "It was in High Street." in walker.text


@pytest.mark.parametrize("way", ["pages", "phone"])
def test_a_preview_shows_what_is_there_and_names_what_is_missing(lea, way):
    client = at_desk(lea)
    kept = draft(lea, files={"ramp.png": PNG})

    chosen = {"language": "en", "part": "report", "way": way}
    page = client.post(address_of(kept, "preview"), chosen, follow=True)
    while page.request["PATH_INFO"].endswith("/page/"):
        page = client.get(address_of(kept, "preview_page"), follow=True)
    text = page.content.decode()

    assert shown(text)[0][1] == "Look at the ramp"
    assert client.get(shown(text)[0][0]).content == PNG
    assert "gate.wav" in text
    assert "media.css" in text


def test_an_option_that_is_only_a_picture_has_a_name_and_cannot_be_published(lea):
    sheet = pictured().replace(b"A steep one", b"")
    kept = draft(lea, sheet=sheet)
    client = at_desk(lea)

    found = text_of(client.get(address_of(kept)))
    client.post(address_of(kept, "preview"), {"part": "report", "way": "phone"})
    page = client.get(address_of(kept, "preview_phone")).content.decode()

    assert "it has no words beside it" in found
    assert "Publish it" not in found
    assert 'alt="steep"' in page
    with pytest.raises(NotFit, match="steep"):
        publish_version(sheet, name=NAME, by=lea, beside=companions_of(FILES))
