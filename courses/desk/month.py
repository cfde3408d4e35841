"""A month as a calendar: what came out on which day, and what is to come."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber, TruncDate
from django.utils import timezone
from django.utils.formats import date_format, get_format

from courses.models import Post

SHOWN_A_DAY = 4
ASKED = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Day:
    """The first posts of a day, and how many more there are."""

    date: date
    posts: list[Post]
    more: int
    is_today: bool


@dataclass(frozen=True)
class Month:
    """All its days, by the site's TIME_ZONE."""

    first: date
    days: list[Day]

    @classmethod
    def of(cls, asked: str) -> "Month":
        """The month `asked` for, as 2026-11; nonsense is this one. One query."""
        today = timezone.localdate()
        year, month = (
            map(int, found.groups())
            if (found := ASKED.fullmatch(asked))
            else (today.year, today.month)
        )
        first = date(year, month, 1)
        posts = _posts_by_day(first, _next(first))
        days = [first + timedelta(n) for n in range((_next(first) - first).days)]
        return cls(first, [Day(day, posts[day], _more(posts[day]), day == today) for day in days])

    @property
    def before(self) -> date:
        """The first day of the month before."""
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date:
        """The first day of the month after."""
        return _next(self.first)

    @property
    def column(self) -> int:
        """In which of seven columns the first day stands, from 1; weeks begin as people have it."""
        return (self.first.isoweekday() - get_format("FIRST_DAY_OF_WEEK")) % 7 + 1

    @property
    def weekdays(self) -> list[str]:
        """The names over the columns."""
        sunday = date(2026, 11, 1)
        start = get_format("FIRST_DAY_OF_WEEK")
        return [date_format(sunday + timedelta(start + n), "D") for n in range(7)]

    @property
    def is_empty(self) -> bool:
        """Whether nothing came out, and nothing is to come."""
        return not any(day.posts for day in self.days)


def _next(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _posts_by_day(first: date, end: date) -> dict[date, list[Post]]:
    """The first few of each day; `of_day` says how many it has."""
    zone = timezone.get_default_timezone()
    bounds = [datetime.combine(day, time.min, zone) for day in (first, end)]
    posts = Post.objects.filter(published_at__gte=bounds[0], published_at__lt=bounds[1])
    posts = posts.annotate(day=TruncDate("published_at", tzinfo=zone))
    order = [F("published_at").asc(), F("pk").asc()]
    posts = posts.annotate(
        place=Window(RowNumber(), partition_by=F("day"), order_by=order),
        of_day=Window(Count("pk"), partition_by=F("day")),
    ).filter(place__lte=SHOWN_A_DAY)
    found: dict[date, list[Post]] = defaultdict(list)
    for post in posts.only("title", "published_at").order_by(*order):
        found[post.day].append(post)
    return found


def _more(posts: list[Post]) -> int:
    return posts[0].of_day - len(posts) if posts else 0  # type: ignore[attr-defined]
