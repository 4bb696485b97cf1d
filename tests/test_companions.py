"""Files that come with a questionnaire: what they are by content, their bounds, the version's hash."""

import hashlib
import io
import struct
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.refusal import Refused
from fairwitness.surveys.brought import list_in
from fairwitness.surveys.bundle import (
    is_bundle,
    packed_together,
    taken_apart,
    unpacked,
)
from fairwitness.surveys.checking import check_form
from fairwitness.surveys.companions import (
    Family,
    NotWelcome,
    companion_of,
    companions_of,
    manifest_of,
    together,
    version_hash,
)
from fairwitness.surveys.files import UnreadableForm
from fairwitness.surveys.headless import run_form
from fairwitness.surveys.pieces import in_pieces
from fairwitness.surveys.signatures import media_type_of, size_of_picture
from fairwitness.surveys.xlsform import DEFAULT, read_form
from tests.media import AUDIO, FILM, JPEG, PNG, WEBP, png, wav
from tests.sheets import form_of, list_of, question, sheet_of

TOWNS = b"name,label::English (en),label::Arabic (ar),mayor\nmill,Mill,M,Ana\nquay,Quay,Q,Bo\n"


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.png", PNG, "image/png"),
        ("a.jpg", JPEG, "image/jpeg"),
        ("called.png", JPEG, "image/jpeg"),
        ("a.webp", WEBP, "image/webp"),
        ("a.wav", wav(), "audio/wav"),
        ("a.mp3", AUDIO["mp3"], "audio/mpeg"),
        ("b.mp3", AUDIO["frames"], "audio/mpeg"),
        ("a.ogg", AUDIO["ogg"], "audio/ogg"),
        ("a.m4a", AUDIO["m4a"], "audio/mp4"),
        ("b.m4a", FILM["mp4"], "audio/mp4"),
        ("a.mp4", FILM["mp4"], "video/mp4"),
        ("a.webm", FILM["webm"], "video/webm"),
        ("a.csv", TOWNS, "text/csv"),
        ("a.xml", b"<root><item><name>a</name></item></root>", "application/xml"),
        ("a.geojson", b'{"features": [{"id": "a"}]}', "application/geo+json"),
    ],
)
def test_what_a_file_is_its_content_says(name, content, media_type):
    found = companion_of(f"folder\\{name}", content)

    assert (found.name, found.media_type) == (name, media_type)
    assert found.digest == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.svg", b"<svg onload='x()'/>", "Save it as PNG"),
        ("a.png", b"<svg onload='x()'/>", "PNG, JPEG or WebP"),
        ("a.png", b"GIF89a", "PNG, JPEG or WebP"),
        ("a.html", b"<!doctype html>", "PNG, JPEG or WebP"),
        ("a.png", b"", "empty"),
        ("a.png", PNG[:20], "damaged"),
        ("a.jpg", JPEG[:8], "damaged"),
        ("a.png", png(6_000, 10), "5,000 pixels"),
        ("a.webp", WEBP[:16], "damaged"),
        ("a.png", PNG + b"\0" * 2_000_000, "2 MB at most"),
        ("a.webm", b"\x1aE\xdf\xa3 matroska", "PNG, JPEG or WebP"),
        ("a.mp4", b"\0\0\0\x18ftypqt  ", "PNG, JPEG or WebP"),
        ("a.csv", b"\0", "cannot be read|no row"),
        ("a.csv", b"name,label\n", "no row"),
        ("a.xml", b"<!DOCTYPE x><root/>", "cannot be read"),
        ("a.geojson", b'{"features": [1]}', "cannot be read"),
        ("a.geojson", b"[" * 100_000, "cannot be read"),
        ("", PNG, "Give it a short name"),
        ("a\x00.png", PNG, "Give it a short name"),
        (f"{'a' * 130}.png", PNG, "Give it a short name"),
    ],
)
def test_what_cannot_come_with_a_questionnaire_is_refused_with_what_to_do(
    name, content, told
):
    with pytest.raises(Refused, match=told):
        companion_of(name, content)


@given(st.binary(max_size=80), st.sampled_from([b"", PNG[:8], JPEG[:3], WEBP[:12]]))
def test_a_torn_picture_has_a_size_or_none(rest, start):
    content = start + rest

    width, height = size_of_picture(content)

    assert width >= 0
    assert height >= 0
    assert isinstance(media_type_of(content), str)


@pytest.mark.parametrize(
    "content",
    [
        (",".join(f"c{number}" for number in range(301)) + "\n" + "1," * 300).encode(),
        b"a,b,c,d,e,f,g,h,i,j\n" + b"1,2,3,4,5,6,7,8,9,0\n" * 15_001,
    ],
    ids=["columns", "cells"],
)
def test_a_list_that_nobody_could_choose_from_is_refused(content):
    with pytest.raises(UnreadableForm, match="more than a list needs"):
        list_in(content, "a.csv")


def test_a_version_without_files_keeps_the_hash_of_its_sheet():
    sheet = DEFAULT.read_bytes()

    assert version_hash(sheet, {}) == hashlib.sha256(sheet).hexdigest()


def test_a_version_with_files_is_one_of_its_own_for_each_of_them():
    sheet = DEFAULT.read_bytes()
    first = manifest_of(companions_of({"a.png": PNG, "b.csv": TOWNS}))
    again = manifest_of(companions_of({"b.csv": TOWNS, "a.png": PNG}))
    other = manifest_of(companions_of({"a.png": JPEG, "b.csv": TOWNS}))
    renamed = manifest_of(companions_of({"c.png": PNG, "b.csv": TOWNS}))

    hashes = [version_hash(sheet, one) for one in (first, other, renamed, {})]

    assert version_hash(sheet, again) == hashes[0]
    assert len(set(hashes)) == len(hashes)


def test_too_many_files_are_refused():
    with pytest.raises(NotWelcome, match="too many"):
        together(companion_of(f"{number}.png", PNG) for number in range(201))


# In the form.


def pictured():
    """A form with a list in a file, pictures in two languages, and a sound."""
    return sheet_of(
        [
            {
                **question("ramp", "select_one ramps"),
                "media::image::English (en)": "ramp.png",
                "media::image::Arabic (ar)": "ramp-ar.png",
            },
            question("town", "select_one_from_file towns.csv"),
            question(
                "mayor",
                "calculate",
                calculation="pulldata('towns','mayor','name',${town})",
            ),
        ],
        [
            *list_of("ramps", "steep", **{"media::image": "steep.png"}),
            {"list_name": "ramps", "name": "gone", "media::image": "gone.png"},
        ],
    )


def test_a_list_that_came_beside_is_one_of_the_form_and_of_its_hash():
    sheet = pictured()

    alone = read_form(sheet)
    whole = read_form(sheet, companions_of({"towns.csv": TOWNS, "ramp.png": PNG}))
    other = read_form(sheet, companions_of({"towns.csv": TOWNS[:-1] + b",\n"}))

    assert alone.missing == (
        "gone.png",
        "ramp-ar.png",
        "ramp.png",
        "steep.png",
        "towns.csv",
    )
    assert whole.missing == ("gone.png", "ramp-ar.png", "steep.png")
    assert [one.name for one in whole.lists["towns"]] == ["mill", "quay"]
    assert run_form(whole, {"town": "quay"}).calculated == {"mayor": "Bo"}
    assert len({alone.hash, whole.hash, other.hash}) == 3


def test_a_file_of_another_kind_is_as_good_as_missing():
    sheet = pictured()
    beside = companions_of({"towns.csv": TOWNS, "ramp.png": wav()})

    found = {one.code: one for one in check_form(sheet, beside=beside)}

    assert "ramp.png" in read_form(sheet, beside).missing
    assert found["wrong-file"].column == "media::image::English (en)"
    assert "sound" in found["wrong-file"].message


def test_a_missing_file_is_found_at_its_cell_with_how_to_mend_it():
    beside = companions_of({"Ramp.png": PNG, "towns.csv": TOWNS})

    found = check_form(pictured(), beside=beside)

    missing = {one.message.split()[2]: one for one in found if one.code == "no-file"}
    assert set(missing) == {"ramp.png", "ramp-ar.png", "steep.png", "gone.png"}
    assert missing["ramp.png"].cell == "E2"
    assert "Did you mean Ramp.png?" in missing["ramp.png"].fix
    assert missing["gone.png"].sheet == "choices"


@pytest.mark.parametrize(
    ("asked", "column"),
    [
        ("'mayer', 'name'", "mayer"),
        ("'mayor', \"nome\"", "nome"),
        ("'mayor', 'name'", None),
        ("'label', 'mayor'", None),
        ("concat('may', 'or'), 'name'", None),
    ],
)
def test_a_column_that_is_pulled_stands_in_the_list_that_came(asked, column):
    rule = f"pulldata('towns', {asked}, 'mill')"
    sheet = sheet_of([question("who", "calculate", calculation=rule)])
    towns = companions_of({"towns.csv": TOWNS})

    found = check_form(sheet, beside=towns)
    alone = check_form(sheet)

    told = [one for one in found if one.code == "unknown-column"]
    assert ([f"“{column}”" in one.message for one in told] == [True]) is bool(column)
    assert all("Did you mean" in one.fix for one in told)
    assert "unknown-column" not in {one.code for one in alone}


def test_rules_and_external_lists_name_their_files_too():
    sheet = sheet_of(
        [
            question("rows", "csv-external"),
            question("places", "xml-external"),
            question("area", "select_one_from_file areas.csv"),
            question("a", "calculate", calculation="pulldata('pulled', 'b', 'c', 'd')"),
            question("b", **{"media::image": "${a}.png"}),
        ]
    )

    found = check_form(sheet)

    missing = [one.message.split()[2] for one in found if one.code == "no-file"]
    assert missing == ["rows.csv", "places.xml", "pulled.csv"]
    assert "cannot be worked out" in "".join(
        one.message for one in found if one.code == "unsupported-rule"
    )


def test_a_picture_without_words_is_found():
    found = {one.code: one.cell for one in check_form(pictured())}

    assert found["no-words"] == "C3"


def test_a_picture_in_a_column_without_a_language_makes_no_language_of_its_own():
    form = form_of(
        {
            "type": "text",
            "name": "a",
            "label::English (en)": "A",
            "label::Arabic (ar)": "B",
            "media::image": "a.png",
        },
        default_language="English (en)",
    )

    assert [one.code for one in form.languages] == ["en", "ar"]
    assert set(form.media) == {"a.png"}


# Packed together.


def test_what_was_saved_with_its_files_comes_back_the_same():
    beside = companions_of({"towns.csv": TOWNS, "ramp.png": PNG})

    packed = packed_together(pictured(), "ramps.xlsx", beside)
    name, others = taken_apart(unpacked(packed))

    assert is_bundle(packed)
    assert not is_bundle(pictured())
    assert name == "ramps.xlsx"
    assert companions_of(others) == beside


def packed_with(**entries):
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name.replace("__", "/"), content)
    return saved.getvalue()


def lying(content):
    """An archive whose directory says that its file is small."""
    size = struct.pack("<I", len(content))
    return packed_with(a=content).replace(size, struct.pack("<I", 10))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (packed_with(a=b"\0" * 9_000_000), "too large"),
        (packed_with(**{f"a{n}": b"\0" * 6_000_000 for n in range(7)}), "too much"),
        (packed_with(**{f"a{n}": b"" for n in range(300)}), "too much"),
        (packed_with(a__x=b"1", b__x=b"2"), "same name"),
        (lying(b"\0" * 9_000_000), "too large|damaged"),
        (b"PK\x03\x04 torn", "damaged"),
    ],
    ids=["large", "together", "many", "twice", "lying", "torn"],
)
def test_an_archive_made_to_fill_a_machine_is_refused(content, told):
    with pytest.raises(NotWelcome, match=told):
        unpacked(content)


def test_an_archive_holds_one_questionnaire():
    with pytest.raises(UnreadableForm, match="2 spreadsheets"):
        taken_apart({"a.xlsx": b"", "b.xlsx": b""})
    with pytest.raises(UnreadableForm, match="0 spreadsheets"):
        taken_apart({"a.csv": TOWNS})
    assert taken_apart({"a.csv": TOWNS, "f.csv": b"survey,\n"})[0] == "f.csv"


# Sent in pieces.


@pytest.mark.parametrize(
    ("asked", "status", "piece", "place"),
    [
        ("", 200, b"0123456789", None),
        ("bytes=0-1", 206, b"01", "bytes 0-1/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=7-999", 206, b"789", "bytes 7-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=5-2", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=0-1,3-4", 200, b"0123456789", None),
        ("bytes=-", 200, b"0123456789", None),
        ("lines=1", 200, b"0123456789", None),
    ],
)
def test_a_player_gets_the_piece_that_it_asks_for(asked, status, piece, place):
    response = in_pieces(b"0123456789", asked)

    assert (response.status_code, response.content) == (status, piece)
    assert response.headers.get("Content-Range") == place
    assert response.headers["Accept-Ranges"] == "bytes"


def test_the_pictures_of_these_tests_are_pictures():
    assert zlib.crc32(b"IHDR" + PNG[16:29]) == struct.unpack(">I", PNG[29:33])[0]
    assert [size_of_picture(one) for one in (PNG, JPEG, WEBP)] == [
        (8, 6),
        (16, 9),
        (1, 1),
    ]
    assert Family.PICTURE.value == "picture"


@pytest.mark.parametrize(
    ("kind", "rows", "code"),
    [
        ("select_one", b"mill,Mill\n,Quay\n", "no-choice-name"),
        ("select_multiple", b"low mill,Mill\n", "space-in-choice"),
        ("select_one", b"-skipped,Mill\n", "reserved-choice"),
        ("select_one", b"mill,Mill\nmill,Quay\n", "doubled-choice"),
    ],
)
def test_rows_of_a_list_that_nobody_can_choose_are_found(kind, rows, code):
    sheet = sheet_of([question("town", f"{kind}_from_file towns.csv")])
    beside = companions_of({"towns.csv": b"name,label\n" + rows})

    found = {one.code: one for one in check_form(sheet, beside=beside)}

    assert found[code].cell == "A2"
    assert "towns.csv" in found[code].message


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        ("select_one", b"low mill,Mill\n"),
        ("select_multiple", b"mill,Mill\nquay,Quay\n"),
    ],
)
def test_of_a_list_that_serves_nothing_is_said(kind, rows):
    sheet = sheet_of([question("town", f"{kind}_from_file towns.csv")])
    beside = companions_of({"towns.csv": b"name,label\n" + rows})

    codes = {one.code for one in check_form(sheet, beside=beside)}

    assert codes <= {"no-purpose"}
