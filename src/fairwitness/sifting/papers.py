"""Writes a PDF anew with its pages alone: what is drawn stays, what tells of its making goes.

Gone: properties, XMP, attachments, scripts, actions, links, earlier states of the file,
notes beside the text and who wrote them, thumbnails, private data of programs, and what is
hidden in the photographs on its pages. What is written or drawn on the pages stays, also
where something else covers it.
"""

import io
from collections.abc import Iterator

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    PdfObject,
    StreamObject,
)

from fairwitness.sifting.kinds import Reason, Unwanted

MOST_PAGES = 2_000
_OF_PAGES = {
    "/Type", "/Parent", "/MediaBox", "/CropBox", "/TrimBox", "/BleedBox", "/ArtBox",
    "/Rotate", "/Resources", "/Contents", "/Annots", "/Group", "/UserUnit",
}  # fmt: skip
_OF_NOTES = {
    "/Type",
    "/Subtype",
    "/Rect",
    "/AP",
    "/AS",
    "/F",
    "/Border",
    "/C",
    "/BS",
    "/MK",
}
_NOTES_NOT_DRAWN = {
    "/FileAttachment", "/Popup", "/Sound", "/Movie", "/RichMedia", "/Screen", "/3D",
    "/Link", "/Text",
}  # fmt: skip
_ANYWHERE = {
    "/Metadata", "/PieceInfo", "/LastModified", "/JavaScript", "/JS", "/EmbeddedFiles",
    "/EF", "/AA", "/OPI", "/Alternates", "/PtData",
}  # fmt: skip
_OF_STREAMS = {"/F", "/FFilter", "/FDecodeParms", "/AF", "/Measure", "/StructParent",
               "/StructParents", "/ID", "/Thumb"}  # fmt: skip
_BROKEN = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError,
           RecursionError, AssertionError, NotImplementedError, OSError)  # fmt: skip


def clean_pdf(content: bytes) -> bytes:
    """The PDF with its pages alone. Errors: `Unwanted`, where that cannot be done surely."""
    try:
        return _pages_alone(content)
    except _BROKEN:
        raise Unwanted(Reason.NOT_CLEANED) from None


def _pages_alone(content: bytes) -> bytes:
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        raise Unwanted(Reason.LOCKED)
    root = reader.root_object
    forms = root.get("/AcroForm", DictionaryObject()).get_object()
    # Layers that are not shown would come to light; forms of that kind are drawn by scripts.
    if "/OCProperties" in root or "/XFA" in forms or len(reader.pages) > MOST_PAGES:
        raise Unwanted(Reason.NOT_CLEANED)
    writer = PdfWriter()
    seen: set[int] = set()
    for page in reader.pages:
        _leave(page, _OF_PAGES)
        _leave_drawn_notes(page)
        _clean_below(page, seen)
        writer.add_page(
            page
        )  # which takes along what can still be reached, and no more
    writer.metadata = None
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _leave(dictionary: DictionaryObject, names: set[str]) -> None:
    for name in set(dictionary) - names:
        del dictionary[name]


def _leave_drawn_notes(page: DictionaryObject) -> None:
    """Of what lies over a page keep what is drawn, such as the words typed into a form."""
    notes = page.get("/Annots", ArrayObject()).get_object()
    kept = ArrayObject()
    for each in notes if isinstance(notes, ArrayObject) else ():
        note = each.get_object()
        if isinstance(note, DictionaryObject) and _is_drawn(note):
            _leave(note, _OF_NOTES)
            kept.append(each)
    page[NameObject("/Annots")] = kept


def _is_drawn(note: DictionaryObject) -> bool:
    return "/AP" in note and note.get("/Subtype") not in _NOTES_NOT_DRAWN


def _clean_below(page: DictionaryObject, seen: set[int]) -> None:
    for each in _reachable(page, seen):
        for name in _ANYWHERE & set(each):
            del each[name]
        if isinstance(each, StreamObject):
            _clean_stream(each)


def _reachable(start: PdfObject, seen: set[int]) -> Iterator[DictionaryObject]:
    waiting: list[PdfObject | None] = [start]
    while waiting:
        each = waiting.pop()
        if isinstance(each, IndirectObject):
            found = each.get_object()
            if found is None:
                continue
            each = found
        if id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, DictionaryObject):
            yield each
            waiting += [value for name, value in each.items() if name != "/Parent"]
        elif isinstance(each, ArrayObject):
            waiting += list(each)


def _clean_stream(stream: StreamObject) -> None:
    for name in _OF_STREAMS & set(stream):
        del stream[name]
    filters = stream.get("/Filter")
    names = [filters] if isinstance(filters, NameObject) else list(filters or ())
    if "/JPXDecode" in names:
        raise Unwanted(Reason.NOT_CLEANED)
    if "/DCTDecode" in names:
        if len(names) > 1:
            raise Unwanted(Reason.NOT_CLEANED)
        stream._data = without_segments(stream._data)


def without_segments(jpeg: bytes) -> bytes:
    """A JPEG without its APP and COM segments but those that say how its colours are meant.

    ITU-T T.81, B.1.1.4: markers before the scan have a length.
    """
    kept, at = [jpeg[:2]], 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF:
        marker, size = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if marker == 0xDA:
            end = jpeg.rfind(b"\xff\xd9")
            return b"".join([*kept, jpeg[at : end + 2 if end > at else len(jpeg)]])
        is_told = marker == 0xFE or (
            0xE1 <= marker <= 0xEF and marker not in {0xE2, 0xEE}
        )
        is_colour = marker != 0xE2 or jpeg[at + 4 : at + 15] == b"ICC_PROFILE"
        if not is_told and is_colour:
            kept.append(jpeg[at : at + 2 + size])
        at += 2 + size
    raise Unwanted(Reason.NOT_CLEANED)


def warm_up() -> None:
    """Load whatever this needs, while files can still be opened."""
    writer = PdfWriter()
    writer.add_blank_page(72, 72)
    written = io.BytesIO()
    writer.write(written)
    clean_pdf(written.getvalue())
