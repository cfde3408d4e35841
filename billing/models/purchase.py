"""A purchase: what one buyer was offered, and what became of it at Stripe."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext_lazy as _

from billing.offer import Offer, money
from nerdherd.lib.languages import spoken

# Stripe allows 30 minutes to 24 hours, counted from when the session is created.
OPEN_FOR = timedelta(hours=23)


def new_reference() -> str:
    """An opaque id that ties a session at Stripe to our row."""
    return f"nh_{get_random_string(24)}"


def digest_of(email: str) -> str:
    """By what a payer is known again who has left; it does not tell the address."""
    return salted_hmac("billing.Purchase.payer", email.lower(), algorithm="sha256").hexdigest()


def new_expiry() -> object:
    """When a purchase begun now can no longer be paid."""
    return timezone.now() + OPEN_FOR


class PurchaseQuerySet(models.QuerySet["Purchase"]):
    """Questions about many purchases."""

    def unfinished(self) -> "PurchaseQuerySet":
        """Those that may still be paid, or whose money is on its way."""
        return self.filter(status__in=Purchase.UNFINISHED)

    def ever_paid(self) -> "PurchaseQuerySet":
        """Those that money came in for, whatever became of it later."""
        return self.filter(paid_at__isnull=False)

    def under_way(self) -> "PurchaseQuerySet":
        """Paid for oneself, and with the bank or a person still: nothing to pay once more."""
        with_others = (Purchase.Status.PROCESSING, Purchase.Status.MISFIT)
        return self.filter(kind=Purchase.Kind.OWN, status__in=with_others)

    def not_yet_used(self) -> "PurchaseQuerySet":
        """Money came in, and nobody has what it was paid for: not a moment to sell again."""
        unclaimed = Q(
            kind=Purchase.Kind.OWN, status=Purchase.Status.PAID, user=None, claimed_at=None
        )
        return self.filter(unclaimed | Q(status=Purchase.Status.MISFIT))

    def unclaimed(self, *emails: str) -> "PurchaseQuerySet":
        """Paid by who typed one of `emails` (lower case) at Stripe, and opened by nobody yet."""
        known = list(filter(None, emails))
        payer = Q(email__in=known) | Q(payer_digest__in=map(digest_of, known))
        return self.filter(
            payer, kind=Purchase.Kind.OWN, status=Purchase.Status.PAID, user=None, claimed_at=None
        )


class Purchase(models.Model):
    """A purchase. Only `billing.settle` changes its status, from what Stripe says now."""

    class Status(models.TextChoices):
        OPEN = "open", _("Not paid yet")
        PROCESSING = "processing", _("Waiting for the bank")
        PAID = "paid", _("Paid")
        EXPIRED = "expired", _("Never paid")
        FAILED = "failed", _("The payment failed")
        REFUNDED = "refunded", _("Refunded")
        DISPUTED = "disputed", _("Disputed at the bank")
        LOST = "lost", _("Charged back")
        MISFIT = "misfit", _("Does not fit: needs a person")

    class Kind(models.TextChoices):
        OWN = "own", _("For themselves")
        GIFT = "gift", _("A gift")

    UNFINISHED = (Status.OPEN, Status.PROCESSING)

    reference = models.CharField(
        _("reference"), max_length=40, unique=True, default=new_reference, editable=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="purchases",
        verbose_name=_("person"),
    )
    buyer = models.CharField(
        _("buyer"), max_length=60, help_text=_("The account or the browser that may go on with it.")
    )
    kind = models.CharField(
        _("what it is"), max_length=8, choices=Kind.choices, default=Kind.OWN, editable=False
    )
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.OPEN
    )
    amount_cents = models.PositiveIntegerField()
    currency = models.CharField(_("currency"), max_length=3)
    next_path = models.CharField(_("joined from"), max_length=500, default="/")
    # In which the buyer is written to as long as there is no account to ask.
    language = models.CharField(max_length=10, default=spoken, editable=False)

    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires at"), default=new_expiry)
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    claimed_at = models.DateTimeField(_("claimed at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    refunded_at = models.DateTimeField(_("refunded at"), null=True, blank=True)

    session_id = models.CharField(
        _("session at Stripe"), max_length=120, unique=True, null=True, blank=True
    )
    payment_intent_id = models.CharField(
        _("payment at Stripe"), max_length=120, blank=True, db_index=True
    )
    email = models.EmailField(_("address typed at Stripe"), blank=True)
    paid_cents = models.PositiveIntegerField(default=0)
    refunded_cents = models.PositiveIntegerField(default=0)
    dispute_status = models.CharField(_("dispute status"), max_length=30, blank=True)
    dispute_due_at = models.DateTimeField(_("dispute to be answered by"), null=True, blank=True)
    fraud_warning_at = models.DateTimeField(_("fraud warning"), null=True, blank=True)
    receipt_url = models.URLField(_("receipt"), max_length=500, blank=True)

    # Of whoever has left, neither address nor receipt is kept, nor taken from Stripe again.
    nameless_at = models.DateTimeField(_("name forgotten at"), null=True, blank=True)
    # While it may still be paid, or come back to us, its payer is known by this.
    payer_digest = models.CharField(max_length=64, blank=True, editable=False)

    # Every change counts one up; a writer that read an older number starts over.
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[PurchaseQuerySet] = PurchaseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("purchase")
        verbose_name_plural = _("purchases")
        permissions = [("refund_purchase", "Can give the money of a purchase back")]
        indexes = [
            models.Index(fields=["-created_at"], name="purchase_newest"),
            models.Index(fields=["status", "-created_at"], name="purchase_by_status"),
            models.Index(fields=["status", "kind", "user"], name="purchase_by_holder"),
            models.Index(fields=["status", "kind", "paid_at"], name="purchase_by_payment"),
            models.Index(fields=["paid_at"], name="purchase_paid"),
            models.Index(fields=["refunded_at"], name="purchase_refunded"),
            models.Index(fields=["ended_at"], name="purchase_ended"),
            models.Index(
                fields=["status", "dispute_status", "fraud_warning_at"], name="purchase_warned_of"
            ),
            models.Index(fields=["dispute_status"], name="purchase_disputed"),
            models.Index(fields=["payer_digest"], name="purchase_by_payer"),
            # For what begins so as well, on PostgreSQL.
            models.Index(
                fields=["email"], name="purchase_by_email", opclasses=["varchar_pattern_ops"]
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["buyer"],
                condition=Q(status__in=("open", "processing")),
                name="one_unfinished_purchase_per_buyer",
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount_display}, {self.get_status_display().lower()}"

    @property
    def amount_display(self) -> str:
        """What was offered, in full."""
        return money(self.amount_cents, self.currency)

    @property
    def refunded_display(self) -> str:
        """What was given back, in full."""
        return money(self.refunded_cents, self.currency)

    @property
    def paid_display(self) -> str:
        """What came in: less than was offered when a promotion code was used."""
        return money(self.paid_cents, self.currency)

    @property
    def left_display(self) -> str:
        """What could still be given back."""
        return money(max(0, self.paid_cents - self.refunded_cents), self.currency)

    @property
    def gives_access(self) -> bool:
        """Whether whoever holds it may have everything."""
        return self.status == self.Status.PAID

    @property
    def holder_id(self) -> int | None:
        """The account that has what was paid for: the buyer's, or of whoever opened the gift."""
        return self.gift.redeemed_by_id if self.kind == self.Kind.GIFT else self.user_id

    @property
    def payer_email(self) -> str:
        """Where the payer is written to; empty while nothing is known of them."""
        return self.user.email if self.user else self.email

    def forget_payer(self, now: datetime) -> None:
        """Keep no name; whoever has not got in with it can still prove that they paid."""
        digest = digest_of(self.email) if self.email and self.claimed_at is None else ""
        self.email, self.receipt_url = "", ""
        self.nameless_at, self.payer_digest = now, digest
        self.version += 1
        self.save(update_fields=["email", "receipt_url", "nameless_at", "payer_digest", "version"])

    def is_at_price_of(self, offer: Offer) -> bool:
        """Whether it was begun at what is asked today."""
        return (self.amount_cents, self.currency) == (offer.amount_cents, offer.currency)

    @property
    def can_be_refunded(self) -> bool:
        """Whether there is money to give back."""
        has_it = self.status in (self.Status.PAID, self.Status.MISFIT)
        return has_it and bool(self.payment_intent_id)
