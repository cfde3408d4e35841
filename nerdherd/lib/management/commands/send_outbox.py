"""`manage.py send_outbox`: send the mail that is due, now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from nerdherd.lib import emails
from nerdherd.lib.models import OutboxMail


class Command(BaseCommand):
    """The worker does this every second."""

    help = "Send the mail that waits."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many went out; non-zero when some could not."""
        sent = 0
        while batch := emails.send_due() + emails.send_due_to_many():
            sent += batch
        self.stdout.write(f"{sent} sent.")
        waiting = OutboxMail.objects.filter(sent_at=None).exclude(to="").count()
        if waiting:
            raise CommandError(f"{waiting} could not be sent yet; they are tried again.")
