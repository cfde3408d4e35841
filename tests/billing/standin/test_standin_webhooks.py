"""Deliveries: signed, repeated, held, reordered, lost and forged."""

import time

import pytest
import stripe

from billing.standin.control import StandInError
from tests.standin import SECRET


def wait_for(condition, seconds=8.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


@pytest.fixture
def listening(standin, site):
    standin.configure(site.url)
    return site


def test_the_site_is_told_before_pay_returns(standin, listening, open_session):
    session = open_session()
    standin.pay(session.id)
    assert listening.types[-1] == "checkout.session.completed"
    headers, body = listening.posts[-1]
    event = stripe.Webhook.construct_event(body, headers["Stripe-Signature"], SECRET)
    assert event.data.object["id"] == session.id
    assert event.api_version == stripe.api_version
    assert event.livemode is False


def test_an_event_names_the_request_that_caused_it(client, standin, open_session):
    session = open_session()
    client.checkout.sessions.expire(session.id, options={"idempotency_key": "expire-1"})
    request = standin.last_event("checkout.session.expired")["request"]
    assert request["id"].startswith("req_")
    assert request["idempotency_key"] == "expire-1"


def test_a_refusal_is_tried_again(client, standin, listening, open_session):
    listening.status = 500
    session = open_session()
    client.checkout.sessions.expire(session.id)
    wait_for(lambda: len(listening.posts) == 1)
    assert client.events.list({"delivery_success": False}).data
    listening.status = 200
    wait_for(lambda: standin.events()[0]["delivered"])
    entry = standin.events()[0]
    assert [attempt["status"] for attempt in entry["attempts"]] == [500, 200]
    assert client.events.retrieve(entry["event"]["id"]).pending_webhooks == 0
    assert client.events.list({"delivery_success": False}).data == []


def test_a_redirect_is_a_failure(client, standin, listening, open_session):
    listening.status = 301
    client.checkout.sessions.expire(open_session().id)
    wait_for(lambda: standin.events()[0]["attempts"])
    assert not standin.events()[0]["delivered"]
    assert len(listening.posts) == 1


def test_nobody_listening_holds_nobody_up(standin, site, open_session):
    site.server.server_close()
    standin.configure(site.url)
    began = time.monotonic()
    assert standin.pay(open_session().id)["payment_status"] == "paid"
    assert time.monotonic() - began < 2
    assert standin.events()[0]["attempts"][0]["status"] == 0


def test_held_deliveries_are_released_in_the_order_asked_for(standin, listening, open_session):
    standin.hold()
    standin.pay(open_session().id)
    assert listening.posts == []
    standin.release("reverse")
    assert standin.await_deliveries()
    assert listening.types[0] == "checkout.session.completed"
    assert listening.types[-1] == "payment_intent.created"


def test_a_shuffle_can_be_repeated(standin, listening, open_session):
    orders = []
    for _ in range(2):
        listening.posts.clear()
        standin.hold()
        standin.pay(open_session().id)
        standin.release("shuffle", seed=5)
        assert standin.await_deliveries()
        orders.append(listening.types)
    assert orders[0] == orders[1]


def test_dropped_events_never_arrive(standin, listening, open_session):
    standin.hold()
    standin.pay(open_session().id)
    assert len(standin.drop(["checkout.session.completed"])) == 1
    standin.release()
    assert standin.await_deliveries()
    assert len(listening.types) == 3
    assert "checkout.session.completed" not in listening.types


def test_an_event_can_be_delivered_many_times_at_once(standin, listening, open_session):
    standin.hold()
    standin.pay(open_session().id)
    event = standin.last_event("checkout.session.completed")
    attempts = standin.deliver(event["id"], times=20, parallel=True)
    assert [attempt["status"] for attempt in attempts] == [200] * 20
    assert {entry["id"] for entry in listening.events} == {event["id"]}


@pytest.mark.parametrize("manner", ["none", "wrong", "old", "v0", "non_ascii"])
def test_forged_signatures_do_not_verify(standin, listening, open_session, manner):
    standin.hold()
    standin.pay(open_session().id)
    event = standin.last_event("checkout.session.completed")["id"]
    standin.deliver(event, signature=manner)
    headers, body = listening.posts[-1]
    with pytest.raises((stripe.SignatureVerificationError, TypeError)):
        stripe.Webhook.construct_event(body, headers.get("Stripe-Signature"), SECRET)
    body, header = standin.signed(event, signature=manner)
    with pytest.raises((stripe.SignatureVerificationError, TypeError)):
        stripe.Webhook.construct_event(body, header, SECRET)


def test_a_lie_can_be_validly_signed(standin, open_session):
    standin.expire(open_session().id)
    event = standin.last_event("checkout.session.expired")
    lie = {"type": "checkout.session.completed", "data.object.payment_status": "paid"}
    body, header = standin.signed(event["id"], mutate=lie)
    read = stripe.Webhook.construct_event(body, header, SECRET)
    assert read.type == "checkout.session.completed"
    assert read.data.object["payment_status"] == "paid"
    assert standin.last_event("checkout.session.expired") == event


def test_the_signature_follows_the_clock(standin, open_session):
    standin.clock(-3600)
    standin.expire(open_session().id)
    event = standin.last_event("checkout.session.expired")["id"]
    with pytest.raises(stripe.SignatureVerificationError):
        body, header = standin.signed(event)
        stripe.Webhook.construct_event(body, header, SECRET)


def test_webhooks_stay_on_this_machine(standin):
    for url in ("http://example.com/", "https://127.0.0.1/", "ftp://127.0.0.1/"):
        with pytest.raises(StandInError):
            standin.configure(url)
