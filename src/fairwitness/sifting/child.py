"""What happens to one file in a process of its own: it says what it is, cleans it, and ends.

In: a line of JSON (`is_whole`, `wanted`), then the file. Out: a line of JSON (`sort`, or
`reason`), then the file. Before the first byte is read nothing more can be opened: no
file, no socket, no further process.
"""

import importlib
import json
import os
import resource
import sys
from types import ModuleType

from fairwitness.sifting import boxes, kinds, sounds
from fairwitness.sifting.kinds import Reason, Sort, Unwanted

MEMORY = 1 << 30  # bytes
SECONDS = 30  # of the processor
_IN_BOXES = {Sort.M4A, Sort.MP4, Sort.MOV}


def main() -> None:
    """Read one file from the standard input, and write what came of it."""
    pictures, papers = _loaded("pictures"), _loaded("papers")
    _shut()
    head, _line, content = sys.stdin.buffer.read().partition(b"\n")
    asked = json.loads(head)
    try:
        sort, cleaned = _sifted(content, pictures, papers, is_whole=asked["is_whole"])
        kinds.require(sort, asked["wanted"])
    except Unwanted as refused:
        _say({"reason": refused.reason.value}, b"")
    except (MemoryError, RecursionError):
        _say({"reason": Reason.TOO_LONG.value}, b"")
    else:
        _say({"sort": sort.value}, cleaned)


def _loaded(name: str) -> ModuleType | None:
    """The module that needs a library, ready; none where the library is not here."""
    try:
        module = importlib.import_module(f"fairwitness.sifting.{name}")
    except ImportError:
        return None
    module.warm_up()
    return module


def _shut() -> None:
    """Let nothing be opened, started or written any more, and let neither time nor memory run on."""
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(limit, (most, most))


def _sifted(
    content: bytes,
    pictures: ModuleType | None,
    papers: ModuleType | None,
    *,
    is_whole: bool,
) -> tuple[Sort, bytes]:
    sort = kinds.sort_of(content)
    if is_whole:
        return sort, content
    if sort in kinds.PICTURES:
        if pictures is None:
            raise Unwanted(Reason.NOT_HERE)
        return sort, pictures.clean_picture(content, sort)
    if sort is Sort.PDF:
        if papers is None:
            raise Unwanted(Reason.NOT_HERE)
        return sort, papers.clean_pdf(content)
    if sort in _IN_BOXES:
        return boxes.clean_boxes(content)
    return sort, _CLEANERS[sort](content)


_CLEANERS = {
    Sort.TEXT: lambda content: content.removeprefix(b"\xef\xbb\xbf"),
    Sort.MP3: sounds.clean_mp3,
    Sort.WAV: sounds.clean_wav,
    Sort.OGG: sounds.clean_ogg,
}


def _say(told: dict[str, str], content: bytes) -> None:
    whole = json.dumps(told).encode() + b"\n" + content
    sys.stdout.buffer.write(whole)
    sys.stdout.buffer.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
