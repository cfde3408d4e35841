"""What a buyer reads of their money on /account/: what came in, what went back, what is under way."""

import re

import pytest

from billing.models import Membership
from tests import cast
from tests.billing.shop import come_back, deliver, press_join

pytestmark = pytest.mark.django_db(transaction=True)


def standing(client) -> str:
    """The words of the page, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", client.get("/account/").text).split())


def buy(client, stripe, **how):
    """Rui pays and comes back."""
    client.force_login(cast.rui())
    purchase = press_join(client)
    stripe.pay(purchase.session_id, **how)
    come_back(client, purchase)
    purchase.refresh_from_db()
    return purchase


def test_the_receipt_is_the_one_at_stripe(client, stripe, bought):
    link = f'<a href="{stripe.base_url}/receipts/'
    assert link in client.get("/account/").text


@pytest.mark.parametrize("source", ["gift", "staff", "imported"])
def test_a_member_reads_how_they_came_by_it(client, source):
    rui = cast.rui()
    row = Membership.objects.create(user=rui, source=source)
    client.force_login(rui)
    assert f"{row.get_source_display()}, {row.granted_at:%B}" in standing(client)


def test_whose_bank_is_at_work_is_not_asked_to_pay_again(client, stripe):
    purchase = buy(client, stripe, method="us_bank_account")
    assert "Your bank is still working on it" in standing(client)
    assert "Complete access for" not in standing(client)
    stripe.settle_bank_debit(purchase.session_id, "failed")
    deliver(client, stripe, "checkout.session.async_payment_failed")
    assert "Complete access for $29" in standing(client)


def test_a_dispute_is_told_on_the_page_and_on_the_way_back(client, stripe, bought):
    stripe.dispute(bought.payment_intent_id)
    deliver(client, stripe, "charge.dispute.created")
    assert "your access returns by itself" in standing(client)
    page = come_back(client, bought)
    assert "This payment is disputed at the bank" in page.text
    assert "Join again" not in page.text


def test_a_refunded_one_may_join_again(client, stripe, bought):
    stripe.refund(payment_intent=bought.payment_intent_id)
    deliver(client, stripe, "charge.refunded")
    assert "This membership has ended" in come_back(client, bought).text
    assert "Join again" in come_back(client, bought).text
