"""Checks a published edition from its folder alone, as anybody may.

Nothing in the folder is trusted: what does not add up is a finding, never an error.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from fairwitness.figures.definitions import Unit
from fairwitness.figures.files import read_package, read_parquets
from fairwitness.figures.findings import Finding, FolderEdition, Level
from fairwitness.figures.manifest import (
    CHECKPOINT,
    KEYS,
    LEAVES,
    LOG_KEYS,
    MANIFEST,
    SIGNATURE,
    BadEdition,
    lines_of,
    read_manifest,
    read_signed,
)
from fairwitness.figures.own_report import own_report
from fairwitness.figures.verify_survey import survey_problems
from fairwitness.figures.verify_tables import (
    Shown,
    leaks,
    problems,
    rate_problems,
)
from fairwitness.ledger import tree
from fairwitness.ledger.notes import (
    Checkpoint,
    NotVerified,
    Verified,
    Verifier,
    verify_note,
)
from fairwitness.refusal import Refused


def verify_edition(
    folder: Path,
    *,
    count_code: str | None = None,
    show_cell: bool = False,
    keys: Sequence[Verifier] = (),
    witnesses: Sequence[Verifier] = (),
) -> list[Finding]:
    """Recompute an edition: hashes, signatures, every table from its tags, the log.

    `keys` are the centre's published keys, from elsewhere than this folder; without
    them the keys in the folder are used, and a finding says so. With a count code: is
    that report counted, and does its sending stand in the log? Its row is named only
    if `show_cell`. An edition holds when no finding is a STOP.
    """
    try:
        told = read_manifest(folder)
    except BadEdition as refusal:
        return [Finding("manifest", Level.STOP, "", str(refusal))]
    edition = FolderEdition(folder, told, tuple(keys))
    shown, found = _read_tables(edition)
    findings = [*_signature(edition), *_files(edition), *found]
    findings += _tables(edition, shown, damaged={one.table for one in found})
    findings += _together(edition, shown)
    findings += _surveys(edition, shown)
    findings += _log(edition, witnesses)
    if count_code is not None:
        findings += own_report(edition, shown, count_code, show_cell=show_cell)
    return findings


def _signature(edition: FolderEdition) -> Iterator[Finding]:
    if not (edition.folder / SIGNATURE).is_file():
        if edition.keys or (edition.folder / KEYS).is_file():
            yield Finding("signature", Level.STOP, "", f"{SIGNATURE} is missing.")
        else:
            yield Finding("signature", Level.LOOK, "", "This edition is not signed.")
        return
    try:
        keys = edition.keys or _keys_of(edition, KEYS)
        verified = verify_note(edition.text(SIGNATURE), keys)
    except (Refused, OSError, UnicodeDecodeError) as refusal:
        yield Finding("signature", Level.STOP, "", f"{SIGNATURE}: {refusal}")
        return
    digest = sha256((edition.folder / MANIFEST).read_bytes()).hexdigest()
    if read_signed(verified.text) != (edition.told["number"], digest):
        yield Finding(
            "signature",
            Level.STOP,
            "",
            f"{MANIFEST} is not the one that was signed: it was changed afterwards.",
        )
        return
    names = ", ".join(dict.fromkeys(signed.name for signed in verified.signed))
    yield Finding("signature", Level.OK, "", f"{MANIFEST} is signed by {names}")
    if not edition.keys:
        yield _own_keys(keys)


def _own_keys(keys: Iterable[Verifier]) -> Finding:
    prints = ", ".join(f"{key.name}+{key.key_id.hex()}" for key in keys)
    return Finding(
        "keys",
        Level.LOOK,
        "",
        "These keys lie in the folder itself. Compare them with those on the centre's "
        f"own page: {prints}",
    )


def _keys_of(edition: FolderEdition, path: str) -> tuple[Verifier, ...]:
    return tuple(map(Verifier.from_vkey, lines_of(edition.text(path))))


def _files(edition: FolderEdition) -> Iterator[Finding]:
    files = edition.told["files"]
    wrong = 0
    for path, told in files.items():
        place = (edition.folder / path).resolve()
        if not place.is_relative_to(edition.folder.resolve()) or not place.is_file():
            message = f"{path} is missing"
        elif sha256(place.read_bytes()).hexdigest() == told["sha256"]:
            continue
        else:
            message = f"{path} is not the file that was published: its hash is another"
        wrong += 1
        yield Finding("files", Level.STOP, _table_of(path), message)
    there = {
        path.relative_to(edition.folder).as_posix()
        for path in edition.folder.rglob("*")
        if path.is_file()
    }
    for path in sorted(there - files.keys() - {MANIFEST, SIGNATURE}):
        yield Finding("files", Level.LOOK, "", f"{path} is no part of this edition")
    if not wrong:
        yield Finding("files", Level.OK, "", f"{len(files)} files, each with its hash")


def _table_of(path: str) -> str:
    folder, _, name = path.rpartition("/")
    return Path(name).stem if folder in {"tables", "tags"} else ""


def _read_tables(edition: FolderEdition) -> tuple[dict[str, Shown], list[Finding]]:
    shown, damaged = {}, []
    for name, told in edition.told["tables"].items():
        try:
            shown[name] = Shown.read(edition.folder, name, told)
        except (OSError, ValueError) as error:
            message = f"tables/{name}.csv cannot be read: {error}"
            damaged.append(Finding("table", Level.STOP, name, message))
    if not shown:
        damaged.append(Finding("table", Level.STOP, "", f"{MANIFEST} names no tables."))
    return shown, damaged


def _tables(
    edition: FolderEdition, shown: Mapping[str, Shown], *, damaged: set[str]
) -> Iterator[Finding]:
    """One line for each table: that it is as it should be, or each thing that is not."""
    package = read_package(edition.folder / "datapackage.json")
    parquets = read_parquets(
        edition.folder / "tables" / f"{name}.parquet" for name in shown
    )
    least = edition.told["plan"]["least"]
    given_away: dict[str, list[str]] = {}
    for name, message in leaks(shown, least=least):
        given_away.setdefault(name, []).append(message)
    for name, table in shown.items():
        found = [("leak", message) for message in given_away.get(name, ())]
        try:
            found += problems(table, package, parquets[name])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            found.append(("table", f"it holds something that is no number: {error}"))
        for code, message in found:
            yield Finding(code, Level.STOP, name, message)
        if not found and name not in damaged:
            yield Finding("table", Level.OK, name, table.summary)
    if not any(table.told["tags"] for table in shown.values()):
        yield Finding(
            "tags",
            Level.LOOK,
            "",
            "No tags: the facts carried no count seeds, so nobody can count again.",
        )


def _together(edition: FolderEdition, shown: Mapping[str, Shown]) -> Iterator[Finding]:
    """What tables say of each other: no more incidents or people than reports, the same totals."""
    try:
        wrong = [*_between(shown), *rate_problems(shown, edition.told["plan"])]
    except (ValueError, KeyError, TypeError):
        wrong = [("totals", "the tables cannot be compared")]
    for name, message in wrong:
        yield Finding("units", Level.STOP, name, message)
    if not wrong:
        message = "reports, incidents and people agree between all tables"
        yield Finding("units", Level.OK, "", message)


def _surveys(edition: FolderEdition, shown: Mapping[str, Shown]) -> Iterator[Finding]:
    """What was answered to surveys, worked out again. Editions before the second version have none."""
    if not any(name.startswith("survey_") for name in shown):
        return
    try:
        wrong = [*survey_problems(shown, least=edition.told["plan"]["least"])]
    except (ValueError, KeyError, TypeError):
        wrong = [("", "survey", "the tables of surveys cannot be compared")]
    for name, code, message in wrong:
        yield Finding(code, Level.STOP, name, message)
    if not wrong:
        message = "shares with and without passed-on links are those of their numbers"
        yield Finding("survey", Level.OK, "", message)


def _between(shown: Mapping[str, Shown]) -> Iterator[tuple[str, str]]:
    totals, received = shown["totals"].numbers(), shown["received"].numbers()
    reports = totals[Unit.REPORTS]
    if reports != received["counted"]:
        yield "totals", "the reports are not those that `received` says were counted"
    for unit, count in totals.items():
        if count is not None and count > (reports or 0):
            yield "totals", f"more {unit} than reports"
    for name, table in shown.items():
        counted, _, dimension = name.partition("_by_")
        if counted in totals and dimension:
            yield from _beside_reports(table, totals[counted], shown)


def _beside_reports(
    table: Shown, total: int | None, shown: Mapping[str, Shown]
) -> Iterator[tuple[str, str]]:
    counted, _, dimension = table.name.partition("_by_")
    if table.told["total"] not in {None, total}:
        yield table.name, f"its total is not the number of {counted} in `totals`"
    above = shown[f"{Unit.REPORTS}_by_{dimension}"].numbers()
    for code, count in table.numbers().items():
        if count is not None and count > (above.get(code) or 0):
            yield table.name, f"the row {code} has more {counted} than reports"


def _log(edition: FolderEdition, witnesses: Sequence[Verifier]) -> Iterator[Finding]:
    if not edition.told["log"]:
        message = "This edition names no log: nobody can see when a report came."
        yield Finding("log", Level.LOOK, "", message)
        return
    try:
        leaves = [bytes.fromhex(line) for line in lines_of(edition.text(LEAVES))]
        keys = _log_keys(edition)
        verified = verify_note(edition.text(CHECKPOINT), keys, witnesses=witnesses)
    except (NotVerified, OSError, ValueError) as error:
        yield Finding("log", Level.STOP, "", f"The log: {error}")
        return
    yield from _log_holds(edition, leaves, verified)


def _log_keys(edition: FolderEdition) -> tuple[Verifier, ...]:
    """The keys of the log: those given that signed it, else those in the folder."""
    own = _keys_of(edition, LOG_KEYS)
    given = tuple(key for key in edition.keys if key.name in {one.name for one in own})
    return given or own


def _log_holds(
    edition: FolderEdition, leaves: Sequence[bytes], verified: Verified
) -> Iterator[Finding]:
    stated = verified.checkpoint or Checkpoint("", -1, b"")
    told = edition.told["log"]
    is_told = (told["size"], told["root"]) == (stated.size, stated.root.hex())
    if stated.size != len(leaves) or stated.root != tree.root(leaves) or not is_told:
        message = f"{LEAVES} does not give the root that the checkpoint states"
        yield Finding("log", Level.STOP, "", message)
        return
    received = edition.told["tables"].get("received", {}).get("total") or 0
    if received > len(leaves):
        message = f"{received:,} reports, and only {len(leaves):,} sendings in the log"
        yield Finding("log", Level.STOP, "received", message)
    seen = ", ".join(signed.name for signed in verified.cosigned)
    message = f"{len(leaves):,} sendings, their root is the one of the checkpoint"
    yield Finding("log", Level.OK, "", message + (f", seen by {seen}" if seen else ""))
