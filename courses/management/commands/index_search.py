"""`manage.py index_search`: bring the search index up to date."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from courses.models import Post
from courses.search.indexing import index_changed


class Command(BaseCommand):
    """The worker does this by itself after every change."""

    help = "Index the posts that changed for the search, or all."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--all` reads every post, changed or not."""
        parser.add_argument("--all", action="store_true", help="read every post")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go on until nothing is due."""
        if options["all"]:
            Post.objects.update(index_due_at=timezone.now())
        while index_changed():
            pass
        self.stdout.write("Up to date.")
