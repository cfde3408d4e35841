"""The billing app."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"
    verbose_name = "Members and money"

    def ready(self) -> None:
        """Hear of accounts that are deleted."""
        from billing import signals  # noqa: F401 - importing connects them
