"""What posts that are out lack, each as one query: for the desk, and for the list of posts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.checklist import SHORTEST_SUMMARY
from courses.models import InnerLink, SimilarPost
from courses.models.post import PostQuerySet
from courses.similar.document import SHOWN


@dataclass(frozen=True)
class Lack:
    """`name` stands in addresses, `said` on pages; `among` narrows posts to those that lack it."""

    name: str
    said: Any
    among: Callable[[PostQuerySet], PostQuerySet]


def _captions(posts: PostQuerySet) -> PostQuerySet:
    return posts.filter(video__tracks=[], video__no_captions_reason="", video_seconds__isnull=False)


def _picture(posts: PostQuerySet) -> PostQuerySet:
    return posts.filter(picture_copies__isnull=True, poster_copies__isnull=True)


def _words(posts: PostQuerySet) -> PostQuerySet:
    return posts.filter(picture_copies__isnull=False, picture_alt="")


def _summary(posts: PostQuerySet) -> PostQuerySet:
    return posts.annotate(letters=Length("summary")).filter(letters__lt=SHORTEST_SUMMARY)


def _way_there(posts: PostQuerySet) -> PostQuerySet:
    shows = SimilarPost.objects.filter(
        Q(is_pinned=True) | Q(rank__lte=SHOWN),
        other=OuterRef("pk"),
        is_blocked=False,
        post__published_at__lte=timezone.now(),
    )
    return posts.filter(~Exists(shows))


def _live_links(posts: PostQuerySet) -> PostQuerySet:
    return posts.filter(Exists(InnerLink.objects.dead().filter(post=OuterRef("pk"))))


LACKS = (
    Lack("captions", _("No captions, and no reason why not"), _captions),
    Lack("picture", _("No picture"), _picture),
    Lack("words", _("No words for those who cannot see the picture"), _words),
    Lack("summary", _("A very short summary"), _summary),
    Lack("way", _("Nobody is led here"), _way_there),
    Lack("links", _("Links that lead nowhere"), _live_links),
)


def without(name: str, posts: PostQuerySet) -> PostQuerySet:
    """Those of `posts` that are out and lack what a `Lack` of that name says; else all of them."""
    lack = next((lack for lack in LACKS if lack.name == name), None)
    return lack.among(posts.published()) if lack else posts
