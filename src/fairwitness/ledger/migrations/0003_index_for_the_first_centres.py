"""Gives the first centres what later ones are laid out with: entries found by their subject."""

from django.db import migrations


def add_what_is_missing(apps, schema_editor):
    connection = schema_editor.connection
    entry = apps.get_model("ledger", "Entry")
    with connection.cursor() as cursor:
        kept = connection.introspection.get_constraints(cursor, entry._meta.db_table)
    for index in entry._meta.indexes:
        if index.name not in kept:
            schema_editor.add_index(entry, index)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_chained_entries_stand")]
    operations = [migrations.RunPython(add_what_is_missing, migrations.RunPython.noop)]
