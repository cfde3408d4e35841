"""The similar list of a post: what editors decided, what the machine found, and what it read."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.models.post import Post, PostQuerySet
from courses.models.topic import Topic


class SimilarPost(models.Model):
    """`other` is shown under `post`: pins first in the editor's order, then the machine's.

    A block is a row too: `other` is never shown there.
    """

    class Why(models.TextChoices):
        NEXT = "next", _("Next episode")
        TOPIC = "topic", _("Shares a topic")
        SERIES = "series", _("Of the same series")
        AGE = "age", _("For the same age")
        ALIKE = "alike", _("Says something similar")
        MORE = "more", _("Nothing nearer is there")

    post = models.ForeignKey(Post, models.CASCADE, related_name="similar", verbose_name=_("post"))
    other = models.ForeignKey(
        Post, models.CASCADE, related_name="similar_to", verbose_name=_("similar post")
    )
    is_pinned = models.BooleanField(default=False)
    is_blocked = models.BooleanField(
        _("keep it out"), default=False, help_text=_("It is never shown under this post.")
    )
    rank = models.PositiveSmallIntegerField(_("place"), default=1)  # from 1, pins counted
    score = models.FloatField(default=0)
    why = models.CharField(max_length=6, choices=Why.choices, default=Why.ALIKE, editable=False)
    topic = models.ForeignKey(
        Topic, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    reason = models.CharField(
        _("reason"),
        max_length=120,
        blank=True,
        help_text=_("Why it is here, in a few words. Left empty: “Chosen by the editor”."),
    )

    class Meta:
        ordering = ["is_blocked", "-is_pinned", "rank"]
        verbose_name = _("similar post")
        verbose_name_plural = _("similar posts")
        constraints = [
            models.UniqueConstraint(fields=["post", "other"], name="similar_once"),
            models.CheckConstraint(
                condition=~models.Q(post=models.F("other")),
                name="similar_not_itself",
                violation_error_message=_("A post cannot be similar to itself."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_pinned=False) | models.Q(is_blocked=False),
                name="similar_pinned_or_blocked",
                violation_error_message=_("A post is either pinned or kept out."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post} → {self.other}"

    @classmethod
    def due(cls) -> PostQuerySet:
        """Posts that were saved since their list was made, or have come out since, as planned."""
        now = timezone.now()
        posts = Post.objects.order_by("pk")
        saved = posts.filter(related_at=None)
        lately = posts.filter(published_at__gt=now - timedelta(days=2), published_at__lte=now)
        return saved if saved.exists() else lately.filter(related_at__lt=models.F("published_at"))

    @property
    def is_near(self) -> bool:
        """Whether it is here for what it says, and not for want of something nearer."""
        return self.is_pinned or self.why != self.Why.MORE

    @property
    def because(self) -> str:
        """Why it is here, true and short, in the reader's language; only of what all may read."""
        if self.is_pinned:
            return self.reason or gettext("Chosen by the editor")
        if self.why == self.Why.TOPIC and self.topic:
            return gettext("Also about %(topic)s") % {"topic": self.topic.name.lower()}
        if self.why == self.Why.NEXT and self.post.series:
            return gettext("Next in %(series)s") % {"series": self.post.series.title}
        if self.why == self.Why.SERIES and self.post.series:
            return gettext("Also in %(series)s") % {"series": self.post.series.title}
        if self.why == self.Why.AGE:
            return gettext("Also for %(age)s") % {"age": self.other.get_age_display()}
        if self.why == self.Why.MORE:
            return gettext("From the library")
        return gettext("Says something similar")


class PostVector(models.Model):
    """What a post means, as its method's numbers; never compared with those of another method."""

    post = models.OneToOneField(Post, models.CASCADE, primary_key=True, related_name="vector")
    method = models.CharField(max_length=40, db_index=True)
    text_sha256 = models.CharField(max_length=64)
    vector = models.BinaryField()  # float16, little-endian
    double = models.ForeignKey(Post, models.SET_NULL, null=True, related_name="+")

    METHOD = "all-MiniLM-L6-v2/1"  # another number when passages or averaging change

    @classmethod
    def unread(cls) -> PostQuerySet:
        """Posts without a vector of this method."""
        return Post.objects.exclude(pk__in=cls.objects.filter(method=cls.METHOD).values("pk"))


@receiver(pre_delete, sender=Post)
def look_again_at_neighbours(sender: type[Post], instance: Post, **kwargs: Any) -> None:
    """A post that goes leaves gaps in lists, and perhaps nobody else led where it led."""
    hosts = SimilarPost.objects.filter(other=instance).values_list("post", flat=True)
    guests = SimilarPost.objects.filter(post=instance).values_list("other", flat=True)
    Post.objects.filter(pk__in={*hosts, *guests}).update(related_at=None)
