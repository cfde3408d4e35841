"""`manage.py worker`: the background worker; start as many as you like."""

import signal
from typing import Any

from django.core.management.base import BaseCommand

from nerdherd.lib import metrics, worker


class Command(BaseCommand):
    """Runs until it is told to stop; then finishes what is short, and hands back a film."""

    help = "Send mail, prepare videos, and do what the clock asks for."

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until SIGTERM or Ctrl-C."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.ending.set())
        metrics.serve()
        worker.run(worker.ending)
