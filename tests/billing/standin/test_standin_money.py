"""Cards, bank debits, refunds and disputes, and the events that each of them makes."""

import pytest
import stripe

from billing.standin.control import StandInError


@pytest.fixture
def paid(client, standin, open_session):
    """A paid session; answers its payment intent's id."""
    session = open_session()
    standin.pay(session.id)
    return client.checkout.sessions.retrieve(session.id).payment_intent


def types(standin, after=0):
    return [entry["event"]["type"] for entry in standin.events()][after:]


def charge_of(client, intent):
    return client.payment_intents.retrieve(intent, {"expand": ["latest_charge"]}).latest_charge


def test_a_payment_tells_four_things(standin, paid):
    assert types(standin) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]


def test_an_event_keeps_the_state_of_its_moment(client, standin, paid):
    client.refunds.create({"payment_intent": paid})
    succeeded = client.events.list({"type": "charge.succeeded"}).data[0].to_dict()
    assert succeeded["data"]["object"]["amount_refunded"] == 0
    assert len(client.events.list({"type": "charge.*"}).data) == 3


@pytest.mark.parametrize(
    ("number", "code", "decline_code"),
    [
        ("4000000000000002", "card_declined", "generic_decline"),
        ("4000000000009995", "card_declined", "insufficient_funds"),
        ("4000000000000069", "expired_card", None),
        ("4000000000000127", "incorrect_cvc", None),
        ("4012888888881881", "card_declined", "test_mode_live_card"),
    ],
)
def test_a_declined_card_leaves_the_session_open(
    client, standin, open_session, number, code, decline_code
):
    session = open_session()
    with pytest.raises(StandInError) as declined:
        standin.pay(session.id, card=number)
    assert declined.value.status == 402
    assert declined.value.error["code"] == code
    assert declined.value.error.get("decline_code") == decline_code
    still = client.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (still.status, still.payment_status) == ("open", "unpaid")
    assert still.payment_intent.status == "requires_payment_method"
    assert types(standin)[1:] == ["charge.failed", "payment_intent.payment_failed"]
    assert standin.pay(session.id)["payment_status"] == "paid"
    assert len(client.payment_intents.list().data) == 1


def test_a_number_that_is_no_card_is_invalid(standin, open_session):
    with pytest.raises(StandInError) as refused:
        standin.pay(open_session().id, card="4242424242424241")
    assert refused.value.error["code"] == "incorrect_number"
    assert types(standin) == []


def test_expiring_after_a_failed_try_cancels_the_intent(client, standin, open_session):
    session = open_session()
    with pytest.raises(StandInError):
        standin.pay(session.id, card="4000000000000002")
    client.checkout.sessions.expire(session.id)
    assert types(standin)[-2:] == ["payment_intent.canceled", "checkout.session.expired"]


def test_a_session_is_paid_once(standin, open_session):
    session = open_session()
    standin.pay(session.id)
    with pytest.raises(StandInError) as refused:
        standin.pay(session.id)
    assert refused.value.status == 400


@pytest.mark.parametrize("outcome", ["succeeded", "failed"])
def test_a_bank_debit_settles_later(client, standin, open_session, outcome):
    session = open_session()
    standin.pay(session.id, method="us_bank_account")
    waiting = client.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (waiting.status, waiting.payment_status) == ("complete", "unpaid")
    assert waiting.payment_intent.status == "processing"
    standin.settle_bank_debit(session.id, outcome)
    ended = client.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge"]}
    )
    assert ended.payment_status == ("paid" if outcome == "succeeded" else "unpaid")
    assert ended.payment_intent.latest_charge.status == outcome
    assert types(standin)[-1] == f"checkout.session.async_payment_{outcome}"
    with pytest.raises(StandInError):
        standin.settle_bank_debit(session.id, outcome)


def test_a_bank_debit_only_where_it_is_offered(standin, open_session):
    with pytest.raises(StandInError):
        standin.pay(
            open_session(allowed_payment_method_types=["card"]).id, method="us_bank_account"
        )


def test_refunds_add_up(client, standin, paid):
    before = len(types(standin))
    first = client.refunds.create({"payment_intent": paid, "amount": 900})
    assert first.status == "succeeded"
    assert types(standin, before) == [
        "refund.created",
        "charge.refunded",
        "refund.updated",
        "charge.refund.updated",
    ]
    charge = charge_of(client, paid)
    assert (charge.amount_refunded, charge.refunded) == (900, False)
    rest = client.refunds.create({"charge": charge.id, "reason": "requested_by_customer"})
    assert rest.amount == 2000
    assert charge_of(client, paid).refunded
    assert [refund.id for refund in client.refunds.list({"charge": charge.id}).data] == [
        rest.id,
        first.id,
    ]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.refunds.create({"charge": charge.id})
    assert refused.value.code == "charge_already_refunded"


@pytest.mark.parametrize("amount", [2901, 0, -1])
def test_a_refund_is_at_most_what_is_left(client, paid, amount):
    with pytest.raises(stripe.InvalidRequestError):
        client.refunds.create({"payment_intent": paid, "amount": amount})


def test_a_refund_names_something_that_exists(client, standin, open_session):
    for nonsense in ({}, {"charge": "ch_1"}, {"payment_intent": "pi_1"}):
        with pytest.raises(stripe.InvalidRequestError):
            client.refunds.create(nonsense)


def test_a_failed_refund_gives_the_amount_back(client, standin, paid):
    refund = client.refunds.create({"payment_intent": paid})
    before = len(types(standin))
    standin.fail_refund(refund.id)
    failed = client.refunds.retrieve(refund.id, {"expand": ["charge"]})
    assert (failed.status, failed.failure_reason) == ("failed", "lost_or_stolen_card")
    assert (failed.charge.amount_refunded, failed.charge.refunded) == (0, False)
    assert types(standin, before) == ["refund.failed", "refund.updated", "charge.refund.updated"]
    with pytest.raises(StandInError):
        standin.fail_refund(refund.id)
    assert client.refunds.create({"payment_intent": paid}).amount == 2900


def test_a_chargeback_is_won_then_lost(client, standin, paid):
    before = len(types(standin))
    dispute = standin.dispute(paid)
    assert dispute["status"] == "needs_response"
    assert charge_of(client, paid).disputed
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.refunds.create({"payment_intent": paid})
    assert refused.value.code == "charge_disputed"
    for status in ("under_review", "won", "lost"):
        standin.dispute_update(dispute["id"], status)
        assert client.disputes.retrieve(dispute["id"]).status == status
    assert types(standin, before) == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.updated",
        "charge.dispute.closed",
        "charge.dispute.funds_reinstated",
        "charge.dispute.closed",
        "charge.dispute.funds_withdrawn",
    ]
    assert client.disputes.list({"payment_intent": paid}).data[0].id == dispute["id"]


def test_an_inquiry_takes_no_money_until_it_escalates(client, standin, paid):
    before = len(types(standin))
    dispute = standin.dispute(paid, "inquiry")
    assert dispute["status"] == "warning_needs_response"
    assert types(standin, before) == ["charge.dispute.created"]
    standin.dispute_update(dispute["id"], "needs_response")
    assert types(standin)[-1] == "charge.dispute.funds_withdrawn"
    assert not client.disputes.retrieve(dispute["id"]).is_charge_refundable


def test_an_inquiry_closes_by_itself_or_by_a_refund(client, standin, open_session, paid):
    dispute = standin.dispute(paid, "inquiry")
    client.refunds.create({"payment_intent": paid})
    assert client.disputes.retrieve(dispute["id"]).status == "warning_closed"
    assert "charge.dispute.closed" in types(standin)


def test_a_dispute_cannot_jump(standin, paid):
    dispute = standin.dispute(paid, "inquiry")
    with pytest.raises(StandInError):
        standin.dispute_update(dispute["id"], "won")


@pytest.mark.parametrize(
    ("number", "kind", "status"),
    [
        ("4000000000000259", "charge.dispute.created", "needs_response"),
        ("4000000000001976", "charge.dispute.created", "warning_needs_response"),
        ("4000000000005423", "radar.early_fraud_warning.created", None),
    ],
)
def test_some_cards_have_an_aftermath(client, standin, open_session, number, kind, status):
    assert standin.pay(open_session().id, card=number)["payment_status"] == "paid"
    assert standin.last_event(kind)["data"]["object"].get("status") == status


def test_a_fraud_warning_can_be_read_back(client, standin, paid):
    warning = standin.dispute(paid, "early_fraud_warning")
    found = client.radar.early_fraud_warnings.retrieve(warning["id"], {"expand": ["charge"]})
    assert found.charge.payment_intent == paid
    assert found.actionable


def test_the_balance_is_what_was_paid_and_not_returned(client, standin, paid):
    client.refunds.create({"payment_intent": paid, "amount": 900})
    assert client.balance.retrieve().available[0].amount == 2000
