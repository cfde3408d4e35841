"""An index that comes to a table of any size while the site is in use, on either database."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.migrations import AddIndex

# Building waits for whatever is being written, and takes as long as the table is large.
PATIENCE = ("SET statement_timeout = 0", "SET lock_timeout = 0")
IMPATIENCE = ("RESET statement_timeout", "RESET lock_timeout")


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
        for statement in (*PATIENCE, f"DROP INDEX CONCURRENTLY IF EXISTS {name}"):
            schema_editor.execute(statement)
        try:
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        finally:
            for statement in IMPATIENCE:
                schema_editor.execute(statement)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Take it away."""
        if schema_editor.connection.vendor != "postgresql":
            AddIndex.database_backwards(self, app_label, schema_editor, from_state, to_state)
        else:
            super().database_backwards(app_label, schema_editor, from_state, to_state)
