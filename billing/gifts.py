"""What happens to a gift: the giver gets its link, the recipient hears of it and opens it once."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from billing.models import Gift, Membership, Purchase
from nerdherd.accounts.people import hold
from nerdherd.lib import emails
from nerdherd.lib.languages import language_of


def hand_over(purchase: Purchase) -> None:
    """Mail the link of a gift that is paid to its giver, and to the recipient if it is due."""
    gift = Gift.objects.get(purchase=purchase)
    _post(purchase.payer_email, "emails/gift", gift, f"gift:{gift.pk}")
    for due in Gift.objects.to_be_delivered(timezone.localdate()).filter(pk=gift.pk):
        deliver(due)


def deliver_due() -> int:
    """Mail the gifts whose day has come (in TIME_ZONE); returns how many."""
    return sum(deliver(gift) for gift in Gift.objects.to_be_delivered(timezone.localdate()))


@transaction.atomic
def deliver(gift: Gift) -> bool:
    """Mail a gift to its recipient; False when it was done or opened meanwhile."""
    row = Gift.objects.filter(pk=gift.pk, delivered_at=None, redeemed_at=None)
    if not row.update(delivered_at=timezone.now()):
        return False
    _post(gift.to_email, "emails/gift_delivery", gift, f"gift-delivery:{gift.pk}")
    return True


@transaction.atomic
def redeem(gift: Gift, user_id: int) -> bool:
    """Open a gift for an account; False when it was opened before, or its payment did not last."""
    if not hold(user_id):
        return False
    paid = Purchase.objects.filter(pk=gift.purchase_id, status=Purchase.Status.PAID)
    # Counted up, so that a refund that is being settled at this moment starts over and sees us.
    if not paid.update(version=F("version") + 1) or not gift.take(user_id):
        return False
    purchase = Purchase.objects.get(pk=gift.purchase_id)
    Membership.follow(purchase)
    if purchase.payer_email:
        _post(purchase.payer_email, "emails/gift_redeemed", gift, f"gift-redeemed:{gift.pk}")
    return True


def _post(to: str, template: str, gift: Gift, key: str) -> None:
    """Without an account of its own that address is spoken to in the language of the giver."""
    language = language_of(to, gift.purchase.language)
    emails.post(to, template, {"gift": gift}, key=key, language=language)
