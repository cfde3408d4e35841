"""Full-text search, the only file that knows how; for now every word is looked for as it is.

Titles, summaries and topics are everybody's. What is said in a video is searched for those only who
may have all of it, so that neither a hit nor a number tells what a members' video says.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Substr

from courses.access import Person, watchable
from courses.models import Caption, Post, Topic
from courses.models.post import PostQuerySet
from courses.video import captions
from courses.video.chapters import clock

MAX_WORDS = 8


@dataclass(frozen=True)
class Moment:
    """The line of a video that holds what was looked for, and the address that plays from there."""

    url: str
    clock: str
    text: str


@dataclass(frozen=True)
class Hit:
    """A post that was found, with the moment when it is said in its video."""

    post: Post
    moment: Moment | None


def words_of(query: str) -> list[str]:
    """The words of a query, the first few of them; a database cannot hold a NUL character."""
    return query.replace("\x00", " ").split()[:MAX_WORDS]


def search(posts: PostQuerySet, query: str, user: Person) -> PostQuerySet:
    """Those of `posts` in which `user` can find every word of `query`, newest first."""
    said = _said_to(user)
    for word in words_of(query):
        found_in_topic = Q(topics__in=Topic.objects.filter(name__icontains=word))
        found = Q(title__icontains=word) | Q(summary__icontains=word) | found_in_topic
        if _is_spoken(word):
            found |= Q(pk__in=said.filter(said__icontains=word).values("video__post"))
        posts = posts.filter(pk__in=Post.objects.filter(found).values("pk"))
    return posts.newest()


def hits(posts: Iterable[Post], query: str, user: Person) -> list[Hit]:
    """`posts`, which were found, each with the line that says most of `query`, in one query."""
    posts, words = list(posts), [word.lower() for word in words_of(query) if _is_spoken(word)]
    said: dict[int, list[captions.Cue]] = defaultdict(list)
    if words:
        rows = _said_to(user).filter(video__post__in=posts).order_by("-is_default", "language")
        for post, text in rows.values_list("video__post", "text"):
            said[post] += captions.parse(text)
    return [Hit(post, _moment(post, said[post.pk], words)) for post in posts]


def _said_to(user: Person) -> QuerySet[Any]:
    """The captions that `user` may read; `said` is their text without the heading."""
    theirs = watchable(Post.objects.filter(video_seconds__isnull=False), user)
    rows = Caption.objects.filter(is_draft=False, video__post__in=theirs)
    return rows.annotate(said=Substr("text", len(captions.HEAD) + 2))


def _is_spoken(word: str) -> bool:
    """Digits alone would be found in the times of every caption."""
    return any(character.isalpha() for character in word)


def _moment(post: Post, cues: list[captions.Cue], words: list[str]) -> Moment | None:
    best, most = None, 0
    for cue in cues:
        found = sum(word in cue.text.lower() for word in words)
        if found > most:
            best, most = cue, found
    if best is None:
        return None
    start = int(best.start)
    url = f"{post.get_absolute_url()}#t={start}"
    return Moment(url, clock(start), " ".join(best.text.split()))
