"""What follows for a purchase from what Stripe says; nothing is read here and nothing written."""

from dataclasses import dataclass
from datetime import datetime

from billing import gateway
from billing.facts import Facts
from billing.models import Purchase
from billing.models.purchase import digest_of

Status = Purchase.Status

SUSPENDING_DISPUTES = {"needs_response", "under_review"}


@dataclass(frozen=True)
class Decision:
    """What the row should say; compared with what it says, and written only when it differs."""

    status: str
    session_id: str
    payment_intent_id: str
    paid_cents: int
    refunded_cents: int
    dispute_status: str
    dispute_due_at: datetime | None
    email: str
    receipt_url: str
    payer_digest: str


def decide(purchase: Purchase, facts: Facts) -> Decision:
    """What follows from the facts for this purchase; nothing is read and nothing written."""
    return Decision(
        status=_status(purchase, facts),
        session_id=facts.session_id,
        payment_intent_id=facts.payment_intent_id,
        paid_cents=facts.amount_paid if facts.payment_status == "paid" else 0,
        refunded_cents=facts.amount_refunded,
        dispute_status=facts.dispute_status,
        dispute_due_at=facts.dispute_due_at,
        **_payer(purchase, facts),
    )


def _payer(purchase: Purchase, facts: Facts) -> dict[str, str]:
    """Who paid; of somebody who has left not more than a digest, and only while it is needed."""
    typed = _kept("email", facts.email.lower()) or purchase.email.lower()
    if purchase.nameless_at is not None:
        is_needed = bool(typed) and purchase.claimed_at is None
        digest = digest_of(typed) if is_needed else purchase.payer_digest
        return {"email": "", "receipt_url": "", "payer_digest": digest}
    # Stripe words the address of the receipt anew at every reading; that is no news.
    receipt = purchase.receipt_url or _kept("receipt_url", facts.receipt_url)
    return {"email": typed, "receipt_url": receipt, "payer_digest": ""}


def _kept(name: str, value: str) -> str:
    """What a column can hold, or nothing: no address is worth a payment that cannot be booked."""
    longest: int = Purchase._meta.get_field(name).max_length  # type: ignore[union-attr, assignment]
    return value if len(value) <= longest and value.isprintable() else ""


def fits(purchase: Purchase, facts: Facts) -> bool:
    """Whether the session is the one we opened: ours, in our mode, at the price we offered then."""
    return (
        facts.reference == purchase.reference
        and facts.is_live == gateway.is_live()
        and facts.amount_subtotal == purchase.amount_cents
        and facts.currency == purchase.currency
    )


def _status(purchase: Purchase, facts: Facts) -> str:
    if facts.status == "open":
        return Status.OPEN
    if facts.status == "expired":
        return Status.EXPIRED
    # Money that has gone back is gone, whether it fitted or not: nobody waits for us any more.
    if facts.is_fully_refunded:
        return Status.REFUNDED
    if facts.dispute_status == "lost":
        return Status.LOST
    if not fits(purchase, facts):
        return Status.MISFIT
    if facts.payment_status == "unpaid":
        failed = facts.payment_intent_status in {"requires_payment_method", "canceled"}
        return Status.FAILED if failed else Status.PROCESSING
    if facts.dispute_status in SUSPENDING_DISPUTES:
        return Status.DISPUTED
    paid = facts.payment_status in {"paid", "no_payment_required"}
    return Status.PAID if paid and facts.status == "complete" else Status.MISFIT
