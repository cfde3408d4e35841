"""The ledger of access: who got or lost it, when and why; a live row makes a member."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.models.partner import Invitation
from billing.models.purchase import Purchase
from nerdherd.lib.audit import Kind, note, person


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Questions about the ledger, and the one way in which lines of it end."""

    def live(self) -> "MembershipQuerySet":
        """Those that give access at this moment."""
        return self.filter(revoked_at=None)

    def own(self) -> "MembershipQuerySet":
        """Those that a person has by themselves, and so may share."""
        return self.exclude(source=Membership.Source.PARTNER)

    @transaction.atomic
    def end(self, reason: str) -> None:
        """End those that are live, now, and with them what hangs on them."""
        live = self.live()
        people = set(live.values_list("user_id", flat=True))
        live.update(revoked_at=timezone.now(), reason=reason)
        for user_id in people:
            note(Kind.ACCESS, person(user_id), f"ended: {reason or 'no reason given'}")
            if user_id is not None:
                Membership.follow_inviter(user_id)


class Membership(models.Model):
    """One line of the ledger: access granted once, and perhaps ended once; never rewritten."""

    class Source(models.TextChoices):
        PURCHASE = "purchase", _("Bought")
        GIFT = "gift", _("A gift")
        PARTNER = "partner", _("Shared by a partner")
        STAFF = "staff", _("Given by us")
        IMPORTED = "imported", _("From the old site")

    class Reason(models.TextChoices):
        REFUNDED = "refunded", _("The payment was refunded")
        DISPUTED = "disputed", _("The payment is disputed at the bank")
        LOST = "lost", _("The payment was charged back")
        MISFIT = "misfit", _("The payment did not fit the purchase")
        STAFF = "staff", _("Taken back by us")
        PARTNER = "partner", _("Taken back by the partner")
        DELETED = "deleted", _("The account was deleted")

    # Kept without a name when the account is deleted: a ledger forgets nobody's money.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="memberships",
        verbose_name=_("person"),
    )
    source = models.CharField(
        _("source"), max_length=10, choices=Source.choices, default=Source.STAFF
    )
    purchase = models.ForeignKey(
        Purchase, models.PROTECT, null=True, blank=True, verbose_name=_("purchase")
    )
    invitation = models.ForeignKey(
        Invitation, models.PROTECT, null=True, blank=True, verbose_name=_("invitation")
    )
    note = models.CharField(
        _("note"), max_length=200, blank=True, help_text=_("Why, for your own records.")
    )
    granted_at = models.DateTimeField(_("granted at"), default=timezone.now)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    reason = models.CharField(_("why it ended"), max_length=10, choices=Reason.choices, blank=True)

    objects: ClassVar[MembershipQuerySet] = MembershipQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-granted_at", "-pk"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        indexes = [
            models.Index(
                fields=["user"], name="membership_live", condition=Q(revoked_at__isnull=True)
            ),
            models.Index(fields=["-granted_at", "-id"], name="membership_newest"),
            models.Index(fields=["source", "-granted_at"], name="membership_by_source"),
            models.Index(fields=["reason", "-granted_at"], name="membership_by_reason"),
            # Put as the admin's filter puts it, else SQLite takes it for something else.
            models.Index(
                fields=["-granted_at", "-id"],
                name="membership_ended",
                condition=~Q(revoked_at__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["purchase"],
                condition=Q(revoked_at__isnull=True),
                name="one_live_membership_per_purchase",
            ),
            models.UniqueConstraint(
                fields=["invitation"],
                condition=Q(revoked_at__isnull=True),
                name="one_live_membership_per_invitation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_source_display().lower()}"

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new line of the ledger is a line of the audit log as well."""
        is_new = self._state.adding
        super().save(*args, **kwargs)
        if is_new:
            note(Kind.ACCESS, person(self.user_id), f"granted: {self.source}")

    @classmethod
    def follow(cls, purchase: Purchase) -> None:
        """Make the ledger say of `purchase` what its status says; call it in one transaction."""
        lines = cls.objects.filter(purchase=purchase)
        holder_id = purchase.holder_id
        if not purchase.gives_access:
            lines.end(purchase.status if purchase.status in cls.Reason.values else "")
        elif holder_id is not None and not lines.live().exists() and not cls._is_closed(purchase):
            is_gift = purchase.kind == Purchase.Kind.GIFT
            source = cls.Source.GIFT if is_gift else cls.Source.PURCHASE
            cls.grant(user_id=holder_id, source=source, purchase=purchase)

    @classmethod
    @transaction.atomic
    def grant(cls, **line: Any) -> "Membership":
        """A new line of the ledger, and access again for whom its person shares with."""
        granted = cls.objects.create(**line)
        if granted.user_id is not None:
            cls.follow_inviter(granted.user_id)
        return granted

    @classmethod
    @transaction.atomic
    def follow_inviter(cls, user_id: int) -> None:
        """Make the second grown-up's access follow that of `user_id`, who invited them.

        The invitation stays locked until the transaction ends: whoever accepts it at this moment
        comes before us and is seen here, or comes after us and sees what we wrote.
        """
        mine = cls.objects.filter(user_id=user_id).own()
        invitations = Invitation.objects.living().filter(inviter_id=user_id)
        for invitation in invitations.select_for_update():
            lines = cls.objects.filter(invitation=invitation)
            if not mine.live().exists():
                last = mine.order_by("revoked_at").last()
                lines.end(last.reason if last else "")
            elif invitation.accepted_by_id is not None and not lines.live().exists():
                partner = {"user_id": invitation.accepted_by_id, "source": cls.Source.PARTNER}
                cls.objects.create(invitation=invitation, **partner)

    @classmethod
    def _is_closed(cls, purchase: Purchase) -> bool:
        """Whether a person ended it, which no news from Stripe undoes."""
        last = cls.objects.filter(purchase=purchase).order_by("pk").last()
        return last is not None and last.reason in (cls.Reason.STAFF, cls.Reason.DELETED)

    @transaction.atomic
    def revoke(self) -> None:
        """End it by our own decision, now; what was shared with somebody is then shared no more."""
        if self.invitation is not None:
            Invitation.objects.filter(pk=self.invitation.pk).withdraw()
        Membership.objects.filter(pk=self.pk).end(self.Reason.STAFF)


def is_member(user: AbstractBaseUser) -> bool:
    """Whether `user` has access at this moment; one query."""
    return Membership.objects.live().filter(user_id=user.pk).exists()
