"""A gift: bought by one person, opened once by another."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.models.purchase import Purchase

CODE_LENGTH = 20


def new_code() -> str:
    """What stands in a gift's link; whoever has it may open the gift, so nobody can guess it."""
    return get_random_string(CODE_LENGTH)


class GiftQuerySet(models.QuerySet["Gift"]):
    """Questions about many gifts."""

    def ever_paid(self) -> "GiftQuerySet":
        """Those that were handed out; before it is paid, a gift is there for nobody."""
        return self.filter(purchase__paid_at__isnull=False)

    def to_be_opened(self) -> "GiftQuerySet":
        """Paid, and opened by nobody yet."""
        return self.filter(purchase__status=Purchase.Status.PAID, redeemed_at=None)

    def to_be_delivered(self, today: date) -> "GiftQuerySet":
        """Those whose recipient should hear of them by mail now."""
        return self.to_be_sent().exclude(deliver_on__gt=today)

    def to_be_sent(self) -> "GiftQuerySet":
        """Those that wait for being mailed to their recipient, now or on their day."""
        return self.to_be_opened().filter(delivered_at=None).exclude(to_email="")

    def forget_card(self) -> int:
        """Keep no name and no word of it; what still has to be sent stays until it is sent."""
        sent = self.exclude(pk__in=Gift.objects.to_be_sent().values("pk"))
        return sent.update(from_name="", to_name="", message="", to_email="")


class Gift(models.Model):
    """A gift purchase's other half: what its card says, and what became of it."""

    purchase = models.OneToOneField(
        Purchase, models.PROTECT, related_name="gift", verbose_name=_("purchase")
    )
    code = models.CharField(max_length=40, unique=True, default=new_code, editable=False)
    from_name = models.CharField(_("from"), max_length=80)
    to_name = models.CharField(_("for"), max_length=80)
    message = models.TextField(_("message"), max_length=500, blank=True)
    to_email = models.EmailField(_("address it is sent to"), blank=True)
    deliver_on = models.DateField(_("day it is sent"), null=True, blank=True)

    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    delivered_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    redeemed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="gifts_opened",
        verbose_name=_("opened by"),
    )
    redeemed_at = models.DateTimeField(_("opened at"), null=True, blank=True)

    objects: ClassVar[GiftQuerySet] = GiftQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["-created_at"], name="gift_newest")]
        verbose_name = _("gift")
        verbose_name_plural = _("gifts")

    def __str__(self) -> str:
        names = {"giver": self.giver, "recipient": self.recipient}
        return gettext("From %(giver)s for %(recipient)s") % names

    def get_absolute_url(self) -> str:
        """Its page: the giver's for the giver, the recipient's for whoever else has the link."""
        return reverse("gift", args=[self.code])

    @property
    def giver(self) -> str:
        """Whom it is from, as they wrote it; whose account is deleted has no name any more."""
        return self.from_name or gettext("somebody")

    @property
    def recipient(self) -> str:
        """Whom it is for, as the giver wrote it; without a name as above."""
        return self.to_name or gettext("somebody")

    @property
    def link(self) -> str:
        """The whole address, to hand on."""
        return settings.SITE_URL + self.get_absolute_url()

    @property
    def can_be_opened(self) -> bool:
        """Whether the next one with the link may have it."""
        return self.redeemed_at is None and self.purchase.gives_access

    def take(self, user_id: int) -> bool:
        """Make it `user_id`'s; by UPDATE, so that one of two wins. False when it was taken."""
        unopened = Gift.objects.filter(pk=self.pk, redeemed_at=None)
        return bool(unopened.update(redeemed_by_id=user_id, redeemed_at=timezone.now()))
