"""`manage.py share_pictures`: draw the pictures that stand beside shared links."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from courses.models import Post
from courses.share_pictures.making import draw_next


class Command(BaseCommand):
    """The worker does this by itself after every change of a post."""

    help = "Draw the share pictures that are due, or all."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--all` is for another SITE_NAME, which stands on every one of them."""
        parser.add_argument("--all", action="store_true", help="draw every picture anew")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go on until none is due."""
        if options["all"]:
            Post.objects.update(share_due_at=timezone.now())
        while draw_next():
            pass
        self.stdout.write("Up to date.")
