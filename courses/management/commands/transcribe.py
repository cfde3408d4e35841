"""`manage.py transcribe SLUG`: have the machine draft the captions of a video, here and now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.models import Video
from courses.video.transcribe import CannotTranscribe, draft, take


class Command(BaseCommand):
    """The worker does this when an editor asks for it; by hand it shows what is missing."""

    help = "Write a draft of the captions of one post's video."

    def add_arguments(self, parser: CommandParser) -> None:
        """The last part of the post's address."""
        parser.add_argument("slug")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was written, or why nothing was."""
        video = Video.objects.filter(post__slug=options["slug"]).exclude(folder="").first()
        if video is None:
            raise CommandError(f"No post “{options['slug']}” has a video that is ready.")
        Video.objects.filter(pk=video.pk).update(draft_wanted=True)
        if not take(video):
            raise CommandError("A worker is busy with this video. Please try again later.")
        try:
            row = draft(video)
        except CannotTranscribe as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"A draft in {row.label}; an editor reviews it before readers see it.")
