"""How far a person has come in a post, on whichever device; visitors keep theirs in the browser."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.post import Post

KEPT = timedelta(days=365)


class PausedHistory(models.Model):
    """Somebody wants nothing remembered of what they see from now on."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="paused_history"
    )
    paused_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.person}, since {self.paused_at}"


class Progress(models.Model):
    """One row a person and post; `place` is a second of the video, or a paragraph of the text."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="progress", db_index=False
    )
    post = models.ForeignKey(Post, models.CASCADE, related_name="progress")
    place = models.PositiveIntegerField()
    seen_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = _("progress")
        constraints = [models.UniqueConstraint(fields=["person", "post"], name="progress_once")]
        indexes = [models.Index(fields=["person", "-seen_at"], name="progress_lately")]

    def __str__(self) -> str:
        return f"{self.person} in {self.post}"

    @classmethod
    def forget_old(cls) -> int:
        """Forget what was seen more than a year ago; says how many."""
        return cls.objects.filter(seen_at__lt=timezone.now() - KEPT).delete()[0]

    @classmethod
    def note(
        cls, person: AbstractBaseUser, post: Post, place: int, seen_at: datetime, *, is_over: bool
    ) -> None:
        """Somebody was at `place` at that moment; a message that comes late changes nothing.

        Nor does one of somebody who has paused their history.
        """
        if PausedHistory.objects.filter(pk=person.pk).exists():
            return
        finished_at = seen_at if is_over else None
        values = {"place": place, "seen_at": seen_at, "finished_at": finished_at}
        row, is_new = cls.objects.get_or_create(person=person, post=post, defaults=values)
        if not is_new:
            # Whoever has finished it once has finished it, also while watching it again.
            values["finished_at"] = Coalesce("finished_at", models.Value(finished_at))
            cls.objects.filter(pk=row.pk, seen_at__lt=seen_at).update(**values)
