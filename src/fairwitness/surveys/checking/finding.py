"""One thing that the checker says of a questionnaire: where it stands, and how to mend it."""

from dataclasses import dataclass
from enum import StrEnum

ALPHABET = 26


class Level(StrEnum):
    """Whether a finding stops the questionnaire."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong in one cell, and how to mend it.

    `row` counts from 1 as the spreadsheet does; `column` is the heading as written, and
    `cell` the same place as spreadsheets name it ("F12"). What concerns a whole sheet or
    the whole file has no row, or no sheet.
    """

    code: str
    level: Level
    message: str
    fix: str = ""
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    cell: str | None = None

    def as_json(self) -> dict[str, object]:
        """The finding as `questionnaire check --json` prints it."""
        return {
            "code": self.code,
            "level": self.level.value,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "cell": self.cell,
            "message": self.message,
            "fix": self.fix,
        }

    @property
    def place(self) -> str:
        """Where it is, in words: sheet, cell and heading."""
        parts = [self.sheet, self.cell or (self.row and f"row {self.row}"), self.column]
        return " ".join(str(part) for part in parts if part)


def letters(index: int) -> str:
    """How spreadsheets name a column: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, ALPHABET)
        name = chr(ord("A") + rest) + name
    return name
