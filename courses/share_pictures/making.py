"""Keeps every post that is out with a share picture of what it is now; the worker's part."""

from datetime import timedelta
from hashlib import sha256
from zlib import crc32

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from courses.models import Post
from courses.share_pictures.drawing import Words, share_picture

LEASE = timedelta(minutes=10)


def draw_next() -> bool:
    """Draw the picture that has been due longest; False when none is.

    One whose worker was killed is due again in ten minutes; a post that was saved while its
    picture was being drawn stays due.
    """
    due = Post.objects.filter(share_due_at__lte=timezone.now())
    post = due.order_by("share_due_at").prefetch_related("topics").first()
    if post is None:
        return False
    mine = timezone.now() + LEASE
    if due.filter(pk=post.pk).update(share_due_at=mine):
        is_out = post.state == "published"
        name = _store(_draw(post)) if is_out else ""
        again = None if is_out else post.published_at  # a scheduled one, when it comes out
        claimed = Post.objects.filter(pk=post.pk, share_due_at=mine)
        claimed.update(share_picture=name, share_due_at=again)
    return True


def _draw(post: Post) -> bytes:
    words = Words(
        title=post.title,
        about="".join(topic.name for topic in post.topics.all()[:1]),
        length=post.length_phrase,
        seed=crc32(post.slug.encode()),
        focus=(post.focus_x, post.focus_y),
        is_video=post.kind == "video",
    )
    if post.cover is None:
        return share_picture(words)
    with default_storage.open(post.cover.largest) as file, Image.open(file) as picture:
        return share_picture(words, picture)


def _store(picture: bytes) -> str:
    """Keep it under a name that its bytes give it; what it replaces goes with the nightly sweep."""
    name = f"shared/{sha256(picture).hexdigest()[:32]}.jpg"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(picture))
    return name
