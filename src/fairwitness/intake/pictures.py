"""Files of the evidence as pages show them: kind and size in words, and pictures that are safe to draw."""

import base64
from dataclasses import dataclass

from fairwitness.intake.payloads import UNTOUCHED, File
from fairwitness.sifting.kinds import PICTURES, Sort
from fairwitness.surveys.sentences_of_files import described

LARGEST_DRAWN = 12_000_000  # bytes of a picture that is drawn on the page itself


@dataclass(frozen=True, repr=False)
class ShownFile:
    """One file on a page. Printing it prints nothing of it."""

    number: int
    name: str
    kind: str
    words: str
    drawn: str  # the picture as an address of its own, or nothing

    def __repr__(self) -> str:
        return "[a file]"


def shown(number: int, file: File) -> ShownFile:
    """A file as a page shows it."""
    return ShownFile(
        number=number,
        name=file.name,
        kind=in_words(file),
        words=file.words,
        drawn=drawn(file.kind, file.content, is_cleaned=file.is_cleaned),
    )


def sort_of_file(kind: str) -> Sort | None:
    """The kind of a file that was kept, if it is one that we know."""
    return Sort(kind) if kind in set(Sort) else None


def in_words(file: File) -> str:
    """Kind and size of a file, and whether anything is hidden in it."""
    sort = sort_of_file(file.kind) or Sort.TEXT
    is_whole = file.state == UNTOUCHED
    return described(sort, len(file.content), is_whole=is_whole)


def ending_of(kind: str) -> str:
    """The ending of the name that we give to a file."""
    sort = sort_of_file(kind)
    return sort.ending if sort else "bin"


def drawn(kind: str, content: bytes, *, is_cleaned: bool) -> str:
    """A picture as an address that holds it, so that nobody has to lay it on a disk to see it.

    Only what we have encoded anew ourselves; an untouched one is for a program of its own.
    """
    sort = sort_of_file(kind)
    if sort not in PICTURES or not is_cleaned or len(content) > LARGEST_DRAWN:
        return ""
    return f"data:{sort.value};base64,{base64.b64encode(content).decode()}"
