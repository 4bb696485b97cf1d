"""What a table is: columns, rows, and all that must be said beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fairwitness.figures.definitions import Unit

HIDDEN = "[c]"
PROVISIONAL = "[p]"
TRAINING = "Training centre. Nothing here is real."


@dataclass(frozen=True)
class Column:
    """A column: its name in the files, what it holds, and its heading on paper."""

    name: str
    kind: str  # "string", "integer" or "number", as Frictionless calls them
    title: str


CODE = Column("code", "string", "Code")
LABEL = Column("label", "string", "")
COUNT = Column("count", "integer", "Count")
LOW = Column("low", "number", "95 % from")
HIGH = Column("high", "number", "95 % to")
MARK = Column("mark", "string", "Mark")
NOTE = Column("note", "string", "Note")

COUNTED = (CODE, LABEL, COUNT, LOW, HIGH, MARK, NOTE)
"""The columns of every table of reports, incidents or people affected."""

Value = str | int | float | None


@dataclass(frozen=True)
class Table:
    """One table of an edition.

    `total` is the number of distinct things, `hidden_together` what the hidden rows
    add up to. `is_total_only` and `is_withheld` tables have no rows.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    unit: Unit | None = None
    dimension: str = ""
    total: int | None = None
    hidden: tuple[str, ...] = ()
    hidden_together: int | None = None
    adds_up: bool = True
    is_total_only: bool = False
    is_withheld: bool = False
    sentence: str = ""
    says: tuple[str, ...] = ()
    says_not: tuple[str, ...] = ()

    def values(self, column: str) -> list[Value]:
        """One column, from top to bottom."""
        place = [one.name for one in self.columns].index(column)
        return [row[place] for row in self.rows]

    def by_code(self, column: str = "count") -> dict[str, Value]:
        """A column by the code of its row."""
        codes = [str(code) for code in self.values("code")]
        return dict(zip(codes, self.values(column), strict=True))


def note(text: str = "", *, is_training: bool) -> str:
    """What the last column of a row says."""
    return " ".join(filter(None, (TRAINING if is_training else "", text)))


def row(columns: Sequence[Column], **values: Any) -> tuple[Value, ...]:
    """A row in the order of its columns."""
    return tuple(values[column.name] for column in columns)
