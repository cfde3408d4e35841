"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "nerdherd.accounts"
    label = "accounts"
    verbose_name = "People"
