"""The library as a whole: what it holds in numbers, and its list narrowed by what one looks for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Q, Sum
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Post, Topic
from courses.models.post import PostQuerySet
from nerdherd.lib.lately import Lately

SHORT_SECONDS = 5 * 60
# What names a page of the list, and narrows nothing.
PLACES = ("page", "older", "newer")
# To count so many posts takes longer than a page may.
LARGE = 5000


@dataclass(frozen=True)
class Numbers:
    """How much there is, counted from what is published."""

    videos: int
    articles: int
    minutes: int

    @property
    def hours(self) -> int:
        """Whole hours to watch and read."""
        return self.minutes // 60

    @property
    def phrase(self) -> str:
        """All of it in words, e.g. "74 videos and 31 articles, 11 hours in all"."""
        videos = ngettext("%d video", "%d videos", self.videos) % self.videos
        articles = ngettext("%d article", "%d articles", self.articles) % self.articles
        if self.hours:
            length = ngettext("%d hour", "%d hours", self.hours) % self.hours
        else:
            length = ngettext("%d minute", "%d minutes", self.minutes) % self.minutes
        return _("%(videos)s and %(articles)s, %(length)s in all") % {
            "videos": videos,
            "articles": articles,
            "length": length,
        }


LATELY: Lately[Numbers] = Lately(60)


def numbers() -> Numbers:
    """What the published library holds; a large one as it was a minute ago at most."""
    if known := LATELY():
        return known
    found = _count()
    if found.videos + found.articles > LARGE:
        LATELY.keep(found)
    return found


def _count() -> Numbers:
    row = Post.objects.published().aggregate(
        videos=Count("pk", filter=Q(video_seconds__isnull=False)),
        articles=Count("pk", filter=Q(video_seconds=None)),
        seconds=Sum("video_seconds", default=0),
        reading=Sum("read_minutes", filter=Q(video_seconds=None), default=0),
    )
    return Numbers(row["videos"], row["articles"], row["seconds"] // 60 + row["reading"])


Narrow = Callable[[PostQuerySet], PostQuerySet]


@dataclass(frozen=True)
class Option:
    """One choice of a filter, as a link that turns it on or, when it is on, off."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Filter:
    """One way to narrow the list: its name in the address and what may be chosen."""

    name: str
    label: str
    choices: dict[str, tuple[str, Narrow]]


def filters(topics: Iterable[Topic]) -> list[Filter]:
    """The filters of the library page."""

    def is_about(topic: Topic) -> Narrow:
        return lambda posts: posts.about(topic)

    def is_for(age: str) -> Narrow:
        return lambda posts: posts.filter(age__in=[age, Post.Age.ALL])

    short = Q(video_seconds__lte=SHORT_SECONDS) | Q(video_seconds=None, read_minutes__lte=5)
    return [
        Filter("topic", _("Topic"), {t.slug: (t.name, is_about(t)) for t in topics}),
        Filter(
            "age",
            _("Age"),
            {age.value: (str(age.label), is_for(age)) for age in Post.Age if age != Post.Age.ALL},
        ),
        Filter("minutes", _("Time"), {"5": (_("five minutes"), lambda p: p.filter(short))}),
        Filter(
            "kind",
            _("Watch or read"),
            {
                "video": (_("to watch"), lambda p: p.exclude(video_seconds=None)),
                "article": (_("to read"), lambda p: p.filter(video_seconds=None)),
            },
        ),
        Filter("access", _("Access"), {"free": (_("free"), lambda p: p.free())}),
    ]


@dataclass(frozen=True)
class FilterGroup:
    """A filter with its links, as the page shows it."""

    name: str
    label: str
    options: list[Option]
    is_written: bool  # the names of its choices are an editor's, not ours


class Selection:
    """What an address asks of the library: the posts that fit, and what was not understood.

    `page` names the page that the links lead to, and `kept` what they keep beside the filters.
    """

    def __init__(
        self,
        asked: QueryDict,
        topics: Iterable[Topic],
        *,
        page: str = "post_list",
        kept: dict[str, str] | None = None,
    ) -> None:
        self.filters = filters(topics)
        self.page, self.kept = page, kept or {}
        known = {one.name: one for one in self.filters}
        self.chosen: dict[str, str] = {}
        self.unknown: list[str] = []
        for name, value in asked.items():
            if name in PLACES or name in self.kept or not value:
                continue
            if name in known and value in known[name].choices:
                self.chosen[name] = str(value)
            else:
                self.unknown.append(f"{name}={value}"[:60])

    def narrow(self, posts: PostQuerySet) -> PostQuerySet:
        """Those of `posts` that fit everything chosen, newest first."""
        for one in self.filters:
            if one.name in self.chosen:
                posts = one.choices[self.chosen[one.name]][1](posts)
        return posts.newest()

    def groups(self) -> list[FilterGroup]:
        """The filters as links, each keeping what the others chose."""
        return [
            FilterGroup(
                one.name,
                one.label,
                [
                    Option(label, self._url(one.name, value), self.chosen.get(one.name) == value)
                    for value, (label, _narrow) in one.choices.items()
                ],
                is_written=one.name == "topic",
            )
            for one in self.filters
        ]

    @property
    def query(self) -> str:
        """What was chosen, for the links to further pages."""
        return urlencode(self.chosen)

    def _url(self, name: str, value: str) -> str:
        chosen = {**self.chosen, name: value}
        if self.chosen.get(name) == value:
            del chosen[name]
        query = urlencode({**self.kept, **chosen})
        return reverse(self.page) + (f"?{query}" if query else "")
