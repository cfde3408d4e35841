"""A library as large as one likes, its paragraphs those of the demo library in other company."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from django.db import transaction
from django.utils import timezone

from courses import richtext
from courses.demo.library import DemoPost, load_library
from courses.models import Post, Series, Topic

MARK = "filled-"  # how the addresses of these posts begin
AT_ONCE = 1000
EPISODES = 8
STRANGER = 0.2  # of the paragraphs are from a post about something else


class Taken(Exception):
    """The database holds posts that somebody wrote."""


def fill(count: int) -> Iterator[int]:
    """Write posts until there are `count`, all published; yields how many there are, now and then.

    The same numbers make the same posts, so that a run that was broken off goes on.
    """
    if Post.objects.exclude(slug__startswith=MARK).exists():
        raise Taken
    library = load_library()
    sources = [post for post in library.posts if post.published_days_ago is not None]
    topics = {
        topic.slug: Topic.objects.get_or_create(
            slug=topic.slug, defaults={"name": topic.name, "introduction": topic.introduction}
        )[0]
        for topic in library.topics
    }
    here, now = Post.objects.count(), timezone.now()
    while here < count:
        upto = min(here + AT_ONCE, count)
        _write([_recombined(n, sources, now) for n in range(here, upto)], topics)
        here = upto
        yield here


@transaction.atomic
def _write(made: list[tuple[Post, DemoPost]], topics: dict[str, Topic]) -> None:
    posts = Post.objects.bulk_create(post for post, _ in made)
    Post.topics.through.objects.bulk_create(
        Post.topics.through(post=post, topic=topics[slug])
        for post, (_, source) in zip(posts, made, strict=True)
        for slug in source.topics
    )


def _recombined(number: int, sources: list[DemoPost], now: datetime) -> tuple[Post, DemoPost]:
    """One post, and the one that it is about the same as."""
    dice = Random(number)  # noqa: S311 - the same each time
    source = dice.choice(sources)
    kin = [post for post in sources if set(post.topics) & set(source.topics)]
    body = "".join(
        dice.choice(_paragraphs(dice.choice(sources if dice.random() < STRANGER else kin)))
        for _ in range(dice.randint(4, 12))
    )
    other = dice.choice(kin)
    series = None
    if number % 10 < EPISODES and number % 50 < 10:
        series, _ = Series.objects.get_or_create(
            slug=f"{MARK}{number // 10}",
            defaults={"title": f"{source.title}, day by day", "summary": source.summary},
        )
    post = Post(
        title=f"{source.title.rstrip('?.')}: {other.title}"[:190] + f" ({number + 1})",
        slug=f"{MARK}{number}",
        summary=dice.choice([source.summary, other.summary]),
        body=body,
        opening=richtext.opening(body),
        read_minutes=richtext.read_minutes(body),
        age=source.age,
        access=Post.Access.FREE if number % 4 == 0 else Post.Access.MEMBERS,
        published_at=now - timedelta(hours=number),
        share_due_at=None,  # nobody shares it, and drawing a hundred thousand takes hours
        series=series,
        episode=number % 10 + 1 if series else None,
    )
    return post, source


def _paragraphs(post: DemoPost) -> list[str]:
    return [f"<p>{part}" for part in post.body.split("<p>")[1:] if part.rstrip().endswith("</p>")]
