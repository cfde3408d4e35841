"""Bought after the backup that was restored: Stripe has it, our books do not."""

from typing import Any

import pytest
from django.test import Client

from billing import gateway
from billing.models import Gift, Membership, Purchase
from billing.reconcile import reconcile
from tests import cast
from tests.billing.shop import deliver, press_join
from tests.billing.test_gifts import give
from tests.billing.test_joining import code_in_mail

pytestmark = pytest.mark.django_db(transaction=True)


def forget() -> None:
    Gift.objects.all().delete()
    Purchase.objects.all().delete()


def test_who_paid_is_found_and_proves_it(client, stripe):
    stripe.pay(press_join(client).session_id, email="vera@example.com")
    forget()
    reconcile()
    reconcile()

    assert Purchase.objects.get().status == Purchase.Status.PAID
    vera = Client()
    vera.post("/join/code/", {"email": "vera@example.com"})
    vera.post("/join/proof/", {"code": code_in_mail("vera@example.com")})
    user = Membership.objects.live().get().user
    assert user
    assert user.email == "vera@example.com"


def test_a_gift_is_a_gift_again(client, stripe):
    give(client, stripe)
    forget()
    reconcile()
    gift = Gift.objects.get()
    assert gift.purchase.status == Purchase.Status.PAID
    client.force_login(cast.rui())
    assert client.get(gift.get_absolute_url()).status_code == 200
    assert not Membership.objects.exists()


def test_what_another_site_sold_by_the_same_account_is_not_ours(client, stripe, settings):
    stripe.pay(press_join(client).session_id)
    forget()
    settings.SITE_URL = "http://localhost:8000"
    deliver(client, stripe, "checkout.session.completed")
    reconcile()
    assert not Purchase.objects.exists()


def test_what_was_never_paid_stays_forgotten(client, stripe):
    purchase = press_join(client)
    forget()
    stripe.expire(purchase.session_id)
    deliver(client, stripe, "checkout.session.expired")
    assert not Purchase.objects.exists()


def test_what_is_sold_by_a_link_of_the_same_account_is_not_ours(stripe, settings):
    """Whoever opens a payment link may write any reference into its address."""
    price = {"currency": "usd", "unit_amount": 100, "product_data": {"name": "A sticker"}}
    asked: Any = {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": price}],
        "client_reference_id": "a-reference-of-somebodys-own-making",
        "success_url": f"{settings.SITE_URL}/",
    }
    session = gateway.client().v1.checkout.sessions.create(asked)
    stripe.pay(session.id, email="vera@example.com")
    reconcile()
    assert not Purchase.objects.exists()
