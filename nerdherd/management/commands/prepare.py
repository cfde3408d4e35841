"""`manage.py prepare`: bring database and static files to what this version needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import sleep
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

# Any number will do, as long as nobody else takes it for a lock in the same database.
ONE_AT_A_TIME = 7_332_011


class Command(BaseCommand):
    """Run it after every update; it changes nothing when there is nothing to change."""

    help = "Migrate, make the cache table, gather the static files."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to leave out."""
        parser.add_argument(
            "--database-only", action="store_true", help="where an image brings its static files"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Quiet: what goes wrong is an error, the rest goes without saying."""
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        with alone():
            call_command("migrate", interactive=False, verbosity=0)
        if "cache" in settings.DATABASES:
            call_command("createcachetable", database="cache", verbosity=0)
        elif str(settings.CACHES["default"]["BACKEND"]).endswith("DatabaseCache"):
            call_command("createcachetable", verbosity=0)
        if not options["database_only"]:
            call_command("collectstatic", interactive=False, clear=False, verbosity=0)


@contextmanager
def alone() -> Iterator[None]:
    """Of several machines that are updated at once one migrates, and the others wait for it.

    A migration may take its time, which a page may not; what it must never do is to wait for a
    table that is in use, and make all pages wait behind it: `lock_timeout` stays.
    """
    if connection.vendor != "postgresql":
        yield
        return
    # Asked again and again: an index that is made beside the running site waits for every
    # statement to end, and one that waits for a lock would wait for it in turn.
    while not _asked("SELECT pg_try_advisory_lock(%s)"):
        sleep(0.5)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    try:
        yield
    finally:
        _asked("SELECT pg_advisory_unlock(%s)")


def _asked(sql: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, [ONE_AT_A_TIME])
        return bool(cursor.fetchone()[0])
