"""Rows of the books as settling would have written them, and the part of the owner's page on them."""

from datetime import datetime, timedelta

from django.test import Client
from django.utils import timezone

from billing.models import Purchase, StripeEvent

PAGE = "/admin/money/"
QUIET = "Nothing needs you."


def sold(paid_at: datetime | None = None, **fields) -> Purchase:
    """A purchase that was paid; $29 unless told."""
    cents = fields.pop("paid_cents", 2900)
    row = {"status": "paid", "amount_cents": cents, "paid_cents": cents, "currency": "usd"}
    who = {"buyer": "browser:x", "email": "buyer@example.com", "paid_at": paid_at or timezone.now()}
    return Purchase.objects.create(**{**row, **who, **fields})


def failed_event() -> StripeEvent:
    """An event that we heard of five minutes ago and could not process."""
    event = StripeEvent.objects.create(
        event_id="evt_1", type="charge.refunded", error="Unavailable"
    )
    StripeEvent.objects.update(received_at=timezone.now() - timedelta(minutes=5))
    return event


def listed(owner: Client) -> str:
    """What the page says needs a person."""
    page = owner.get(PAGE).text
    return page[page.index('id="matters"') : page.index('id="month"')]
