"""Stripe silent, half an answer, an id less, an event about nobody we know: who paid gets in."""

import http.server
import threading
import time
from collections.abc import Iterator

import pytest
from django.test import Client

from billing import checkout, gateway
from billing.decision import decide
from billing.facts import Facts
from billing.models import Membership, Purchase, StripeEvent
from billing.settle import sync
from billing.standin import events
from nerdherd.lib.models import OutboxMail
from tests import cast
from tests.billing.shop import WEBHOOK, come_back, deliver, press_join, ring
from tests.standin import SECRET

pytestmark = pytest.mark.django_db(transaction=True)


def post_signed(client: Client, body: str) -> int:
    """Our answer to any text with a valid signature."""
    signature = events.signature(body, SECRET, int(time.time()))
    headers = {"Stripe-Signature": str(signature)}
    return client.post(WEBHOOK, body, content_type="application/json", headers=headers).status_code


class TestEvents:
    @pytest.mark.parametrize(
        "body",
        [
            "[]",
            "null",
            "1",
            "{}",
            '{"id": "evt_1", "type": "charge.refunded", "livemode": false}',
            '{"id": "evt_1", "type": "charge.refunded", "livemode": false, "data": []}',
            '{"id": "evt_1", "type": "x", "livemode": false, "data": {"object": null}}',
        ],
    )
    def test_signed_and_yet_no_event_is_refused(self, client, body):
        assert post_signed(client, body) == 400

    def test_a_payment_of_another_shop_that_stripe_does_not_find_is_nothing_to_us(
        self, client, stripe, bought
    ):
        stripe.refund(payment_intent=bought.payment_intent_id, amount=100)
        for change in (
            {"data__object__payment_intent": "pi_of_another_shop"},
            {"data__object__payment_intent": None, "data__object__charge": "ch_of_another_shop"},
        ):
            answer = deliver(client, stripe, "refund.created", id="evt_other", **change)
            assert answer.status_code == 200
            StripeEvent.objects.all().delete()

    def test_our_reference_on_a_session_that_does_not_exist_is_nothing_to_us(self, client, stripe):
        purchase = press_join(client)
        stripe.expire(purchase.session_id)
        Purchase.objects.update(session_id=None)

        answer = deliver(
            client, stripe, "checkout.session.expired", data__object__id="cs_test_gone"
        )

        assert answer.status_code == 200
        assert Purchase.objects.get().session_id is None

    def test_a_dispute_that_names_only_the_charge_is_heeded(self, client, stripe, bought):
        stripe.dispute(bought.payment_intent_id)

        deliver(client, stripe, "charge.dispute.created", data__object__payment_intent=None)

        assert not Membership.objects.live().exists()

    def test_a_fraud_warning_that_names_only_the_charge_is_told_to_the_owner_once(
        self, client, stripe, bought
    ):
        owner = cast.olga()
        stripe.dispute(bought.payment_intent_id, kind="early_fraud_warning")
        kind = "radar.early_fraud_warning.created"

        deliver(client, stripe, kind, data__object__payment_intent=None)
        deliver(client, stripe, kind, id="evt_the_same_again")

        assert Membership.objects.live().exists()
        told = OutboxMail.objects.get(to=owner.email)
        assert told.subject == "About a payment that may be disputed"
        assert f"/admin/billing/purchase/{bought.pk}/change/" in told.text


class Dumb(http.server.BaseHTTPRequestHandler):
    """Answers everything with two braces."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.do_GET()

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *arguments: object) -> None:
        """Keeps quiet."""


@pytest.fixture
def dumb_stripe(settings) -> Iterator[None]:
    """Something that is not Stripe answers for it."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Dumb) as server:
        threading.Thread(target=server.serve_forever).start()
        settings.STRIPE_API_BASE = f"http://127.0.0.1:{server.server_port}"
        yield
        server.shutdown()


@pytest.mark.drill("Stripe is down, slow, lying, twice, out of order")
class TestAnswers:
    def test_an_answer_without_anything_in_it_is_no_answer(self, client, dumb_stripe):
        answer = client.post("/join/")
        assert answer.status_code == 503
        assert "Nothing was charged" in answer.text

    def test_silence_is_waited_for_once(self, stripe, bought, monkeypatch):
        reading = f"GET /v1/checkout/sessions/{bought.session_id}"
        before = len(stripe.calls(reading))
        monkeypatch.setattr(gateway, "READ_SECONDS", 0.2)
        gateway._client.cache_clear()
        stripe.fault("GET /v1/checkout/sessions/*", delay=0.4, times=3)
        try:
            with pytest.raises(gateway.Unavailable):
                sync(bought.pk)
        finally:
            gateway._client.cache_clear()
            stripe.clear_faults()
        deadline = time.monotonic() + 10
        while len(stripe.calls(reading)) == before and time.monotonic() < deadline:
            time.sleep(0.05)  # a call is noted when its answer leaves
        time.sleep(0.5)  # for a second one
        assert len(stripe.calls(reading)) == before + 1

    def test_what_no_column_can_hold_bars_nobody(self, client, stripe, bought):
        facts = Facts(
            session_id="cs_1",
            status="complete",
            payment_status="paid",
            reference=bought.reference,
            is_live=False,
            amount_subtotal=2900,
            currency="usd",
            email=f"{'a' * 300}@example.com",
            receipt_url=f"https://pay.stripe.com/{'x' * 600}",
        )
        bought.receipt_url = ""
        decision = decide(bought, facts)
        assert (decision.status, decision.email) == ("paid", bought.email)
        assert decision.receipt_url == ""


class TestButtons:
    def test_paid_while_another_tab_still_waits_for_its_page_nothing_more_is_sold(
        self, client, stripe, monkeypatch
    ):
        client.force_login(cast.rui())
        open_session = gateway.open_session

        def overtaken(purchase):
            session_id = open_session(purchase)
            stripe.pay(session_id)
            deliver(Client(), stripe, "checkout.session.completed")
            return session_id

        monkeypatch.setattr(checkout.gateway, "open_session", overtaken)
        answer = client.post("/join/")

        assert answer["Location"].startswith("/join/thanks/")
        assert Purchase.objects.get().status == "paid"

    def test_a_refund_that_stripe_failed_at_can_be_pressed_again(self, owner, stripe, bought):
        stripe.fault("POST /v1/refunds", status=500, times=3)
        button = f"/admin/billing/purchase/{bought.pk}/refund/"
        assert "Press again" in owner.post(button, follow=True).text
        used = {call["idempotency_key"] for call in stripe.calls("POST /v1/refunds")}

        owner.post(button)

        assert not Membership.objects.live().exists()
        assert {call["idempotency_key"] for call in stripe.calls("POST /v1/refunds")} > used

    def test_the_refund_button_of_what_was_never_opened_asks_stripe_nothing(self, owner, stripe):
        row = Purchase.objects.create(buyer="browser:x", amount_cents=2900, currency="usd")

        page = owner.post(f"/admin/billing/purchase/{row.pk}/refund/", follow=True).text

        assert "$0 given back. Now: Not paid yet." in page
        assert stripe.calls() == []

    def test_a_refund_that_stripe_refuses_shows_why_things_stand_so(self, owner, stripe, bought):
        stripe.dispute(bought.payment_intent_id)

        page = owner.post(f"/admin/billing/purchase/{bought.pk}/refund/", follow=True).text

        assert "charged back" in page
        assert not Membership.objects.live().exists()


def test_an_event_in_another_shape_is_a_doorbell_all_the_same(client, stripe, bought):
    refund = stripe.refund(payment_intent=bought.payment_intent_id)
    event = stripe.last_event("charge.refunded")["id"]

    ring(client, stripe, event, data__object__payment_intent={"id": refund["payment_intent"]})

    assert not Membership.objects.live().exists()
    assert come_back(client, bought).status_code == 200
