"""`manage.py relate`: work out the similar lists."""

from time import monotonic, sleep
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from courses.models import WorkingCopy
from courses.relating import first_reading, relate_all, relate_changed
from nerdherd.lib.worker import attempt

LINGER = 60.0  # seconds; who saves a post is likely to save another one soon


class Command(BaseCommand):
    """The worker does this by itself after every change."""

    help = "Work out the similar lists of the posts that changed, or of all."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many of them."""
        parser.add_argument("--all", action="store_true", help="look at every post")
        parser.add_argument(
            "--until-quiet", action="store_true", help="go on until nothing has changed"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was written."""
        if options["until_quiet"]:
            relate_until_quiet()
        elif options["all"]:
            self.stdout.write(f"{relate_all()} lists written.")
        else:
            self.stdout.write("Up to date." if not relate_changed() else "Lists written.")


def relate_until_quiet() -> None:
    """Read what has not been read and work out what is due, as it comes."""
    end = monotonic() + LINGER
    while monotonic() < end:
        close_old_connections()
        if attempt(relate_changed) or attempt(first_reading):
            end = monotonic() + LINGER
            continue
        if WorkingCopy.is_being_typed():
            end = monotonic() + LINGER
        sleep(0.1)  # who has just published waits for this
