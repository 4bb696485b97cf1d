"""Adds rows by a statement that is written down once for each table.

Django works out each insertion anew from its model, which takes longer than the database
does. This is for the few insertions that every report makes; all others are Django's own.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connections, models, router

Row = TypeVar("Row", bound=models.Model)


def insert(rows: Sequence[Row]) -> None:
    """Add new rows of one table, all or none inside a transaction of the caller.

    Their keys are set beforehand (a UUID); nothing is told to signals. Errors: those of
    the database.
    """
    if not rows:
        return
    kind = type(rows[0])
    alias = router.db_for_write(kind)
    connection = connections[alias]
    statement, fields = _statement(kind, alias)
    with connection.cursor() as cursor:
        cursor.executemany(
            statement,
            [
                [
                    field.get_db_prep_save(field.pre_save(row, add=True), connection)
                    for field in fields
                ]
                for row in rows
            ],
        )
    for row in rows:
        row._state.adding = False
        row._state.db = alias


def as_column(kind: type[models.Model], key: Any) -> Any:
    """The key of a row as its column holds it, for a statement that is written out."""
    connection = connections[router.db_for_write(kind)]
    return kind._meta.pk.get_db_prep_value(key, connection)


@lru_cache(maxsize=64)
def _statement(
    kind: type[models.Model], alias: str
) -> tuple[str, "Sequence[models.Field[Any, Any]]"]:
    fields = kind._meta.concrete_fields
    quoted = connections[alias].ops.quote_name
    columns = ", ".join(quoted(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    table = quoted(kind._meta.db_table)
    return f"INSERT INTO {table} ({columns}) VALUES ({marks})", fields  # noqa: S608 # names of the model's own
