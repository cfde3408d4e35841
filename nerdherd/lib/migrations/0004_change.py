from django.db import migrations

# No model: it is nobody's data, and neither a copy nor a move nor an export has any use for it.
# A change is counted on SQLite, which has one writer at a time. On PostgreSQL each transaction that
# changes something leaves a row, so that nobody waits for anybody; see nerdherd/changes.py.
MAKE = {
    "sqlite": (
        "CREATE TABLE lib_change (number bigint NOT NULL)",
        "INSERT INTO lib_change VALUES (0)",
    ),
    "postgresql": (
        "CREATE TABLE lib_change (number bigint PRIMARY KEY)",
        "CREATE FUNCTION lib_change_note() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN INSERT INTO lib_change VALUES (txid_current()) ON CONFLICT DO NOTHING; "
        "RETURN NULL; END $$",
    ),
}
UNMAKE = {
    "sqlite": ("DROP TABLE lib_change",),
    "postgresql": ("DROP FUNCTION lib_change_note() CASCADE", "DROP TABLE lib_change"),
}


def make(apps, schema_editor):
    for statement in MAKE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unmake(apps, schema_editor):
    for statement in UNMAKE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [("lib", "0003_audit")]

    operations = [migrations.RunPython(make, unmake)]
