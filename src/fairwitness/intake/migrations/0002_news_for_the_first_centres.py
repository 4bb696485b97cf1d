"""Gives the first centres what later ones are laid out with: whether there is news to write of."""

from django.db import migrations

COLUMN = "has_news"


def add_what_is_missing(apps, schema_editor):
    connection = schema_editor.connection
    report = apps.get_model("intake", "Report")
    table = report._meta.db_table
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, table)
        if COLUMN in {column.name for column in columns}:
            return
        kept = connection.introspection.get_constraints(cursor, table)
    schema_editor.execute(
        f"ALTER TABLE {table} ADD COLUMN {COLUMN} bool NOT NULL DEFAULT FALSE"
    )
    for index in report._meta.indexes:
        if index.name in kept:
            schema_editor.remove_index(report, index)
        schema_editor.add_index(report, index)


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]
    operations = [migrations.RunPython(add_what_is_missing, migrations.RunPython.noop)]
