"""What a check finds, and the edition that it looks at."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from fairwitness.ledger.notes import Verifier


class Level(StrEnum):
    """How a finding is meant, in the words of `doctor`."""

    OK = "ok"
    LOOK = "look"
    STOP = "STOP"


@dataclass(frozen=True)
class Finding:
    """One thing that was checked, and how it came out."""

    code: str
    level: Level
    table: str
    message: str

    @property
    def line(self) -> str:
        """As it is printed."""
        return f"{self.level:<5} {self.table or self.code:<24} {self.message}"


@dataclass(frozen=True)
class FolderEdition:
    """An edition as it lies in a folder, with the keys to check it by."""

    folder: Path
    told: Mapping[str, Any]
    keys: tuple[Verifier, ...]

    @property
    def number(self) -> str:
        """Its number, as it goes into tags."""
        return str(self.told["number"])

    def text(self, path: str) -> str:
        """A file of it. OSError and UnicodeDecodeError when it is not there or no text."""
        return (self.folder / path).read_bytes().decode("utf-8")
