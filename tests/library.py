"""Posts for the tests, made as an editor would and no more than a test needs."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from courses.models import Post, Topic

CANARY = "canaryinthebody"
LONG_BODY = (
    "<p>The opening is for everybody, a few friendly words to begin with.</p>"
    + "<p>Then comes what members came for. " + "More of it follows here. " * 12 + "</p>"
    + f"<p>And at the end the {CANARY} sings.</p>"
)  # fmt: skip


def post(title: str = "A post", *, topics: tuple[str, ...] = (), **fields: Any) -> Post:
    """A published free post, unless `fields` say otherwise."""
    fields.setdefault("slug", title.lower().replace(" ", "-"))
    fields.setdefault("summary", f"What {title} is about.")
    fields.setdefault("body", LONG_BODY)
    fields.setdefault("access", Post.Access.FREE)
    fields.setdefault("published_at", timezone.now() - timedelta(days=1))
    made = Post.objects.create(title=title, **fields)
    for name in topics:
        made.topics.add(Topic.objects.get_or_create(name=name, slug=name.lower())[0])
    return made


def members_post(title: str = "For members", **fields: Any) -> Post:
    """A published post for members."""
    return post(title, access=Post.Access.MEMBERS, **fields)
