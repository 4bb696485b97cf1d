"""Tells a reporter whether their report is counted, from local files alone: nobody learns who asks."""

from collections.abc import Iterable, Iterator, Mapping

from fairwitness.figures.definitions import DIMENSIONS, Unit
from fairwitness.figures.findings import Finding, FolderEdition, Level
from fairwitness.figures.manifest import LEAVES, lines_of
from fairwitness.figures.tables import HIDDEN
from fairwitness.figures.tags import read_tags, tag_table
from fairwitness.figures.verify_tables import Shown
from fairwitness.refusal import Refused
from fairwitness.vault.receipt import CountCode, leaf_of, tag_of


def own_report(
    edition: FolderEdition,
    shown: Mapping[str, Shown],
    count_code: str,
    *,
    show_cell: bool,
) -> Iterator[Finding]:
    """Whether the report of a count code is in the count. Looks in local files alone."""
    try:
        seed = CountCode.parse(count_code).seed
    except Refused as refusal:
        yield Finding("count-code", Level.STOP, "", str(refusal))
        return
    yield _own_leaf(edition, seed)
    status = _cell_of(edition, seed, "received", [], is_multiple=False)
    said = {
        "counted": (Level.OK, "This report is counted in the total of edition {0}."),
        "pending": (
            Level.LOOK,
            "We received this report and have not finished: it is not in edition {0} yet.",
        ),
        "not_counted": (
            Level.LOOK,
            "We received this report; it is kept, and it is not in the count of edition "
            "{0}. Your own page says why.",
        ),
    }
    nothing = (
        Level.LOOK,
        "No report of this code was received in the time of edition {0}.",
    )
    level, message = said.get(status or "", nothing)
    yield Finding("counted", level, "", message.format(edition.number))
    if show_cell and status == "counted":
        yield from _own_cells(edition, shown, seed)


def _own_leaf(edition: FolderEdition, seed: bytes) -> Finding:
    try:
        leaves = lines_of(edition.text(LEAVES))
    except (OSError, UnicodeDecodeError):
        return Finding("leaf", Level.LOOK, "", "This edition names no log.")
    if leaf_of(seed).hex() in leaves:
        place = leaves.index(leaf_of(seed).hex()) + 1
        message = f"This sending is number {place:,} of {len(leaves):,} in the log."
        return Finding("leaf", Level.OK, "", message)
    message = (
        "This sending is not in the log of this edition. It may have come later: look "
        "again in the next one."
    )
    return Finding("leaf", Level.LOOK, "", message)


def _own_cells(
    edition: FolderEdition, shown: Mapping[str, Shown], seed: bytes
) -> Iterator[Finding]:
    for name, table in shown.items():
        dimension = DIMENSIONS.get(table.told["dimension"] or "")
        is_of_reports = table.told["unit"] == Unit.REPORTS
        if dimension is None or not is_of_reports or not table.told["tags"]:
            continue
        codes = list(table.numbers())
        cell = _cell_of(edition, seed, name, codes, is_multiple=dimension.is_multiple)
        if cell:
            where = "a row that is not shown" if cell == HIDDEN else f"the row {cell}"
            yield Finding("cell", Level.OK, name, f"This report stands in {where}.")


def _cell_of(
    edition: FolderEdition,
    seed: bytes,
    table: str,
    codes: Iterable[str],
    *,
    is_multiple: bool,
) -> str | None:
    """The row under which a tag of this seed stands; several are joined."""
    try:
        lines = read_tags(edition.text(f"tags/{table}.txt"))
    except (OSError, UnicodeDecodeError):
        return None
    names = {tag_table(table, code, is_multiple=is_multiple) for code in codes} or {
        table
    }
    own = {tag_of(seed, edition.number, name).hex() for name in names}
    return ", ".join(cell for cell, tag in lines if tag in own) or None
