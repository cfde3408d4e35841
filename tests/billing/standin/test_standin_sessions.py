"""Checkout sessions through the real library."""

import time
from email.utils import parsedate_to_datetime

import pytest
import stripe

from tests.billing.standin.shop import ORDER, connect


def test_a_session_says_what_it_was_asked(open_session):
    session = open_session(
        client_reference_id="purchase-7",
        customer_email="mona@example.com",
        metadata={"purchase": "7"},
        submit_type="pay",
        locale="en",
    )
    assert session.id.startswith("cs_test_")
    assert (session.status, session.payment_status, session.livemode) == ("open", "unpaid", False)
    assert (session.amount_subtotal, session.amount_total, session.currency) == (2900, 2900, "usd")
    assert session.client_reference_id == "purchase-7"
    assert session.metadata is not None
    assert session.metadata.to_dict() == {"purchase": "7"}
    assert session.customer_email == "mona@example.com"
    assert session.payment_intent is None
    assert session.url is not None
    assert session.url.endswith(f"/c/pay/{session.id}")
    assert session.expires_at - session.created == 24 * 3600


def test_the_url_is_there_only_while_open(client, standin, open_session):
    session = open_session()
    assert client.checkout.sessions.retrieve(session.id).url == session.url
    standin.pay(session.id)
    assert client.checkout.sessions.retrieve(session.id).url is None


def test_a_paid_session_expands_to_its_refunds(client, standin, open_session):
    session = open_session(payment_intent_data={"metadata": {"purchase": "7"}})
    standin.pay(session.id, "mona@example.com")
    paid = client.checkout.sessions.retrieve(
        session.id,
        {"expand": ["payment_intent.latest_charge.refunds", "line_items", "payment_intent"]},
    )
    assert (paid.status, paid.payment_status) == ("complete", "paid")
    assert isinstance(paid.payment_intent, stripe.PaymentIntent)
    charge = paid.payment_intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert charge.refunds is not None
    assert (charge.paid, charge.amount, charge.refunds.data) == (True, 2900, [])
    assert charge.metadata.to_dict() == {"purchase": "7"}
    assert paid.metadata.to_dict() == {}
    assert paid.line_items.data[0].description == "Complete access"
    assert paid.customer_details.email == "mona@example.com"


def test_ids_stay_ids_unless_expanded(client, standin, open_session):
    session = open_session()
    standin.pay(session.id)
    plain = client.checkout.sessions.retrieve(session.id).to_dict()
    assert plain["payment_intent"].startswith("pi_")
    assert "line_items" not in plain
    assert "breakdown" not in plain["total_details"]


@pytest.mark.parametrize(
    "path", ["nonsense", "amount_total", "payment_intent.nonsense", "a.b.c.d.e", "metadata", "url"]
)
def test_what_cannot_be_expanded_is_refused(client, standin, open_session, path):
    session = open_session()
    standin.pay(session.id)
    with pytest.raises(stripe.InvalidRequestError):
        client.checkout.sessions.retrieve(session.id, {"expand": [path]})


@pytest.mark.parametrize(
    ("change", "param", "code"),
    [
        ({"nonsense": "1"}, "nonsense", "parameter_unknown"),
        ({"line_items": [{"nonsense": "1"}]}, "line_items[0][nonsense]", "parameter_unknown"),
        ({"ui_mode": "hosted"}, "ui_mode", None),
        ({"mode": "subscription"}, "mode", None),
        ({"customer_email": "nobody"}, "customer_email", "email_invalid"),
        ({"customer_email": ""}, "customer_email", "parameter_invalid_empty"),
        ({"customer": "cus_1"}, "customer", "resource_missing"),
        ({"success_url": "javascript:alert(1)"}, "success_url", "url_invalid"),
        ({"client_reference_id": "x" * 201}, "client_reference_id", None),
        ({"client_reference_id": "a b"}, "client_reference_id", None),
        ({"metadata": {"k" * 41: "v"}}, None, None),
        ({"metadata": {"k": "v" * 501}}, "metadata[k]", None),
        ({"metadata": {str(n): "v" for n in range(51)}}, "metadata", None),
        ({"line_items": []}, "line_items", "parameter_missing"),
        ({"line_items": [{"price": "price_1", "quantity": 1}]}, None, "resource_missing"),
        ({"allowed_payment_method_types": ["cash"]}, "allowed_payment_method_types[0]", None),
        ({"discounts": [{"coupon": "none"}]}, "discounts[0][coupon]", "resource_missing"),
    ],
)
def test_what_stripe_refuses_is_refused(open_session, change, param, code):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        open_session(**change)
    assert refused.value.http_status == 400
    assert refused.value.code == code
    if param:
        assert refused.value.param == param


def test_required_parameters_are_required(client):
    for name in ("mode", "line_items", "success_url"):
        order = {key: value for key, value in ORDER.items() if key != name}
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.checkout.sessions.create(order)
        assert refused.value.code == "parameter_missing"


@pytest.mark.parametrize("within", [29 * 60, 24 * 3600 + 60, -5])
def test_expiry_is_half_an_hour_to_a_day_away(open_session, within):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        open_session(expires_at=int(time.time()) + within)
    assert refused.value.param == "expires_at"


def test_an_expiry_in_between_is_kept(open_session):
    moment = int(time.time()) + 31 * 60
    assert open_session(expires_at=moment).expires_at == moment


def test_an_open_session_expires_once(client, standin, open_session):
    session = open_session()
    expired = client.checkout.sessions.expire(session.id)
    assert (expired.status, expired.url) == ("expired", None)
    with pytest.raises(stripe.InvalidRequestError):
        client.checkout.sessions.expire(session.id)
    assert len(standin.events("checkout.session.expired")) == 1


def test_a_paid_session_does_not_expire(client, standin, open_session):
    session = open_session()
    standin.pay(session.id)
    with pytest.raises(stripe.InvalidRequestError, match="complete"):
        client.checkout.sessions.expire(session.id)


def test_time_expires_a_session(client, standin, open_session):
    session = open_session()
    standin.clock(24 * 3600 + 5)
    assert client.checkout.sessions.retrieve(session.id).status == "expired"
    assert standin.last_event("checkout.session.expired")["data"]["object"]["id"] == session.id


def test_what_is_not_there_is_404(client):
    for noun in (client.checkout.sessions, client.payment_intents, client.charges):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            noun.retrieve("xx_1")
        assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


def test_an_empty_id_asks_for_the_list(client, open_session):
    open_session()
    assert client.checkout.sessions.retrieve("").to_dict()["object"] == "list"


@pytest.mark.parametrize("key", ["sk_live_0123456789", "pk_test_0123456789", "nonsense"])
def test_only_test_keys_are_taken(standin, key):
    with pytest.raises(stripe.AuthenticationError):
        connect(standin.base_url, key).balance.retrieve()


def test_the_connection_can_be_checked(client, standin):
    answer = client.balance.retrieve().last_response
    assert answer.headers["Request-Id"].startswith("req_")
    assert "Date" in answer.headers
    assert answer.headers["Stripe-Version"] == stripe.api_version


def test_the_date_header_follows_the_clock(client, standin):
    standin.clock(3600)
    sent = client.balance.retrieve().last_response.headers["Date"]
    assert 3590 < parsedate_to_datetime(sent).timestamp() - time.time() < 3610


def test_lists_are_newest_first_and_paged(client, standin, open_session):
    made = [open_session().id for _ in range(5)]
    first = client.checkout.sessions.list({"limit": 2})
    assert [session.id for session in first.data] == [made[4], made[3]]
    assert first.has_more
    every = [session.id for session in first.auto_paging_iter()]
    assert every == made[::-1]
    newer = client.checkout.sessions.list({"ending_before": made[1], "limit": 2})
    assert [session.id for session in newer.data] == [made[3], made[2]]


def test_lists_are_filtered_and_expanded(client, standin, open_session):
    paid, unpaid = open_session(), open_session()
    standin.pay(paid.id)
    complete = client.checkout.sessions.list({"status": "complete", "expand": ["data.line_items"]})
    assert [session.id for session in complete.data] == [paid.id]
    assert complete.data[0].line_items.data[0].amount_total == 2900
    intent = complete.data[0].payment_intent
    assert client.checkout.sessions.list({"payment_intent": intent}).data[0].id == paid.id
    assert client.charges.list({"payment_intent": intent}).data[0].amount == 2900
    later = {"created": {"gt": unpaid.created}}
    assert client.checkout.sessions.list(later).data == []
    assert len(client.checkout.sessions.list({"created": {"lte": unpaid.created}}).data) == 2


def test_line_items_have_their_own_list(client, open_session):
    session = open_session()
    assert client.checkout.sessions.line_items.list(session.id).data[0].amount_subtotal == 2900
