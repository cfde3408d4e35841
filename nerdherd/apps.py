"""The house as a Django app: its commands and its start-up checks."""

from importlib.util import find_spec

from django.apps import AppConfig, apps
from django.conf import settings
from django.db.models.signals import post_migrate


class NerdHerdConfig(AppConfig):
    name = "nerdherd"
    verbose_name = "Nerd Herd"

    def ready(self) -> None:
        """Register the start-up checks; have changes heard of, and errors told where wanted."""
        from nerdherd import changes, checks  # noqa: F401 - importing registers the checks

        post_migrate.connect(changes.listen, sender=apps.get_app_config("courses"))
        if settings.SENTRY_DSN and find_spec("sentry_sdk"):
            from nerdherd import sentry

            sentry.start(settings.SENTRY_DSN)
