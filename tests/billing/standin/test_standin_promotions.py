"""Coupons, promotion codes and what they take off."""

import pytest
import stripe

from billing.standin.control import StandInError


def test_a_code_lowers_the_total_but_not_the_subtotal(client, standin, open_session):
    code = standin.promotion_code("SPRING", percent_off=50)
    session = open_session(allow_promotion_codes=True)
    standin.pay(session.id, promotion_code="spring")
    paid = client.checkout.sessions.retrieve(
        session.id,
        {"expand": ["total_details.breakdown", "payment_intent", "discounts.promotion_code"]},
    )
    assert (paid.amount_subtotal, paid.amount_total) == (2900, 1450)
    assert paid.total_details.amount_discount == 1450
    assert paid.total_details.breakdown.discounts[0].amount == 1450
    assert paid.payment_intent.amount == 1450
    assert paid.discounts[0].promotion_code.id == code["id"]
    assert client.promotion_codes.retrieve(code["id"]).times_redeemed == 1


def test_a_full_discount_needs_no_payment(client, standin, open_session):
    standin.promotion_code("FREE", percent_off=100)
    session = open_session(allow_promotion_codes=True)
    standin.pay(session.id, promotion_code="FREE")
    paid = client.checkout.sessions.retrieve(session.id)
    assert (paid.status, paid.payment_status) == ("complete", "no_payment_required")
    assert paid.payment_intent is None
    assert [entry["event"]["type"] for entry in standin.events()] == ["checkout.session.completed"]


def test_a_coupon_can_be_on_the_session_from_the_start(client, standin, open_session):
    coupon = client.coupons.create({"amount_off": 900, "currency": "usd", "duration": "once"})
    session = open_session(discounts=[{"coupon": coupon.id}])
    assert session.amount_total == 2000


def test_codes_are_made_listed_and_switched_off(client, standin, open_session):
    coupon = client.coupons.create({"percent_off": 10})
    promotion = {"type": "coupon", "coupon": coupon.id}
    made = client.promotion_codes.create({"promotion": promotion, "code": "TEN"})
    assert made.promotion.coupon == coupon.id
    found = client.promotion_codes.list({"code": "TEN", "expand": ["data.promotion.coupon"]})
    assert found.data[0].promotion.coupon.percent_off == 10
    client.promotion_codes.update(made.id, {"active": False})
    session = open_session(allow_promotion_codes=True)
    with pytest.raises(StandInError, match="invalid"):
        standin.pay(session.id, promotion_code="TEN")


def test_a_used_up_code_is_invalid(standin, open_session):
    standin.promotion_code("ONCE", percent_off=10, max_redemptions=1)
    standin.pay(open_session(allow_promotion_codes=True).id, promotion_code="ONCE")
    with pytest.raises(StandInError, match="invalid"):
        standin.pay(open_session(allow_promotion_codes=True).id, promotion_code="ONCE")


def test_codes_only_where_they_are_allowed(standin, open_session):
    standin.promotion_code("HALF", percent_off=50)
    with pytest.raises(StandInError, match="no promotion codes"):
        standin.pay(open_session().id, promotion_code="HALF")


def test_a_total_below_the_least_charge_is_refused(standin, open_session):
    standin.promotion_code("ALMOST", amount_off=2890)
    with pytest.raises(StandInError) as refused:
        standin.pay(open_session(allow_promotion_codes=True).id, promotion_code="ALMOST")
    assert refused.value.error["code"] == "amount_too_small"


def test_two_codes_of_one_name_cannot_be_active(client, standin):
    standin.promotion_code("SAME", percent_off=10)
    with pytest.raises(StandInError):
        standin.promotion_code("same", percent_off=20)


def test_a_coupon_is_percent_or_amount(client):
    for nonsense in ({}, {"percent_off": 10, "amount_off": 5, "currency": "usd"}):
        with pytest.raises(stripe.InvalidRequestError):
            client.coupons.create(nonsense)
