"""A link that shows a draft to somebody without an account."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.urls import reverse
from django.utils import timezone

from courses.models.post import Post


def in_two_weeks() -> datetime:
    """When a link made now ends."""
    return timezone.now() + DraftLink.LIFE


class DraftLinkQuerySet(models.QuerySet["DraftLink"]):
    """Which links open something."""

    def live(self) -> "DraftLinkQuerySet":
        """Neither over nor taken back."""
        return self.filter(revoked_at=None, ends_at__gt=timezone.now())


class DraftLink(models.Model):
    """Who has the key sees the post as saved, while it is not out; nothing else."""

    LIFE = timedelta(days=14)

    post = models.ForeignKey(Post, models.CASCADE, related_name="draft_links")
    key = models.CharField(max_length=43, unique=True, default=secrets.token_urlsafe)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(default=in_two_weeks)
    revoked_at = models.DateTimeField(null=True)

    objects = DraftLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.post}, until {self.ends_at:%Y-%m-%d}"

    @classmethod
    def make(cls, post: Post, by: AbstractBaseUser | AnonymousUser) -> "DraftLink":
        """A link to `post` that no one can guess."""
        return cls.objects.create(post=post, made_by_id=by.pk)

    def get_absolute_url(self) -> str:
        """Where it leads."""
        return reverse("draft", args=[self.key])

    def revoke(self) -> None:
        """Take it back; from the next request on it opens nothing."""
        DraftLink.objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=timezone.now())
