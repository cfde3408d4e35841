"""What a page says of itself to search engines and to those who share it; for visitors only.

JSON-LD as https://schema.org and Google's rules for Article, VideoObject, BreadcrumbList and
paywalled content want it. Nothing here is more than a visitor may read on the page.
"""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.duration import duration_iso_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from courses.models import Post, Series, Situation, Topic
from courses.share_pictures.drawing import HEIGHT, WIDTH

# In a script element nothing of the text may look like its end, or like a comment.
_ESCAPES = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026"})
LONGEST_HEADLINE = 110


@dataclass(frozen=True)
class Picture:
    """What those who share a page put beside the link; `url` is whole, the size in pixels."""

    url: str
    width: int
    height: int
    alt: str

    @classmethod
    def of_post(cls, post: Post) -> "Picture":
        """Its share picture; until that is drawn its cover, or the site's."""
        if post.share_picture:
            url = absolute(default_storage.url(post.share_picture))
            return cls(url, WIDTH, HEIGHT, alt=post.title)
        if post.cover:
            cover = post.cover
            return cls(absolute(cover.url), cover.width, cover.height, cover.alt or post.title)
        return cls.of_site()

    @classmethod
    def of_site(cls) -> "Picture":
        """The one picture of all other pages."""
        return cls(absolute(reverse("site_cover")), WIDTH, HEIGHT, alt=settings.SITE_NAME)


@dataclass(frozen=True)
class Metadata:
    """`kind` is OpenGraph's type, and `things` go out as JSON-LD."""

    WEBSITE: ClassVar = "website"

    title: str
    description: str
    url: str
    kind: str = WEBSITE
    picture: "Picture" = field(default_factory=lambda: Picture.of_site())
    things: list[dict[str, Any]] = field(default_factory=list)

    @property
    def json_ld(self) -> SafeString:
        """The things as the content of a script element."""
        graph = {"@context": "https://schema.org", "@graph": self.things}
        return mark_safe(json.dumps(graph, ensure_ascii=False).translate(_ESCAPES))

    @classmethod
    def of_post(cls, post: Post) -> "Metadata":
        """A post: an article, or a video once there is a picture of it to show."""
        is_video = post.kind == "video" and post.cover is not None
        topic = list(post.topics.all())[:1]  # all of them: the page names them too
        return cls(
            title=post.title,
            description=post.summary,
            url=absolute(post.get_absolute_url()),
            kind="video.other" if is_video else "article",
            picture=Picture.of_post(post),
            things=[_video(post) if is_video else _article(post), _trail(*topic, post)],
        )

    @classmethod
    def of_shelf(cls, shelf: Topic | Series | Situation, description: str) -> "Metadata":
        """The page of a topic or a series."""
        url = absolute(shelf.get_absolute_url())
        return cls(title=str(shelf), description=description, url=url, things=[_trail(shelf)])

    @classmethod
    def of_library(cls) -> "Metadata":
        """The list of everything; narrowed it is the same to machines."""
        description = _("Everything there is to watch and read, to narrow as one likes.")
        url = absolute(reverse("post_list"))
        return cls(title=_("Library"), description=description, url=url, things=[_trail()])

    @classmethod
    def of_site(cls, description: str) -> "Metadata":
        """The home page."""
        name, url = settings.SITE_NAME, absolute("/")
        search = {
            "@type": "SearchAction",
            "target": absolute(reverse("search")) + "?q={search_term_string}",
            "query-input": "required name=search_term_string",
        }
        website = {"@type": "WebSite", "name": name, "url": url, "potentialAction": search}
        return cls(title=name, description=description, url=url, things=[website])


def absolute(path: str) -> str:
    """The whole address of a path; what is whole already (a picture in a bucket) stays."""
    return f"{settings.SITE_URL}{path}" if path.startswith("/") else path


def _about(post: Post) -> dict[str, Any]:
    """What an article and a video have in common."""
    url = absolute(post.get_absolute_url())
    publisher = {"@type": "Organization", "name": settings.SITE_NAME, "url": absolute("/")}
    about = {
        "@id": url,
        "url": url,
        "mainEntityOfPage": url,
        "description": post.summary,
        "author": publisher,
        "publisher": publisher,
        "keywords": [topic.name for topic in post.topics.all()],
        "isAccessibleForFree": post.is_free,
    }
    if post.published_at:
        about["datePublished"] = post.published_at.isoformat()
        about["dateModified"] = max(post.updated_at, post.published_at).isoformat()
    if not post.is_free:
        shut = {"@type": "WebPageElement", "cssSelector": ".prose", "isAccessibleForFree": False}
        about["hasPart"] = shut
    return about


def _article(post: Post) -> dict[str, Any]:
    article = _about(post) | {
        "@type": "Article",
        "headline": post.title[:LONGEST_HEADLINE],
        "timeRequired": duration_iso_string(timedelta(minutes=post.read_minutes)),
    }
    if post.cover:
        article["image"] = [absolute(post.cover.url)]
    return article


def _video(post: Post) -> dict[str, Any]:
    return _about(post) | {
        "@type": "VideoObject",
        "name": post.title,
        "thumbnailUrl": [absolute(post.cover.url)] if post.cover else [],
        "uploadDate": (post.published_at or post.created_at).isoformat(),
        "duration": duration_iso_string(timedelta(seconds=post.video_seconds or 0)),
    }


def _trail(*shelves: Topic | Series | Situation | Post) -> dict[str, Any]:
    """The way from the home page down to where one is."""
    steps = [(_("Library"), reverse("post_list"))]
    steps += [(str(shelf), shelf.get_absolute_url()) for shelf in shelves]
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": absolute(path)}
        for place, (name, path) in enumerate(steps, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}
