"""Takes facts in, from rows or from a file, into one table that the counting reads.

The columns are the fields of a fact: id, incident, person, month, district, type,
grounds, setting, role, age_band, status, reason, outcome, detected_by, received_month
and seed. Missing values become nothing; an incident or a person that nobody named is
one of its own. Ids are kept as 128-bit numbers (MD5), which are compared faster: they
come from ourselves, and nobody gains by making two alike.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from fairwitness.figures.columns import TEXTS, BadFacts, quoted, selected
from fairwitness.figures.definitions import Status
from fairwitness.figures.plan import Plan

__all__ = ["BadFacts", "Facts", "read_facts"]

_AT_ONCE = 20_000
_CODES = (
    "type",
    "setting",
    "district",
    "role",
    "age_band",
    "outcome",
    "detected_by",
    "reason",
    "unnest(grounds)",
)


@dataclass(frozen=True)
class Facts:
    """The facts of a plan, ready to be counted. Closed with its connection.

    `is_one_each` when no report stands in several rows.
    """

    connection: Any
    has_seeds: bool = False
    is_one_each: bool = False

    def rows(self, query: str, parameters: object = None) -> list[tuple[Any, ...]]:
        """What a query gives, all of it."""
        found = self.connection.execute(query, parameters or []).fetchall()
        return [tuple(row) for row in found]

    def one(self, query: str, parameters: object = None) -> Any:
        """The one value that a query gives."""
        return self.rows(query, parameters)[0][0]


def read_facts(source: Iterable[Mapping[str, Any]] | Path, *, plan: Plan) -> Facts:
    """Take facts in, as rows or from a CSV or Parquet file. BadFacts says what is wrong with them."""
    connection = duckdb.connect(":memory:")
    connection.execute("SET preserve_insertion_order = false")
    if isinstance(source, Path):
        _read_file(connection, source, plan)
    else:
        _read_rows(connection, iter(source))
    facts = Facts(connection)
    _tidy(facts)
    _check(facts)
    outside = "received_month NOT BETWEEN ? AND ?"
    period = [plan.period_from, plan.period_to]
    connection.execute(f"DELETE FROM fact WHERE {outside}", period)  # noqa: S608 - a constant
    _name_people(facts)
    has_seeds = bool(facts.one("SELECT count(seed) > 0 FROM fact"))
    is_one_each = bool(facts.one("SELECT count(*) = count(DISTINCT id) FROM fact"))
    if has_seeds and not is_one_each:
        raise BadFacts(
            "One report stands in several rows although it has a count seed. "
            "A report with a seed is one row."
        )
    return Facts(connection, has_seeds=has_seeds, is_one_each=is_one_each)


def _read_rows(connection: Any, rows: Iterator[Mapping[str, Any]]) -> None:
    columns = ", ".join(f"{name} VARCHAR" for name in TEXTS)
    connection.execute(f"CREATE TABLE told ({columns}, grounds VARCHAR[], seed BLOB)")
    kinds = ["VARCHAR[]"] * len(TEXTS) + ["VARCHAR[][]", "BLOB[]"]
    insert = "INSERT INTO told SELECT " + ", ".join(
        f"unnest(${place}::{kind})" for place, kind in enumerate(kinds, start=1)
    )
    while batch := list(islice(rows, _AT_ONCE)):
        texts = [[_text(row.get(name)) for row in batch] for name in TEXTS]
        grounds = [list(row.get("grounds") or ()) for row in batch]
        seeds = [bytes(row["seed"]) if row.get("seed") else None for row in batch]
        connection.execute(insert, [*texts, grounds, seeds])


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _read_file(connection: Any, path: Path, plan: Plan) -> None:
    reader, options = {
        ".csv": ("read_csv", ", all_varchar = true, header = true"),
        ".parquet": ("read_parquet", ""),
    }.get(path.suffix.lower(), ("", ""))
    if not reader:
        raise BadFacts(f"{path.name} is neither a .csv nor a .parquet file.")
    told = f"{reader}({quoted(str(path))}{options})"
    try:
        found = connection.execute(f"DESCRIBE FROM {told}").fetchall()
        there = {row[0]: row[1] for row in found}
        fields = ", ".join(selected(there, plan))
        connection.execute(f"CREATE VIEW told AS SELECT {fields} FROM {told}")  # noqa: S608 - names are quoted
        connection.execute("SELECT * FROM told LIMIT 1").fetchall()
    except duckdb.Error as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: duckdb.Error) -> BadFacts:
    return BadFacts(f"{path.name} cannot be read: {str(error).splitlines()[0]}")


def _tidy(facts: Facts) -> None:
    """Give every row what counting relies on."""
    plain = ", ".join(f"nullif({name}, '') AS {name}" for name in _CODES[:-1])
    facts.connection.execute(
        f"""
        CREATE TABLE fact AS SELECT
            md5_number('report ' || nullif(id, '')) AS id,
            coalesce(md5_number('incident ' || nullif(incident, '')),
                     md5_number('report ' || id)) AS incident,
            md5_number('person ' || nullif(person, '')) AS person,
            {_month("month")} AS month,
            coalesce({_month("received_month")}, {_month("month")}) AS received_month,
            coalesce(nullif(status, ''), '{Status.COUNTED}') AS status,
            CASE WHEN len(grounds) > 1 THEN list_distinct(grounds)
                 ELSE coalesce(grounds, []) END AS grounds,
            {plain}, seed
        FROM told
        """  # noqa: S608 - nothing in it is from outside
    )


def _month(name: str) -> str:
    """A month, which may be written as 2026-03, as a day of it, or as 03/02/2026."""
    return (
        f"CASE WHEN substr({name}, 5, 1) = '-' THEN left({name}, 7) "
        f"WHEN substr({name}, 3, 1) || substr({name}, 6, 1) = '//' "
        f"THEN substr({name}, 7, 4) || '-' || left({name}, 2) "
        f"ELSE nullif({name}, '') END"
    )


def _name_people(facts: Facts) -> None:
    """Who it happened to, where a report does not say: as another of the incident says, or one person."""
    if facts.one("SELECT count(*) FROM fact WHERE person IS NULL"):
        facts.connection.execute(
            """
            CREATE OR REPLACE TABLE fact AS
            SELECT f.* REPLACE (coalesce(f.person, n.person, f.incident) AS person)
            FROM fact f LEFT JOIN (
                SELECT incident, min(person) AS person FROM fact GROUP BY incident
            ) n USING (incident)
            """
        )


_MONTH_FORM = "'[0-9]{4}-(0[1-9]|1[0-2])'"
_CHECKS = (
    ("id", "value IS NULL", "no id. Every report needs one of its own"),
    (
        "status",
        f"value NOT IN ({', '.join(map(quoted, Status))})",
        f"a status that is none of: {', '.join(Status)}",
    ),
    (
        "month",
        f"NOT regexp_full_match(value, {_MONTH_FORM})",
        "a month that is not written as 2026-03",
    ),
    (
        "received_month",
        f"NOT regexp_full_match(coalesce(value, ''), {_MONTH_FORM})",
        "no month, or none written as 2026-03, in which they were received",
    ),
    ("seed", "octet_length(value) <> 32", "a count seed that is not 32 bytes long"),
    *(
        (
            code,
            "regexp_matches(value, '^[=+@-]|[\\x00-\\x1f]|.{81}')",
            f"a code in {code.removeprefix('unnest(').removesuffix(')')} that a table "
            "cannot show: longer than 80 letters, with a tab or a line break, or "
            "beginning with = + - @",
        )
        for code in _CODES
    ),
)


def _check(facts: Facts) -> None:
    """Refuse what cannot be counted. Rules look at each different value once."""
    for column, rule, complaint in _CHECKS:
        values = f"SELECT {column} AS value FROM fact"  # noqa: S608 - the rules stand above
        if column not in {"id", "seed"}:
            values = f"SELECT value, count(*) AS often FROM ({values}) GROUP BY value"  # noqa: S608 - the same
        often = "count(*)" if column in {"id", "seed"} else "sum(often)"
        if wrong := facts.one(f"SELECT {often} FROM ({values}) WHERE {rule}"):  # noqa: S608 - the same
            raise BadFacts(f"{wrong} of the facts have {complaint}.")
