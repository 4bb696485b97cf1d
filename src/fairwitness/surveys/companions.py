"""Files that come with a questionnaire beside its sheet: lists, pictures, sound and film.

What a file is, its content says, whatever it is called. A version of a questionnaire is
its sheet with exactly these files, by name and SHA-256.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePath

from fairwitness.refusal import Refused
from fairwitness.surveys.brought import list_in
from fairwitness.surveys.signatures import media_type_of, size_of_picture

FORMAT = "fairwitness/questionnaire-with-files/1"
MOST_FILES = 200
MOST_BYTES = 40_000_000  # of all files of one questionnaire
LONGEST_NAME = 120
MOST_PIXELS = 5_000  # a side of a picture


class Family(StrEnum):
    """What a file is to whoever answers."""

    LIST = "list"
    PICTURE = "picture"
    SOUND = "sound"
    FILM = "film"


LARGEST = {
    Family.LIST: 5_000_000,
    Family.PICTURE: 2_000_000,
    Family.SOUND: 5_000_000,
    Family.FILM: 7_000_000,
}
# What the columns of a sheet want.
SHOWN_AS = {
    "image": Family.PICTURE,
    "big-image": Family.PICTURE,
    "audio": Family.SOUND,
    "video": Family.FILM,
}
TAKES = {
    Family.LIST: "a list as CSV, XML or GeoJSON",
    Family.PICTURE: "a picture as PNG, JPEG or WebP",
    Family.SOUND: "sound as MP3, M4A, OGG or WAV",
    Family.FILM: "film as MP4 or WebM",
}
_LISTS = {
    ".csv": "text/csv",
    ".xml": "application/xml",
    ".geojson": "application/geo+json",
}


class NotWelcome(Refused):
    """A file cannot come with a questionnaire; the message says what to do."""

    status = 422


@dataclass(frozen=True, order=True)
class Companion:
    """A file that comes with a questionnaire; `read` brings its bytes when they are needed."""

    name: str
    digest: str
    media_type: str
    size: int
    read: Callable[[], bytes] = field(compare=False, repr=False)

    @property
    def family(self) -> Family:
        """What it is to whoever answers."""
        return family_of(self.media_type)


Companions = tuple[Companion, ...]


def companion_of(name: str, content: bytes) -> Companion:
    """Return a file as it may come with a questionnaire. Error: `NotWelcome`."""
    name = clean_name(name)
    media_type = _media_type(name, content)
    largest = LARGEST[family_of(media_type)]
    if len(content) > largest:
        raise NotWelcome(
            f"{name} is too large: {largest // 1_000_000} MB at most. Make it smaller."
        )
    digest = hashlib.sha256(content).hexdigest()
    return Companion(name, digest, media_type, len(content), lambda: content)


def companions_of(files: Mapping[str, bytes]) -> Companions:
    """Return files by their names as they may come with a questionnaire. Error: `NotWelcome`."""
    return together(companion_of(name, content) for name, content in files.items())


def together(files: Iterable[Companion]) -> Companions:
    """Return files in the order of their names, the last of each name. Error: `NotWelcome`."""
    known = {one.name: one for one in files}
    if len(known) > MOST_FILES or sum(one.size for one in known.values()) > MOST_BYTES:
        raise NotWelcome(
            f"These are too many files: {MOST_FILES} and {MOST_BYTES // 1_000_000} MB at"
            " most. Leave out what the sheet does not name."
        )
    return tuple(sorted(known.values()))


def manifest_of(files: Iterable[Companion]) -> dict[str, str]:
    """Return the SHA-256 of each file by its name."""
    return {one.name: one.digest for one in sorted(files)}


def version_hash(sheet: bytes, manifest: Mapping[str, str]) -> str:
    """Return under which hash a sheet with these files is frozen, in hex.

    Without files it is the SHA-256 of the sheet itself. With files it is that of a list:
    the format, the hash of the sheet, then hash and name of each file, sorted, a line each.
    """
    digest = hashlib.sha256(sheet).hexdigest()
    if not manifest:
        return digest
    lines = [FORMAT, digest, *(f"{manifest[name]} {name}" for name in sorted(manifest))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def clean_name(name: str) -> str:
    """Return a name without the folders before it. Error: `NotWelcome`."""
    bare = PurePath(name.replace("\\", "/")).name.strip()
    if not bare or not bare.isprintable() or len(bare) > LONGEST_NAME:
        raise NotWelcome(
            "The name of a file is missing, too long, or holds signs that cannot be seen."
            " Give it a short name."
        )
    return bare


def family_of(media_type: str) -> Family:
    """Return what a file of this type is to whoever answers."""
    first = media_type.partition("/")[0]
    known = {"image": Family.PICTURE, "audio": Family.SOUND, "video": Family.FILM}
    return known.get(first, Family.LIST)


def _media_type(name: str, content: bytes) -> str:
    """What a file holds. Lists have no signature: they are read. Errors: `Refused`."""
    ending = PurePath(name).suffix.lower()
    if not content:
        raise NotWelcome(f"{name} is empty. Choose another file.")
    if ending in _LISTS:
        list_in(content, name)
        return _LISTS[ending]
    media_type = media_type_of(content, is_sound=ending == ".m4a")
    if not media_type:
        raise NotWelcome(_unknown(name, ending))
    if media_type.startswith("image/"):
        width, height = size_of_picture(content)
        if not (0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS):
            raise NotWelcome(
                f"{name} is damaged, or larger than {MOST_PIXELS:,} pixels a side."
                " Save it again, smaller."
            )
    return media_type


def _unknown(name: str, ending: str) -> str:
    if ending == ".svg":
        return f"{name} is a drawing that can hold programs. Save it as PNG."
    return (
        f"{name} cannot come with a questionnaire. Bring {'; '.join(TAKES.values())}."
    )
