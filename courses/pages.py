"""Lists cut into pages: short ones by number, long ones by where the page before ended."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, Q
from django.http import HttpRequest, QueryDict

from courses.models import Post
from courses.models.post import PostQuerySet

PER_PAGE = 12
ONE_MORE = PER_PAGE + 1  # which tells whether there is anything behind
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
NUMBER = re.compile(r"[0-9]{1,9}")
KEY = re.compile(r"(-?[0-9]{1,16})?\.([0-9]{1,18})")


def page_of(items: Any, request: HttpRequest) -> "Page[Any]":
    """The page that `?page=` asks for; nonsense means the first, too far means the last."""
    return Paginator(items, PER_PAGE).get_page(request.GET.get("page", "1")[:9])


@dataclass(frozen=True)
class Key:
    """Where a post stands in a long list: its moment there, or None, and its number."""

    moment: datetime | None
    pk: int

    @classmethod
    def read(cls, text: str) -> "Key | None":
        """From an address; None for nonsense."""
        if not (found := KEY.fullmatch(text)):
            return None
        moment = BEGINNING + int(found[1]) * MICROSECOND if found[1] else None
        return cls(moment, int(found[2]))

    def __str__(self) -> str:
        """Microseconds and the number, for an address."""
        moment = "" if self.moment is None else (self.moment - BEGINNING) // MICROSECOND
        return f"{moment}.{self.pk}"


@dataclass(frozen=True)
class Stretch:
    """A page of a long list; `newer` and `older` are the keys to ask its neighbours by, if any.

    `asked` is the part of the address that names this page, empty for the first.
    """

    object_list: Sequence[Post]
    newer: str
    older: str
    asked: str

    def __iter__(self) -> Iterator[Post]:
        return iter(self.object_list)


def stretch_of(posts: PostQuerySet, request: HttpRequest, *, by: str) -> Stretch:
    """The page of `posts` that `?older=` or `?newer=` asks for, as cards for whoever asks.

    `by` names the moment they are ordered by, the latest first, and before everything those that
    have none. However far down it is, a page costs the same. Old links name a page by its number,
    which is counted off in the index. Nonsense means the first page, too far means the last.
    """
    long = _Long(posts, by)
    asked, part = _asked(long, request.GET)
    cards = Post.objects.for_cards(request.user).order_by()
    known = cards.in_bulk([key.pk for key in part.keys])
    return Stretch(
        [known[key.pk] for key in part.keys if key.pk in known],
        newer=f"{part.keys[0]}" if part.has_newer else "",
        older=f"{part.keys[-1]}" if part.has_older else "",
        asked=asked if part.has_newer else "",
    )


def count_up_to(posts: PostQuerySet, most: int) -> int:
    """How many there are; `most` when there are as many or more, and the rest is not counted."""
    return posts.order_by()[:most].count()


def _asked(long: "_Long", address: QueryDict) -> tuple[str, "_Part"]:
    if key := Key.read(address.get("older", "")):
        return f"older={key}", long.older(key)
    if key := Key.read(address.get("newer", "")):
        return f"newer={key}", long.newer(key)
    number = address.get("page", "")
    if NUMBER.fullmatch(number) and int(number) > 1:
        return f"page={number}", long.page(int(number))
    return "", long.first()


@dataclass(frozen=True)
class _Part:
    keys: list[Key]
    has_newer: bool
    has_older: bool


@dataclass(frozen=True)
class _Long:
    """Posts by a moment, the latest first; before all those that have none."""

    posts: PostQuerySet
    by: str

    def first(self) -> _Part:
        keys = self._read(self._latest_first())
        return _Part(keys[:PER_PAGE], has_newer=False, has_older=len(keys) > PER_PAGE)

    def last(self) -> _Part:
        return self._nearest_to_the_end(self._read(self._latest_first().reverse()), has_older=False)

    def page(self, number: int) -> _Part:
        start = (number - 1) * PER_PAGE - 1
        before = self._read(self._latest_first()[start : start + 1])
        return self.older(before[0]) if before else self.last()

    def older(self, key: Key) -> _Part:
        if key.moment is None:
            keys = self._read(self._undated().filter(pk__lt=key.pk).order_by("-pk"))
            keys += self._read(self._dated().order_by(f"-{self.by}", "-pk"))
        else:
            behind = Q(**{f"{self.by}__lt": key.moment}) | Q(pk__lt=key.pk)
            posts = self._from(behind, **{f"{self.by}__lte": key.moment})
            keys = self._read(posts.order_by(f"-{self.by}", "-pk"))
        if not keys:
            return self.last()
        return _Part(keys[:PER_PAGE], has_newer=True, has_older=len(keys) > PER_PAGE)

    def newer(self, key: Key) -> _Part:
        if key.moment is None:
            keys = self._read(self._undated().filter(pk__gt=key.pk).order_by("pk"))
        else:
            ahead = Q(**{f"{self.by}__gt": key.moment}) | Q(pk__gt=key.pk)
            posts = self._from(ahead, **{f"{self.by}__gte": key.moment})
            keys = self._read(posts.order_by(self.by, "pk"))
            if len(keys) <= PER_PAGE:
                keys += self._read(self._undated().order_by("pk"))
        return self._nearest_to_the_end(keys, has_older=True)

    def _nearest_to_the_end(self, keys: list[Key], *, has_older: bool) -> _Part:
        """Of keys that go up the list; a page that would not be full is the first one."""
        if len(keys) <= PER_PAGE:
            return self.first()
        return _Part(keys[PER_PAGE - 1 :: -1], has_newer=True, has_older=has_older)

    def _from(self, beside: Q, **bound: datetime) -> PostQuerySet:
        """Those `beside` a key; the bound says that once more, for the index to begin there.

        SQLite begins at the bound that it is told first, which must not be that of what is out.
        """
        if self.by == "published_at":
            return Post.objects.filter(beside, **bound) & self.posts
        return self.posts.filter(beside, **bound)

    def _latest_first(self) -> PostQuerySet:
        return self.posts.order_by(F(self.by).desc(nulls_first=True), "-pk")

    def _undated(self) -> PostQuerySet:
        return self.posts.filter(**{self.by: None})

    def _dated(self) -> PostQuerySet:
        return self.posts.exclude(**{self.by: None})

    def _read(self, posts: PostQuerySet) -> list[Key]:
        return [Key(*row) for row in posts.values_list(self.by, "pk")[:ONE_MORE]]
