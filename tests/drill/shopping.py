"""Buying on the running site, and Stripe's deliveries to it."""

import re

from billing.standin.control import StandIn
from tests.drill.running import Answer, RunningSite


def pay(site: RunningSite, stripe: StandIn) -> None:
    """Rui presses the button and pays; the browser does not come back."""
    answer = site.ask("/join/", "rui", form={"next": "/"})
    assert answer.status == 303, answer.text
    found = re.search(r"cs_test_\w+", answer.headers["Location"])
    assert found
    stripe.pay(found[0])


def ring(site: RunningSite, stripe: StandIn) -> Answer:
    """Deliver the news of the payment."""
    event = stripe.last_event("checkout.session.completed")["id"]
    body, signature = stripe.signed(event)
    return site.ask("/stripe/webhook/", body=body, Stripe_Signature=signature or "")


def memberships(site: RunningSite) -> int:
    """How many Rui has."""
    [(count,)] = site.select(
        "SELECT count(*) FROM billing_membership m JOIN accounts_user u ON u.id = m.user_id "
        "WHERE u.email LIKE 'rui@%' AND m.revoked_at IS NULL"
    )
    return int(count)
