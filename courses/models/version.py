"""What a post was at each save, so that editors can compare and bring back."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.utils import timezone

from courses.models.picture import Picture, pictures_of
from courses.models.post import Post
from courses.models.topic import Topic

# What is written, which restoring brings back; and where the post stands, which it leaves alone.
WRITTEN = (
    "title", "summary", "body", "age", "picture_id", "picture_alt", "focus_x", "focus_y",
)  # fmt: skip
STANDING = ("slug", "series_id", "episode", "access", "free_until", "published_at")


def snapshot(post: Post, topics: Iterable[Topic] | None = None) -> dict[str, Any]:
    """What an editor writes of `post` as plain values for JSON; its topics, or those given."""
    fields = {name: _plain(getattr(post, name)) for name in (*WRITTEN, *STANDING)}
    if topics is None:
        topics = post.topics.all() if post.pk else []
    return {**fields, "topics": sorted(topic.pk for topic in topics)}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value


def fingerprint(post: Post) -> str:
    """Differs whenever something of the snapshot does, whoever wrote it and by whatever way."""
    return sha256(json.dumps(snapshot(post), sort_keys=True).encode()).hexdigest()[:32]


class Version(models.Model):
    """One saved state of a post; `saved_by` is empty for what was written by no editor's form."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    fields = models.JSONField()
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    saved_at = models.DateTimeField(default=timezone.now)
    pictures = models.ManyToManyField(Picture, related_name="versions")  # not to be lost

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["post", "number"], name="version_number")]

    def __str__(self) -> str:
        return f"{self.post} ({self.number})"

    @classmethod
    def keep(cls, post: Post, by: AbstractBaseUser | AnonymousUser | None = None) -> None:
        """Keep what `post` is now, unless that is what was kept last."""
        newest, fields = post.versions.first(), snapshot(post)
        if newest is None or newest.fields != fields:
            number = newest.number + 1 if newest else 1
            kept = cls.objects.create(
                post=post, number=number, fields=fields, saved_by_id=by.pk if by else None
            )
            kept.pictures.set(pictures_of(fields["picture_id"], fields["body"]))

    @property
    def before(self) -> "Version | None":
        """The one that it took the place of."""
        return Version.objects.filter(post=self.post_id, number__lt=self.number).first()

    @transaction.atomic
    def restore(self, by: AbstractBaseUser | AnonymousUser) -> None:
        """Write again what was written then; its address, its access and its moment stay."""
        post = Post.objects.select_for_update().get(pk=self.post_id)
        Version.keep(post)
        for name in WRITTEN:
            setattr(post, name, self.fields[name])
        post.save()
        post.topics.set(Topic.objects.filter(pk__in=self.fields["topics"]))
        Version.keep(post, by)
