"""The shelf as a Django app, because the outbox and the timetable are tables."""

from django.apps import AppConfig


class LibConfig(AppConfig):
    name = "nerdherd.lib"
    label = "lib"
    verbose_name = "Behind the scenes"
