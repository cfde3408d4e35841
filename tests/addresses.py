"""Every address that the URL configuration knows, so that none is forgotten by a test."""

import re
from collections.abc import Iterable, Iterator

from django.urls import URLPattern, URLResolver, get_resolver

FILLINGS = {"int": "1", "uuid": "6b1f6a0e-0f5c-4c3e-9a52-0d6d1a2c4f10"}


def routes(
    patterns: Iterable[URLPattern | URLResolver] | None = None, before: str = ""
) -> Iterator[str]:
    """As they are written (`posts/<slug:slug>/`); of expressions only the plain beginning."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = before + re.sub(r"\(\?P<(\w+)>.*", r"<str:\1>/", str(entry.pattern).strip("^$"))
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, route)
        else:
            yield route


def filled(route: str, **values: object) -> str:
    """An address for `route`, with what `values` say or anything of the right kind."""

    def value(found: re.Match[str]) -> str:
        kind, name = found[1] or "str", found[2]
        return str(values.get(name, FILLINGS.get(kind, "a")))

    return "/" + re.sub(r"<(?:(\w+):)?(\w+)>", value, route)
