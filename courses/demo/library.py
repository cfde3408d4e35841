"""The demo library as it stands on disk: topics, series and posts, read and checked."""

import re
import tomllib
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from courses.video import chapters

HERE = Path(__file__).parent
AGES = ("all", "baby", "toddler", "child", "teen", "grownup")
ACCESSES = ("free", "members", "free_until")
TINTS = ("teal", "coral", "honey", "dusk")

_PAGE = re.compile(r"\+\+\+\n(?P<front>.*?)\n\+\+\+\n(?P<body>.+)", re.DOTALL)
_LINK = re.compile(r'href="([^"]*)"')
_UNREADABLE = (OSError, ValueError, KeyError, TypeError)


class LibraryError(ValueError):
    """The demo library contradicts itself; the message begins with the file's name."""


@dataclass(frozen=True)
class DemoTopic:
    """A heading that posts are sorted under."""

    slug: str
    name: str
    introduction: str


@dataclass(frozen=True)
class DemoSeries:
    """A course: its posts carry its slug and an episode number from 1."""

    slug: str
    title: str
    summary: str


@dataclass(frozen=True)
class DemoSituation:
    """What is going on, other words for it, and the slugs of the posts that help."""

    slug: str
    name: str
    words: str
    introduction: str
    posts: list[str]


@dataclass(frozen=True)
class DemoVideo:
    """What a clip is made from; `script` holds the spoken lines in order.

    `chapters` are lines as an editor types them; `opening_seconds` is the part that is free.
    """

    script: tuple[str, ...]
    tint: str
    seed: int
    chapters: tuple[str, ...]
    opening_seconds: int | None


@dataclass(frozen=True)
class DemoPost:
    """A post; it is watched when `video` is there and read otherwise.

    `published_days_ago` and `free_until_days` count whole days from the moment of loading,
    back and forward; a negative `published_days_ago` is a scheduled post. A draft has no date.
    """

    title: str
    slug: str
    summary: str
    topics: tuple[str, ...]
    age: str
    access: str
    body: str
    free_until_days: int | None
    series: str | None
    episode: int | None
    published_days_ago: int | None
    similar: tuple[str, ...]
    video: DemoVideo | None

    @property
    def is_draft(self) -> bool:
        return self.published_days_ago is None


_FRONT_KEYS = {field.name for field in fields(DemoPost)} - {"body"} | {"draft"}
_VIDEO_KEYS = {field.name for field in fields(DemoVideo)} - {"seed"}


@dataclass(frozen=True)
class Library:
    """Everything the demo loads, posts in the order of their file names."""

    topics: tuple[DemoTopic, ...]
    series: tuple[DemoSeries, ...]
    situations: tuple[DemoSituation, ...]
    posts: tuple[DemoPost, ...]


def load_library(folder: Path = HERE) -> Library:
    """Read `library.toml` and `posts/*.html` of `folder`.

    Raises LibraryError, naming the file, for anything missing, misspelt or leading nowhere.
    """
    topics, series, situations = _read_shelf(folder / "library.toml")
    pages = {path.name: _read_post(path) for path in sorted(folder.glob("posts/*.html"))}
    library = Library(topics, series, situations, tuple(pages.values()))
    named = {slug for situation in situations for slug in situation.posts}
    for complaint in _strangers("post", named, {post.slug for post in library.posts}):
        raise LibraryError(f"library.toml: {complaint}")
    for name, post in pages.items():
        for complaint in _complaints(post, library):
            raise LibraryError(f"{name}: {complaint}")
    return library


def _read_shelf(
    path: Path,
) -> tuple[tuple[DemoTopic, ...], tuple[DemoSeries, ...], tuple[DemoSituation, ...]]:
    try:
        shelf = tomllib.loads(path.read_text(encoding="utf-8"))
        topics = tuple(DemoTopic(**row) for row in shelf["topics"])
        situations = tuple(DemoSituation(**row) for row in shelf.get("situations", ()))
        return topics, tuple(DemoSeries(**row) for row in shelf["series"]), situations
    except _UNREADABLE as error:
        raise LibraryError(f"{path.name}: {_reason(error)}") from error


def _read_post(path: Path) -> DemoPost:
    try:
        page = _PAGE.fullmatch(path.read_text(encoding="utf-8"))
        if page is None:
            raise ValueError("begins with TOML between two +++ lines, then the body")
        return _post(tomllib.loads(page["front"]), page["body"].strip(), seed=_number(path))
    except _UNREADABLE as error:
        raise LibraryError(f"{path.name}: {_reason(error)}") from error


def _number(path: Path) -> int:
    return int(path.name.partition("-")[0])


def _reason(error: Exception) -> str:
    return f"lacks {error}" if isinstance(error, KeyError) else str(error)


def _post(front: dict[str, Any], body: str, seed: int) -> DemoPost:
    if unknown := front.keys() - _FRONT_KEYS:
        raise ValueError(f"does not know {', '.join(sorted(unknown))}")
    draft = front.get("draft", False)
    return DemoPost(
        title=front["title"],
        slug=front["slug"],
        summary=front["summary"],
        topics=tuple(front["topics"]),
        age=front["age"],
        access=front["access"],
        body=body,
        free_until_days=front.get("free_until_days"),
        series=front.get("series"),
        episode=front.get("episode"),
        published_days_ago=None if draft else front["published_days_ago"],
        similar=tuple(front.get("similar", ())),
        video=_video(front["video"], seed) if "video" in front else None,
    )


def _video(table: dict[str, Any], seed: int) -> DemoVideo:
    if unknown := table.keys() - _VIDEO_KEYS:
        raise ValueError(f"does not know {', '.join(sorted(unknown))}")
    lines = tuple(table.get("chapters", ()))
    chapters.parse("\n".join(lines))
    return DemoVideo(
        script=tuple(table["script"]),
        tint=table["tint"],
        seed=seed,
        chapters=lines,
        opening_seconds=table.get("opening_seconds"),
    )


def _complaints(post: DemoPost, library: Library) -> Iterator[str]:
    slugs = {other.slug for other in library.posts}
    linked = set(_LINK.findall(post.body))
    yield from _strangers("topic", post.topics, {topic.slug for topic in library.topics})
    yield from _strangers("age", [post.age], AGES)
    yield from _strangers("access", [post.access], ACCESSES)
    yield from _strangers("pin", post.similar, slugs - {post.slug})
    yield from _strangers("link", linked, {f"/posts/{slug}/" for slug in slugs})
    if post.series is not None:
        yield from _strangers("series", [post.series], {row.slug for row in library.series})
    if post.video is not None:
        yield from _strangers("tint", [post.video.tint], TINTS)
    if (post.access == "free_until") != (post.free_until_days is not None):
        yield "free_until and free_until_days come together"
    if (post.series is None) != (post.episode is None):
        yield "series and episode come together"
    if sum(other.slug == post.slug for other in library.posts) > 1:
        yield f"another post has the slug {post.slug}"


def _strangers(noun: str, named: Iterable[str], known: Container[str]) -> Iterator[str]:
    return (f"unknown {noun} {name!r}" for name in sorted(named) if name not in known)
