"""The links of texts to pages of this site, kept with each save, to find those that are dead."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.linking import aims
from courses.models.post import Post
from courses.models.redirect import Redirect, normal
from courses.models.series import Series
from courses.models.situation import Situation
from courses.models.topic import Topic


class InnerLinkQuerySet(models.QuerySet["InnerLink"]):
    """Which links to show an editor."""

    def dead(self) -> "InnerLinkQuerySet":
        """Those that lead a visitor nowhere at this moment, nor on by an old address."""
        published = Post.objects.published()
        there: dict[str, models.QuerySet[Any]] = {
            "post": published,
            "topic": Topic.objects.all(),
            "series": Series.objects.all(),
            "situation": Situation.objects.all(),
        }
        leads = Q(post__published_at__lte=timezone.now()) | Q(post=None) & ~Q(to_path="")
        dead = self.exclude(Exists(Redirect.objects.filter(leads, path=OuterRef("path"))))
        for kind, rows in there.items():
            dead = dead.exclude(Exists(rows.filter(slug=OuterRef("slug"))), kind=kind)
        return dead


class InnerLink(models.Model):
    """A text names this address; whether anything is there is asked when somebody looks."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="inner_links", db_index=False)
    path = models.CharField(max_length=300)  # as old addresses are looked up
    kind = models.CharField(max_length=10)
    slug = models.CharField(max_length=200)

    objects = InnerLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link in a text")
        verbose_name_plural = _("links in texts")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["post", "path"], name="inner_link_once")]

    def __str__(self) -> str:
        return f"{self.post} → {self.path}"


@receiver(post_save, sender=Post)
def keep_links(sender: type[Post], instance: Post, **kwargs: Any) -> None:
    """Those of the text as it is now."""
    rows = [
        InnerLink(post=instance, path=normal(aim.path)[:300], kind=aim.kind, slug=aim.slug[:200])
        for aim in aims(instance.body)
    ]
    InnerLink.objects.filter(post=instance).delete()
    InnerLink.objects.bulk_create(rows, ignore_conflicts=True)
