"""`manage.py prepare`: bring database and static files to what this version needs."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Run it after every update; it changes nothing when there is nothing to change."""

    help = "Migrate, make the cache table, gather the static files."

    def handle(self, *args: Any, **options: Any) -> None:
        """Quiet: what goes wrong is an error, the rest goes without saying."""
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        call_command("migrate", interactive=False, verbosity=0)
        if "cache" in settings.DATABASES:
            call_command("createcachetable", database="cache", verbosity=0)
        elif settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache"):
            call_command("createcachetable", verbosity=0)
        call_command("collectstatic", interactive=False, clear=False, verbosity=0)
