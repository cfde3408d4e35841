"""The key to a member's private podcast feed."""

import secrets

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone


class PodcastKey(models.Model):
    """Who has the key hears as `person`; a new one makes the old one worthless."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="podcast_key"
    )
    key = models.CharField(max_length=43, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"The feed of {self.person}"

    @classmethod
    def renew(cls, person: AbstractBaseUser | AnonymousUser) -> None:
        """Make a key, or another in its place."""
        values = {"key": secrets.token_urlsafe(32), "made_at": timezone.now()}
        cls.objects.update_or_create(person_id=person.pk, defaults=values)
