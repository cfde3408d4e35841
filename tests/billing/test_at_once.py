"""Everything at the same time, over HTTP, with one database connection a thread."""

import threading
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connections, transaction
from django.test import Client

from billing import checkout, gateway
from billing.checkout import Buyer
from billing.models import Membership, Purchase, StripeEvent
from billing.settle import claim
from nerdherd.lib import emails
from nerdherd.lib.models import OutboxMail
from tests import cast
from tests.billing.shop import WEBHOOK, press_join

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 20


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """The results of all works, done in a thread each."""

    def alone(work: Callable[[], Any]) -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(alone, works))


def one_during_another(first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
    """The results of two works: the second begins when the first is done and not yet committed."""
    is_done = threading.Event()

    def held() -> Any:
        with transaction.atomic():
            result = first()
            is_done.set()
            time.sleep(0.3)
            return result

    def meanwhile() -> Any:
        assert is_done.wait(5)
        return second()

    return at_once(held, meanwhile)


@pytest.mark.drill("Stripe is down, slow, lying, twice, out of order")
def test_twenty_deliveries_and_the_return_page_make_one_membership_and_one_mail(
    client, stripe, live_server
):
    client.force_login(cast.rui())
    purchase = press_join(client)
    stripe.pay(purchase.session_id)
    stripe.configure(live_server.url + WEBHOOK)
    event = stripe.last_event("checkout.session.completed")["id"]
    session = client.cookies["session"].value

    def come_back() -> int:
        address = f"{live_server.url}/join/thanks/?session_id={purchase.session_id}"
        request = urllib.request.Request(address, headers={"Cookie": f"session={session}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status

    deliveries, *pages = at_once(
        lambda: stripe.deliver(event, times=AT_ONCE, parallel=True), come_back, come_back
    )

    assert [attempt["status"] for attempt in deliveries] == [200] * AT_ONCE
    assert pages == [200, 200]
    assert Membership.objects.count() == 1
    assert OutboxMail.objects.filter(key__startswith="welcome:").count() == 1
    assert StripeEvent.objects.get().done_at is not None


def test_ten_clicks_at_once_make_one_purchase_and_one_session(stripe):
    user = cast.rui()
    buyer = Buyer(f"user:{user.pk}", user_id=user.pk, email=user.email)

    # Stripe is slow, so that all ten ask before the first has its answer.
    stripe.fault("POST /v1/checkout/sessions", delay=0.4, times=10)

    addresses = at_once(*[lambda: checkout.begin(buyer, "/")[1]] * 10)

    assert len(set(addresses)) == 1
    assert Purchase.objects.count() == 1
    at_stripe = gateway.client().v1.checkout.sessions.list(params={"limit": 100})
    assert len(at_stripe.data) == 1


def test_two_people_with_the_code_cannot_both_claim_one_purchase(stripe):
    purchase = press_join(Client())
    one, other = cast.person("one"), cast.person("other")

    results = at_once(lambda: claim(purchase.pk, one.pk), lambda: claim(purchase.pk, other.pk))

    assert sorted(results) == [False, True]


class SlowMail(BaseEmailBackend):
    """A mail server that takes its time, so that two workers meet at the same row."""

    def send_messages(self, email_messages) -> int:
        time.sleep(0.1)
        return len(email_messages)


def test_two_workers_send_a_mail_once(settings):
    settings.EMAIL_BACKEND = f"{__name__}.SlowMail"
    for number in range(5):
        emails.post(
            f"m{number}@example.com", "emails/address_code", {"code": "1"}, key=f"k{number}"
        )

    assert sum(at_once(*[emails.send_due] * 4)) == 5
    assert set(OutboxMail.objects.values_list("attempts", flat=True)) == {1}
