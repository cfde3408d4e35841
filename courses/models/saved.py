"""What a person has put aside for later."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.post import Post


class Saved(models.Model):
    """A post on somebody's list."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved", db_index=False
    )
    post = models.ForeignKey(Post, models.CASCADE, related_name="saved")
    saved_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("saved")
        constraints = [models.UniqueConstraint(fields=["person", "post"], name="saved_once")]
        indexes = [models.Index(fields=["person", "-saved_at"], name="saved_lately")]

    def __str__(self) -> str:
        return f"{self.post} for {self.person}"
