"""What is chained is not changed: the database itself refuses."""

from django.db import migrations

SQLITE = """
CREATE TRIGGER chained_entries_stand BEFORE UPDATE ON ledger_entry
WHEN OLD.number IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a chained entry is not changed'); END;
"""
POSTGRESQL = """
CREATE FUNCTION chained_entries_stand() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'a chained entry is not changed'; END; $$ LANGUAGE plpgsql;
CREATE TRIGGER chained_entries_stand BEFORE UPDATE ON ledger_entry
FOR EACH ROW WHEN (OLD.number IS NOT NULL) EXECUTE FUNCTION chained_entries_stand();
"""


def guard(apps, schema_editor):
    if schema_editor.connection.alias != "default":
        return
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    schema_editor.execute(SQLITE if is_sqlite else POSTGRESQL)


def unguard(apps, schema_editor):
    if schema_editor.connection.alias != "default":
        return
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER chained_entries_stand")
    else:
        schema_editor.execute("DROP TRIGGER chained_entries_stand ON ledger_entry")
        schema_editor.execute("DROP FUNCTION chained_entries_stand")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
