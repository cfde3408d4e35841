"""`manage.py transcode`: prepare the videos that wait, here and now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.models import Video
from courses.video.pipeline import prepare_next


class Command(BaseCommand):
    """The worker does this by itself; by hand it is for when there is none."""

    help = "Prepare the videos that wait."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--stuck` begins again with those that failed or were abandoned."""
        parser.add_argument("--stuck", action="store_true", help="try failed ones again")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare one after the other; non-zero when one could not be prepared."""
        if options["stuck"]:
            for video in Video.objects.exclude(state=Video.State.READY):
                video.try_again()
        before = set(Video.objects.filter(state=Video.State.FAILED).values_list("pk", flat=True))
        while prepare_next():
            self.stdout.write("looked at one")
        failed = Video.objects.filter(state=Video.State.FAILED).exclude(pk__in=before)
        for video in failed:
            self.stdout.write(f"{video.post.slug}: {video.error}")
        if failed:
            raise CommandError(f"{len(failed)} could not be prepared.")
        self.stdout.write("Nothing waits any more.")
