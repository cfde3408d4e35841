"""The house as a Django app: its commands and its start-up checks."""

from django.apps import AppConfig


class NerdHerdConfig(AppConfig):
    name = "nerdherd"
    verbose_name = "Nerd Herd"

    def ready(self) -> None:
        """Register the start-up checks."""
        from nerdherd import checks  # noqa: F401 - importing registers them
