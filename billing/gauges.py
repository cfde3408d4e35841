"""What the metrics say of the books, when somebody looks."""

from collections.abc import Mapping

from django.db.models import Count, Max

from billing.models import Purchase, StripeEvent
from nerdherd.lib.metrics import gauge


def _purchases() -> Mapping[str, float]:
    counted = Purchase.objects.values_list("status").annotate(Count("pk")).order_by()
    return dict.fromkeys(Purchase.Status.values, 0) | dict(counted)


def _heard() -> dict[str, float]:
    at = StripeEvent.objects.aggregate(at=Max("received_at"))["at"]
    return {"": at.timestamp()} if at else {}


gauge("nerdherd_purchases", "Purchases by state.", _purchases, label="state")
gauge("nerdherd_stripe_heard_timestamp_seconds", "When Stripe last told us of something.", _heard)
gauge(
    "nerdherd_stripe_events_undone",
    "What Stripe told us of and we could not see to.",
    lambda: {"": StripeEvent.objects.filter(done_at=None).count()},
)
