"""What a post holds for an audience: its words, text by text, and where they stand."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings

from courses import richtext
from courses.library import filters
from courses.models import Caption, Post, Topic
from courses.search.words import stem, words
from courses.video import captions

# Said at least so many times, a word is part of what a post is about.
OFTEN = 3
# Between two texts, so that no phrase reaches from one into the other; it is no word.
GAP = "|"

# The letters before a stem say where it stands: anywhere, in title, topics and summary, often.
ANYWHERE, TITLE, HEAD, OFTEN_SAID, FITS = "a", "t", "h", "o", "f"

# What is said in a video: the language and the words of every track.
Said = list[tuple[str, str]]


@dataclass
class Contents:
    """The words of one post for one audience, gathered text by text."""

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

    def columns(self, fits: Iterable[str]) -> dict[str, str]:
        """The columns of an entry; `fits` are the filters' terms."""
        often = {OFTEN_SAID + stem for stem, times in self.said.items() if times >= OFTEN}
        head = self.head | often
        return {
            "head": f" {' '.join(sorted(head))} ",
            "terms": " ".join(sorted(self.terms.union(head, fits))),
            "text": f" {' '.join(self.text)} ",
        }


def contents(post: Post, said: Said, *, whole: bool) -> Contents:
    """All that `post` holds, or what everybody may read of it."""
    its = Contents()
    its.add(post.title, TITLE, HEAD)
    its.add(post.summary, HEAD)
    for topic in post.topics.all():
        its.add(topic.name, HEAD)
    if post.series:
        its.add(post.series.title, HEAD)
    its.add(richtext.plain(post.body if whole else post.opening))
    for language, spoken in said if whole else []:
        its.add(spoken, language=language)
    return its


def said_in(posts: Iterable[Post]) -> dict[Post, Said]:
    """What is said in the videos of `posts`; drafts of captions do not count."""
    said: dict[Post, Said] = {post: [] for post in posts}
    by_key = {post.pk: post for post in said if post.kind == "video"}
    tracks = Caption.objects.filter(is_draft=False, video__post__in=by_key)
    for key, language, text in tracks.values_list("video__post", "language", "text"):
        spoken = " ".join(" ".join(cue.text.split()) for cue in captions.parse(text))
        said[by_key[key]].append((language, spoken))
    return said


def fits_of(posts: Iterable[Post]) -> dict[Post, set[str]]:
    """Which choices of the library's filters each post fits, asked of the filters themselves."""
    fits: dict[Post, set[str]] = {post: set() for post in posts}
    by_key = {post.pk: post for post in fits}
    for one in filters(Topic.objects.all()):
        for value, (_label, narrow) in one.choices.items():
            fitting = narrow(Post.objects.filter(pk__in=by_key)).order_by()
            for key in fitting.values_list("pk", flat=True):
                fits[by_key[key]].add(fits_term(one.name, value))
    return fits


def fits_term(name: str, value: str) -> str:
    """The term of a filter's choice, as posts that fit it hold it."""
    return FITS + "".join(words(f"{name} {value}"))
