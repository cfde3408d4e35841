"""An old address and where it leads now: kept when an address changes, and by editors."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.post import Post
from courses.models.series import Series
from courses.models.topic import Topic

LONGEST_CHAIN = 20


def normal(path: str) -> str:
    """A path as it is looked up: small letters, one slash between its parts, none at the end."""
    return "/" + "/".join(part for part in path.lower().split("/") if part)


class Redirect(models.Model):
    """Where an address leads at which there is nothing now: a post, another address, or nowhere.

    It is asked only when a page is not found, so it never hides one.
    """

    path = models.CharField(
        _("old address"), max_length=300, unique=True, help_text=_("As /blog/an-old-name/")
    )
    post = models.ForeignKey(
        Post, models.CASCADE, null=True, blank=True, related_name="redirects",
        verbose_name=_("post"),
        help_text=_("The post that it leads to, whatever its address becomes."),
    )  # fmt: skip
    to_path = models.CharField(
        _("other address"),
        max_length=300,
        blank=True,
        help_text=_("Or an address here, as /topics/sleep/"),
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["path"]
        verbose_name = _("old address")
        verbose_name_plural = _("old addresses")

    def __str__(self) -> str:
        return self.path

    def clean(self) -> None:
        """One aim at most, of this site, and no way that ends where it began."""
        if not self.path:
            return  # as the form has said
        self.path = normal(self.path.partition("?")[0].partition("#")[0])
        if self.path == "/":
            raise ValidationError({"path": _("The first page is always there.")})
        if self.post and self.to_path:
            raise ValidationError(_("Choose a post or another address, not both."))
        if self.to_path and (not self.to_path.startswith("/") or self.to_path.startswith("//")):
            raise ValidationError(
                {"to_path": _("Write an address of this site, from its first /.")}
            )
        if self.post and normal(self.post.get_absolute_url()) == self.path:
            raise ValidationError({"path": _("This is where the post is now; it needs no other.")})
        if self.to_path:
            self._check_way()

    def _check_way(self) -> None:
        if self._leads_back():
            raise ValidationError(
                {"to_path": _("This leads back to the old address, in a circle.")}
            )
        if (
            further := Redirect.objects.filter(path=normal(self.to_path))
            .exclude(pk=self.pk)
            .first()
        ):
            said = _("This address has moved itself. Write where it leads now: %(aim)s.")
            gone = _("This address is gone for good. Choose one that is still there.")
            message = said % {"aim": further.target} if further.target else gone
            raise ValidationError({"to_path": message})
        aims = Redirect.objects.exclude(pk=self.pk).exclude(to_path="")
        if others := [row.path for row in aims if normal(row.to_path) == self.path]:
            said = _("%(others)s leads here. Change that first, so that nobody is sent on twice.")
            raise ValidationError({"path": said % {"others": ", ".join(others)}})

    def _leads_back(self) -> bool:
        path = normal(self.to_path)
        for _step in range(LONGEST_CHAIN):
            if path == self.path:
                return True
            further = Redirect.objects.filter(path=path).exclude(pk=self.pk).first()
            if further is None or not further.to_path:
                return False
            path = normal(further.to_path)
        return True

    @property
    def target(self) -> str:
        """The address it leads to; empty when it was given up for good."""
        return self.post.get_absolute_url() if self.post else self.to_path

    @classmethod
    def hand_over(cls, post: Post, other: Post | None) -> None:
        """Let the addresses of `post`, about to go, lead to `other`, or be gone for good."""
        cls.objects.filter(post=post).update(post=other)
        if post.state == "published":
            path = normal(post.get_absolute_url())
            cls.objects.update_or_create(path=path, defaults={"post": other, "to_path": ""})


@receiver(pre_save, sender=Post)
@receiver(pre_save, sender=Topic)
@receiver(pre_save, sender=Series)
def keep_old_address(sender: type[models.Model], instance: Any, **kwargs: Any) -> None:
    """What was out keeps its old address; what goes back to one leaves none there."""
    before: Any = sender._default_manager.filter(pk=instance.pk).first() if instance.pk else None
    if before is None or before.slug == instance.slug:
        return
    if isinstance(before, Post) and before.state != "published":
        return
    old, new = before.get_absolute_url(), instance.get_absolute_url()
    Redirect.objects.filter(path=normal(new)).delete()
    if isinstance(instance, Post):
        aim: dict[str, Any] = {"post": instance, "to_path": ""}
    else:
        aim = {"post": None, "to_path": new}
        Redirect.objects.filter(to_path=old).update(to_path=new)
    Redirect.objects.update_or_create(path=normal(old), defaults=aim)
