"""Files are what their content says, and nothing hides in those that were cleaned."""

import io
import resource
import struct
import time
import zipfile
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms
from pypdf import PdfReader

from fairwitness.sifting import apart, child, papers, pictures
from fairwitness.sifting.apart import Sifted, sift
from fairwitness.sifting.boxes import clean_boxes
from fairwitness.sifting.kinds import (
    LARGEST,
    PICTURES,
    Reason,
    Sort,
    Unwanted,
    sort_of,
)
from fairwitness.sifting.sounds import clean_mp3, clean_ogg, clean_wav
from tests import files_of_many_kinds as files
from tests.files_of_many_kinds import BY_SORT, HIDDEN


def cleaned(content: bytes) -> Sifted:
    """What comes of a file; the same as in the process apart, without its start."""
    sort, left = child._sifted(content, pictures, papers, is_whole=False)
    return Sifted(sort, left, is_whole=False)


def refused(content: bytes, **how) -> Reason:
    with pytest.raises(Unwanted) as caught:
        sift(content, **how)
    return caught.value.reason


def archive(name: str = "a.txt", inside: bytes = b"words") -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        packed.writestr(name, inside)
    return written.getvalue()


# What it is


@pytest.mark.parametrize("sort", BY_SORT)
def test_a_file_is_what_its_content_says_and_nothing_hides_in_it(sort):
    content = BY_SORT[sort]()
    assert sort is Sort.PDF or HIDDEN[:12] in content

    sifted = cleaned(content)

    assert sifted.sort is sort
    assert HIDDEN[:12] not in sifted.content
    assert sort_of(sifted.content) is sort


def test_in_the_process_apart_the_same_comes_of_it():
    for content in (files.picture(), files.paper(), files.film()):
        assert sift(content) == cleaned(content)


def test_what_is_kept_as_evidence_stays_as_it_was():
    content = files.picture()

    sifted = sift(content, is_whole=True)

    assert sifted.content == content
    assert sifted.is_whole
    assert repr(sifted) == "[a sifted file]"


def test_plain_text_is_taken_in_every_script():
    assert cleaned("ماذا حدث؟\n".encode()).sort is Sort.TEXT


OFFICE = archive("[Content_Types].xml")
REFUSED = {
    "nothing": (b"", Reason.EMPTY),
    "blank": (b" \n\n", Reason.EMPTY),
    "large": (b"x" * (LARGEST + 1), Reason.TOO_LARGE),
    "zip": (archive(), Reason.ARCHIVE),
    "gzip": (b"\x1f\x8b\x08" + b"x" * 30, Reason.ARCHIVE),
    "office": (OFFICE, Reason.OFFICE),
    "old office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 30, Reason.OFFICE),
    "rich text": (b"{\\rtf1 hello}", Reason.OFFICE),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Reason.MARKUP),
    "web page": (b"\n<!DOCTYPE html><p>x", Reason.MARKUP),
    "heic": (b"\0\0\0\x18ftypheic" + b"x" * 30, Reason.HEIC),
    "program": (b"MZ\x90\0\3\0\0\0", Reason.UNKNOWN),
    "other boxes": (b"\0\0\0\x18ftypabcd" + b"x" * 30, Reason.UNKNOWN),
    "avi": (b"RIFF\0\0\0\0AVI LIST", Reason.UNKNOWN),
    "noise": (b"\xff\xfb\x90\x00" + b"x" * 900, Reason.UNKNOWN),
    "picture and archive": (files.picture() + archive(), Reason.TWO_KINDS),
    "paper and archive": (files.paper() + archive(), Reason.TWO_KINDS),
    "picture and paper": (
        b"\xff\xd8\xff\xe0\0\x10JFIF" + b"%PDF-1.7" + files.picture(), Reason.TWO_KINDS),
    "picture and page": (
        b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", Reason.TWO_KINDS),
    "half a picture": (files.picture(Sort.PNG)[:200], Reason.DAMAGED),
    "a gigapixel": (files.gigapixel_png(), Reason.TOO_MANY_PIXELS),
    "locked": (files.locked_paper(), Reason.LOCKED),
    "half a paper": (b"%PDF-1.7\n1 0 obj", Reason.NOT_CLEANED),
    "half a film": (files.film()[:300], Reason.DAMAGED),
    "half a sound": (files.wav()[:80], Reason.DAMAGED),
    "half a voice": (files.ogg()[:-10], Reason.DAMAGED),
    "a film in pieces": (files.film() + files.box(b"moof", b""), Reason.NOT_CLEANED),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_whatever_else_it_is_is_refused_with_its_reason(name):
    content, reason = REFUSED[name]

    began = time.perf_counter()
    with pytest.raises(Unwanted) as caught:
        cleaned(content)

    assert caught.value.reason is reason
    assert time.perf_counter() - began < 10


def test_a_gigapixel_is_refused_in_the_process_apart():
    assert refused(files.gigapixel_png()) is Reason.TOO_MANY_PIXELS


@pytest.mark.parametrize("bomb", [files.png_with_much_text, files.pdf_of_much])
def test_what_would_unpack_to_many_megabytes_is_refused_in_little_time(bomb):
    content = bomb()
    began = time.perf_counter()

    found = refused(content)

    assert found in {Reason.DAMAGED, Reason.NOT_CLEANED, Reason.TOO_LONG}
    assert time.perf_counter() - began < 20


def test_a_picture_that_moves_is_not_cut_down_to_its_first_moment():
    written = io.BytesIO()
    frames = [Image.new("RGB", (4, 4), (each, 0, 0)) for each in (10, 200)]
    frames[0].save(written, "WEBP", save_all=True, append_images=frames[1:])

    with pytest.raises(Unwanted, match=Reason.MOVING.value):
        cleaned(written.getvalue())


def test_another_kind_than_was_asked_for_is_refused():
    assert refused(files.paper(), wanted=PICTURES) is Reason.ANOTHER_KIND


# What is left


def test_a_photograph_stands_upright_and_has_its_pixels_alone():
    with Image.open(io.BytesIO(cleaned(files.picture(Sort.PNG)).content)) as left:
        assert left.size == (30, 40)
        assert left.getpixel((29, 0)) == (250, 0, 0)
        assert not left.getexif()
        assert not left.info


def test_a_picture_in_other_colours_is_one_for_a_screen():
    written = io.BytesIO()
    wide = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.new("CMYK", (8, 8), (0, 255, 255, 0)).save(written, "JPEG", icc_profile=wide)
    grey = io.BytesIO()
    Image.new("LA", (8, 8), (90, 10)).save(grey, "PNG", icc_profile=wide)

    with Image.open(io.BytesIO(cleaned(written.getvalue()).content)) as left:
        assert (left.mode, left.info.get("icc_profile")) == ("RGB", None)
    with Image.open(io.BytesIO(cleaned(grey.getvalue()).content)) as left:
        assert (left.mode, left.getpixel((0, 0))) == ("RGBA", (90, 90, 90, 10))


def test_of_a_jpeg_no_thumbnail_comment_or_profile_is_left():
    with Image.open(io.BytesIO(cleaned(files.picture()).content)) as left:
        assert not left.getexif()
        assert {"comment", "exif", "icc_profile", "xmp"}.isdisjoint(left.info)


def test_of_a_pdf_the_pages_are_left_and_what_is_drawn_on_them():
    left = PdfReader(io.BytesIO(cleaned(files.paper()).content))
    page = left.pages[0]

    assert b"what is written stays" in page.get_contents().get_data()
    assert not left.metadata
    assert left.xmp_metadata is None
    assert not left.attachments
    assert set(left.root_object) <= {"/Type", "/Pages"}
    resources: Any = page["/Resources"]
    inside = resources["/XObject"]["/Im0"].get_object()
    assert inside._data.startswith(b"\xff\xd8")
    assert HIDDEN[:12] not in inside._data


def test_a_film_plays_as_before_and_nothing_has_moved():
    content = files.film()

    sort, left = clean_boxes(content)

    assert sort is Sort.MP4
    assert len(left) == len(content)
    assert left.count(b"V" * 50 + b"W" * 30 + b"A" * 20) == 1
    assert left.find(b"VVV") == content.find(b"VVV")
    assert struct.pack(">I", 3_900_000_000) not in left
    for gone in (b"\xa9xyz", b"udta", b"meta", b"mebx", b"uuid"):
        assert gone not in left


def test_a_film_whose_data_lies_elsewhere_is_not_called_clean():
    elsewhere = files.film().replace(
        struct.pack(">I4sI", 12, b"url ", 1), struct.pack(">I4sI", 12, b"url ", 0)
    )

    with pytest.raises(Unwanted):
        clean_boxes(elsewhere)


def test_of_sounds_the_sound_is_left():
    assert clean_mp3(files.mp3()).count(b"\xff\xfb\x90\x00") == 6
    assert len(clean_mp3(files.mp3())) == 6 * 417
    assert clean_wav(files.wav())[12:16] == b"fmt "
    assert b"\x80" * 100 in clean_wav(files.wav())
    voice = clean_ogg(files.ogg())
    assert b"s" * 60 in voice
    assert clean_ogg(voice) == voice


def test_the_checksum_of_a_page_is_that_of_the_standard():
    # The first page of a stream as libogg writes it, with its checksum at 22.
    head = b"OpusHead\x01\x01" + struct.pack("<HIhB", 312, 48000, 0, 0)
    page = clean_ogg(files.ogg())[: 28 + len(head)]
    given = struct.unpack_from("<I", page, 22)[0]
    bare = page[:22] + bytes(4) + page[26:]
    by_bits = 0
    for byte in bare:
        by_bits ^= byte << 24
        for _each in range(8):
            by_bits = (by_bits << 1) ^ (0x04C11DB7 if by_bits & 0x80000000 else 0)
            by_bits &= 0xFFFFFFFF

    assert given == by_bits


@given(st.binary(max_size=400), st.sampled_from(list(BY_SORT)), st.integers(0, 600))
def test_whatever_stands_in_a_file_it_is_cleaned_or_refused(noise, sort, place):
    content = BY_SORT[sort]() if sort not in {*PICTURES, Sort.PDF} else b"ID3"
    broken = content[:place] + noise + content[place + len(noise) :]
    cleaners = {Sort.MP3: clean_mp3, Sort.WAV: clean_wav, Sort.OGG: clean_ogg}

    with suppress(Unwanted):
        sort_of(broken)
        assert cleaners.get(sort, clean_boxes)(broken)


# Apart


def test_the_other_process_has_no_environment_and_can_open_nothing(
    monkeypatch, tmp_path
):
    monkeypatch.setenv("SECRET_OF_THE_HOUSE", "walnut")
    told = probe(
        monkeypatch,
        tmp_path,
        """
        import json, os, socket, sys
        found = [os.environ.get("SECRET_OF_THE_HOUSE"), dict(os.environ).keys() - {"LC_CTYPE"}]
        for attempt in (lambda: open("/etc/hostname"), socket.socket, lambda: open("/tmp/x", "w"),
                        lambda: os.listdir("/")):
            try:
                attempt()
                found.append("opened")
            except OSError:
                found.append("refused")
        print(json.dumps({"reason": repr(found)}), flush=True)
    """,
    )

    assert told == "[None, set(), 'refused', 'refused', 'refused', 'refused']"


def probe(monkeypatch, tmp_path, program: str) -> str:
    """What a program says that took the place of the reader of files, once it was shut in."""
    import json
    import textwrap

    inside = textwrap.dedent(program)
    shut = f"import sys, socket; sys.path.insert(0, {apart._ROOT!r})\nfrom fairwitness.sifting import child\nchild._shut()\n"
    monkeypatch.setattr(apart, "_PROGRAM", shut + inside)
    answer = apart._answer({}, b"x")
    return str(json.loads(answer)["reason"])


def test_what_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(apart, "SECONDS", 0.5)
    monkeypatch.setattr(apart, "_PROGRAM", "import time; time.sleep(60)")
    began = time.perf_counter()

    assert refused(b"some words") is Reason.TOO_LONG
    assert time.perf_counter() - began < 5


def test_a_process_that_says_too_much_is_not_listened_to(monkeypatch):
    monkeypatch.setattr(apart, "MOST_BACK", 1000)
    monkeypatch.setattr(apart, "_PROGRAM", "print('x' * 10**7)")

    assert refused(b"some words") is Reason.TOO_LONG


@pytest.mark.parametrize("said", ["", "{}", "[1]", '{"sort": "text/html"}', "\\xff"])
def test_what_the_other_process_says_is_not_believed(monkeypatch, said):
    monkeypatch.setattr(apart, "_PROGRAM", f"print({said!r})")

    assert refused(b"some words") is Reason.TOO_LONG


def test_a_process_that_wants_too_much_memory_is_refused(monkeypatch, tmp_path):
    told = probe(
        monkeypatch,
        tmp_path,
        """
        import json
        try:
            bytearray(2 << 30)
        except MemoryError:
            print(json.dumps({"reason": "refused"}), flush=True)
    """,
    )

    assert told == "refused"
    assert resource.getrlimit(resource.RLIMIT_AS)[0] != child.MEMORY


def test_somebody_who_waits_too_long_for_their_turn_is_told(monkeypatch):
    monkeypatch.setattr(apart, "PATIENCE", 0.01)
    for _each in range(apart.AT_ONCE):
        apart._turns.acquire()
    try:
        assert refused(b"some words") is Reason.BUSY
    finally:
        for _each in range(apart.AT_ONCE):
            apart._turns.release()


def test_where_a_library_is_missing_a_picture_is_not_called_clean(monkeypatch):
    hide = "import sys; sys.modules['PIL'] = sys.modules['pypdf'] = None; "
    monkeypatch.setattr(apart, "_PROGRAM", hide + apart._PROGRAM)

    assert refused(files.picture()) is Reason.NOT_HERE
    assert refused(files.paper()) is Reason.NOT_HERE
    assert sift(files.picture(), is_whole=True).is_whole
    assert sift(files.film()).sort is Sort.MP4


def test_nothing_is_missing_where_everything_is_installed():
    assert apart.missing() == []
