"""A row of another site's export, read: what its post would be, and what cannot come along."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.text import slugify

from courses import illustrations, pictures, richtext
from courses.models import Picture, Post
from courses.models.redirect import normal
from courses.moving import values
from courses.moving.folder import Folder
from courses.moving.webflow import rewrite
from nerdherd.lib.moments import moment as read_moment
from nerdherd.lib.tables import Row

# Where the site that is left kept its posts, when nothing else is known of it.
OLD_PATHS = ("/post/", "/blog/")
SUMMARY, ALT, TITLE, SLUG = 300, 200, 200, 200


class SkippedError(Exception):
    """Why a row is left out, in a sentence."""


@dataclass
class Draft:
    """The fields of a post (`defaults` for a new one only), what it refers to, and its picture."""

    fields: dict[str, Any]
    defaults: dict[str, Any] = field(default_factory=dict)
    topics: list[str] = field(default_factory=list)
    related: list[str] = field(default_factory=list)
    series: str = ""
    episode: int | None = None
    picture: Path | None = None
    text_pictures: dict[str, Path] = field(default_factory=dict)  # by what the text calls them
    addresses: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def slug(self) -> str:
        """Its address, which says whether it is there already."""
        return str(self.fields["slug"])

    @property
    def digest(self) -> str:
        """The same for the same row and picture, so that it is written once."""
        said = {**self.__dict__, "notes": None, "picture": None, "text_pictures": None}
        picture = self.picture.read_bytes() if self.picture else b""
        text = json.dumps(said, sort_keys=True, default=str).encode()
        return hashlib.sha256(text + picture).hexdigest()


class Reader:
    """Reads rows by the columns that were `found`; `slugs` are the posts that a text may link to.

    `slugs` holds those of the file and of the library.
    """

    def __init__(
        self,
        found: Mapping[str, str],
        rows: Iterable[Row],
        slugs: Iterable[str],
        *,
        media_dir: Path | None,
        old_paths: Sequence[str],
    ) -> None:
        self.found = found
        self.slugs = {*slugs, *map(self.slug, rows)}
        self.folder = Folder(media_dir)
        self.old_paths = old_paths

    def read(self, row: Row) -> Draft:
        """What a row says; raises `SkippedError` for what cannot become a post."""
        title, slug = self._cell(row, "title"), self.slug(row)
        if not title:
            raise SkippedError("it has no title")
        if not slug or slugify(slug) != slug or len(slug) > SLUG:
            raise SkippedError(f"“{slug}” cannot be an address: small letters, digits and hyphens")
        if len(title) > TITLE:
            raise SkippedError(f"its title is longer than {TITLE} characters")
        draft = Draft({"title": title, "slug": slug})
        self._read_text(row, draft)
        self._read_access(row, draft)
        self._read_moment(row, draft)
        self._read_place(row, draft)
        self._read_picture(row, draft)
        self._read_references(row, draft)
        return draft

    def slug(self, row: Row) -> str:
        """The last part of a row's address; its title serves when it has none."""
        return self._cell(row, "slug").strip("/").lower() or slugify(self._cell(row, "title"))

    def _cell(self, row: Row, name: str) -> str:
        return values.cell(row.cells.get(self.found.get(name, ""), ""))

    def _flag(self, row: Row, name: str, draft: Draft) -> bool:
        try:
            return values.flag(self._cell(row, name))
        except ValueError as error:
            draft.notes.append(f"{self.found[name]}: {error}")
            return False

    def _read_text(self, row: Row, draft: Draft) -> None:
        text = rewrite(self._cell(row, "body"), self._link, partial(self._shown, draft))
        if text.html:
            draft.fields["body"] = text.html
        draft.notes += [f"a picture in its text is left out: {at}" for at in text.pictures]
        draft.notes += [f"a player in its text is left out: {at}" for at in text.players]
        summary = " ".join(richtext.plain(self._cell(row, "summary")).split())
        if summary:
            draft.fields["summary"] = _cut(summary)
        else:
            # Of what everybody may read: a summary is public, and the rest of the text may not be.
            opening = " ".join(richtext.plain(richtext.opening(text.html)).split())
            draft.defaults["summary"] = _cut(opening or str(draft.fields["title"]))
        if len(summary) > SUMMARY:
            draft.notes.append(f"its summary is cut to {SUMMARY} characters; the whole: {summary}")

    def _link(self, href: str) -> str:
        """Where a link of the old site leads here; others stay as they are."""
        parts, ours = urlsplit(href), urlsplit(settings.SITE_URL).hostname or ""
        host = (parts.hostname or "").removeprefix("www.")
        folder, _, slug = parts.path.strip("/").rpartition("/")
        is_at_home = host in ("", ours.removeprefix("www."))
        if is_at_home and slug in self.slugs and f"/{folder}/" in (*self.old_paths, "/posts/"):
            return f"/posts/{slug}/" + (f"#{parts.fragment}" if parts.fragment else "")
        return href

    def _shown(self, draft: Draft, address: str) -> str:
        """Where a picture of the text stands here; until it is brought, under a name of its own."""
        name = illustrations.name_at(address)
        if name and Picture.objects.filter(name=name).exists():
            return address
        found = self._look_for(address, draft)
        if found is None:
            return ""
        name = f"pictures/{hashlib.sha256(found.read_bytes()).hexdigest()[:20]}"
        draft.text_pictures[name] = found
        return f"/{name}-1.webp"

    def _look_for(self, address: str, draft: Draft) -> Path | None:
        """The file of a picture, unless it is not in the folder or is one that we do not take."""
        found = self.folder.find(address)
        try:
            if found is not None:
                with found.open("rb") as file:
                    pictures.validate(File(file))
        except ValidationError as error:
            draft.notes.append(f"{found and found.name}: {' '.join(error.messages)}")
            return None
        return found

    def _read_access(self, row: Row, draft: Draft) -> None:
        said, until = self._cell(row, "access").lower(), self._moment(row, "free_until", draft)
        known = {text.lower(): a for a, label in Post.Access.choices for text in (a, label)}
        if until and known.get(said) == Post.Access.FREE_UNTIL:
            draft.fields |= {"access": Post.Access.FREE_UNTIL, "free_until": until}
        elif said and known.get(said, Post.Access.FREE_UNTIL) == Post.Access.FREE_UNTIL:
            draft.notes.append(f"“{said}” is no access that can be imported: it is for members")
        elif said:
            draft.fields["access"] = known[said]
        for name, is_free in (("members_only", False), ("free", True)):
            if self._cell(row, name):
                free = self._flag(row, name, draft) == is_free
                draft.fields["access"] = Post.Access.FREE if free else Post.Access.MEMBERS

    def _read_moment(self, row: Row, draft: Draft) -> None:
        is_hidden = self._flag(row, "draft", draft)
        if self._flag(row, "archived", draft):
            is_hidden = True
            draft.notes.append("it was archived: it comes as a draft")
        moment = self._moment(row, "published", draft, "it comes as a draft")
        draft.fields["published_at"] = None if is_hidden else moment

    def _moment(
        self, row: Row, name: str, draft: Draft, otherwise: str = "left out"
    ) -> datetime | None:
        said = self._cell(row, name)
        try:
            return read_moment(said) if said else None
        except ValueError as error:
            draft.notes.append(f"{error}: {otherwise}")
            return None

    def _read_place(self, row: Row, draft: Draft) -> None:
        if said := self._cell(row, "age").lower():
            ages = {text.lower(): age for age, label in Post.Age.choices for text in (age, label)}
            if said in ages:
                draft.fields["age"] = ages[said]
            else:
                draft.notes.append(f"“{said}” is no age that we know")
        draft.series = next(iter(values.references(self._cell(row, "series"))), "")
        number = self._cell(row, "episode").removesuffix(".0")
        if draft.series and number.isdecimal() and 0 < int(number) < 2**15:
            draft.episode = int(number)

    def _read_picture(self, row: Row, draft: Draft) -> None:
        if alt := self._cell(row, "picture_alt"):
            draft.fields["picture_alt"] = alt[:ALT]
        wanted = self._cell(row, "picture")
        if wanted and self.folder.find(wanted) is None:
            draft.notes.append(f"its picture is not in the folder of pictures: {wanted}")
        elif wanted:
            draft.picture = self._look_for(wanted, draft)

    def _read_references(self, row: Row, draft: Draft) -> None:
        draft.topics = values.references(self._cell(row, "topics"))
        for name in values.references(self._cell(row, "related")):
            if slugify(name) in self.slugs - {draft.slug}:
                draft.related.append(slugify(name))
            else:
                draft.notes.append(f"there is no related post “{name}”")
        if film := self._cell(row, "video"):
            draft.notes.append(f"its video has to be uploaded by an editor: {film}")
        told = urlsplit(self._cell(row, "address")).path
        paths = map(normal, [told, *(f"{path}{draft.slug}" for path in self.old_paths)])
        here = normal(f"/posts/{draft.slug}/")
        draft.addresses = list(dict.fromkeys(path for path in paths if path not in ("/", here)))


def _cut(text: str) -> str:
    """At most as long as a summary may be, cut between words."""
    return text if len(text) <= SUMMARY else text[: SUMMARY - 2].rpartition(" ")[0] + " …"
