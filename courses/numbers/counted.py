"""The numbers of a span of days, of one post or of the whole library."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.module_loading import import_string

from courses.models import DailyCount, Post, Redirect
from courses.models.redirect import normal

Joins = Counter[tuple[str, date]]


@dataclass(frozen=True)
class Span:
    """The days from `first` to `last`, by the site's TIME_ZONE; both belong to it."""

    first: date
    last: date

    @classmethod
    def of_last(cls, days: int) -> "Span":
        """So many days up to today."""
        today = timezone.localdate()
        return cls(today - timedelta(days=days - 1), today)

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(n) for n in range((self.last - self.first).days + 1))

    def counts(self) -> "QuerySet[DailyCount]":
        """What was counted on its days."""
        return DailyCount.objects.filter(day__range=(self.first, self.last))

    def joins(self) -> Joins:
        """Who joined, by page and day, as the shop knows it; nobody where there is no shop."""
        known = getattr(settings, "JOINS", None)
        found: Joins = import_string(known)(self.first, self.last) if known else Counter()
        return found


@dataclass(frozen=True)
class Numbers:
    """What was counted on each day, by the names of `DailyCount` and `joins`."""

    span: Span
    days: dict[date, Counter[str]]

    @classmethod
    def of(cls, span: Span, post: Post | None = None) -> "Numbers":
        """Of one post; or of all, and of whoever joined on whatever page. At most three queries."""
        days: dict[date, Counter[str]] = defaultdict(Counter)
        rows: Any = span.counts().filter(post=post) if post else span.counts()
        for day, *sums in rows.values_list("day").annotate(*map(Sum, DailyCount.COUNTED)):
            days[day].update(dict(zip(DailyCount.COUNTED, sums, strict=True)))
        joins = span.joins()
        its_pages = _pages_of(post) if post else None
        for (page, day), count in joins.items():
            if its_pages is None or normal(_path(page)) in its_pages:
                days[day]["joins"] += count
        return cls(span, days)

    def each_day(self, name: str) -> list[int]:
        """One of the numbers, day by day."""
        return [self.days[day][name] if day in self.days else 0 for day in self.span]

    def total(self, name: str) -> int:
        """One of the numbers, of all days."""
        return sum(self.each_day(name))


def _pages_of(post: Post) -> set[str]:
    """Where the post is and where it was."""
    return {normal(post.get_absolute_url()), *post.redirects.values_list("path", flat=True)}


def posts_at(pages: Collection[str]) -> dict[str, Post]:
    """The posts that those addresses are of, or once were. Two queries."""
    paths = {page: normal(_path(page)) for page in pages}
    moved = Redirect.objects.filter(path__in=paths.values()).exclude(post=None)
    found = {row.path: row.post for row in moved.select_related("post")}
    slugs = [_path(page).rstrip("/").rpartition("/")[2] for page in pages]
    posts = Post.objects.filter(slug__in=slugs).only("slug", "title")
    found |= {normal(post.get_absolute_url()): post for post in posts}
    return {page: post for page, path in paths.items() if (post := found.get(path))}


def _path(page: str) -> str:
    return page.partition("?")[0]
