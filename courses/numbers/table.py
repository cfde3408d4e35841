"""The numbers as CSV, a line for each post and day on which anything was counted."""

from collections.abc import Iterator
from datetime import date

from courses.models import DailyCount, Post
from courses.numbers.counted import Span, posts_at
from nerdherd.lib.tables import lines

HEADER = ["day", "post", "title", *DailyCount.COUNTED, "joins"]
AT_A_TIME = 500


def table(span: Span, post: Post | None = None) -> Iterator[str]:
    """Of one post or of all, by day; who joined where nothing else was counted comes last."""
    return lines(HEADER, _rows(span, post))


def _rows(span: Span, post: Post | None) -> Iterator[list[str]]:
    joins = _joins_by_post(span, post)
    counts = span.counts().filter(post=post) if post else span.counts()
    counts = counts.select_related("post").order_by("day", "pk")
    shown = ("day", *DailyCount.COUNTED, "post__slug", "post__title")
    for row in counts.only(*shown).iterator(AT_A_TIME):
        counted = [getattr(row, name) for name in DailyCount.COUNTED]
        yield _line(row.day, row.post, [*counted, joins.pop((row.day, row.post), 0)])
    for (day, joined), count in joins.items():
        yield _line(day, joined, [*(0 for _name in DailyCount.COUNTED), count])


def _joins_by_post(span: Span, post: Post | None) -> dict[tuple[date, Post], int]:
    joins = span.joins()
    posts = posts_at({page for page, _day in joins})
    found: dict[tuple[date, Post], int] = {}
    for (page, day), count in sorted(joins.items(), key=lambda joined: joined[0][1]):
        its = posts.get(page)
        if its and post in (None, its):
            found[day, its] = found.get((day, its), 0) + count
    return found


def _line(day: date, post: Post, counted: list[int]) -> list[str]:
    return [day.isoformat(), post.slug, post.title, *map(str, counted)]
