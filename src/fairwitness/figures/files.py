"""Writes tables as CSV and Parquet, and the data package that describes them."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb

from fairwitness.figures.plan import Plan
from fairwitness.figures.shape import fits
from fairwitness.figures.tables import TRAINING, Table

_PACKAGE = {
    "resources": [
        {"name": str, "rows": int, "hash": str, "schema": {"fields": [{"name": str}]}}
    ]
}
_SQL_KINDS = {"string": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE"}


def csv_text(table: Table) -> str:
    """The table as CSV (RFC 4180, but with plain line feeds); a hidden number is an empty field."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.name for column in table.columns])
    writer.writerows(table.rows)
    return out.getvalue()


def write_parquet(tables: Iterable[Table], folder: Path, *, is_training: bool) -> None:
    """The same tables as Parquet, one file each, the same bytes each time."""
    said = f", KV_METADATA {{notice: '{TRAINING}'}}" if is_training else ""
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        for table in tables:
            kinds = [_SQL_KINDS[column.kind] for column in table.columns]
            selected = ", ".join(
                f'unnest(${place}::{kind}[]) AS "{column.name}"'
                for place, (column, kind) in enumerate(
                    zip(table.columns, kinds, strict=True), start=1
                )
            )
            columns = [list(values) for values in zip(*table.rows, strict=True)]
            connection.execute(
                f"CREATE OR REPLACE TABLE edition AS SELECT {selected}",
                columns or [[] for _ in table.columns],
            )
            place = str(folder / f"{table.name}.parquet").replace("'", "''")
            connection.execute(
                f"COPY edition TO '{place}' (FORMAT parquet, COMPRESSION zstd{said})"
            )


def read_csv(text: str) -> "Lines":
    """The heading and the rows of a CSV file, as text."""
    reader = csv.DictReader(io.StringIO(text))
    rows = list(reader)
    return list(reader.fieldnames or ()), rows


Lines = tuple[list[str], list[dict[str, str]]]
"""The heading of a table, and its rows as text."""


def read_parquets(paths: Iterable[Path]) -> dict[str, Lines | None]:
    """Parquet files by their name, each value as CSV writes it; nothing where one is damaged."""
    found: dict[str, Lines | None] = {}
    with duckdb.connect(":memory:") as connection:
        for path in paths:
            try:
                answer = connection.execute(
                    "SELECT * FROM read_parquet(?)", [str(path)]
                )
                names = [str(column[0]) for column in answer.description]
                rows = answer.fetchall()
            except duckdb.Error:
                found[path.stem] = None
                continue
            texts = [["" if v is None else str(v) for v in row] for row in rows]
            lines = [dict(zip(names, row, strict=True)) for row in texts]
            found[path.stem] = (names, lines)
    return found


def datapackage(
    tables: Iterable[Table], *, plan: Plan, written: Mapping[str, bytes]
) -> dict[str, Any]:
    """The Frictionless Data Package of an edition; `written` are the files by their path."""
    package: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": f"edition-{plan.number}",
        "title": f"{plan.controller.name}: {plan.title}",
        "version": str(plan.number),
        "created": f"{plan.published.isoformat()}T00:00:00Z",
        "contributors": [{"title": plan.controller.name, "role": "publisher"}],
        "resources": [_resource(table, written) for table in tables],
    }
    if plan.is_training:
        package["description"] = TRAINING
    return package


def _resource(table: Table, written: Mapping[str, bytes]) -> dict[str, Any]:
    path = f"tables/{table.name}.csv"
    content = written[path]
    said = [table.sentence, *table.says, "It does not say:", *table.says_not]
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": path,
        "title": table.title,
        "description": " ".join(filter(None, said)),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"lineTerminator": "\n"},
        "bytes": len(content),
        "hash": f"sha256:{sha256(content).hexdigest()}",
        "rows": len(table.rows),
        "schema": {
            "fields": [
                {"name": c.name, "type": c.kind, "title": c.title or table.title}
                for c in table.columns
            ],
            "missingValues": [""],
            "primaryKey": ["code"],
        },
    }


def read_package(path: Path) -> dict[str, Any]:
    """A data package, or one without resources when there is none that can be read."""
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError):
        document = None
    return document if fits(document, _PACKAGE) else {"resources": []}


def json_bytes(document: object) -> bytes:
    """A document as JSON that a person can read, the same bytes each time."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
