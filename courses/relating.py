"""Stores what `courses.similar` finds: the machine's rows of every post's similar list."""

from django.db import transaction
from django.utils import timezone

from courses import richtext
from courses.models import Post, SimilarPost
from courses.similar import Document, Library, Match


def relate_changed() -> bool:
    """Bring the lists up to date when a post has changed since; returns whether one had."""
    changed = list(Post.objects.filter(related_at=None).values_list("pk", "updated_at"))
    if not changed:
        return False
    relate_all()
    for pk, updated_at in changed:
        # One that was saved again meanwhile stays to be done.
        Post.objects.filter(pk=pk, updated_at=updated_at).update(related_at=timezone.now())
    return True


def relate_all() -> int:
    """Work out every list anew and write those that differ; returns how many did.

    Scheduled posts take part, so that they stand in the lists at the moment they come out; what
    is not there for a reader is left out when the page is read.
    """
    posts = list(
        Post.objects.exclude(published_at=None).newest().prefetch_related("topics", "video")
    )
    library = Library(_document(post, age) for age, post in enumerate(posts))
    by_key = {post.pk: post for post in posts}
    before = _stored()
    written = 0
    for place, post in enumerate(posts):
        pinned, machine = before.get(post.pk, ({}, {}))
        matches = [match for match in library.similar_to(place) if match.key not in pinned]
        rows = {
            match.key: (rank, round(match.score, 4), _reason(match, post, by_key[match.key]))
            for rank, match in enumerate(matches, 1)
        }
        if rows != machine:
            _write(post, rows)
            written += 1
    return written


def _document(post: Post, age: int) -> Document:
    video = getattr(post, "video", None)
    said = [line["text"] for part in (video.transcript if video else []) for line in part]
    return Document(
        key=post.pk,
        title=post.title,
        text="\n".join([post.summary, richtext.plain(post.body), *said]),
        topics=frozenset(topic.slug for topic in post.topics.all()),
        age=age,
    )


def _reason(match: Match, post: Post, other: Post) -> str:
    """Why `other` stands under `post`: true, short, and nothing that a members' text says."""
    if match.topic:
        name = next(topic.name for topic in post.topics.all() if topic.slug == match.topic)
        return f"Also about {name.lower()}"
    if post.series_id and post.series_id == other.series_id:
        return "From the same series"
    if post.age == other.age != Post.Age.ALL:
        return f"Also for {post.get_age_display()}"
    return "Talks about similar things"


Row = tuple[int, float, str]


def _stored() -> dict[int, tuple[dict[int, Row], dict[int, Row]]]:
    """What is there now: for each post the pinned rows and the machine's."""
    lists: dict[int, tuple[dict[int, Row], dict[int, Row]]] = {}
    for row in SimilarPost.objects.all():
        pinned, machine = lists.setdefault(row.post_id, ({}, {}))
        (pinned if row.is_pinned else machine)[row.other_id] = (row.rank, row.score, row.reason)
    return lists


@transaction.atomic
def _write(post: Post, rows: dict[int, Row]) -> None:
    SimilarPost.objects.filter(post=post, is_pinned=False).delete()
    # A pin set this very moment wins over the machine's row for the same pair.
    SimilarPost.objects.bulk_create(
        (
            SimilarPost(post=post, other_id=other, rank=rank, score=score, reason=reason)
            for other, (rank, score, reason) in rows.items()
        ),
        ignore_conflicts=True,
    )
