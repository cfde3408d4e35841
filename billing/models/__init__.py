"""The books: purchases and gifts, the ledger of access, whom it is shared with, Stripe's events."""

from billing.models.event import StripeEvent
from billing.models.gift import Gift
from billing.models.membership import Membership
from billing.models.partner import Invitation
from billing.models.purchase import Purchase

__all__ = ["Gift", "Invitation", "Membership", "Purchase", "StripeEvent"]
