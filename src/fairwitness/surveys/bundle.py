"""A questionnaire and its files packed together, as it is brought in and saved again.

The sheet lies on top, the files in the folder `media` beside it. Bounded before anything is
unpacked: a file of a few kilobytes could fill a machine otherwise.
"""

import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import PurePath

from fairwitness.surveys.companions import (
    LARGEST,
    MOST_BYTES,
    MOST_FILES,
    Companions,
    NotWelcome,
    clean_name,
)
from fairwitness.surveys.files import NO_ZIP, UnreadableForm, type_of

FOLDER = "media"
_FIRST = b"PK"
_WORKBOOK = "xl/workbook.xml"
_LARGEST = max(LARGEST.values())
_DAY = (1980, 1, 1, 0, 0, 0)  # the same bytes for the same files
_ENDINGS = {".xlsx", ".xlsm", ".xls"}


def is_bundle(content: bytes) -> bool:
    """Whether this is an archive of files, and no workbook."""
    if not content.startswith(_FIRST):
        return False
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            return _WORKBOOK not in packed.namelist()
    except NO_ZIP:
        return False


def unpacked(content: bytes) -> dict[str, bytes]:
    """Return the files of an archive by their names, without folders. Error: `NotWelcome`."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            entries = [one for one in packed.infolist() if _is_file(one.filename)]
            if (
                len(entries) > MOST_FILES + 1
                or sum(one.file_size for one in entries) > MOST_BYTES
            ):
                raise NotWelcome(
                    f"This archive holds too much: {MOST_FILES} files and"
                    f" {MOST_BYTES // 1_000_000} MB at most."
                )
            names = [clean_name(one.filename) for one in entries]
            if len(set(names)) < len(names):
                raise NotWelcome(
                    "Two files of this archive have the same name. Give each its own."
                )
            contents = (_read(packed, one) for one in entries)
            return dict(zip(names, contents, strict=True))
    except (*NO_ZIP, EOFError, KeyError, RuntimeError, zlib.error) as wrong:
        raise NotWelcome(
            "This archive is damaged or locked. Pack it again as a plain .zip."
        ) from wrong


def _is_file(name: str) -> bool:
    """Whether an entry is a file of somebody, not of their system."""
    bare = PurePath(name).name
    is_hidden = bare.startswith(".") or name.startswith("__MACOSX/")
    return not name.endswith("/") and not is_hidden


def _read(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """One file, and no more of it than it may hold, whatever the archive says."""
    with packed.open(entry) as file:
        content = file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise NotWelcome(f"{entry.filename} is too large. Make it smaller.")
    return content


def taken_apart(files: Mapping[str, bytes]) -> tuple[str, dict[str, bytes]]:
    """Return the name of the sheet among these files, and all others. Error: `UnreadableForm`."""
    sheets = [name for name in files if PurePath(name).suffix.lower() in _ENDINGS]
    if not sheets:
        sheets = [name for name, content in files.items() if _is_sheet(name, content)]
    if len(sheets) != 1:
        raise UnreadableForm(
            f"This archive holds {len(sheets)} spreadsheets. Pack one questionnaire with"
            " its files, or bring in the spreadsheet alone."
        )
    others = {name: content for name, content in files.items() if name != sheets[0]}
    return sheets[0], others


def _is_sheet(name: str, content: bytes) -> bool:
    """Whether a CSV file is a questionnaire and no list."""
    if PurePath(name).suffix.lower() != ".csv":
        return False
    try:
        return type_of(content) == ".csv"
    except UnreadableForm:
        return False


def packed_together(sheet: bytes, name: str, beside: Companions) -> bytes:
    """Return an archive with a sheet under this name, and its files in a folder beside it."""
    saved = BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(zipfile.ZipInfo(name, _DAY), sheet)
        for one in beside:
            packed.writestr(zipfile.ZipInfo(f"{FOLDER}/{one.name}", _DAY), one.read())
    return saved.getvalue()
