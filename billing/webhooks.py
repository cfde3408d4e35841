"""Stripe's doorbell: verify, note it, read what is true now, settle, and only then call it done."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from prometheus_client import Counter

from billing import gateway
from billing.models import Purchase, StripeEvent
from billing.settle import Contended, adopt, heed_fraud_warning, sync

log = logging.getLogger(__name__)

deliveries = Counter("nerdherd_stripe_deliveries", "What came to the webhook.", ["outcome"])

MAX_BYTES = 512 * 1024
# Of these we read the present state; of everything else Stripe may tell us all it likes.
ABOUT_SESSIONS = "checkout.session."
FRAUD_WARNING = "radar.early_fraud_warning."
ABOUT_PAYMENTS = ("charge.refund", "charge.dispute.", "refund.", FRAUD_WARNING)


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """400 what is not from Stripe, 500 "ring again", 200 everything else."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES:
        return HttpResponse("too large", status=413, content_type="text/plain")
    try:
        event = gateway.verified_event(request.body, request.headers.get("Stripe-Signature"))
    except gateway.BadSignature as error:
        log.warning("delivery refused: %s", error)
        deliveries.labels("refused").inc()
        return HttpResponse("bad signature", status=400, content_type="text/plain")
    is_heard = hear(event)
    deliveries.labels("heard" if is_heard else "to come again").inc()
    status = 200 if is_heard else 500
    return HttpResponse(status=status, content_type="text/plain")


def hear(event: dict[str, Any]) -> bool:
    """Do what follows from an event; False when Stripe should ring again."""
    if bool(event["livemode"]) != gateway.is_live() or not _is_about_us(event["type"]):
        return True
    row, _ = StripeEvent.objects.get_or_create(
        event_id=event["id"], defaults={"type": event["type"]}
    )
    if row.done_at is not None:
        return True
    try:
        _settle(event["type"], event["data"]["object"])
    except (gateway.Unavailable, gateway.Refused, Contended) as error:
        row.mark_failed(error)
        return False
    row.mark_done()
    return True


def _is_about_us(event_type: str) -> bool:
    return event_type.startswith((ABOUT_SESSIONS, *ABOUT_PAYMENTS))


def _settle(event_type: str, about: dict[str, Any]) -> None:
    if event_type.startswith(ABOUT_SESSIONS):
        adopt(about.get("client_reference_id") or "", about.get("id") or "")
        return
    payment = _id(about.get("payment_intent"))
    if not payment and (charge := _id(about.get("charge"))):
        payment = gateway.payment_of_charge(charge)
    settle_payment(payment)
    if event_type.startswith(FRAUD_WARNING):
        heed_fraud_warning(payment)


def _id(found: Any) -> str:
    """The id of what came as an id, expanded, or not at all."""
    return str((found["id"] if isinstance(found, dict) else found) or "")


def settle_payment(payment_intent_id: str) -> None:
    """Bring the purchase behind a payment up to date, if it is one of ours."""
    if not payment_intent_id:
        return
    purchase = Purchase.objects.filter(payment_intent_id=payment_intent_id).first()
    if purchase is not None:
        sync(purchase.pk)
    elif session := gateway.session_of_payment(payment_intent_id):
        # The refund came before we heard of the payment.
        adopt(session.get("client_reference_id") or "", session["id"])
