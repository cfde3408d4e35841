"""`manage.py worker`: the background worker; start as many as you like."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from nerdherd.lib import metrics, worker


class Command(BaseCommand):
    """Runs until it is told to stop, and then finishes what it has in hand."""

    help = "Send mail, prepare videos, and do what the clock asks for."

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until SIGTERM or Ctrl-C."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        metrics.serve()
        worker.run(stop)
