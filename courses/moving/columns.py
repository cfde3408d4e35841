"""Which column of an export holds what, guessed by its name."""

import re
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _

# What we look for, and the names that others give it; the first that is there is taken.
NAMES = {
    "title": ("name", "title", "headline"),
    "slug": ("slug",),
    "summary": (
        "summary", "excerpt", "short description", "description", "teaser", "intro",
        "meta description", "seo description",
    ),
    "body": ("body", "content", "rich text", "article", "text", "transcript"),
    "topics": ("topics", "topic", "categories", "category", "tags", "tag"),
    "age": ("age", "ages", "age group", "age it is for"),
    "series": ("series", "course"),
    "episode": ("episode", "place in the series", "order", "sort order"),
    "access": ("access", "who may have it"),
    "members_only": ("members only", "premium", "paid", "locked", "gated"),
    "free": ("free", "is free", "public"),
    "published": ("published on", "publish date", "publish at", "published", "date"),
    "draft": ("draft",),
    "archived": ("archived",),
    "picture": (
        "main image", "image", "picture", "cover image", "cover", "hero image", "featured image",
        "thumbnail image", "thumbnail",
    ),
    "picture_alt": (
        "main image alt", "image alt", "image alt text", "alt text", "alt", "picture alt",
        "what the picture shows",
    ),
    "related": ("related", "similar", "similar videos", "see also"),
    "video": ("video", "video link", "video url", "vimeo", "youtube", "youtube link"),
    "address": ("old address", "url", "link", "path"),
    "free_until": ("free until",),
}  # fmt: skip
LABELS = {
    "title": _("title"),
    "slug": _("slug"),
    "summary": _("summary"),
    "body": _("text"),
    "topics": _("topics"),
    "age": _("age it is for"),
    "series": _("series"),
    "episode": _("place in the series"),
    "access": _("who may have it"),
    "members_only": _("for members: yes or no"),
    "free": _("free: yes or no"),
    "published": _("publish at"),
    "draft": _("draft: yes or no"),
    "archived": _("archived: yes or no"),
    "picture": _("picture"),
    "picture_alt": _("what the picture shows"),
    "related": _("similar posts, by their slugs"),
    "video": _("video (only told, not taken)"),
    "address": _("old address"),
    "free_until": _("free until"),
}
# What every export has and nobody misses.
OWN = {
    "collection id", "locale id", "cms locale id", "item id", "created on", "updated on",
}  # fmt: skip
# Words that say nothing in the name of a column.
_EMPTY = {"post", "posts", "video", "the", "reference", "field"}


def guess(columns: Iterable[str]) -> dict[str, str]:
    """The column of the file for each of the names of ours that could be found."""
    named = {_plain(column): column for column in columns}
    bare = {_bare(column): column for column in columns}
    found: dict[str, str] = {}
    for field, names in NAMES.items():
        column = next((at[n] for at in (named, bare) for n in names if n in at), None)
        if column is not None and column not in found.values():
            found[field] = column
    return found


def unused(columns: Iterable[str], found: Mapping[str, str]) -> list[str]:
    """The columns that are taken for nothing and that somebody might miss."""
    taken = {*found.values()}
    return [c for c in columns if c and c not in taken and _plain(c) not in OWN]


def _plain(column: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", column.lower()))


def _bare(column: str) -> str:
    words = _plain(column).split()
    return " ".join(word for word in words if word not in _EMPTY) or " ".join(words)
