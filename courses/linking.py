"""The links of a text that stay on this site, and what each means to lead to."""

from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

# The pages of rows, by the names of their addresses. Other pages of ours are always there.
KINDS = {
    "post_detail": "post",
    "topic_detail": "topic",
    "series_detail": "series",
    "situation_detail": "situation",
}


@dataclass(frozen=True)
class Aim:
    """A row that a link names by `kind` and `slug`; no kind: an address that we do not know."""

    path: str
    kind: str = ""
    slug: str = ""


def aims(html: str) -> set[Aim]:
    """What the links of `html` lead to here, if it is something that could be missing."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    paths = {path for href in reader.hrefs if (path := _path(href))}
    return {aim for path in paths if (aim := _aim(path))}


def _path(href: str) -> str:
    """The path on this site; empty when it is elsewhere, or a place on the same page."""
    try:
        aim = urlsplit(urljoin(f"{settings.SITE_URL}/posts/this/", href))
    except ValueError:
        return ""
    path = unquote(aim.path)
    is_here = aim.netloc == urlsplit(settings.SITE_URL).netloc and not href.startswith("#")
    return path if is_here and path.isprintable() else ""


def _aim(path: str) -> Aim | None:
    try:
        found = resolve(f"{path.rstrip('/')}/")
    except Resolver404:
        return Aim(path)
    kind = KINDS.get(found.url_name or "")
    return Aim(path, kind, found.kwargs["slug"]) if kind else None


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (href := dict(attrs).get("href")):
            self.hrefs.append(href)
