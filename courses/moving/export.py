"""All posts as a table that another site, or `import_posts` here, can read."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Prefetch

from courses.models import Post, SimilarPost
from nerdherd.lib.tables import lines

HEADER = [
    "Name", "Slug", "Summary", "Body", "Topics", "Age", "Series", "Episode", "Access", "Free until",
    "Published on", "Picture", "Picture alt", "Similar",
]  # fmt: skip
AT_A_TIME = 200


def posts() -> Iterator[str]:
    """CSV, line by line, the newest post first; drafts have no moment, references are slugs."""
    pins = SimilarPost.objects.filter(is_pinned=True).order_by("rank").select_related("other")
    rows = Post.objects.select_related("series").prefetch_related(
        "topics", Prefetch("similar", pins, to_attr="pins")
    )
    return lines(HEADER, map(_row, rows.iterator(AT_A_TIME)))


def _row(post: Post) -> list[str]:
    pins: list[SimilarPost] = getattr(post, "pins")  # noqa: B009 - known to the prefetch alone
    return [
        post.title,
        post.slug,
        post.summary,
        post.body,
        "; ".join(topic.slug for topic in post.topics.all()),
        post.age,
        post.series.slug if post.series else "",
        str(post.episode or ""),
        post.access,
        _moment(post.free_until),
        _moment(post.published_at),
        post.cover.largest.rpartition("/")[2] if post.picture_copies and post.cover else "",
        post.picture_alt,
        "; ".join(pin.other.slug for pin in pins),
    ]


def _moment(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
