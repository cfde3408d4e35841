"""The shelf as a Django app, because the outbox and the timetable are tables."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LibConfig(AppConfig):
    name = "nerdherd.lib"
    label = "lib"
    verbose_name = _("Behind the scenes")
