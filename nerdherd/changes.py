"""How a process learns that something has changed of what pages show: by one look a second.

The database itself notes every change, so that none is missed, whoever makes it and however.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

from django.apps import apps
from django.db import (
    DEFAULT_DB_ALIAS,
    DatabaseError,
    connection,
    connections,
)
from django.db.models import Max, Model
from django.utils import timezone

from courses.models import Post

log = logging.getLogger(__name__)

LOOKED_EVERY = 0.5  # seconds
# What the pages show that are the same for every visitor or for every member. Of two tables not
# everything: the worker writes there how far it is.
SHOWN: dict[str, set[str]] = {
    "Post": {"related_at", "index_due_at", "share_due_at", "created_at"},
    "Post_topics": set(),
    "Video": {"progress", "error", "attempts", "claim", "lease_until", "uploaded_at"},
    "Caption": set(),
    "Picture": set(),
    "Topic": set(),
    "Series": set(),
    "Situation": set(),
    "SituationPost": set(),
    "SimilarPost": set(),
}
_HEARD = "SELECT count(*), max(number), sum(number) FROM lib_change"
_COUNT = "BEGIN UPDATE lib_change SET number = number + 1; END"
_OLD = "DELETE FROM lib_change WHERE number < (SELECT max(number) - 1000000 FROM lib_change)"


def tables_shown() -> Iterator[tuple[type[Model], list[str]]]:
    """Each model that pages show, and those of its columns that count."""
    for model in apps.get_app_config("courses").get_models(include_auto_created=True):
        if model.__name__ in SHOWN:
            backstage = SHOWN[model.__name__]
            fields = [field for field in model._meta.concrete_fields if not field.primary_key]
            yield model, [str(field.column) for field in fields if field.name not in backstage]


def listen(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """After a migration, see that the database notes what changes: a new table has forgotten it."""
    here = connections[using]
    present = here.introspection.table_names()
    if "lib_change" not in present:
        return
    with here.cursor() as cursor:
        for model, columns in tables_shown():
            if model._meta.db_table in present:
                for statement in _triggers(here.vendor, model._meta.db_table, columns):
                    cursor.execute(statement)


def _triggers(vendor: str, table: str, columns: list[str]) -> Iterator[str]:
    listed = ", ".join(f'"{column}"' for column in columns)
    events = {"insert": "INSERT", "update": f"UPDATE OF {listed}", "delete": "DELETE"}
    for name, event in events.items():
        if vendor == "postgresql":
            yield (
                f"CREATE OR REPLACE TRIGGER shown_{name} AFTER {event} ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION lib_change_note()"
            )
        else:
            yield f"DROP TRIGGER IF EXISTS shown_{table}_{name}"
            yield f"CREATE TRIGGER shown_{table}_{name} AFTER {event} ON {table} {_COUNT}"


def forget_old() -> None:
    """Leave enough of what was noted that a change which ends late is not taken for an old one."""
    with connection.cursor() as cursor:
        cursor.execute(_OLD)


def version() -> tuple[object, ...]:
    """Another one whenever something has changed, or a moment has come that posts wait for."""
    with connection.cursor() as cursor:
        cursor.execute(_HEARD)
        heard = cursor.fetchone()
    now = timezone.now()
    posts = Post.objects.order_by()
    moments = [
        posts.filter(**{f"{field}__lte": now}).aggregate(last=Max(field))["last"]
        for field in ("published_at", "free_until")
    ]
    return (*heard, *moments)


class Watch:
    """Knows the version, half a second late at most; the last one while nothing can be read."""

    def __init__(self, look: Callable[[], object] = version) -> None:
        self._look = look
        self._lock = threading.Lock()
        self._seen: object = None
        self._due = 0.0

    def __call__(self) -> object:
        """None when it could not be found out even once."""
        if monotonic() >= self._due and self._lock.acquire(blocking=self._seen is None):
            try:
                if monotonic() >= self._due:
                    self._look_again()
            finally:
                self._lock.release()
        return self._seen

    def _look_again(self) -> None:
        begun = monotonic()
        try:
            self._seen = self._look()
        except DatabaseError as error:
            log.warning("whether something has changed could not be seen: %s", error)
            connection.close()  # no request begins here that would find out that it is broken
        self._due = begun + LOOKED_EVERY
