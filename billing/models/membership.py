"""The ledger of access: who got or lost it, when and why; a live row makes a member."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from billing.models.purchase import Purchase


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Questions about the ledger."""

    def live(self) -> "MembershipQuerySet":
        """Those that give access at this moment."""
        return self.filter(revoked_at=None)


class Membership(models.Model):
    """One line of the ledger: access granted once, and perhaps ended once; never rewritten."""

    class Source(models.TextChoices):
        PURCHASE = "purchase", "Bought"
        GIFT = "gift", "A gift"
        PARTNER = "partner", "Shared by a partner"
        STAFF = "staff", "Given by us"
        IMPORTED = "imported", "From the old site"

    class Reason(models.TextChoices):
        REFUNDED = "refunded", "The payment was refunded"
        DISPUTED = "disputed", "The payment is disputed at the bank"
        LOST = "lost", "The payment was charged back"
        MISFIT = "misfit", "The payment did not fit the purchase"
        STAFF = "staff", "Taken back by us"
        PARTNER = "partner", "Taken back by the partner"
        DELETED = "deleted", "The account was deleted"

    # Kept without a name when the account is deleted: a ledger forgets nobody's money.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="memberships",
        verbose_name="person",
    )
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.STAFF)
    purchase = models.ForeignKey(Purchase, models.PROTECT, null=True, blank=True)
    note = models.CharField(max_length=200, blank=True, help_text="Why, for your own records.")
    granted_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField("why it ended", max_length=10, choices=Reason.choices, blank=True)

    objects: ClassVar[MembershipQuerySet] = MembershipQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-granted_at", "-pk"]
        indexes = [
            models.Index(
                fields=["user"], name="membership_live", condition=Q(revoked_at__isnull=True)
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["purchase"],
                condition=Q(revoked_at__isnull=True),
                name="one_live_membership_per_purchase",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_source_display().lower()}"

    @classmethod
    def follow(cls, purchase: Purchase) -> None:
        """Make the ledger say of `purchase` what its status says; call it in one transaction."""
        live = cls.objects.live().filter(purchase=purchase)
        if not purchase.gives_access:
            reason = purchase.status if purchase.status in cls.Reason.values else ""
            live.update(revoked_at=timezone.now(), reason=reason)
        elif purchase.user_id is not None and not live.exists() and not cls._is_closed(purchase):
            cls.objects.create(
                user_id=purchase.user_id, source=cls.Source.PURCHASE, purchase=purchase
            )

    @classmethod
    def _is_closed(cls, purchase: Purchase) -> bool:
        """Whether a person ended it, which no news from Stripe undoes."""
        last = cls.objects.filter(purchase=purchase).order_by("pk").last()
        return last is not None and last.reason in (cls.Reason.STAFF, cls.Reason.DELETED)

    def revoke(self) -> None:
        """End it by our own decision, now."""
        Membership.objects.live().filter(pk=self.pk).update(
            revoked_at=timezone.now(), reason=self.Reason.STAFF
        )


def is_member(user: AbstractBaseUser) -> bool:
    """Whether `user` has access at this moment; one query."""
    return Membership.objects.live().filter(user_id=user.pk).exists()
