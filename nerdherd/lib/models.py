"""What both apps leave for the worker (mail, and work done by the clock), and the audit log."""

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils import timezone
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


class OnlyAddedToError(Exception):
    """Somebody tried to change or delete a line of the audit log."""

    def __init__(self) -> None:
        super().__init__("The audit log is only added to.")


class AuditQuerySet(models.QuerySet["AuditLine"]):
    """Lines to be read; the database itself refuses as well (migration 0003)."""

    def update(self, **values: Any) -> NoReturn:
        """Refuse."""
        raise OnlyAddedToError

    def delete(self) -> NoReturn:
        """Refuse."""
        raise OnlyAddedToError


class AuditLine(models.Model):
    """Who did what, when, on what: numbers of people, and of staff the address they had then."""

    class Kind(models.TextChoices):
        ACCESS = "access", _("access")
        PAYMENT = "payment", _("payment")
        PRICE = "price", _("price")
        PUBLICATION = "publication", _("publication")
        RIGHTS = "rights", _("rights")
        ACCOUNT = "account", _("account")
        IMPORT = "import", _("import")

    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    # Numbers, not keys: a line outlives whoever stands in it. None: the site itself, or a visitor.
    who = models.BigIntegerField(_("person"), null=True, db_index=True)
    label = models.CharField(_("who"), max_length=254, blank=True)
    on = models.CharField(_("on what"), max_length=250, db_index=True)
    what = models.CharField(_("what"), max_length=500)

    objects: ClassVar[AuditQuerySet] = AuditQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("line of the audit log")
        verbose_name_plural = _("audit log")
        indexes = [
            models.Index(fields=["kind", "-id"], name="audit_by_kind"),
            models.Index(fields=["label"], name="audit_by_label"),
        ]

    def __str__(self) -> str:
        return f"{self.on}: {self.what}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write it, once."""
        if not self._state.adding:
            raise OnlyAddedToError
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise OnlyAddedToError
