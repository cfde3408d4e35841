"""Emptying all tables between tests, past the audit log's guard, without making anew what stays."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pytest
from django.core.management.commands import flush
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, connections, transaction

from nerdherd import changes
from nerdherd.lib.models import AuditLine

# The rows of each table that has any, as the database itself keeps them.
Rows = dict[str, list[tuple[Any, ...]]]


@contextmanager
def audit_log_may_be_emptied() -> Iterator[None]:
    """Inside, Django's `flush` takes the log's guard away for the moment of emptying."""
    guards = import_module("nerdherd.lib.migrations.0003_audit")
    operations = type(connection.ops)
    empty = operations.sql_flush

    def sql_flush(self: Any, style: Any, tables: list[str], **options: Any) -> list[str]:
        if connection.vendor == "postgresql" and not options.get("reset_sequences"):
            return _deletion(tables)
        statements: list[str] = empty(self, style, tables, **options)
        if AuditLine._meta.db_table not in tables:
            return statements
        vendor = connection.vendor
        return [*guards.UNGUARD[vendor], *statements, *guards.GUARD[vendor]]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", sql_flush)
        yield


def _deletion(tables: list[str]) -> list[str]:
    """PostgreSQL truncates by making each table and index anew, which takes longer than most tests.

    A replica obeys no triggers: neither the log's guard, nor those that count what has changed.
    """
    deletions = ";".join(f'DELETE FROM "{table}"' for table in tables)
    return ["SET LOCAL session_replication_role = replica", deletions]


@contextmanager
def what_stays_is_kept() -> Iterator[None]:
    """Inside, the groups and permissions that come with a migration are made once, then put back.

    Django makes them anew whenever it has emptied the tables, which took longer than most tests.
    """
    made: dict[str, Rows] = {}

    def put_back(verbosity: int, interactive: bool, db: str, **options: Any) -> None:
        if db in made:
            _write(db, made[db])
            changes.listen(db)  # a test may have made a table anew, as SQLite does to alter it
        else:
            emit_post_migrate_signal(verbosity, interactive, db, **options)
            made[db] = dict(_read(db))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush, "emit_post_migrate_signal", put_back)
        yield


def _read(db: str) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    tables = connections[db].introspection.django_table_names(only_existing=True)
    with connections[db].cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            if rows := cursor.fetchall():
                yield table, rows


def _write(db: str, made: Rows) -> None:
    with transaction.atomic(using=db), connections[db].cursor() as cursor:
        for table, rows in made.items():
            row = f"({', '.join(['%s'] * len(rows[0]))})"
            values = ", ".join([row] * len(rows))
            cursor.execute(
                f'INSERT INTO "{table}" VALUES {values}', [cell for row in rows for cell in row]
            )
