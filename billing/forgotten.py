"""Purchases that our books have forgotten, for they are those of a backup; Stripe has them."""

from django.db import transaction

from billing import gateway
from billing.facts import Facts
from billing.models import Gift, Purchase


def written_again(reference: str, session_id: str) -> Purchase | None:
    """A new row for a finished session of this very site that names none of ours.

    Whose it was is forgotten with the row: it waits for who typed the address that Stripe knows,
    as what is paid without an account always does. Of a gift the card is lost, not the gift.
    """
    try:
        facts = gateway.read(session_id)
    except gateway.Missing:
        return None
    is_ours = facts.is_of_this_site and facts.is_live == gateway.is_live()
    if facts.reference != reference or facts.status != "complete" or not is_ours:
        return None
    return _row(facts)


@transaction.atomic
def _row(facts: Facts) -> Purchase:
    row, is_new = Purchase.objects.get_or_create(
        reference=facts.reference,
        defaults={
            "buyer": f"forgotten:{facts.reference}",
            "kind": Purchase.Kind.GIFT if facts.is_gift else Purchase.Kind.OWN,
            "amount_cents": facts.amount_subtotal,
            "currency": facts.currency,
        },
    )
    if is_new and facts.is_gift:
        Gift.objects.create(purchase=row)
    return row
