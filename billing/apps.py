"""The billing app, and the group of those who help members."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

SUPPORT = [
    "accounts.view_user",
    "billing.add_membership",
    "billing.refund_purchase",
    "billing.view_gift",
    "billing.view_membership",
    "billing.view_purchase",
    "billing.view_stripeevent",
]


class BillingConfig(AppConfig):
    name = "billing"
    verbose_name = _("Members and money")

    def ready(self) -> None:
        """Hear of accounts that are deleted; keep the group Support."""
        from billing import signals  # noqa: F401 - importing connects them

        post_migrate.connect(make_support, sender=self)


def make_support(**kwargs: Any) -> None:
    """Support sees people and payments, grants, takes back and refunds; it edits no content."""
    from nerdherd.accounts.groups import allow

    allow("Support", SUPPORT)
