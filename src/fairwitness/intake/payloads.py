"""What lies in the sealed parts of a report, as bytes. Pure: it seals and opens nothing.

section, message   JSON in one line, keys sorted, UTF-8, padded to a power of two
evidence           such a line (name, kind, words, state), a line feed, then the file, by Padmé
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from fairwitness.vault.padding import (
    pad_evidence,
    pad_text,
    unpad_evidence,
    unpad_text,
)


class Sealer(Protocol):
    """Something that seals a new part of one report: its chest, opened by who holds a key."""

    def seal(self, section: str, plain: bytes) -> bytes: ...


CLEANED, UNTOUCHED = "cleaned", "untouched"


@dataclass(frozen=True, repr=False)
class File:
    """A file that a reporter added. Printing it prints nothing of it.

    `state` says whether what was hidden in it is taken out; nothing, where nobody looked.
    """

    name: str
    kind: str
    words: str
    content: bytes
    state: str = ""

    @property
    def is_cleaned(self) -> bool:
        """Whether it was written anew, without what was hidden in it."""
        return self.state == CLEANED

    def __repr__(self) -> str:
        return "[file]"


def pack(content: Mapping[str, Any]) -> bytes:
    """Write a section or a message."""
    return pad_text(_line(content))


def unpack(padded: bytes) -> dict[str, Any]:
    """Read what `pack` wrote. Raises MalformedPadding."""
    found: dict[str, Any] = json.loads(unpad_text(padded))
    return found


def pack_file(file: File) -> bytes:
    """Write a file with what is said of it."""
    said = {"name": file.name, "kind": file.kind, "words": file.words}
    if file.state:
        said["state"] = file.state
    return pad_evidence(_line(said) + b"\n" + file.content)


def unpack_file(padded: bytes) -> File:
    """Read what `pack_file` wrote. Raises MalformedPadding."""
    said, content = unpad_evidence(padded).split(b"\n", 1)
    return File(**json.loads(said), content=content)


def _line(content: Mapping[str, Any]) -> bytes:
    written = json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return written.encode()
