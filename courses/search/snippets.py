"""Where in a post something was found: the sentence, and the moment of its video, with marks."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from courses import richtext
from courses.access import Person, can_watch
from courses.models import Caption, Post
from courses.search.finding import Found
from courses.search.marking import Marker, cut, sentences
from courses.video import captions
from courses.video.chapters import clock


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
    """The posts of some of the `found` keys, with the places that `user` may read; two queries."""
    by_key = Post.objects.in_bulk(keys)
    posts = [by_key[key] for key in keys if key in by_key]
    marker = Marker.of(found.terms)
    whole = {post for post in posts if can_watch(user, post)}
    said = _said_in(whole)
    return [
        Hit(
            post,
            marker.mark(post.title),
            marker.mark(post.summary),
            _passage(post, marker, whole=post in whole),
            _moment(post, said[post.pk], marker),
        )
        for post in posts
    ]


def _said_in(posts: Iterable[Post]) -> dict[int, list[tuple[str, list[captions.Cue]]]]:
    said: dict[int, list[tuple[str, list[captions.Cue]]]] = defaultdict(list)
    watched = [post.pk for post in posts if post.kind == "video"]
    rows = Caption.objects.filter(is_draft=False, video__post__in=watched)
    for key, language, text in rows.order_by("-is_default", "language").values_list(
        "video__post", "language", "text"
    ):
        said[key].append((language, captions.parse(text)))
    return said


def _passage(post: Post, marker: Marker, *, whole: bool) -> SafeString | None:
    """The sentence that says most, if it says something that title and summary do not."""
    lines = sentences(richtext.plain(post.body if whole else post.opening))
    best = max(lines, key=lambda line: len(marker.found_in(line)), default="")
    known = marker.found_in(f"{post.title} {post.summary}")
    return None if marker.found_in(best) <= known else marker.mark(cut(best, marker.place_in(best)))


def _moment(
    post: Post, tracks: list[tuple[str, list[captions.Cue]]], marker: Marker
) -> Moment | None:
    """The line that says most, or two that follow each other and together say more."""
    most = 0
    best: tuple[int, str, str] | None = None
    for language, cues in tracks:
        for start, text in _lines(cues):
            found = len(marker.found_in(text, language))
            if found > most:
                most, best = found, (start, text, language)
    if best is None:
        return None
    start, text, language = best
    return Moment(f"{post.get_absolute_url()}#t={start}", clock(start), marker.mark(text, language))


def _lines(cues: list[captions.Cue]) -> Iterator[tuple[int, str]]:
    texts = [" ".join(cue.text.split()) for cue in cues]
    for place, cue in enumerate(cues):
        yield int(cue.start), texts[place]
    for place, cue in enumerate(cues[:-1]):
        yield int(cue.start), f"{texts[place]} {texts[place + 1]}"
