"""The library as the ranking sees it, read from the database."""

import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from django.db.models import Q

from courses import richtext
from courses.models import Post, SimilarPost, Video
from courses.similar.document import Card, Document
from courses.similar.passages import sentences

Episode = tuple[int | None, int | None]  # the series, and which one of it
ALONE: Episode = (None, None)


@contextmanager
def without_collecting() -> Iterator[None]:
    """Half a million small things come and none goes: no use looking for garbage among them."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class Library:
    """All posts, newest first: their keys, and the cards that the rules ask."""

    @without_collecting()
    def __init__(self) -> None:
        # Both are read from an index: the rows of the table are long.
        posts = list(Post.objects.newest().values_list("pk", "age"))
        in_series = Post.objects.order_by().filter(series__isnull=False)
        episodes: dict[int, Episode] = {
            key: (series, episode)
            for key, series, episode in in_series.values_list("pk", "series_id", "episode")
        }
        self.keys = [key for key, _ in posts]
        self.places = {key: place for place, key in enumerate(self.keys)}
        self.topics = self._topics()
        films, (pins, blocks) = self._films(), self._decisions()
        listed = set(Post.objects.published().values_list("pk", flat=True))
        free = set(Post.objects.free().values_list("pk", flat=True))
        self.cards = [
            Card(
                topics,
                *episodes.get(key, ALONE),
                age=age,
                film=films.get(key, ""),
                is_free=key in free,
                is_listed=key in listed,
                pins=tuple(pins.get(key, ())),
                blocks=frozenset(blocks.get(key, ())),
            )
            for (key, age), topics in zip(posts, self.topics, strict=True)
        ]

    def _topics(self) -> list[frozenset[int]]:
        held: dict[int, list[int]] = {}
        for post, topic in Post.topics.through.objects.values_list("post_id", "topic_id"):
            held.setdefault(post, []).append(topic)
        none = frozenset[int]()
        return [frozenset(held[key]) if key in held else none for key in self.keys]

    def _films(self) -> dict[int, str]:
        spoken = Video.objects.exclude(said="").values_list("post_id", "said", "seconds")
        return {post: f"{said} {seconds}" for post, said, seconds in spoken}

    def _decisions(self) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
        pins, blocks = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
        decided = SimilarPost.objects.filter(Q(is_pinned=True) | Q(is_blocked=True)).order_by(
            "rank"
        )
        for post, other, is_pinned in decided.values_list("post_id", "other_id", "is_pinned"):
            (pins if is_pinned else blocks)[post].append(self.places[other])
        return pins, blocks


def documents(posts: Iterable[Post]) -> list[Document]:
    """What an engine reads of `posts`; each with its topics and its video."""
    return [_document(post) for post in posts]


def _document(post: Post) -> Document:
    video = getattr(post, "video", None)
    said: list[Any] = [
        line["text"] for part in (video.transcript if video else []) for line in part
    ]
    return Document(
        title=post.title,
        summary=post.summary,
        text=f"{richtext.plain(post.body)}\n{sentences(said)}".strip(),
        topics=frozenset(topic.slug for topic in post.topics.all()),
    )


def fingerprint(document: Document) -> str:
    """Changes when the words do; topics are not words."""
    words = "\0".join([document.title, document.summary, document.text])
    return sha256(words.encode()).hexdigest()
