"""`manage.py move_database postgres://…`: everything into another database, and the proof."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from nerdherd.keeping.moving_house import CannotMoveError, furnish, move


class Command(BaseCommand):
    """The site has to be stopped: what it wrote meanwhile would stay behind."""

    help = "Copy this site's database into an empty PostgreSQL database, and compare the two."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("address", help="postgres://user:password@host/name")

    def handle(self, *args: Any, **options: Any) -> None:
        """A line a table; on any difference nothing stays behind in the new database."""
        try:
            furnish(options["address"])
            for name, count in move():
                self.stdout.write(f"{name:32}{count:>9}")
        except CannotMoveError as error:
            raise CommandError(f"{error} Nothing was moved.") from error
        self.stdout.write(
            "The same in both, to the last byte. Now set DATABASE_URL to it and start."
        )
