"""From one database into another, row by row: SQLite to PostgreSQL when the site has grown."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connections, models, transaction

from nerdherd.keeping.fingerprint import fingerprint
from nerdherd.settings import postgresql

NEW = "new"
AT_ONCE = 500


class CannotMoveError(Exception):
    """Why nothing was moved, and what to do."""


def furnish(address: str) -> None:
    """Make the database at `address` (`postgres://…`) known as `NEW`, with all tables."""
    connections.settings[NEW] = connections.configure_settings(
        {"default": {}, NEW: postgresql(address)}
    )[NEW]
    call_command("migrate", database=NEW, verbosity=0)
    lived_in = [
        model._meta.label
        for model in _tables()
        if model._meta.app_label not in ("auth", "contenttypes")
        and model._base_manager.using(NEW).exists()
    ]
    if lived_in:
        raise CannotMoveError(
            f"There is something in it already ({lived_in[0]}). Give it an empty database."
        )


def move() -> Iterator[tuple[str, int]]:
    """Bring every row across, all of them or none; yields each table with how many it had."""
    with transaction.atomic(), transaction.atomic(using=NEW):
        for model in reversed(_tables()):  # what `migrate` has put there has other numbers
            if model._meta.app_label in ("auth", "contenttypes"):
                model._base_manager.using(NEW).all()._raw_delete(NEW)
        for model in _tables():
            yield model._meta.label, _bring(model)
        connection = connections[NEW]
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), _tables()):
                cursor.execute(statement)
        differing = [
            here[0]
            for here, there in zip(fingerprint(), fingerprint(NEW), strict=True)
            if here != there
        ]
        if differing:
            raise CannotMoveError(f"These came across differently: {', '.join(differing)}.")


def _tables() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy and model._meta.managed
    ]


def _bring(model: type[models.Model]) -> int:
    """As they are: what a model does on saving was done when they were saved first."""
    rows = model._base_manager.order_by("pk").iterator(chunk_size=AT_ONCE)
    count, batch = 0, []
    for row in rows:
        batch.append(row)
        if len(batch) == AT_ONCE:
            count += _insert(model, batch)
            batch = []
    return count + _insert(model, batch)


def _insert(model: type[models.Model], batch: list[models.Model]) -> int:
    if batch:
        rows: Any = model._base_manager.using(NEW)
        rows._insert(batch, fields=model._meta.local_concrete_fields, using=NEW, raw=True)
    return len(batch)
