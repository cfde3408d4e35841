"""The index: what each audience can find a post by, made anew when something has changed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from courses import richtext
from courses.library import filters
from courses.models import Caption, Entry, Post, PublicEntry, Topic, WholeEntry
from courses.search import vocabulary
from courses.search.words import stem, words
from courses.video import captions

BATCH = 50
LEASE = timedelta(minutes=1)
# Said at least so many times, a word is part of what a post is about.
OFTEN = 3
# Between two texts, so that no phrase reaches from one into the other; it is no word.
GAP = "|"

# The letters before a stem say where it stands: anywhere, in title, topics and summary, often.
ANYWHERE, TITLE, HEAD, OFTEN_SAID, FITS = "a", "t", "h", "o", "f"


@dataclass
class Contents:
    """The words of one post for one audience, gathered text by text."""

    is_whole: bool
    text: list[str] = field(default_factory=lambda: [GAP])
    stems: dict[str, str] = field(default_factory=dict)
    terms: set[str] = field(default_factory=set)
    head: set[str] = field(default_factory=set)
    said: Counter[str] = field(default_factory=Counter)

    def add(self, text: str, *marks: str, language: str = settings.LANGUAGE_CODE) -> None:
        """Add a text whose words also count for more where `marks` say so."""
        found: list[str] = []
        for line in text.split("\n"):
            self.text += [*(line_words := words(line)), GAP]
            found += line_words
        for word, times in Counter(found).items():
            own, usual = stem(word, language), stem(word)
            self.stems.setdefault(word, own)
            self.terms.update((ANYWHERE + own, ANYWHERE + usual))
            self.head.update(mark + usual for mark in marks)
            self.said[own] += times

    def columns(self, wanted: Iterable[str], fits: Iterable[str]) -> dict[str, Any]:
        """The `wanted` columns of the entry; `fits` are the filters' terms."""
        often = {OFTEN_SAID + stem for stem, times in self.said.items() if times >= OFTEN}
        head = self.head | often
        columns = {
            "head": f" {' '.join(sorted(head))} ",
            "terms": " ".join(sorted(self.terms | head | set(fits))),
            "text": f" {' '.join(self.text)} ",
            "is_whole": self.is_whole,
        }
        return {name: columns[name] for name in wanted}


def fits_term(name: str, value: str) -> str:
    """The term of a filter's choice, as posts that fit it hold it."""
    return FITS + "".join(words(f"{name} {value}"))


def index_changed() -> bool:
    """Bring the index up to date for some of the posts that have changed; whether there were any.

    What a worker claimed that was killed then is due again in a minute.
    """
    now = timezone.now()
    due = Post.objects.filter(index_due_at__lte=now).order_by("index_due_at")
    claimed_until = now + LEASE
    chosen = list(due.values_list("pk", flat=True)[:BATCH])
    if not chosen:
        return False
    mine = Post.objects.filter(pk__in=chosen)
    mine.filter(index_due_at__lte=now).update(index_due_at=claimed_until)
    index(
        list(
            mine.filter(index_due_at=claimed_until)
            .select_related("series")
            .prefetch_related("topics")
        ),
        claimed_until,
    )
    return True


@transaction.atomic
def index(posts: list[Post], claimed_until: datetime) -> None:
    """Make the entries of `posts`, which stay due where they have changed meanwhile."""
    said, fits = _said_in(posts), _fits_of(posts)
    _write(
        PublicEntry, {post: _contents(post, said[post], whole=post.is_free) for post in posts}, fits
    )
    _write(WholeEntry, {post: _contents(post, said[post], whole=True) for post in posts}, fits)
    for post in posts:
        is_for_a_while = post.is_free and post.access == Post.Access.FREE_UNTIL
        claim = Post.objects.filter(pk=post.pk, index_due_at=claimed_until)
        claim.update(index_due_at=post.free_until if is_for_a_while else None)


def _said_in(posts: list[Post]) -> dict[Post, list[tuple[str, str]]]:
    """What is said in the video of each post: the language and the words of every track."""
    said: dict[Post, list[tuple[str, str]]] = {post: [] for post in posts}
    by_key = {post.pk: post for post in posts if post.kind == "video"}
    tracks = Caption.objects.filter(is_draft=False, video__post__in=by_key)
    for key, language, text in tracks.values_list("video__post", "language", "text"):
        spoken = " ".join(" ".join(cue.text.split()) for cue in captions.parse(text))
        said[by_key[key]].append((language, spoken))
    return said


def _fits_of(posts: list[Post]) -> dict[Post, set[str]]:
    """Which choices of the library's filters each post fits, asked of the filters themselves."""
    fits: dict[Post, set[str]] = {post: set() for post in posts}
    by_key = {post.pk: post for post in posts}
    for one in filters(Topic.objects.all()):
        for value, (_label, narrow) in one.choices.items():
            fitting = narrow(Post.objects.filter(pk__in=by_key)).order_by()
            for key in fitting.values_list("pk", flat=True):
                fits[by_key[key]].add(fits_term(one.name, value))
    return fits


def _contents(post: Post, said: list[tuple[str, str]], *, whole: bool) -> Contents:
    contents = Contents(is_whole=whole)
    contents.add(post.title, TITLE, HEAD)
    contents.add(post.summary, HEAD)
    for topic in post.topics.all():
        contents.add(topic.name, HEAD)
    if post.series:
        contents.add(post.series.title, HEAD)
    contents.add(richtext.plain(post.body if whole else post.opening))
    for language, spoken in said if whole else []:
        contents.add(spoken, language=language)
    return contents


def _write(kind: type[Entry], contents: dict[Post, Contents], fits: dict[Post, set[str]]) -> None:
    """Write the entries of one audience, and count its words."""
    before = kind._default_manager.in_bulk([post.pk for post in contents])
    stems = {word: own for one in contents.values() for word, own in one.stems.items()}
    vocabulary.count(
        kind.audience,
        stems,
        gone=[vocabulary.words_of(entry) for entry in before.values()],
        new=[set(one.stems) for one in contents.values()],
    )
    columns = [column.name for column in kind._meta.fields if column.name != "post"]
    kind._default_manager.bulk_create(
        [kind(post=post, **one.columns(columns, fits[post])) for post, one in contents.items()],
        update_conflicts=True,
        unique_fields=["post"],
        update_fields=columns,
    )
