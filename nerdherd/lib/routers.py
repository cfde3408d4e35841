"""Keeps the shared cache's table in its own database when there is one."""

from typing import Any

from django.conf import settings


class CacheRouter:
    """Django asks the router about the cache table under the app label `django_cache`."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        """The `cache` database for the cache's table, no opinion on anything else."""
        if model._meta.app_label == "django_cache" and "cache" in settings.DATABASES:
            return "cache"
        return None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        """Only the cache's table lives in the `cache` database."""
        if db == "cache":
            return app_label == "django_cache"
        return None
