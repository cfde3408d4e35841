"""`manage.py reconcile`: bring the books up to date with Stripe, now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing import gateway
from billing.reconcile import reconcile


class Command(BaseCommand):
    """Runs once, by hand; the worker does the same every ten minutes."""

    help = "Ask Stripe about everything that is not settled, and settle it."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was looked at, by kind."""
        try:
            done = reconcile()
        except (gateway.Unavailable, gateway.Refused) as error:
            raise CommandError(f"Stripe could not be asked ({error}).") from error
        for kind, count in sorted(done.items()):
            self.stdout.write(f"{kind}: {count}")
        if done["not reached"]:
            raise CommandError(f"{done['not reached']} could not be read; try again later.")
        self.stdout.write("The books agree with Stripe.")
