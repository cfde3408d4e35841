"""What makes up for lost deliveries: ask Stripe about everything that is not settled."""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.db.models import F
from django.utils import timezone

from billing import gateway
from billing.models import Purchase, StripeEvent
from billing.offer import current_offer
from billing.settle import Contended, adopt, sync
from billing.webhooks import settle_payment

log = logging.getLogger(__name__)

# Under this name the timetable writes down when it was last done, and how it went.
NAME = "reconcile with Stripe"

QUIET = timedelta(minutes=2)
# Stripe rings again for three days. Whoever was away for as long must still find all of it.
BACK = timedelta(days=7)


def reconcile() -> Counter[str]:
    """Bring every row that may be behind up to date; returns what was looked at, by kind.

    One that cannot be read does not keep the others waiting. Raises gateway.Unavailable when not
    even the lists can be had.
    """
    done: Counter[str] = Counter()
    now = timezone.now()
    for purchase in Purchase.objects.unfinished().filter(created_at__lt=now - QUIET):
        if purchase.session_id is not None:
            _attempt(done, "unfinished", partial(_catch_up, purchase.pk))
        elif purchase.expires_at < now:
            _close(purchase)
            done["never opened"] += 1
    for session in gateway.sessions_completed_since(now - BACK):
        reference = session.get("client_reference_id") or ""
        settled = Purchase.objects.filter(session_id=session["id"], paid_at__isnull=False)
        if reference and not settled.exists():
            _attempt(done, "completed", partial(adopt, reference, session["id"]))
    for payment in gateway.payments_touched_since(now - BACK):
        _attempt(done, "refunds and disputes", partial(settle_payment, payment))
    done["failed deliveries"] += StripeEvent.objects.filter(done_at=None).count()
    return done


def _catch_up(pk: int) -> None:
    """Bring one up to date; at a price of yesterday it can be paid no longer."""
    purchase, facts = sync(pk)
    if purchase.status == Purchase.Status.OPEN and not purchase.is_at_price_of(current_offer()):
        gateway.expire_session(facts.session_id)
        sync(pk)


def _attempt(done: Counter[str], kind: str, work: Callable[[], object]) -> None:
    try:
        work()
    except (gateway.Unavailable, gateway.Refused, Contended) as error:
        log.warning("reconcile, %s: %r", kind, error)
        done["not reached"] += 1
    else:
        done[kind] += 1


def _close(purchase: Purchase) -> None:
    """No session of it was ever shown to anybody, so it cannot be paid."""
    row = Purchase.objects.filter(pk=purchase.pk, session_id=None, version=purchase.version)
    row.update(status=Purchase.Status.EXPIRED, version=F("version") + 1)
