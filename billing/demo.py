"""The demo cast's standing: who bought, who was refunded, who was given it."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from billing.models import Membership, Purchase
from billing.offer import current_offer
from nerdherd.accounts.models import User


@transaction.atomic
def load(people: Mapping[str, User]) -> None:
    """Write the cast into the books, once."""
    if Purchase.objects.filter(reference="demo-mona").exists():
        return
    _bought(people["mona"], "demo-mona")
    refunded = _bought(people["rex"], "demo-rex")
    refunded.status = Purchase.Status.REFUNDED
    refunded.refunded_cents = refunded.paid_cents
    refunded.refunded_at = refunded.ended_at = timezone.now()
    refunded.save()
    Membership.follow(refunded)
    Membership.objects.create(user=people["gita"], source=Membership.Source.GIFT)


def admit(people: Iterable[User]) -> None:
    """Make them all members, as if they came from the old site; for `manage.py fill`."""
    source = Membership.Source.IMPORTED
    Membership.objects.bulk_create(Membership(user=person, source=source) for person in people)


def _bought(user: User, reference: str) -> Purchase:
    offer, now = current_offer(), timezone.now()
    purchase = Purchase.objects.create(
        reference=reference,
        user=user,
        buyer=f"user:{user.pk}",
        email=user.email,
        status=Purchase.Status.PAID,
        amount_cents=offer.amount_cents,
        currency=offer.currency,
        paid_cents=offer.amount_cents,
        paid_at=now,
        claimed_at=now,
    )
    Membership.follow(purchase)
    return purchase
