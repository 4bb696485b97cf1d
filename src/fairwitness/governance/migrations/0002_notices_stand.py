"""A notice that was shown to people is not changed: the database itself refuses."""

from django.db import migrations

SQLITE = """
CREATE TRIGGER notices_stand BEFORE UPDATE ON governance_notice
BEGIN SELECT RAISE(ABORT, 'a notice is not changed'); END;
"""
POSTGRESQL = """
CREATE FUNCTION notices_stand() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'a notice is not changed'; END; $$ LANGUAGE plpgsql;
CREATE TRIGGER notices_stand BEFORE UPDATE ON governance_notice
FOR EACH ROW EXECUTE FUNCTION notices_stand();
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
        schema_editor.execute("DROP TRIGGER notices_stand")
    else:
        schema_editor.execute("DROP TRIGGER notices_stand ON governance_notice")
        schema_editor.execute("DROP FUNCTION notices_stand")


class Migration(migrations.Migration):
    dependencies = [("governance", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
