"""The courses app, and the group of those who write."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = "Library"

    def ready(self) -> None:
        """Keep the group Editors: everything in the library, nothing of the money."""
        post_migrate.connect(make_editors, sender=self)


def make_editors(**kwargs: Any) -> None:
    """Editors may do everything in the library."""
    from nerdherd.accounts.groups import allow

    allow("Editors", ["courses.*"])
