"""What kind of file a questionnaire comes in, and whether it is small enough to be opened."""

import re
import struct
import zipfile
from io import BytesIO

from fairwitness.refusal import Refused

LARGEST_FILE = 5_000_000
LARGEST_INSIDE = 20_000_000  # bytes of all that is packed in it
MOST_PACKED = 500  # files in a workbook

_OLD_EXCEL = bytes.fromhex("d0cf11e0a1b11ae1")
# A CSV file names its sheets in the first column.
_FIRST_SHEET = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*\"?(?:survey|choices|settings)\"?\s*,", re.I
)
_OTHER_SIGNS = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*\"?(?:survey|choices|settings)\"?[ \r\n]*[;\t]", re.I
)
_WIDE = (b"\xff\xfe", b"\xfe\xff")  # UTF-16
# What the standard library raises over archives that are torn, or stranger than it knows.
NO_ZIP = (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error)


class UnreadableForm(Refused):
    """A file is not a questionnaire that can be read; the message says what to do."""

    status = 422


class TooMuch(UnreadableForm):
    """A questionnaire holds more than anybody could be asked; it says where."""

    def __init__(
        self,
        message: str,
        *,
        sheet: str | None = None,
        row: int | None = None,
        column: int | None = None,
    ) -> None:
        super().__init__(message)
        self.sheet, self.row, self.column = sheet, row, column


def damaged() -> UnreadableForm:
    """What is said of a workbook that does not open."""
    return UnreadableForm(
        "This spreadsheet is damaged. Open it, save it again as .xlsx, and choose it again."
    )


def too_large() -> UnreadableForm:
    """What is said of a file that holds more than a questionnaire."""
    megabytes = LARGEST_FILE // 1_000_000
    return UnreadableForm(
        f"This file is too large. Keep only the questionnaire in it: {megabytes} MB at most."
    )


def type_of(content: bytes) -> str:
    """Return what a file holds, whatever it is called: .xlsx, .xls or .csv. Error: `UnreadableForm`."""
    if len(content) > LARGEST_FILE:
        raise too_large()
    if content.startswith(_OLD_EXCEL):
        return ".xls"
    if content.startswith(b"PK"):
        _check_zip(content)
        return ".xlsx"
    if _FIRST_SHEET.match(content):
        return ".csv"
    if content.startswith(_WIDE) or _OTHER_SIGNS.match(content):
        raise UnreadableForm(
            "This CSV is not written with commas and in UTF-8. Save it as “CSV UTF-8”"
            " with commas between its columns, or as .xlsx, and choose it again."
        )
    raise UnreadableForm(
        "This file is not a spreadsheet. Save the questionnaire as .xlsx and choose it again."
    )


def _check_zip(content: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            names = packed.namelist()
            size = sum(each.file_size for each in packed.infolist())
    except NO_ZIP as wrong:
        raise damaged() from wrong
    if size > LARGEST_INSIDE or len(names) > MOST_PACKED:
        raise too_large()
    if "xl/workbook.xml" not in names:
        raise UnreadableForm(
            "This file is not an Excel spreadsheet. Save the questionnaire as .xlsx and choose it again."
        )
