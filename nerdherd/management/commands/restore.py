"""`manage.py restore ARCHIVE`: back to what an archive holds."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from nerdherd.keeping.archive import BrokenArchiveError, check, restore
from nerdherd.keeping.databases import CannotCopyError


class Command(BaseCommand):
    """Reads all of the archive before it touches anything; what was here is kept beside."""

    help = "Put what an archive holds in place of what is here."

    def add_arguments(self, parser: CommandParser) -> None:
        """The archive, as `backup` wrote it."""
        parser.add_argument("archive", type=Path, help="a file that backup wrote")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what is replaced, replace it, and bring an older archive up to date."""
        archive: Path = options["archive"]
        try:
            manifest = check(archive)
            self.stdout.write(
                f"{archive.name} is whole: of {manifest.made_at}, "
                f"the database and {len(manifest.files) - 1} files. "
                "It replaces the database and all files that are here."
            )
            kept = restore(archive, manifest)
        except (BrokenArchiveError, CannotCopyError, OSError) as error:
            raise CommandError(f"Not restored: {error}") from error
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write(f"Restored. What was here before is in {kept}")
