"""Which posts have become news, who wants to be told of them by mail, and how often."""

import secrets

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.post import Post
from nerdherd.lib import emails


def new_key() -> str:
    """Nobody guesses it, and it says nothing about whose it is."""
    return secrets.token_urlsafe(32)


class Announcement(models.Model):
    """A post became news, once for all: neither an edit nor a new date makes it news again.

    A row of its own, since a form that was opened before would write an old value back.
    """

    post = models.OneToOneField(Post, models.CASCADE, primary_key=True, related_name="announcement")
    announced_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.post}, {self.announced_at:%Y-%m-%d %H:%M}"


class NewsChoice(models.Model):
    """What one person has chosen. Who has chosen nothing has no row and gets nothing."""

    class Pace(models.TextChoices):
        NEVER = "never", _("No mail")
        WEEKLY = "weekly", _("Once a week")
        AT_ONCE = "at_once", _("Each time")

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="news_choice"
    )
    pace = models.CharField(max_length=8, choices=Pace.choices, default=Pace.NEVER)
    # It stays the same for good, so that the button in an old mail still works.
    key = models.CharField(max_length=43, unique=True, default=new_key)
    # What was announced up to then has been told, or was there before they chose.
    told_until = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["pace", "told_until"], name="news_to_be_told")]

    def __str__(self) -> str:
        return f"{self.get_pace_display()} for {self.person}"

    # Questions

    @property
    def mail_key(self) -> str:
        """How the keys of all mails about new posts to this person begin."""
        return f"news:{self.person_id}:"

    def get_absolute_url(self) -> str:
        """Where these mails are ended without signing in."""
        return reverse("unsubscription", args=[self.key])

    # Verbs

    @classmethod
    @transaction.atomic
    def choose(cls, person: AbstractBaseUser | AnonymousUser, pace: str) -> None:
        """From now on, at this pace. Who begins hears of nothing older."""
        row, _ = cls.objects.get_or_create(person_id=person.pk)
        if pace == cls.Pace.NEVER:
            return row.end()
        row = cls.objects.select_for_update().get(pk=row.pk)
        if row.pace == cls.Pace.NEVER:
            row.told_until = timezone.now()
        row.pace = pace
        row.save()
        return None

    @transaction.atomic
    def end(self) -> None:
        """No more of it, not even what is written and not yet sent."""
        self.pace = self.Pace.NEVER
        self.save(update_fields=["pace"])
        emails.withdraw(self.mail_key)
