"""What makes up for a line that the ledger lacks: everything paid is held against it, every night.

Nothing that we know of loses one. It would be somebody who paid and is not let in, and who after a
month has no place on the owner's page either.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from billing import emails
from billing.models import Membership, Purchase

SPAN = timedelta(days=30)  # of purchases that are looked at in one query


def mend_ledger() -> int:
    """Give access to whoever paid, or opened a gift, and has no line; returns to how many.

    The owners are told of each.
    """
    return sum(_mend(pk) for pk in list(_lacking(timezone.now())))


def _lacking(now: datetime) -> Iterator[int]:
    ever = Purchase.objects.ever_paid().order_by("paid_at")
    start = ever.values_list("paid_at", flat=True).first()
    line = Membership.objects.filter(purchase=OuterRef("pk"))
    held = {
        Purchase.Kind.OWN: Q(user__isnull=False),
        Purchase.Kind.GIFT: Q(gift__redeemed_by__isnull=False),
    }
    while start and start <= now:
        span = ever.filter(paid_at__gte=start, paid_at__lt=start + SPAN)
        for kind, by_somebody in held.items():
            rows = span.filter(~Exists(line), by_somebody, kind=kind, status=Purchase.Status.PAID)
            yield from rows.values_list("pk", flat=True)
        start += SPAN


@transaction.atomic
def _mend(pk: int) -> bool:
    """Nothing if somebody else has just done it, or it has been given back meanwhile."""
    purchase = Purchase.objects.select_for_update().get(pk=pk)
    lines = Membership.objects.filter(purchase=purchase)
    if lines.exists():
        return False
    Membership.follow(purchase)
    if not lines.exists():
        return False
    emails.tell(purchase)
    emails.tell_of_mending(purchase)
    return True
