"""How often a post was seen, played and finished, day by day; nothing of who it was."""

from collections.abc import Iterable

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.post import Post


class DailyCount(models.Model):
    """One row a post and day, by the site's TIME_ZONE; no row while nothing was counted."""

    COUNTED = ("views", "plays", "reached_25", "reached_50", "reached_75", "completions")

    post = models.ForeignKey(Post, models.CASCADE, related_name="daily_counts", db_index=False)
    day = models.DateField(db_index=True)
    views = models.PositiveIntegerField(default=0)
    plays = models.PositiveIntegerField(default=0)
    reached_25 = models.PositiveIntegerField(default=0)
    reached_50 = models.PositiveIntegerField(default=0)
    reached_75 = models.PositiveIntegerField(default=0)
    completions = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("daily count")
        verbose_name_plural = _("daily counts")
        default_permissions = ()  # it is read with the post, and written by nobody
        constraints = [
            models.UniqueConstraint(fields=["post", "day"], name="one_count_a_post_and_day")
        ]

    def __str__(self) -> str:
        return f"{self.post}, {self.day}"

    @classmethod
    def note(cls, slug: str, what: Iterable[str]) -> None:
        """Count one more of each of `what` today, for a post that everybody may know of.

        What is not one of `COUNTED`, or of no such post, is passed over. The database adds up, so
        of two at once none is lost; all but the first of a day are one statement and a look.
        """
        more = {name: F(name) + 1 for name in set(what) & set(cls.COUNTED)}
        post = Post.objects.published().filter(slug=slug).values_list("pk", flat=True).first()
        if not more or post is None:
            return
        today = {"post_id": post, "day": timezone.localdate()}
        if not DailyCount.objects.filter(**today).update(**more):
            DailyCount.objects.bulk_create([DailyCount(**today)], ignore_conflicts=True)
            DailyCount.objects.filter(**today).update(**more)
