"""The books: purchases, the ledger of access, and the events that Stripe has told us of."""

from billing.models.event import StripeEvent
from billing.models.membership import Membership
from billing.models.purchase import Purchase

__all__ = ["Membership", "Purchase", "StripeEvent"]
