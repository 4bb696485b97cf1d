"""Files that come with a questionnaire, from the desk to whoever answers."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from fairwitness.cli import main
from fairwitness.refusal import NotAllowed
from fairwitness.surveys.actions import (
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
from tests.media import PNG, wav
from tests.pictured import (
    ARABIC,
    FILES,
    NAME,
    TOWNS,
    address_of,
    draft,
    pictured,
    publish_pictured,
)

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])


SHELF = "/desk/questionnaires/"


def bring_in(client, kept, **files):
    uploads = [
        SimpleUploadedFile(name.replace("__", "."), content)
        for name, content in files.items()
    ]
    return client.post(address_of(kept, "files"), {"brought": uploads}, follow=True)


@pytest.fixture
def published(centre, lea):
    """A centre that asks it."""
    return publish_pictured(lea)


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


def test_a_check_names_what_cannot_come_with_the_form(tmp_path, capsys):
    (tmp_path / "ramps.csv").write_bytes(pictured())
    (tmp_path / "ramp.png").write_bytes(b"<svg onload='x()'/>")

    assert main(["questionnaire", "check", str(tmp_path / "ramps.csv"), "--json"]) == 1

    told = [
        one
        for one in json.loads(capsys.readouterr().out)["findings"]
        if one["code"] == "wrong-file"
    ]
    assert "ramp.png cannot come with a questionnaire" in told[0]["message"]
