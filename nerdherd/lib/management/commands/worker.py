"""`manage.py worker`: the background worker; start as many as you like."""

import signal
from queue import SimpleQueue
from threading import Thread
from typing import Any

from django.core.management.base import BaseCommand

from nerdherd.lib import metrics, worker


class Command(BaseCommand):
    """Runs until it is told to stop; then finishes what is short, and hands back a film."""

    help = "Send mail, prepare videos, and do what the clock asks for."

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until SIGTERM or Ctrl-C."""
        # Not the event itself: a second signal that comes while the first one sets it would wait
        # for a lock that the first one holds. This queue may be put to from anywhere.
        told: SimpleQueue[int] = SimpleQueue()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda received, _frame: told.put(received))
        Thread(target=_end_when, args=[told], daemon=True, name="told").start()
        metrics.serve()
        worker.run(worker.ending)


def _end_when(told: SimpleQueue[int]) -> None:
    told.get()
    worker.ending.set()
