"""The sitemap: every page that a visitor can read, in parts."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from courses.models import Post, Series, Situation, Topic
from courses.models.post import PostQuerySet


class OurSitemap(Sitemap):
    """Addresses as `SITE_URL` has them, whatever name the request came by."""

    limit = 5000
    protocol, _, domain = settings.SITE_URL.partition("://")

    def get_domain(self, site: object = None) -> str:
        """The host, with its port if it has one."""
        return self.domain


class Posts(OurSitemap):
    """Every post that is out."""

    def items(self) -> PostQuerySet:
        """In an order that stays, so that parts do not overlap."""
        return Post.objects.visible_to(AnonymousUser()).defer("body", "opening").order_by("pk")

    def lastmod(self, item: Post) -> datetime:
        """When it last changed, or came out."""
        return max(item.updated_at, item.published_at or item.updated_at)


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
