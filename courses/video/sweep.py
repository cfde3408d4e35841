"""The nightly sweep: files that no row names any more, and nothing else, are deleted."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.utils import timezone

from courses.models import Picture, Post, Upload, Video
from nerdherd.lib.stores import gated_storage

# Whoever is in the middle of a film sees it to its end; a file may be there before its row.
KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Kind:
    """One kind of file: how its names look, and which of them (`group 1`) rows still name."""

    storage: Any
    folder: str
    pattern: re.Pattern[str]
    named: Callable[[], set[str]]


def kinds() -> list[Kind]:
    """All that is ever swept; what does not look like this is left where it is."""
    gated = gated_storage()
    return [
        Kind(gated, "videos", re.compile(r"(videos/\d+/[a-z0-9]{16})/[^/]+"), _folders),
        Kind(gated, "originals", re.compile(r"(originals/[A-Za-z0-9]{24})"), _originals),
        Kind(
            default_storage,
            "posters",
            re.compile(r"(posters/[A-Za-z0-9]{20})-\d+\.webp"),
            _posters,
        ),
        Kind(
            default_storage,
            "pictures",
            re.compile(r"(pictures/[A-Za-z0-9]{20})-\d+\.webp"),
            _pictures,
        ),
        Kind(default_storage, "shared", re.compile(r"(shared/[0-9a-f]{32}\.jpg)"), _shared),
    ]


def sweep() -> int:
    """Delete what nothing names and nobody has touched for a day; returns how many files.

    The files are listed before the rows are read, so one that is named meanwhile is never among
    the orphans.
    """
    swept = 0
    for kind in kinds():
        listed = list(_files(kind.storage, kind.folder))
        named = kind.named()
        for name in listed:
            match = kind.pattern.fullmatch(name)
            if match and match[1] not in named and _is_old(kind.storage, name):
                kind.storage.delete(name)
                swept += 1
    return swept


def _files(storage: Any, folder: str) -> Iterator[str]:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        yield f"{folder}/{name}"
    for name in folders:
        yield from _files(storage, f"{folder}/{name}")


def _is_old(storage: Any, name: str) -> bool:
    try:
        age = timezone.now() - storage.get_modified_time(name)
    except FileNotFoundError:  # another sweep was faster
        return False
    return bool(age > KEPT_FOR)


def _folders() -> set[str]:
    return set(Video.objects.values_list("folder", flat=True))


def _originals() -> set[str]:
    held = Video.objects.values_list("original", flat=True)
    return {*held, *Upload.objects.values_list("key", flat=True)}


def _shared() -> set[str]:
    return set(Post.objects.values_list("share_picture", flat=True))


def _pictures() -> set[str]:
    return set(Picture.objects.values_list("name", flat=True))


def _posters() -> set[str]:
    rows = Post.objects.exclude(poster_copies=None).values_list("poster_copies", flat=True)
    return {row["name"] for row in rows if row}
