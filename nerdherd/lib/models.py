"""What both apps leave for the worker: mail to be sent, and work that is done by the clock."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OutboxMail(models.Model):
    """A mail that was decided on in a transaction and is sent after it, once."""

    key = models.CharField(max_length=120, unique=True)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    # The address that ends mails of this kind; with one it is a mail to many.
    unsubscribe = models.URLField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(db_index=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("outbox")
        indexes = [
            models.Index(
                fields=["due_at"], name="outbox_waiting", condition=models.Q(sent_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.key


class TimedWork(models.Model):
    """One row per job of the timetable: when it is due, and how it went the last time."""

    name = models.CharField(max_length=60, unique=True)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = _("timed work")

    def __str__(self) -> str:
        return self.name
