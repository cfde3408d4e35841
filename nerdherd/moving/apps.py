"""The app's name."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MovingConfig(AppConfig):
    """Files that are brought in."""

    name = "nerdherd.moving"
    verbose_name = _("Moving in")
