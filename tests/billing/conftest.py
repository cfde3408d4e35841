"""What the tests of billing share."""

import pytest
from django.core.cache import cache
from django.test import Client

from billing.models import Purchase
from billing.standin.control import StandIn
from tests import cast
from tests.billing.shop import come_back, press_join


@pytest.fixture(autouse=True)
def nobody_tried_before() -> None:
    """Rate limits count within one test."""
    cache.clear()


@pytest.fixture
def owner(stripe: StandIn) -> Client:
    """The owner's browser, with a Stripe to talk to."""
    browser = Client()
    browser.force_login(cast.olga())
    return browser


@pytest.fixture
def bought(client: Client, stripe: StandIn) -> Purchase:
    """Rui has paid and got in, coming from a post; signed in as `client`."""
    client.force_login(cast.rui())
    purchase = press_join(client, "/posts/why/")
    stripe.pay(purchase.session_id or "")
    come_back(client, purchase)
    return Purchase.objects.get(pk=purchase.pk)
