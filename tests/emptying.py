"""Emptying all tables between tests, which the database forbids for the audit log."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from nerdherd.lib.models import AuditLine


@contextmanager
def audit_log_may_be_emptied() -> Iterator[None]:
    """Inside, Django's `flush` takes the log's guard away for the moment of emptying."""
    guards = import_module("nerdherd.lib.migrations.0003_audit")
    operations = type(connection.ops)
    empty = operations.sql_flush

    def sql_flush(self: Any, style: Any, tables: list[str], **options: Any) -> list[str]:
        statements: list[str] = empty(self, style, tables, **options)
        if AuditLine._meta.db_table not in tables:
            return statements
        vendor = connection.vendor
        return [*guards.UNGUARD[vendor], *statements, *guards.GUARD[vendor]]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", sql_flush)
        yield
