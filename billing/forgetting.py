"""Books without a name: what becomes of purchases, gifts and notes when somebody leaves."""

from django.db.models import Q
from django.utils import timezone

from billing.models import Gift, Membership, Purchase
from nerdherd.accounts.models import User
from nerdherd.accounts.people import addresses_of


def forget_name(person: User) -> None:
    """Keep what was paid and when, and nothing of who it was; call it in one transaction."""
    addresses = addresses_of(person)
    # Also what was paid from their address and is nobody's yet: they can still prove that.
    theirs = Q(user=person) | Q(user=None, email__in=addresses)
    now = timezone.now()
    for purchase in Purchase.objects.filter(theirs).select_for_update().order_by("pk"):
        purchase.forget_payer(now)
    Membership.objects.filter(user=person).update(note="")
    Gift.objects.filter(redeemed_by=person).forget_card()
    Gift.objects.filter(delivered_at__isnull=False, to_email__in=addresses).update(to_email="")
    forget_cards()


def forget_cards() -> None:
    """Blank the cards of gifts whose givers have left, as soon as they need not be sent."""
    Gift.objects.filter(purchase__nameless_at__isnull=False).exclude(from_name="").forget_card()
