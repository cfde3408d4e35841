"""The feed of what is new: titles, summaries and openings, as any visitor may read them."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import override

from courses.access import readable_body
from courses.metadata import absolute
from courses.models import Post
from courses.models.post import PostQuerySet

NEWEST = 30


class Newest(Feed):
    """For everybody the same, whoever asks."""

    feed_type = Atom1Feed
    language = settings.LANGUAGE_CODE

    def __call__(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """In the language of what it brings, whatever the reader's program speaks."""
        with override(settings.LANGUAGE_CODE):
            return super().__call__(request, *args, **kwargs)

    def title(self) -> str:
        """The site's name."""
        return settings.SITE_NAME

    def subtitle(self) -> str:
        """What comes here."""
        return _("New videos and articles on attachment")

    def link(self) -> str:
        """Where it leads."""
        return absolute("/")

    def feed_url(self) -> str:
        """Its own address."""
        return absolute(reverse("feed"))

    def items(self) -> PostQuerySet:
        """The newest posts that are out."""
        return Post.objects.visible_to(AnonymousUser()).newest().prefetch_related("topics")[:NEWEST]

    def item_title(self, item: Post) -> str:
        """As it stands."""
        return item.title

    def item_description(self, item: Post) -> str:
        """The summary, and of the text what everybody may have."""
        body = readable_body(item, whole=item.is_free)
        return format_html("<p>{}</p>{}", item.summary, body)

    def item_link(self, item: Post) -> str:
        """The page of the post."""
        return absolute(item.get_absolute_url())

    def item_pubdate(self, item: Post) -> datetime | None:
        """When it came out."""
        return item.published_at

    def item_updateddate(self, item: Post) -> datetime:
        """When it last changed."""
        return item.updated_at

    def item_categories(self, item: Post) -> list[str]:
        """Its topics."""
        return [topic.name for topic in item.topics.all()]
