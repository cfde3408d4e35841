"""The picture that stands for a video until it plays, chosen from the stills of what plays now."""

from django.utils import timezone

from courses import pictures
from courses.models import Post, Video
from nerdherd.lib.stores import gated_storage


def choose(video: Video, still: int) -> None:
    """Make the post's poster anew from a still. Raises FileNotFoundError if it is gone."""
    with gated_storage().open(f"{video.folder}/still-{still}.jpg") as file:
        copies = pictures.make_copies(file, "posters")
    Post.objects.filter(pk=video.post_id).update(poster_copies=copies, share_due_at=timezone.now())
