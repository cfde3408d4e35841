"""Each member's private podcast feed: the sound of every video, as an app for podcasts reads it."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.feedgenerator import Enclosure, Rss201rev2Feed
from django.utils.translation import gettext as _
from django.utils.translation import override

from courses.access import may_have_everything
from courses.metadata import absolute
from courses.models import PodcastKey, Post
from courses.models.post import PostQuerySet
from courses.video.chapters import clock

NEWEST = 300


class PodcastFeed(Rss201rev2Feed):
    """RSS with what Apple asks for, and the wish not to stand in any directory."""

    content_type = "application/rss+xml; charset=utf-8"

    def rss_attributes(self) -> dict[str, str]:
        """The names that podcasts use."""
        itunes = "http://www.itunes.com/dtds/podcast-1.0.dtd"
        return {**super().rss_attributes(), "xmlns:itunes": itunes}

    def add_root_elements(self, handler: Any) -> None:
        """Of the whole."""
        super().add_root_elements(handler)
        handler.addQuickElement("itunes:author", settings.SITE_NAME)
        handler.addQuickElement("itunes:block", "Yes")
        handler.addQuickElement("itunes:explicit", "false")

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        """Of an episode."""
        super().add_item_elements(handler, item)
        if item["seconds"]:
            handler.addQuickElement("itunes:duration", clock(item["seconds"]))


def episodes() -> PostQuerySet:
    """The posts that can be heard, the newest first."""
    videos = Post.objects.visible_to(AnonymousUser()).exclude(video_seconds=None)
    return videos.filter(video__made__has_sound=True).select_related("video").newest()


def feed_for(key: PodcastKey) -> PodcastFeed:
    """What the holder of `key` may hear at this moment; one that is dead says so."""
    with override(key.person.language or settings.LANGUAGE_CODE):
        return _feed_for(key)


def _feed_for(key: PodcastKey) -> PodcastFeed:
    feed = PodcastFeed(
        title=settings.SITE_NAME,
        language=settings.LANGUAGE_CODE,
        link=absolute("/"),
        description=_("Everything to listen to, for you alone. Please do not pass it on."),
        feed_url=absolute(reverse("podcast", args=[key.key])),
    )
    entries = _entries(key) if may_have_everything(key.person) else [_ended(key)]
    for entry in entries:
        feed.add_item(**entry)
    return feed


def _entries(key: PodcastKey) -> Iterator[dict[str, Any]]:
    for post in episodes().defer("body", "opening")[:NEWEST]:
        sound = absolute(reverse("podcast_episode", args=[key.key, post.slug]))
        page = absolute(post.get_absolute_url())
        yield {
            "title": post.title,
            "link": page,
            "description": post.summary,
            "pubdate": post.published_at,
            "unique_id": page,
            # How many bytes is known only where they lie; apps take 0 for "not known".
            "enclosures": [Enclosure(sound, "0", "audio/mp4")],
            "seconds": post.video_seconds,
        }


def _ended(key: PodcastKey) -> dict[str, Any]:
    return {
        "title": _("This feed has ended"),
        "link": absolute("/account/"),
        "description": _("The membership it came with is over. Your account says why."),
        "pubdate": key.made_at,
        "unique_id": f"ended-{key.made_at:%Y%m%d%H%M%S}",
        "seconds": None,
    }
