"""The shelf as a Django app, because the outbox and the timetable are tables."""

from django.apps import AppConfig
from django.core.signals import request_finished
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _

from nerdherd.lib import doing


class LibConfig(AppConfig):
    name = "nerdherd.lib"
    label = "lib"
    verbose_name = _("Behind the scenes")

    def ready(self) -> None:
        """Have queries timed, and what a thread was doing forgotten when it is done."""
        connection_created.connect(doing.watch)
        request_finished.connect(doing.forget)
