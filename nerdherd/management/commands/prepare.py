"""`manage.py prepare`: bring database and static files to what this version needs."""

from collections.abc import Iterator
from contextlib import contextmanager
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
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        cursor.execute("RESET lock_timeout")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])
            cursor.execute("RESET statement_timeout")
