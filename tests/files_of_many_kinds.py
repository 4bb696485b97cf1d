"""Files of each kind as telephones and programs write them, with marks where something hides."""

import io
import struct
import zlib

from PIL import Image, PngImagePlugin
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    TextStringObject,
)

from fairwitness.sifting.kinds import Sort

HIDDEN = b"north of the harbour, Tuesday, camera of Ada"


def picture(sort: Sort = Sort.JPEG, *, size: tuple[int, int] = (40, 30)) -> bytes:
    """A photograph with place, device, thumbnail, comment and XMP; it lies on its side."""
    image = Image.new("RGB", size, (10, 120, 60))
    image.putpixel((0, 0), (250, 0, 0))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    exif[0x010F] = HIDDEN.decode()
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    written = io.BytesIO()
    if sort is Sort.PNG:
        words = PngImagePlugin.PngInfo()
        words.add_text("Comment", HIDDEN.decode())
        words.add_itxt("XML:com.adobe.xmp", HIDDEN.decode())
        image.save(written, "PNG", pnginfo=words, exif=exif)
    elif sort is Sort.WEBP:
        image.save(written, "WEBP", exif=exif, xmp=HIDDEN)
    else:
        image.save(written, "JPEG", exif=exif, comment=HIDDEN, xmp=HIDDEN, quality=95)
        return written.getvalue() + b"MotionPhoto" + HIDDEN
    return written.getvalue()


def paper() -> bytes:
    """A PDF with properties, XMP, a script, an attachment, a photograph, a filled-in field."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    drawing = DecodedStreamObject()
    drawing.set_data(b"BT /F1 12 Tf (what is written stays) Tj ET /Im0 Do")
    page[NameObject("/Contents")] = writer._add_object(drawing)
    inside = DecodedStreamObject()
    inside._data = picture()
    inside[NameObject("/Type")] = NameObject("/XObject")
    inside[NameObject("/Filter")] = NameObject("/DCTDecode")
    images = DictionaryObject({NameObject("/Im0"): writer._add_object(inside)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): images})
    secret = DecodedStreamObject()
    secret.set_data(HIDDEN)
    inside[NameObject("/Metadata")] = writer._add_object(secret)
    page[NameObject("/PieceInfo")] = writer._add_object(secret)
    writer.root_object[NameObject("/Metadata")] = writer._add_object(secret)
    writer.add_metadata({"/Author": HIDDEN.decode()})
    script = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject(HIDDEN.decode())}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
        {NameObject(name): each for name, each in script.items()}
    )
    writer.add_attachment("hidden.txt", HIDDEN)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def locked_paper() -> bytes:
    """A PDF that opens with a password alone."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(paper())))
    writer.encrypt("a password", algorithm="RC4-128")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def box(kind: bytes, *inside: bytes) -> bytes:
    content = b"".join(inside)
    return struct.pack(">I4s", 8 + len(content), kind) + content


def _full(kind: bytes, *numbers: int, rest: bytes = b"") -> bytes:
    return box(kind, bytes(4), struct.pack(f">{len(numbers)}I", *numbers), rest)


def _track(handler: bytes, entry: bytes, offset: int, sizes: list[int]) -> bytes:
    table = box(
        b"stbl",
        _full(b"stsd", 1, rest=entry),
        _full(b"stts", 1, len(sizes), 1),
        _full(b"stsc", 1, 1, len(sizes), 1),
        _full(b"stsz", 0, len(sizes), *sizes),
        _full(b"stco", 1, offset),
    )
    own = struct.pack(">I4sI", 12, b"url ", 1)
    data = box(b"minf", box(b"dinf", _full(b"dref", 1, rest=own)), table)
    media = box(
        b"mdia",
        _full(b"mdhd", 3_900_000_000, 3_900_000_001, 1000, 1000, 0),
        box(b"hdlr", bytes(8), handler, bytes(12), HIDDEN, b"\0"),
        data,
    )
    times = _full(b"tkhd", 3_900_000_000, 3_900_000_001, 1, 0, 1000, rest=bytes(60))
    return box(b"trak", times, media, box(b"udta", box(b"\xa9xyz", HIDDEN)))


def film(brand: bytes = b"mp42", *, is_seen: bool = True) -> bytes:
    """A film with place, times, tags, and a track that says where it was taken."""
    seen, heard, where = b"V" * 50 + b"W" * 30, b"A" * 20, HIDDEN
    visual = box(
        b"avc1",
        bytes(6),
        b"\0\1",
        bytes(4),
        HIDDEN[:12],
        bytes(18),
        HIDDEN[:32],
        bytes(4),
    )
    sound = box(b"mp4a", bytes(28))
    first = box(b"ftyp", brand, bytes(4), brand)
    data = box(b"mdat", HIDDEN, seen, heard, where)
    start = len(first) + 8 + len(HIDDEN)
    places = [start, start + len(seen), start + len(seen) + len(heard)]
    tracks = [
        *([_track(b"vide", visual, places[0], [50, 30])] if is_seen else []),
        _track(b"soun", sound, places[1], [20]),
        _track(b"meta", box(b"mebx", bytes(8)), places[2], [len(where)]),
    ]
    head = _full(b"mvhd", 3_900_000_000, 3_900_000_001, 1000, 1000, rest=bytes(80))
    tags = box(b"udta", box(b"meta", HIDDEN), box(b"\xa9xyz", HIDDEN))
    return first + data + box(b"moov", head, *tracks, tags) + box(b"uuid", HIDDEN)


def mp3() -> bytes:
    """A sound with tags before and behind it."""
    frame = b"\xff\xfb\x90\x00" + b"\x55" * 413  # 128 kbit/s, 44.1 kHz: 417 bytes
    size = len(HIDDEN) + 10
    tag = (
        b"ID3\x04\x00\x00" + bytes([0, 0, size >> 7, size & 0x7F]) + bytes(10) + HIDDEN
    )
    return tag + frame * 6 + b"TAG" + HIDDEN.ljust(125, b"\0")


def wav() -> bytes:
    """A sound with a list of words about it."""
    parts = [
        (b"fmt ", struct.pack("<HHIIHH", 1, 1, 8000, 8000, 1, 8)),
        (b"LIST", b"INFOIART" + struct.pack("<I", len(HIDDEN)) + HIDDEN),
        (b"data", b"\x80" * 100),
    ]
    inside = b"WAVE" + b"".join(
        kind + struct.pack("<I", len(body)) + body for kind, body in parts
    )
    return b"RIFF" + struct.pack("<I", len(inside)) + inside


def ogg() -> bytes:
    """A voice message with comments."""
    tags = b"OpusTags" + struct.pack("<I", len(HIDDEN)) + HIDDEN + struct.pack("<I", 0)
    head = b"OpusHead\x01\x01" + struct.pack("<HIhB", 312, 48000, 0, 0)
    bodies = [(2, 0, head), (0, 0, tags), (0, 960, b"s" * 60), (4, 1920, b"t" * 70)]
    return b"".join(
        struct.pack("<4sBBqIIIB", b"OggS", 0, flags, granule, 77, number, 0, 1)
        + bytes([len(body)])
        + body
        for number, (flags, granule, body) in enumerate(bodies)
    )


def gigapixel_png() -> bytes:
    """A PNG of a gigapixel: a few bytes that would be gigabytes."""
    return _png(32_000, zlib.compress(bytes(1_000_000)))


def png_with_much_text() -> bytes:
    """A small PNG whose comment would be 60 MB."""
    words = b"Comment\0\0" + zlib.compress(bytes(60_000_000), 1)
    return _png(1, zlib.compress(b"\0\0\0\0"), words)


def pdf_of_much() -> bytes:
    """A PDF whose objects lie in a stream that would be 120 MB."""
    packed = zlib.compress(bytes(120_000_000), 1)
    table = zlib.compress(b"\x02\0\x05\0" * 3, 1)
    head = b"%PDF-1.7\n"
    objects = (
        b"5 0 obj <</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>> stream\n"
    )
    body = head + objects % len(packed) + packed + b"\nendstream endobj\n"
    start = len(body)
    told = b"6 0 obj <</Type/XRef/Size 3/W[1 2 1]/Root 1 0 R/Filter/FlateDecode/Length %d>>"
    end = b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % start
    return body + told % len(table) + b" stream\n" + table + end


def _png(side: int, pixels: bytes, words: bytes = b"") -> bytes:

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body))
            + kind
            + body
            + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + (chunk(b"zTXt", words) if words else b"")
        + chunk(b"IDAT", pixels)
        + chunk(b"IEND", b"")
    )


BY_SORT = {
    Sort.JPEG: picture,
    Sort.PNG: lambda: picture(Sort.PNG),
    Sort.WEBP: lambda: picture(Sort.WEBP),
    Sort.PDF: paper,
    Sort.MP4: film,
    Sort.MOV: lambda: film(b"qt  "),
    Sort.M4A: lambda: film(b"M4A ", is_seen=False),
    Sort.MP3: mp3,
    Sort.WAV: wav,
    Sort.OGG: ogg,
}
