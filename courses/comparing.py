"""What differs between two states of a post, word by word, in the words of the form."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from courses import richtext
from courses.models import Picture, Post, Series, Topic

Kind = Literal["same", "removed", "added"]
AROUND = 20  # words that are shown before and after a change
# A word with the space behind it; a line end is a word of its own.
_WORD = re.compile(r"\n|[^\s]+[^\S\n]*|[^\S\n]+")


@dataclass(frozen=True)
class Change:
    """One field that differs; `parts` are its words in order, each kept, removed or added."""

    label: str
    parts: list[tuple[Kind, str]]


def compare(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """The fields of two snapshots that differ as one reads them, in the order of the form."""
    shown = {
        name: (_shown(name, before.get(name)), _shown(name, value))
        for name, value in after.items()
        if before.get(name) != value
    }
    return [
        Change(_label(name), [_shortened(part) for part in words(old, new)])
        for name, (old, new) in shown.items()
        if old != new
    ]


def _shortened(part: tuple[Kind, str]) -> tuple[Kind, str]:
    """Of what stays and is long, the beginning and the end."""
    kind, text = part
    found = _WORD.findall(text)
    if kind != "same" or len(found) <= 3 * AROUND:
        return part
    return kind, f"{''.join(found[:AROUND])} […] {''.join(found[-AROUND:])}"


def words(before: str, after: str) -> list[tuple[Kind, str]]:
    """What becomes of the words of `before` on the way to `after`."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    return list(_parts(old, new))


def _parts(old: list[str], new: list[str]) -> Iterator[tuple[Kind, str]]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for what, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if what == "equal":
            yield "same", "".join(old[old_from:old_to])
            continue
        if old_from < old_to:
            yield "removed", "".join(old[old_from:old_to])
        if new_from < new_to:
            yield "added", "".join(new[new_from:new_to])


def _label(name: str) -> str:
    return capfirst(str(Post._meta.get_field(name).verbose_name))  # type: ignore[union-attr]


def _shown(name: str, value: Any) -> str:
    """A value of a snapshot as an editor reads it."""
    if value in (None, "", []):
        return _("(nothing)")
    match name:
        case "body":
            return richtext.written(value)
        case "topics":
            return ", ".join(Topic.objects.filter(pk__in=value).values_list("name", flat=True))
        case "picture_id":
            return str(Picture.objects.filter(pk=value).first() or _("(deleted)"))
        case "series_id":
            return str(Series.objects.filter(pk=value).first() or _("(deleted)"))
        case "access":
            return str(Post.Access(value).label)
        case "age":
            return str(Post.Age(value).label)
        case "free_until" | "published_at":
            moment = parse_datetime(value)
            return date_format(timezone.localtime(moment), "DATETIME_FORMAT") if moment else value
    return str(value)
