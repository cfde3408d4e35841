"""`manage.py relate`: work out the similar lists."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from courses.relating import relate_all, relate_changed


class Command(BaseCommand):
    """The worker does this by itself after every change."""

    help = "Work out the similar lists of the posts that changed, or of all."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--all` looks at every post, changed or not."""
        parser.add_argument("--all", action="store_true", help="look at every post")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was written."""
        if options["all"]:
            self.stdout.write(f"{relate_all()} lists written.")
        else:
            self.stdout.write("Up to date." if not relate_changed() else "Lists written.")
