"""What Stripe says of one purchase at one moment, in our words."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Facts:
    """What Stripe says of one purchase at this moment. Amounts are in cents."""

    session_id: str
    status: str  # open, complete, expired
    payment_status: str  # paid, unpaid, no_payment_required
    reference: str
    is_live: bool
    amount_subtotal: int
    currency: str
    is_of_this_site: bool = False  # and not of another one with the same account at Stripe
    is_gift: bool = False
    checkout_url: str = ""
    email: str = ""
    payment_intent_id: str = ""
    payment_intent_status: str = ""
    amount_paid: int = 0
    amount_refunded: int = 0
    receipt_url: str = ""
    dispute_status: str = ""
    dispute_due_at: datetime | None = None

    @property
    def is_fully_refunded(self) -> bool:
        """Whether all that was paid has been given back."""
        return 0 < self.amount_paid <= self.amount_refunded
