"""Reads an XLSForm, the sector's spreadsheet format for questionnaires."""

import re
import struct
import warnings
import zipfile
import zlib
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert
from xlrd.compdoc import CompDocError

from fairwitness.refusal import Refused
from fairwitness.surveys.expressions.tree import UnreadableXml
from fairwitness.surveys.freezing import sealed_by_hash
from fairwitness.surveys.questions import Form
from fairwitness.surveys.xform import form_of

LARGEST_FILE = 5_000_000
MOST_NESTED = 20  # groups in each other
LARGEST_INSIDE = 60_000_000  # bytes of all sheets together, unpacked
DEFAULT = Path(__file__).with_name("default.xlsx")

# What pyxform and the libraries under it let through when a file is stranger than expected.
_STRANGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    CompDocError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    StopIteration,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
_OLD_EXCEL = bytes.fromhex("d0cf11e0a1b11ae1")
_LINK = re.compile(
    r"\s*(?:Learn more|For more information)[^.\n]*?:\s*\S+|\s*https?://\S+"
)
# A CSV file names its sheets in the first column.
_FIRST_SHEET = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*\"?(?:survey|choices|settings)\"?\s*,", re.I
)
_ROW = re.compile(r"\[row : (\d+)\]\s*")
_MOST_MESSAGES = 5
# What the standard library raises over archives that are torn, or stranger than it knows.
_NO_ZIP = (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error)


class UnreadableForm(Refused):
    """A file is not a questionnaire that can be read; the message says what to do."""

    status = 422


def read_form(source: Path | str | bytes) -> Form:
    """Read a questionnaire from a spreadsheet (XLSX, or XLS under any name).

    Raises UnreadableForm. What can be read but not shown is in `Form.unsupported`;
    rules are checked by `findings.findings_of`.
    """
    return _read(source if isinstance(source, bytes) else _bytes_of(Path(source)))


@lru_cache(maxsize=8)
def _read(content: bytes) -> Form:
    """Read a spreadsheet once: a form is checked, shown and published from the same bytes."""
    file_type = type_of(content)
    told: list[str] = []
    try:
        xform = _convert(content, file_type, told)
        form = form_of(xform, warnings=tuple(map(_tidy, told)))
        deepest = max((len(above) for _each, above in form.walk()), default=0)
    except PyXFormError as wrong:
        raise UnreadableForm(_tidy(str(wrong))) from wrong
    except UnreadableXml as wrong:
        raise UnreadableForm(
            f"A text or a rule in this form holds a sign that cannot be written down. {wrong}"
        ) from wrong
    except _STRANGE as wrong:
        raise UnreadableForm(
            "This spreadsheet cannot be read as a questionnaire. "
            "Compare it with the default questionnaire, sheet by sheet."
        ) from wrong
    if deepest > MOST_NESTED:
        raise UnreadableForm(
            f"Groups stand more than {MOST_NESTED} deep in each other. Take some of them out."
        )
    return sealed_by_hash(form)


def _convert(content: bytes, file_type: str, told: list[str]) -> str:
    with warnings.catch_warnings():
        # openpyxl warns of headers, footers and colours, which no questionnaire needs.
        warnings.simplefilter("ignore", UserWarning)
        source = BytesIO(content)
        result = convert(source, warnings=told, validate=False, file_type=file_type)
    return str(result.xform)


def default_form() -> Form:
    """Return the questionnaire that comes with the house."""
    return read_form(DEFAULT)


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UnreadableForm(_too_large())
        return path.read_bytes()
    except OSError as wrong:
        raise UnreadableForm(
            f"There is no file {path.name} that can be read."
        ) from wrong


def type_of(content: bytes) -> str:
    """Return what a file holds, whatever it is called: .xlsx, .xls or .csv. Error: `UnreadableForm`."""
    if len(content) > LARGEST_FILE:
        raise UnreadableForm(_too_large())
    if content.startswith(_OLD_EXCEL):
        return ".xls"
    if content.startswith(b"PK"):
        _check_zip(content)
        return ".xlsx"
    if _FIRST_SHEET.match(content):
        return ".csv"
    raise UnreadableForm(
        "This file is not a spreadsheet. Save the questionnaire as .xlsx and choose it again."
    )


def _check_zip(content: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            names = packed.namelist()
            size = sum(each.file_size for each in packed.infolist())
    except _NO_ZIP as wrong:
        raise UnreadableForm(
            "This spreadsheet is damaged. Open it, save it again as .xlsx, and choose it again."
        ) from wrong
    if size > LARGEST_INSIDE:
        raise UnreadableForm(_too_large())
    if "xl/workbook.xml" not in names:
        raise UnreadableForm(
            "This file is not an Excel spreadsheet. Save the questionnaire as .xlsx and choose it again."
        )


def _too_large() -> str:
    megabytes = LARGEST_FILE // 1_000_000
    return f"This file is too large. Keep only the questionnaire in it: {megabytes} MB at most."


def _tidy(message: str) -> str:
    """Return the reader's message as sentences, with the row first and without links."""
    lines = [
        _ROW.sub(r"Row \1: ", _LINK.sub("", line).strip())
        for line in message.splitlines()
    ]
    told = [line for line in dict.fromkeys(lines) if line]
    if len(told) > _MOST_MESSAGES:
        told = [*told[:_MOST_MESSAGES], f"And {len(told) - _MOST_MESSAGES} more."]
    return " ".join(told) or "This questionnaire cannot be read."
