"""An invitation: a member shares what they have with one second grown-up."""

from typing import ClassVar

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

TOKEN_LENGTH = 20


def new_token() -> str:
    """What stands in the link of an invitation; nobody can guess it."""
    return get_random_string(TOKEN_LENGTH)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Questions about many invitations."""

    def living(self) -> "InvitationQuerySet":
        """Those that have not been taken back."""
        return self.filter(revoked_at=None)

    def withdraw(self) -> int:
        """Take those that are living back; returns how many."""
        return self.living().update(revoked_at=timezone.now())


class Invitation(models.Model):
    """A link by which one other person gets access for as long as the inviter has it."""

    inviter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="invitations",
        verbose_name=_("inviter"),
    )
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="invitations_accepted",
        verbose_name=_("accepted by"),
    )
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    objects: ClassVar[InvitationQuerySet] = InvitationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["inviter"],
                condition=Q(revoked_at__isnull=True),
                name="one_living_invitation_per_inviter",
            )
        ]

    def __str__(self) -> str:
        invited = self.accepted_by or gettext("nobody yet")
        return gettext("%(inviter)s and %(invited)s") % {
            "inviter": self.inviter,
            "invited": invited,
        }

    @classmethod
    def issue(cls, inviter_id: int) -> "Invitation":
        """The living invitation of a member, made if there is none."""
        mine = cls.objects.living().filter(inviter_id=inviter_id)
        try:
            with transaction.atomic():
                return mine.first() or cls.objects.create(inviter_id=inviter_id)
        except IntegrityError:
            return mine.get()  # another tab was faster

    def get_absolute_url(self) -> str:
        """The page for the invited one."""
        return reverse("partner", args=[self.token])

    @property
    def link(self) -> str:
        """The whole address, to send on."""
        return settings.SITE_URL + self.get_absolute_url()
