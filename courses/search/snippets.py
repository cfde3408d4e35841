"""Where in a post something was found: the sentence, and the moment of its video, with marks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from django.db.models import Q
from django.utils.safestring import SafeString

from courses import richtext
from courses.access import Person, can_watch
from courses.models import Caption, Post
from courses.search.finding import Found
from courses.search.marking import Marker, cut, sentences
from courses.video import captions
from courses.video.chapters import clock
from courses.video.paragraphs import Line, paragraphs

_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Moment:
    """The line of a video that holds what was looked for, and the address that plays from there."""

    url: str
    clock: str
    text: SafeString


@dataclass(frozen=True)
class Hit:
    """A post that was found, marked; `passage` is from its text, `moment` from its video."""

    post: Post
    title: SafeString
    summary: SafeString
    passage: SafeString | None
    moment: Moment | None


def hits(keys: Sequence[int], found: Found, user: Person) -> list[Hit]:
    """The posts of some of the `found` keys, with the places that `user` may read."""
    by_key = Post.objects.seen_by(user).select_related("video").in_bulk(keys)
    posts = [by_key[key] for key in keys if key in by_key]
    whole = {post for post in posts if can_watch(user, post)}
    said = _said_in([post for post in posts if post in whole and post.kind == "video"])
    marker = Marker(found.terms)
    return [
        Hit(
            post,
            marker.mark(post.title),
            marker.mark(post.summary),
            _passage(post, marker, whole=post in whole),
            _moment(post, said.get(post.pk, []), marker),
        )
        for post in posts
    ]


def _said_in(posts: Iterable[Post]) -> dict[int, list[list[Line]]]:
    """The lines of every language; those of the main one are kept with the video."""
    said: dict[int, list[list[Line]]] = {}
    further = Q(pk__in=[])
    for post in posts:
        said[post.pk] = [[line for paragraph in post.video.transcript for line in paragraph]]
        for track in post.video.tracks[1:]:
            further |= Q(video=post.video, language=track["language"])
    if further:
        rows = Caption.objects.filter(further, is_draft=False).order_by("language")
        for key, text in rows.values_list("video__post", "text"):
            said[key].append(list(chain(*paragraphs(captions.parse(text)))))
    return said


def _passage(post: Post, marker: Marker, *, whole: bool) -> SafeString | None:
    """The sentence that says most of what title and summary do not say; None when none does."""
    missing = marker.words - marker.found_in(f"{post.title} {post.summary}")
    if not missing:
        return None
    lines = sentences(richtext.plain(post.body if whole else post.opening))
    found = marker.found_in_each(lines)
    best = max(
        range(len(lines)), key=lambda at: (len(found[at] & missing), len(found[at])), default=0
    )
    if not lines or not found[best] & missing:
        return None
    return marker.mark(cut(lines[best], marker.place_in(lines[best])))


def _moment(post: Post, tracks: Iterable[list[Line]], marker: Marker) -> Moment | None:
    """The line that says most, or two that follow each other and together say more."""
    most = 0
    best: list[Line] = []
    for lines in tracks:
        found = marker.found_in_each([line["text"] for line in lines])
        for length in (1, 2):
            for place in range(len(lines) - length + 1):
                said = len(_NOTHING.union(*found[place : place + length]))
                if said > most:
                    most, best = said, lines[place : place + length]
    if not best:
        return None
    start, text = best[0]["start"], " ".join(line["text"] for line in best)
    return Moment(f"{post.get_absolute_url()}#t={start}", clock(start), marker.mark(text))
