"""Takes facts in, from rows or from a file, into one table that the counting reads.

The columns are the fields of a fact: id, incident, person, month, district, type,
grounds, setting, role, age_band, status, reason, outcome, detected_by, received_month
and seed. Missing values become nothing; an incident or a person that nobody named is
one of its own.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from fairwitness.figures.definitions import Status
from fairwitness.figures.plan import Plan
from fairwitness.refusal import Refused

TEXTS = (
    "id",
    "incident",
    "person",
    "month",
    "received_month",
    "district",
    "type",
    "setting",
    "role",
    "age_band",
    "status",
    "reason",
    "outcome",
    "detected_by",
)
_AT_ONCE = 20_000
_MOST_SHOWN = 12
_IN_FILES = "|;"


class BadFacts(Refused):
    """Facts that cannot be counted as they stand."""


@dataclass(frozen=True)
class Facts:
    """The facts of a plan, ready to be counted. Closed with its connection."""

    connection: Any
    has_seeds: bool

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
    facts = Facts(connection, has_seeds=False)
    _tidy(facts, plan)
    _check(facts)
    connection.execute(
        "DELETE FROM fact WHERE received_month NOT BETWEEN ? AND ?",
        [plan.period_from, plan.period_to],
    )
    _name_people(facts)
    has_seeds = bool(facts.one("SELECT count(seed) > 0 FROM fact"))
    if has_seeds and facts.one("SELECT count(*) > count(DISTINCT id) FROM fact"):
        raise BadFacts(
            "One report stands in several rows although it has a count seed. "
            "A report with a seed is one row."
        )
    return Facts(connection, has_seeds)


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
    reader = {
        ".csv": "read_csv(?, all_varchar = true, header = true)",
        ".parquet": "read_parquet(?)",
    }.get(path.suffix.lower())
    if reader is None:
        raise BadFacts(f"{path.name} is neither a .csv nor a .parquet file.")
    try:
        found = connection.execute(f"DESCRIBE FROM {reader}", [str(path)]).fetchall()
        there = {row[0]: row[1] for row in found}
        selected = ", ".join(_selected(there, plan))
        connection.execute(
            f"CREATE TABLE told AS SELECT {selected} FROM {reader}",  # noqa: S608 - names are quoted in _name
            [str(path)],
        )
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise BadFacts(f"{path.name} cannot be read: {reason}") from None


def _selected(there: Mapping[str, str], plan: Plan) -> Iterator[str]:
    """The columns of a file, by the names of the plan or by our own, as SQL."""
    mapped = plan.columns
    if unknown := [name for name in mapped if name not in {*TEXTS, "grounds", "seed"}]:
        raise BadFacts(f"{unknown[0]!r} is no field of a fact.")
    missing = ", ".join(map(_quoted, ("", *plan.missing)))
    for name in TEXTS:
        told = mapped.get(name, name if name in there else None)
        yield f"{_expression(told, there, missing)} AS {name}"
    yield f"{_grounds(mapped.get('grounds', 'grounds'), there, missing)} AS grounds"
    yield f"{_seed(mapped.get('seed', 'seed'), there)} AS seed"


def _expression(told: Any, there: Mapping[str, str], missing: str) -> str:
    if told is None:
        return "NULL::VARCHAR"
    if isinstance(told, Mapping) and "constant" in told:
        return _quoted(str(told["constant"]))
    if isinstance(told, Mapping):
        year, month = (_name(told.get(part), there) for part in ("year", "month"))
        return f"format('{{:04d}}-{{:02d}}', {year}::INTEGER, {month}::INTEGER)"
    plain = f"trim({_name(told, there)}::VARCHAR)"
    return f"CASE WHEN {plain} IN ({missing}) THEN NULL ELSE {plain} END"


def _grounds(told: Any, there: Mapping[str, str], missing: str) -> str:
    if told == "grounds" and told not in there:
        return "[]::VARCHAR[]"
    if isinstance(told, str) and there.get(told, "").endswith("[]"):
        return f"{_name(told, there)}::VARCHAR[]"
    names = [told] if isinstance(told, str) else list(told)
    parts = ", ".join(f"{_name(name, there)}::VARCHAR" for name in names)
    joined = f"concat_ws('{_IN_FILES[0]}', {parts})"
    split = f"regexp_split_to_array({joined}, '[{_IN_FILES}]')"
    return (
        f"list_filter(list_transform({split}, lambda g: trim(g)), "
        f"lambda g: g NOT IN ({missing}))"
    )


def _seed(told: Any, there: Mapping[str, str]) -> str:
    if told == "seed" and told not in there:
        return "NULL::BLOB"
    name = _name(told, there)
    return name if there[told] == "BLOB" else f"unhex(nullif(trim({name}), ''))"


def _name(told: object, there: Mapping[str, str]) -> str:
    if told not in there:
        known = ", ".join(list(there)[:_MOST_SHOWN])
        raise BadFacts(
            f"The plan names the column {told!r}, and the file has none of that name. "
            f"It has: {known}."
        )
    return '"' + str(told).replace('"', '""') + '"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _tidy(facts: Facts, plan: Plan) -> None:
    """Give every row what counting relies on."""
    plain = ", ".join(
        f"nullif({name}, '') AS {name}"
        for name in TEXTS
        if name not in {"id", "incident", "person", "month", "received_month", "status"}
    )
    # A month may be written as 2026-03, as a day of it, or as 03/02/2026.
    month = (
        "CASE WHEN regexp_matches({0}, '^\\d{{4}}-\\d{{2}}') THEN left({0}, 7) "
        "WHEN regexp_matches({0}, '^\\d{{2}}/\\d{{2}}/\\d{{4}}') "
        "THEN substr({0}, 7, 4) || '-' || left({0}, 2) ELSE nullif({0}, '') END"
    )
    facts.connection.execute(
        f"""
        CREATE TABLE fact AS SELECT
            id,
            coalesce(nullif(incident, ''), 'report ' || id) AS incident,
            nullif(person, '') AS person,
            {month.format("month")} AS month,
            coalesce({month.format("nullif(received_month, '')")},
                     {month.format("month")}) AS received_month,
            coalesce(nullif(status, ''), '{Status.COUNTED}') AS status,
            coalesce(list_distinct(grounds), []) AS grounds,
            {plain}, seed
        FROM told
        """  # noqa: S608 - nothing in it is from outside
    )
    facts.connection.execute("DROP TABLE told")


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


_CHECKS = (
    ("id IS NULL OR id = ''", "have no id. Every report needs one of its own"),
    (
        f"status NOT IN ({', '.join(_quoted(status) for status in Status)})",
        f"have a status that is none of: {', '.join(Status)}",
    ),
    (
        "NOT regexp_full_match(coalesce(month, '2000-01'), '\\d{4}-(0[1-9]|1[0-2])')",
        "have a month that is not written as 2026-03",
    ),
    (
        "NOT regexp_full_match(coalesce(received_month, ''), '\\d{4}-(0[1-9]|1[0-2])')",
        "do not say in which month they were received",
    ),
    ("octet_length(seed) <> 32", "have a count seed that is not 32 bytes long"),
    (
        "list_bool_or(list_transform("
        "list_concat(grounds, [type, setting, district, role, age_band, outcome, "
        "detected_by, reason]), "
        "lambda code: regexp_matches(coalesce(code, ''), '^[=+@-]|[\\x00-\\x1f]|.{81}')))",
        "have a code that a table cannot show: longer than 80 letters, with a tab or a "
        "line break, or beginning with = + - @",
    ),
)


def _check(facts: Facts) -> None:
    for rule, complaint in _CHECKS:
        if wrong := facts.one(f"SELECT count(*) FROM fact WHERE {rule}"):  # noqa: S608 - the rules stand above
            raise BadFacts(f"{wrong} of the facts {complaint}.")
