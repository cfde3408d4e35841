"""The pictures within a text: ours alone, measured when it is saved, in all sizes when it is shown.

All work on HTML as the cleaner writes it: every value in quotes, and none within.
"""

import re
from collections.abc import Mapping
from html import escape, unescape

from django.urls import reverse

from courses import pictures

_IMAGE = re.compile(r'<img(?: [a-z]+="[^"]*")*>')
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
_COPY = re.compile(r"(?:^|/)((pictures/[A-Za-z0-9]{20})-\d{1,5}\.webp)$")
_PIXELS = re.compile(r"[1-9]\d{0,3}")


def only_ours(tag: str, name: str, value: str) -> str | None:
    """For the cleaner: a picture is of our own shelf, whatever stands before its name."""
    if tag != "img" or name == "alt":
        return value
    if name == "src":
        copy = _COPY.search(value)
        return reverse("public_picture", args=[copy[1]]) if copy else None
    return value if _PIXELS.fullmatch(value) else None


def without_strangers(html: str) -> str:
    """Without the pictures that are not of our shelf."""
    return _IMAGE.sub(lambda found: found[0] if _name(found[0]) else "", html)


def removed(html: str) -> str:
    """Without any picture."""
    return _IMAGE.sub("", html)


def name_at(address: str) -> str:
    """What the shelf calls the picture at an address; empty for one that is not of ours."""
    copy = _COPY.search(address)
    return copy[2] if copy else ""


def names(html: str) -> set[str]:
    """The names on the shelf of the pictures in it."""
    return {name for name, _ in words(html)}


def words(html: str) -> list[tuple[str, str]]:
    """Of each picture in it its name, and what it says to those who cannot see it."""
    found = [(_name(image), _given(image).get("alt", "")) for image in _IMAGE.findall(html)]
    return [(name, unescape(alt).strip()) for name, alt in found if name]


def measured(html: str, sizes: Mapping[str, tuple[int, int]]) -> str:
    """Every picture with its width and height; what the shelf has not falls away."""

    def measure(found: re.Match[str]) -> str:
        name, alt = _name(found[0]), _given(found[0]).get("alt", "")
        if name not in sizes:
            return ""
        width, height = sizes[name]
        address = reverse("public_picture", args=[f"{name}-{width}.webp"])
        return f'<img src="{address}" alt="{alt}" width="{width}" height="{height}">'

    return _IMAGE.sub(measure, html)


def in_all_sizes(html: str) -> str:
    """Every picture that was measured in all its sizes, and not fetched before it is near."""

    def show(found: re.Match[str]) -> str:
        given = _given(found[0])
        if not {"width", "height"} <= given.keys():
            return found[0]
        width, height = int(given["width"]), int(given["height"])
        picture = pictures.Cover(_name(found[0]), width, height, pictures.widths_of(width))
        return (
            f'<img src="{escape(picture.url)}" srcset="{escape(picture.srcset)}" '
            f'sizes="{pictures.TEXT_SIZES}" width="{width}" height="{height}" '
            f'alt="{given.get("alt", "")}" loading="lazy" decoding="async">'
        )

    return _IMAGE.sub(show, html)


def _given(image: str) -> dict[str, str]:
    return dict(_ATTRIBUTE.findall(image))


def _name(image: str) -> str:
    return name_at(_given(image).get("src", ""))
