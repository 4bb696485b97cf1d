"""The search for canaries is not blind: each is found in every dress, and in a dress over a dress."""

import base64
import binascii
import bz2
import codecs
import gzip
import html
import io
import json
import lzma
import zipfile
import zlib
from collections.abc import Callable
from functools import reduce
from string import ascii_letters
from urllib.parse import quote_from_bytes, quote_plus

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.canary import Canaries, in_folder

Wear = Callable[[bytes], bytes]


def bare_deflate(said: bytes) -> bytes:
    """A deflate stream without a header, as servers may send it."""
    packing = zlib.compressobj(wbits=-15)
    return packing.compress(said) + packing.flush()


def zipped(said: bytes) -> bytes:
    """A zip file that holds it."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("an empty one.txt", b"")
        packed.writestr("inside.txt", said)
    return written.getvalue()


def by_letter(form: str) -> Wear:
    """Every byte written after a form."""
    return lambda said: "".join(form.format(byte) for byte in said).encode()


def wide(encoding: str) -> Wear:
    """Every byte as a letter of an encoding with several bytes a letter."""
    return lambda said: said.decode("latin-1").encode(encoding)


# Dresses that can be worn anywhere within some bytes, over any other.
OVER: dict[str, Wear] = {
    "as it is": lambda said: said,
    "base64": base64.b64encode,
    "base64 for addresses, without its end": lambda said: base64.urlsafe_b64encode(
        said
    ).rstrip(b"="),
    "base64 in lines": base64.encodebytes,
    "base64 in a letter": lambda said: base64.encodebytes(said).replace(b"\n", b"\r\n"),
    "base64 in JSON": lambda said: json.dumps(
        base64.encodebytes(said).decode()
    ).encode(),
    "base32": base64.b32encode,
    "base32, small and without its end": lambda said: (
        base64.b32encode(said).lower().rstrip(b"=")
    ),
    "hex": lambda said: said.hex().encode(),
    "HEX": lambda said: said.hex().upper().encode(),
    "hex with spaces": lambda said: said.hex(" ").encode(),
    "hex with colons": lambda said: said.hex(":").upper().encode(),
    "hex of a database": lambda said: b"\\x" + said.hex().encode(),
    "hex of a program": by_letter("0x{:02x}, "),
    "percent": by_letter("%{:02X}"),
    "small percent": by_letter("%{:02x}"),
    "quoted-printable": by_letter("={:02X}"),
    "quoted-printable in lines": lambda said: binascii.b2a_qp(said, istext=False),
    "JSON": by_letter("\\u{:04x}"),
    "bytes of a program": by_letter("\\x{:02x}"),
    "octal": by_letter("\\{:03o}"),
    "repr": lambda said: repr(said).encode(),
    "entities": by_letter("&#{};"),
    "hex entities": by_letter("&#x{:x};"),
    "UTF-16 LE": wide("utf-16-le"),
    "UTF-16 BE": wide("utf-16-be"),
    "UTF-16 with its mark": wide("utf-16"),
    "UTF-32": wide("utf-32-le"),
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "zlib, packed hard": lambda said: zlib.compress(said, 9),
    "zlib, not packed": lambda said: zlib.compress(said, 0),
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zip": zipped,
}
# Dresses that are worn next to the skin: they keep text only, or must begin some bytes.
NEXT_TO_SKIN: dict[str, Wear] = {
    "small and capital": lambda said: said.swapcase(),
    "title": lambda said: said.title(),
    "as a query": lambda said: quote_plus(said).encode(),
    "as an address": lambda said: quote_from_bytes(said).encode(),
    "escaped for HTML": lambda said: html.escape(said.decode()).encode(),
    "in JSON": lambda said: json.dumps({"a": said.decode()}).encode(),
    "backwards": lambda said: said[::-1],
    "in a word of a header": lambda said: (
        b"=?utf-8?q?" + codecs.encode(said, "quopri") + b"?="
    ),
}
FIRST: dict[str, Wear] = {"deflate": bare_deflate}

# The letter before a dress may look as if it belonged to it.
around = st.binary(max_size=40) | st.text(ascii_letters + "23 +/=%", max_size=40).map(
    str.encode
)
# Next to a coloured byte: these would be read as a part of the dress.
own_words = st.text(ascii_letters + " .,'<&é\n", max_size=60).map(str.encode)


def found(canaries: Canaries, hidden: bytes) -> bool:
    return bool(canaries.found_in(hidden))


@pytest.mark.parametrize("dress", OVER | NEXT_TO_SKIN | FIRST)
def test_a_canary_is_found_in_every_dress(tmp_path, dress):
    canaries = Canaries()
    wear = (OVER | NEXT_TO_SKIN | FIRST)[dress]
    before = b"" if dress in FIRST else b"\0\xff and other things "
    (tmp_path / "a.bin").write_bytes(before + wear(canaries.words("field").encode()))

    assert any("field" in one for one in in_folder(canaries, tmp_path))


@given(
    st.sampled_from(sorted(OVER)),
    around,
    around,
    st.tuples(own_words, own_words),
    st.booleans(),
)
@example("base64", b"a", b"b", (b"", b""), False)
@example("hex", b"f", b"0", (b"", b""), True)
@example("base32", b"ABC", b"", (b"a", b""), False)
@settings(max_examples=150)
def test_a_canary_is_found_wherever_in_other_bytes_it_begins(
    dress, before, after, words, is_capital
):
    canaries = Canaries()
    name = canaries.new("field").encode()
    said = words[0] + (name.upper() if is_capital else name) + words[1]

    hidden = before + OVER[dress](said) + after

    assert found(canaries, hidden)


def _put_on(said: bytes, dress: str) -> bytes:
    """Put a dress over another; nobody writes what is packed with several bytes a letter."""
    is_text = said.isascii() and b"\0" not in said
    return OVER[dress](said) if is_text or not dress.startswith("UTF") else said


def _dress_over_dress(dresses: list[str], words: bytes) -> None:
    canaries = Canaries()
    said = words + canaries.new("field").encode()

    hidden = reduce(_put_on, dresses, said)

    assert found(canaries, b"and so on: " + hidden + b" \n")


twice = st.lists(st.sampled_from(sorted(OVER)), min_size=2, max_size=2)
thrice = st.lists(st.sampled_from(sorted(OVER)), min_size=3, max_size=3)


@given(twice, own_words)
@settings(max_examples=150)
def test_a_canary_is_found_in_a_dress_over_a_dress(dresses, words):
    _dress_over_dress(dresses, words)


@pytest.mark.proof
def test_a_canary_is_found_in_every_dress_over_every_dress():
    for inner in OVER:
        for outer in OVER:
            _dress_over_dress([inner, outer], b"A few words, ")


@pytest.mark.proof
@given(thrice, own_words)
@settings(max_examples=5_000)
def test_a_canary_is_found_in_three_dresses(dresses, words):
    _dress_over_dress(dresses, words)


@given(st.binary(max_size=2_000))
def test_nothing_is_found_where_nothing_is(content):
    canaries = Canaries()
    canaries.new("field")
    canaries.also("code", "maple velvet harbour")

    assert not found(canaries, content)


@given(
    st.sampled_from(sorted(OVER)),
    st.sets(st.integers(0, 255), min_size=16, max_size=32).map(bytes),
)
@example("UTF-16 LE", b"maple velvet harbour")
def test_a_secret_is_found_in_every_dress(dress, secret):
    canaries = Canaries()
    canaries.also("key", secret)

    assert found(canaries, b"so: " + _put_on(secret, dress) + b"\n")


def test_a_packed_file_is_read_as_far_as_it_goes():
    canaries = Canaries()
    packed = gzip.compress(canaries.words("field").encode() * 9 + bytes(range(256)))

    assert found(canaries, b"half of it: " + packed[:-40])
    assert found(canaries, zipped(canaries.words("field").encode())[:-60])


def test_the_bytes_that_were_searched_are_counted():
    canaries = Canaries()

    canaries.found_in(b"x" * 700)
    canaries.found_in(b"x" * 300)

    assert canaries.searched == 1_000
