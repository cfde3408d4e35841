"""The house as a Django app: its commands and its start-up checks."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class NerdHerdConfig(AppConfig):
    name = "nerdherd"
    verbose_name = "Nerd Herd"

    def ready(self) -> None:
        """Register the start-up checks, and see that changes are heard of."""
        from nerdherd import changes, checks  # noqa: F401 - importing registers the checks

        post_migrate.connect(changes.listen, sender=apps.get_app_config("courses"))
