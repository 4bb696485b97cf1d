"""Builds an edition: a folder of tables, pictures and proofs, the same byte for byte each time."""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from fairwitness.figures.attack import Published, seen_from_outside
from fairwitness.figures.charts import Picture, chart
from fairwitness.figures.definitions import Unit
from fairwitness.figures.facts import Facts, read_facts
from fairwitness.figures.files import (
    csv_text,
    datapackage,
    json_bytes,
    write_parquet,
)
from fairwitness.figures.manifest import (
    CHECKPOINT,
    KEYS,
    LEAVES,
    LOG_KEYS,
    MANIFEST,
    BadEdition,
    keys_text,
    leaves_text,
    manifest,
    sign_edition,
)
from fairwitness.figures.outline import outline
from fairwitness.figures.own_work import Promises, Releases
from fairwitness.figures.page import page
from fairwitness.figures.paper import paper
from fairwitness.figures.plan import Plan
from fairwitness.figures.succession import follow
from fairwitness.figures.survey import narrow_rows
from fairwitness.figures.survey_answers import Asked
from fairwitness.figures.tables import Table
from fairwitness.figures.tabulate import tabulate
from fairwitness.figures.tags import tag_lists
from fairwitness.ledger import tree
from fairwitness.ledger.notes import Checkpoint, Note, Signer
from fairwitness.vault.receipt import leaf_of


@dataclass(frozen=True)
class Log:
    """The log of sendings that an edition refers to: its leaves, and its signed checkpoint.

    `vkeys` are the published lines of those who signed the checkpoint.
    """

    leaves: Sequence[bytes]
    note: str
    vkeys: Sequence[str] = ()

    @property
    def checkpoint(self) -> Checkpoint:
        """What the note states; BadEdition when it is not of these leaves."""
        stated = Checkpoint.read(Note.read(self.note).text)
        if stated is None or stated.size != len(self.leaves):
            raise BadEdition("The checkpoint is of another length than the log.")
        if stated.root != tree.root(self.leaves):
            raise BadEdition("The checkpoint is not of this log.")
        return stated


@dataclass(frozen=True)
class EditionSummary:
    """What was built, and the SHA-256 of its edition.json."""

    number: int
    folder: Path
    digest: bytes
    tables: tuple[Table, ...]
    received: int
    counted: int | None
    files: int


def build_edition(  # noqa: PLR0913 - each is another door into the edition
    facts: Iterable[Mapping[str, Any]] | Path,
    *,
    plan: Plan,
    out: Path,
    promises: Promises | None = None,
    releases: Releases | None = None,
    surveys: Sequence[Asked] = (),
    log: Log | None = None,
    signer: Signer | None = None,
    earlier: Iterable[Path] = (),
) -> EditionSummary:
    """Count facts and write the edition into a new folder.

    `earlier` are the folders of all editions published before. Everything but
    `edition.sig` depends on nothing but the arguments: built twice it is the same.
    Refused with a sentence when facts, plan, log or an earlier edition stand in the
    way; then nothing is left behind.
    """
    checkpoint = log.checkpoint if log else None
    with _new_folder(out) as folder:
        counted = read_facts(facts, plan=plan)
        try:
            tables = tabulate(
                counted,
                plan=plan,
                promises=promises,
                releases=releases,
                surveys=surveys,
            )
            attack_tables(tables, least=plan.least)
            previous = follow(tables, earlier, plan=plan)
            if log:
                _check_leaves(counted, log)
            _write(folder, counted, tables, plan)
        finally:
            counted.connection.close()
        _write_log(folder, log, signer, is_training=plan.is_training)
        written = _everything(folder)
        content = json_bytes(
            manifest(
                tables,
                plan=plan,
                tagged=[
                    Path(path).stem for path in written if path.startswith("tags/")
                ],
                checkpoint=checkpoint,
                previous=previous,
                written=written,
            )
        )
        (folder / MANIFEST).write_bytes(content)
        if signer:
            sign_edition(folder, signer=signer)
    by_name = {table.name: table for table in tables}
    shown = by_name["totals"].by_code()[str(Unit.REPORTS)]
    return EditionSummary(
        number=plan.number,
        folder=out,
        digest=sha256(content).digest(),
        tables=tables,
        received=by_name["received"].total or 0,
        counted=shown if isinstance(shown, int) else None,
        files=len(_everything(out)),
    )


def build_from_file(facts: Path, plan: Path, *, out: Path) -> EditionSummary:
    """Build an edition from a file of facts and a plan in TOML, without log and signature."""
    return build_edition(facts, plan=Plan.from_toml(plan), out=out)


@contextmanager
def _new_folder(out: Path) -> Iterator[Path]:
    """A folder to build in, which takes the name of `out` when all of it is there."""
    if out.exists() and any(out.iterdir()):
        raise BadEdition(f"{out.name} holds files already. Choose a new folder.")
    building = out.with_name(f"{out.name}.building")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    try:
        yield building
        building.replace(out)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def attack_tables(tables: Sequence[Table], *, least: int) -> None:
    """Try to work out the hidden numbers, before anybody else can. AssertionError when one gives way."""
    by_name = {table.name: table for table in tables}
    for table in tables:
        if "own_of" in [column.name for column in table.columns]:
            _attack_survey(table, least=least)
            continue
        if not table.hidden or table.hidden_together is None:
            continue
        linked = [table]
        if (
            table.unit is Unit.REPORTS
            and (name := f"by_{table.dimension}") in table.name
        ):
            linked = [by_name.get(f"{unit}_{name}", table) for unit in Unit]
        published = Published(
            table.hidden,
            tuple(one.hidden_together or 0 for one in linked),
            tuple(one.total or 0 for one in linked),
        )
        narrow = [b for b in seen_from_outside(published) if b.width < least]
        if narrow:
            raise AssertionError(f"{table.name} would give {narrow[0].cell} away.")


def _attack_survey(table: Table, *, least: int) -> None:
    lines = zip(
        map(str, table.values("campaign")),
        map(str, table.values("code")),
        [count if isinstance(count, int) else None for count in table.values("count")],
        [of if isinstance(of, int) else 0 for of in table.values("of")],
        strict=True,
    )
    for code in narrow_rows(lines, least=least):
        raise AssertionError(f"{table.name} would give {code} away.")


def _check_leaves(facts: Facts, log: Log) -> None:
    """Whatever is counted was sent: its leaf stands in the log."""
    leaves = set(log.leaves)
    seeds = facts.rows(
        "SELECT seed FROM fact WHERE status = 'counted' AND seed IS NOT NULL"
    )
    missing = sum(leaf_of(bytes(seed)) not in leaves for (seed,) in seeds)
    if missing:
        raise BadEdition(
            f"{missing} of the counted reports do not stand in the log yet. "
            "Release the waiting leaves, publish a checkpoint, and build again."
        )


def _write(folder: Path, facts: Facts, tables: Sequence[Table], plan: Plan) -> None:
    for name in ("tables", "tags", "charts"):
        (folder / name).mkdir()
    for table in tables:
        path = folder / "tables" / f"{table.name}.csv"
        path.write_bytes(csv_text(table).encode())
    write_parquet(tables, folder / "tables", is_training=plan.is_training)
    for tags in tag_lists(facts, tables, plan=plan):
        text = tags.text(edition=str(plan.number), is_training=plan.is_training)
        (folder / "tags" / f"{tags.table}.txt").write_bytes(text.encode())
    pictures = _draw(folder, tables, plan)
    package = datapackage(tables, plan=plan, written=_everything(folder))
    (folder / "datapackage.json").write_bytes(json_bytes(package))
    whole = outline(tables, pictures, plan=plan)
    (folder / "index.html").write_bytes(page(whole).encode())
    (folder / "edition.pdf").write_bytes(paper(whole, folder=folder))


def _draw(folder: Path, tables: Sequence[Table], plan: Plan) -> dict[str, Picture]:
    """The pictures: incidents, once for each thing that we count by."""
    pictures = {}
    for table in tables:
        if table.unit is Unit.INCIDENTS and (picture := chart(table, plan=plan)):
            pictures[table.name] = picture
            for look, svg in picture.svg.items():
                path = folder / "charts" / f"{picture.name}-{look}.svg"
                path.write_bytes(svg.encode())
    return pictures


def _write_log(
    folder: Path, log: Log | None, signer: Signer | None, *, is_training: bool
) -> None:
    if signer:
        keys = keys_text(signer.vkeys, is_training=is_training)
        (folder / KEYS).write_bytes(keys.encode())
    if log:
        (folder / "log").mkdir()
        leaves = leaves_text(log.leaves, is_training=is_training)
        (folder / LEAVES).write_bytes(leaves.encode())
        (folder / CHECKPOINT).write_bytes(log.note.encode())
        keys = keys_text(log.vkeys, is_training=is_training)
        (folder / LOG_KEYS).write_bytes(keys.encode())


def _everything(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its path in it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
