"""Long lists cut into pages."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

PER_PAGE = 12


def page_of(items: Any, request: HttpRequest) -> "Page[Any]":
    """The page that `?page=` asks for; nonsense means the first, too far means the last."""
    return Paginator(items, PER_PAGE).get_page(request.GET.get("page", "1")[:9])
