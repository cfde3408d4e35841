"""The captions of a video, one language a row."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from courses.models.video import Video
from courses.video import captions


class Caption(models.Model):
    """What is said, in one language, as WebVTT; from the main language comes the transcript."""

    video = models.ForeignKey(
        Video, models.CASCADE, related_name="captions", verbose_name=_("video")
    )
    language = models.SlugField(
        _("language"), max_length=12, default="en", help_text=_("en, es, pt-br …")
    )
    label = models.CharField(
        _("label"), max_length=40, default="English", help_text=_("As the player's menu shows it.")
    )
    is_default = models.BooleanField(_("main language"), default=True)
    is_draft = models.BooleanField(
        _("draft"),
        default=False,
        help_text=_("Readers do not see a draft. Read it, then take this away."),
    )
    text = models.TextField(
        _("captions"), help_text=_("WebVTT or SRT; it is checked line by line.")
    )

    class Meta:
        verbose_name = _("captions")
        verbose_name_plural = _("captions")
        constraints = [
            models.UniqueConstraint(fields=["video", "language"], name="one_caption_per_language")
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """Refuse what a player could not show, naming the lines."""
        try:
            captions.parse(self.text)
        except captions.CaptionError as error:
            raise ValidationError({"text": error.problems}) from error

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the text as clean WebVTT, one main language, and the transcript in step."""
        self.text = captions.write(captions.parse(self.text))
        super().save(*args, **kwargs)
        if self.is_default:
            self.video.captions.exclude(pk=self.pk).update(is_default=False)
        self._settle()

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete, and take what it said out of the transcript."""
        deleted = super().delete(*args, **kwargs)
        self._settle()
        return deleted

    def _settle(self) -> None:
        rows = self.video.captions
        if not rows.filter(is_default=True).exists():
            first = rows.order_by("is_draft", "pk").values_list("pk", flat=True)[:1]
            rows.filter(pk__in=list(first)).update(is_default=True)
        self.video.update_transcript()
