"""What we write to buyers, each thing once."""

from billing.models import Purchase
from nerdherd.lib import emails


def tell(purchase: Purchase) -> None:
    """Write the mail that follows from a purchase's new state, if one does.

    To the account's address, or to the one typed at Stripe while there is no account yet.
    """
    to = purchase.user.email if purchase.user else purchase.email
    if to and purchase.gives_access:
        emails.post(to, "emails/welcome", {"purchase": purchase}, key=f"welcome:{purchase.pk}")
    elif to and purchase.status == Purchase.Status.REFUNDED:
        emails.post(to, "emails/refunded", {"purchase": purchase}, key=f"refunded:{purchase.pk}")
