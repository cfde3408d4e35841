"""The sitemap: every page that a visitor can read, in parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import Exists, OuterRef
from django.urls import reverse

from courses.models import Post, Series, Situation, Topic
from courses.models.post import PostQuerySet


class OurSitemap(Sitemap):
    """Addresses as `SITE_URL` has them, whatever name the request came by."""

    limit = 1000
    protocol, _, domain = settings.SITE_URL.partition("://")

    def get_domain(self, site: object = None) -> str:
        """The host, with its port if it has one."""
        return self.domain


@dataclass(frozen=True)
class ByKey:
    """Posts as a list in which each has the place of its key, so that a part is found at once."""

    posts: PostQuerySet

    def count(self) -> int:
        """Where the last one stands."""
        # From the last key down: asked for the greatest, SQLite would look at all that are out.
        is_there = Exists(self.posts.filter(pk=OuterRef("pk")))
        last = Post.objects.filter(is_there).order_by("-pk").values_list("pk", flat=True)[:1]
        return next(iter(last), 0)

    def __getitem__(self, part: slice) -> PostQuerySet:
        """Those of a part; keys of posts that are gone or not out leave it shorter."""
        return self.posts.filter(pk__gt=part.start, pk__lte=part.stop).order_by("pk")


class Posts(OurSitemap):
    """Every post that is out."""

    def items(self) -> ByKey:  # type: ignore[override]
        """A post stays in its part whatever becomes of the others."""
        posts = Post.objects.visible_to(AnonymousUser())
        return ByKey(posts.only("slug", "published_at", "updated_at"))

    def lastmod(self, item: Post) -> datetime:
        """When it last changed, or came out."""
        return max(item.updated_at, item.published_at or item.updated_at)

    def get_latest_lastmod(self) -> None:
        """Not said of all parts as one: it would mean to read every post."""


class Shelves(OurSitemap):
    """Topics, series and situations."""

    def items(self) -> Sequence[Topic | Series | Situation]:
        """There are few of them."""
        return [*Topic.objects.all(), *Series.objects.all(), *Situation.objects.all()]


class Pages(OurSitemap):
    """The pages that are there once."""

    def items(self) -> Sequence[str]:
        """The names of their addresses."""
        return ["home", "post_list"]

    def location(self, item: str) -> str:
        """Their addresses."""
        return reverse(item)


SITEMAPS = {"pages": Pages, "shelves": Shelves, "posts": Posts}
