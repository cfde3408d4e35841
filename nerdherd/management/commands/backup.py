"""`manage.py backup FOLDER`: everything in one archive."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from nerdherd.keeping.archive import back_up
from nerdherd.keeping.databases import CannotCopyError


class Command(BaseCommand):
    """The site goes on meanwhile; the archive holds it as it was at one moment."""

    help = "Write the database and all files into one archive in a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("folder", type=Path, help="where the archive goes")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the archive and how big it is."""
        try:
            archive = back_up(options["folder"])
        except (CannotCopyError, OSError) as error:
            raise CommandError(f"No backup was made: {error}") from error
        self.stdout.write(f"{archive}  {archive.stat().st_size / 1e6:,.1f} MB")
