"""What Stripe has told us of: that something happened, never what; the truth is read afresh."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class StripeEvent(models.Model):
    """An event, marked done only after everything that follows from it is done."""

    event_id = models.CharField(_("event id"), max_length=120, unique=True)
    type = models.CharField(_("type"), max_length=80)
    received_at = models.DateTimeField(_("received at"), auto_now_add=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=200, blank=True)

    class Meta:
        ordering = ["-received_at"]
        indexes = [
            models.Index(fields=["-received_at"], name="event_newest"),
            models.Index(
                fields=["received_at"], name="event_waiting", condition=models.Q(done_at=None)
            ),
            # For what begins so as well, on PostgreSQL.
            models.Index(fields=["type"], name="event_by_type", opclasses=["varchar_pattern_ops"]),
        ]
        verbose_name = _("message from Stripe")
        verbose_name_plural = _("messages from Stripe")

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"

    def mark_done(self) -> None:
        """All that follows from it is in the books."""
        StripeEvent.objects.filter(pk=self.pk).update(done_at=timezone.now(), error="")

    def mark_failed(self, error: Exception) -> None:
        """Not done; Stripe will ring again."""
        StripeEvent.objects.filter(pk=self.pk).update(error=type(error).__name__)
