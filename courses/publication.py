"""Publication: whenever a post comes out, goes in, or is for others, the audit log says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from nerdherd.lib.audit import Kind, note

DRAFT = "draft"


@contextmanager
def noted(post: Any) -> Iterator[None]:
    """Save a post inside; where it stands afterwards is noted in the same transaction."""
    with transaction.atomic():
        kept = type(post).objects.only("published_at", "access", "free_until")
        known = kept.filter(pk=post.pk).first() if post.pk else None
        now = timezone.now()
        before = _standing(known, now) if known else DRAFT
        yield
        after = _standing(post, now)
        if after != before:
            note(Kind.PUBLICATION, f"post {post.slug}", f"{before} > {after}")


def note_deletion(instance: Any, **kwargs: Any) -> None:
    """Before a post is deleted."""
    standing = _standing(instance, timezone.now())
    note(Kind.PUBLICATION, f"post {instance.slug}", f"deleted, was {standing}")


def _standing(post: Any, now: datetime) -> str:
    """Who can have it when; drafts are all alike."""
    if post.published_at is None:
        return DRAFT
    is_out = post.published_at <= now
    when = "out" if is_out else f"due {_moment(post.published_at)}"
    until = f" {_moment(post.free_until)}" if post.access == "free_until" else ""
    return f"{when}, {post.access}{until}"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
