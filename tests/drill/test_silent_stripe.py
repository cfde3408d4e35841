"""Stripe tells nothing for three days; then the books are asked for once."""

import pytest

from billing.models import Membership, Purchase
from billing.reconcile import reconcile
from tests import cast
from tests.billing.shop import come_back, press_join

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.drill("Stripe is silent for three days"),
]
SILENT = (3 * 24 + 1) * 60.0  # minutes


@pytest.mark.parametrize("is_known", [True, False], ids=["its session known", "its session lost"])
def test_who_paid_as_it_began_gets_in(client, stripe, clock, is_known):
    client.force_login(cast.rui())
    stripe.pay(press_join(client).session_id)
    clock(SILENT)
    if not is_known:  # we were killed between opening it and writing it down
        Purchase.objects.update(session_id=None)
    reconcile()
    assert Membership.objects.live().count() == 1


def test_who_got_the_money_back_as_it_began_is_out(client, stripe, clock):
    client.force_login(cast.rui())
    purchase = press_join(client)
    stripe.pay(purchase.session_id)
    come_back(client, purchase)
    purchase.refresh_from_db()
    assert Membership.objects.live().count() == 1
    stripe.refund(payment_intent=purchase.payment_intent_id)
    clock(SILENT)
    reconcile()
    assert not Membership.objects.live().exists()
