"""An index that comes to a table of any size while the site is in use, on either database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.migrations import AddIndex

TIMEOUTS = ("statement_timeout", "lock_timeout")


class AddIndexBeside(AddIndexConcurrently):
    """PostgreSQL builds it beside the running site; its migration says `atomic = False`.

    One that was broken off begins again. SQLite has one writer at a time and builds in a moment.
    """

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Make it."""
        if schema_editor.connection.vendor != "postgresql":
            AddIndex.database_forwards(self, app_label, schema_editor, from_state, to_state)
            return
        name = schema_editor.quote_name(self.index.name)
        with patience(schema_editor):
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Take it away."""
        if schema_editor.connection.vendor != "postgresql":
            AddIndex.database_backwards(self, app_label, schema_editor, from_state, to_state)
            return
        with patience(schema_editor):
            super().database_backwards(app_label, schema_editor, from_state, to_state)


@contextmanager
def patience(schema_editor: Any) -> Iterator[None]:
    """No end to statements inside: each waits for what is being written, and for a large table.

    Afterwards there is the end that was there before: `prepare` gives all migrations time.
    """
    before = {}
    with schema_editor.connection.cursor() as cursor:
        for name in TIMEOUTS:
            cursor.execute(f"SHOW {name}")
            before[name] = cursor.fetchone()[0]
    try:
        for name in TIMEOUTS:
            schema_editor.execute(f"SET {name} = 0")
        yield
    finally:
        for name, value in before.items():
            schema_editor.execute(f"SET {name} = '{value}'")
