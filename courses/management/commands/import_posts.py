"""`manage.py import_posts`: bring in the posts of another site's export."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.moving.drafts import OLD_PATHS
from courses.moving.posts import PostsImport
from nerdherd.lib.tables import Table, UnreadableTableError, totals


class Command(BaseCommand):
    """May be run as often as one likes: a row that did not change changes nothing."""

    help = "Bring in posts from a CSV file (a Webflow CMS export); --dry-run only tells."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, the pictures that came with it, and where the old site kept its posts."""
        parser.add_argument("file", type=Path, help="the CSV file")
        parser.add_argument("--dry-run", action="store_true", help="tell what would be done")
        parser.add_argument("--media-dir", type=Path, help="folder with the pictures")
        parser.add_argument(
            "--old-path",
            action="append",
            help=f"where the posts were, as /post/; their old addresses lead to the new ones "
            f"(default: {' and '.join(OLD_PATHS)})",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """A line for each row that is skipped or needs somebody, and what it came to."""
        folder: Path | None = options["media_dir"]
        if folder is not None and not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        try:
            table = Table.read(options["file"].read_bytes())
        except (OSError, UnreadableTableError) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        old_paths = [f"/{path.strip('/')}/" for path in options["old_path"] or OLD_PATHS]
        moving = PostsImport(table, media_dir=folder, old_paths=old_paths)
        if moving.NEEDED not in moving.found:
            raise CommandError("No column is called Name or Title, so there is nothing to go by.")
        if moving.unused:
            self.stdout.write(f"Columns not used: {', '.join(moving.unused)}")
        done = []
        for outcome in moving.run(dry=options["dry_run"]):
            done.append(outcome.did)
            said = "skipped: " if outcome.did == "skipped" else ""
            for note in outcome.notes:
                self.stdout.write(f"row {outcome.row} ({outcome.name}): {said}{note}")
        self.stdout.write(totals(done))
