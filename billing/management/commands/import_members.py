"""`manage.py import_members`: bring in the members of another site."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing.moving import MembersImport
from nerdherd.lib.tables import Table, UnreadableTableError, totals


class Command(BaseCommand):
    """May be run as often as one likes: who is a member stays one, and nobody is written to."""

    help = "Give access to the people of a CSV file (email, and name and joined if there)."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file; `--dry-run` only tells."""
        parser.add_argument("file", type=Path, help="the CSV file")
        parser.add_argument("--dry-run", action="store_true", help="tell what would be done")

    def handle(self, *args: Any, **options: Any) -> None:
        """A line for each row that is skipped or odd, and what it came to."""
        try:
            table = Table.read(options["file"].read_bytes())
        except (OSError, UnreadableTableError) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        moving = MembersImport(table)
        if moving.NEEDED not in moving.found:
            raise CommandError("No column is called email, so nobody can be found in this file.")
        done = []
        for outcome in moving.run(dry=options["dry_run"]):
            done.append(outcome.did)
            for note in outcome.notes:
                self.stdout.write(f"row {outcome.row}: {outcome.did}: {note}")
        self.stdout.write(totals(done))
