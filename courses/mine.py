"""What the page of a post says of the one reader who has it open, ready to be put there."""

from dataclasses import dataclass
from datetime import datetime
from time import time

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from courses.access import Person
from courses.models import Post


@dataclass(frozen=True)
class Mine:
    """Attributes of the element that minds the place, and the button that puts the post aside."""

    place: SafeString
    saving: SafeString

    @classmethod
    def of(cls, request: HttpRequest, post: Post, user: Person) -> "Mine":
        """Of a post that was asked for with `for_page(user)`; visitors have nothing here."""
        if not user.is_authenticated:
            return cls(SafeString(""), SafeString(""))
        token = get_token(request)
        seen = getattr(post, "place", 0), getattr(post, "seen_at", None), post.is_over
        return cls(place_of(token, *seen), saving(post, token, getattr(post, "is_saved", False)))


def place_of(token: str, place: int, seen_at: datetime | None, is_over: bool) -> SafeString:
    """Where the reader was, when, and where to tell of it; the page's own clock may be wrong."""
    told = format_html(
        ' progress="{}" token="{}" now="{}"', reverse("progress"), token, int(time())
    )
    if seen_at is None:
        return told
    over = SafeString(" over") if is_over else ""
    seen = int(seen_at.timestamp())
    return told + format_html(' place="{}" seen="{}"{}', place, seen, over)


def saving(post: Post, token: str, is_saved: bool) -> SafeString:
    """The button; it says what it does to a post that is, or is not, on the list."""
    context = {"slug": post.slug, "token": token, "is_saved": is_saved}
    return render_to_string("courses/post/_saving.html", context)
