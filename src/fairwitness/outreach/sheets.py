"""Reads a list of contacts from a CSV or spreadsheet file, row by row.

Three columns are taken: the address, the language, the name. Any other column is refused
by its heading: whoever has no place to keep more about people cannot collect it (INV-8).
"""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from fairwitness.refusal import Refused

LONGEST_CELL = 1_000
LARGEST_UNPACKED = 2_000_000_000  # what a workbook may hold when it is unpacked
HEADINGS = {
    "address": {
        "email",
        "e-mail",
        "mail",
        "address",
        "email address",
        "e-mail address",
    },
    "language": {"language", "lang"},
    "name": {"name", "full name"},
}
_CHUNK = 1 << 20
_BINARY = frozenset(range(32)) - set(b"\t\n\v\f\r\x1b")
_PACKED, _OLD_EXCEL = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip

Cells = Sequence[object]
Stream = io.BufferedReader | io.BytesIO


class NotAContactList(Refused):
    """The file as a whole cannot be imported; the message says what to change."""

    status = 422


class Row(NamedTuple):
    """One row as it was read. `trouble` names why it cannot be taken; `cells` are all of it."""

    number: int
    address: str = ""
    language: str = ""
    name: str = ""
    trouble: str = ""
    cells: Sequence[str] = ()

    def __repr__(self) -> str:
        return f"[row {self.number}]"


@contextmanager
def opened_rows(file: Path | bytes) -> Iterator[Iterator[Row]]:
    """Give the rows of a file, one after the other. Error: `NotAContactList`."""
    with io.BytesIO(file) if isinstance(file, bytes) else file.open("rb") as stream:
        start = stream.read(4096)
        stream.seek(0)
        if not start:
            raise NotAContactList(_("This file is empty."))
        if start.startswith((_PACKED, _OLD_EXCEL)):
            yield _rows(_sheet_cells(stream, is_packed=start.startswith(_PACKED)))
        else:
            yield _rows(_text_cells(stream, start))


def _rows(lines: Iterator[tuple[int, Cells | str]]) -> Iterator[Row]:
    read: _Columns | None = None
    for number, cells in lines:
        if isinstance(cells, str):
            yield Row(number, trouble=cells)
            continue
        texts = [
            cell.strip() if cell.__class__ is str else _text(cell) for cell in cells
        ]
        if not any(texts):
            continue
        if read is None:
            read = _Columns(_columns(texts))
        else:
            yield read.row(number, texts)
    if read is None:
        raise NotAContactList(_no_heading())


class _Columns:
    """Where in a row what stands."""

    def __init__(self, columns: list[str]) -> None:
        self.count, self.has_gap = len(columns), "" in columns
        self.columns = columns
        wanted = ("address", "language", "name")
        # What is not there is read from an empty cell that is put after the row.
        self.address, self.language, self.name = (
            columns.index(one) if one in columns else self.count for one in wanted
        )

    def row(self, number: int, texts: list[str]) -> Row:
        """One row of the list."""
        if max(map(len, texts)) > LONGEST_CELL:
            return Row(number, trouble="far_too_long")
        count = self.count
        if len(texts) == count and not self.has_gap:
            texts.append("")  # what is not there
            return Row(
                number,
                texts[self.address],
                texts[self.language],
                texts[self.name],
                "",
                texts,
            )
        if any(texts[count:]) or (self.has_gap and self._outside(texts)):
            return Row(number, trouble="outside", cells=texts)
        filled = [*texts[:count], *[""] * (count - len(texts)), ""]
        return Row(
            number,
            filled[self.address],
            filled[self.language],
            filled[self.name],
            "",
            texts,
        )

    def _outside(self, texts: list[str]) -> bool:
        """Whether a cell is filled that stands under no heading."""
        named = zip(self.columns, texts, strict=False)
        return any(text and not column for column, text in named)


def _columns(texts: list[str]) -> list[str]:
    """What each column holds, "" for one without heading or content."""
    known = {heading: column for column, names in HEADINGS.items() for heading in names}
    found = [known.get(text.casefold()) for text in texts]
    if "address" not in found:
        raise NotAContactList(_no_heading())
    unknown = [
        text for text, column in zip(texts, found, strict=True) if text and not column
    ]
    if unknown:
        raise NotAContactList(
            _(
                "We keep an address, a language and a name, and nothing else about "
                "anybody. Take out these columns: %(names)s."
            )
            % {"names": ", ".join(f"“{text[:40]}”" for text in unknown)}
        )
    columns = [column or "" for column in found]
    if any(columns.count(column) > 1 for column in HEADINGS):
        raise NotAContactList(_("Two columns have the same meaning. Keep one of each."))
    while not columns[-1]:
        columns.pop()
    return columns


def _no_heading() -> str:
    return _(
        "The first row must name the columns: “email”, and if you have them “language” "
        "and “name”."
    )


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip()


def _text_cells(stream: Stream, start: bytes) -> Iterator[tuple[int, Cells | str]]:
    encoding = _encoding(stream, start)
    with io.TextIOWrapper(
        stream, encoding=encoding, errors="replace", newline=""
    ) as text:
        yield from _csv_cells(text)


def _csv_cells(text: io.TextIOWrapper) -> Iterator[tuple[int, Cells | str]]:
    above, first = 0, text.readline(_CHUNK)
    while first and not first.strip():
        above, first = above + 1, text.readline(_CHUNK)
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(chain([first], text), delimiter=delimiter)
    while True:
        try:
            cells: Cells | str = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = "quotation"
        yield above + reader.line_num, cells


def _encoding(stream: Stream, start: bytes) -> str:
    """UTF-8, or UTF-16 by its mark, or what old office programs write."""
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            return encoding
    if _BINARY & set(start):
        raise NotAContactList(
            _(
                "This is not a list of contacts. Save it as CSV or XLSX, and choose it again."
            )
        )
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := stream.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    finally:
        stream.seek(0)
    return "utf-8"


def _sheet_cells(stream: Stream, *, is_packed: bool) -> Iterator[tuple[int, Cells]]:
    try:
        if is_packed:
            _require_sane(stream)
        workbook = CalamineWorkbook.from_filelike(stream)
        sheet = workbook.get_sheet_by_index(0)
    except (CalamineError, zipfile.BadZipFile, OSError, IndexError):
        raise NotAContactList(
            _(
                "This spreadsheet cannot be read. Open it, save it again, and choose it again."
            )
        ) from None
    yield from enumerate(sheet.iter_rows(), 1)


def _require_sane(stream: Stream) -> None:
    with zipfile.ZipFile(stream) as packed:
        unpacked = sum(entry.file_size for entry in packed.infolist())
    stream.seek(0)
    if unpacked > LARGEST_UNPACKED:
        raise NotAContactList(_("This spreadsheet is too large. Divide it."))
