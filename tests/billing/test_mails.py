"""What buyers and owners are written: each thing once, kindly, as text and HTML."""

import pytest
from django.core import mail

from billing.models import Membership
from billing.reconcile import reconcile
from nerdherd.lib import emails
from nerdherd.lib.models import OutboxMail
from tests import cast
from tests.billing.shop import come_back, deliver, press_join

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bought(client, stripe):
    """Rui is a member by purchase, and has been welcomed."""
    client.force_login(cast.rui())
    purchase = press_join(client)
    stripe.pay(purchase.session_id)
    come_back(client, purchase)
    purchase.refresh_from_db()
    emails.send_due()
    mail.outbox.clear()
    return purchase


def sent() -> list[tuple[list[str], str]]:
    """To whom and under which subject mail goes out now."""
    mail.outbox.clear()
    emails.send_due()
    return [(message.to, str(message.subject)) for message in mail.outbox]


def test_a_mail_has_the_same_words_as_text_and_as_html(client, stripe):
    client.force_login(cast.rui())
    purchase = press_join(client)
    stripe.pay(purchase.session_id)
    come_back(client, purchase)
    emails.send_due()
    message = mail.outbox[0]
    assert isinstance(message, mail.EmailMultiAlternatives)
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    for words in ("Your payment of $29 has arrived", "/accounts/login/"):
        assert words in str(message.body)
        assert words in str(html)
    assert '<a href="http://127.0.0.1:8000/accounts/login/"' in str(html)


def test_ended_and_returned_are_told_once_each_time(client, stripe, bought):
    refund = stripe.refund(payment_intent=bought.payment_intent_id)
    for _ in range(3):
        deliver(client, stripe, "charge.refunded")
    assert sent() == [(["rui@example.com"], "Your access has ended")]

    stripe.fail_refund(refund["id"])
    for _ in range(3):
        deliver(client, stripe, "refund.failed")
    assert sent() == [(["rui@example.com"], "Your access is back")]

    stripe.refund(payment_intent=bought.payment_intent_id)
    deliver(client, stripe, "charge.refunded")
    assert sent() == [(["rui@example.com"], "Your access has ended")]


def test_a_bank_debit_that_fails_is_told(client, stripe):
    client.force_login(cast.rui())
    purchase = press_join(client)
    stripe.pay(purchase.session_id, method="us_bank_account")
    deliver(client, stripe, "checkout.session.completed")
    assert sent() == []
    stripe.settle_bank_debit(purchase.session_id, "failed")
    deliver(client, stripe, "checkout.session.async_payment_failed")
    deliver(client, stripe, "checkout.session.async_payment_failed")
    assert sent() == [(["rui@example.com"], "Your payment did not arrive")]


def test_who_paid_without_an_account_is_told_at_the_address_typed_at_stripe(client, stripe):
    purchase = press_join(client)
    stripe.pay(purchase.session_id, email="vera@example.com")
    deliver(client, stripe, "checkout.session.completed")
    assert sent() == [(["vera@example.com"], "Thank you: your access is ready")]
    purchase.refresh_from_db()
    stripe.refund(payment_intent=purchase.payment_intent_id)
    deliver(client, stripe, "charge.refunded")
    assert sent() == [(["vera@example.com"], "Your access has ended")]


def test_a_dispute_is_told_to_the_owner_in_each_of_its_states(client, stripe, bought):
    owner = cast.olga()
    dispute = stripe.dispute(bought.payment_intent_id)
    deliver(client, stripe, "charge.dispute.created")
    deliver(client, stripe, "charge.dispute.created")
    told = sent()
    assert told.count(([owner.email], "About a disputed payment")) == 1
    stripe.dispute_update(dispute["id"], "won")
    deliver(client, stripe, "charge.dispute.closed")
    assert ([owner.email], "About a disputed payment") in sent()


def test_a_dispute_is_told_with_the_day_by_which_to_answer(client, stripe, bought):
    owner = cast.olga()
    dispute = stripe.dispute(bought.payment_intent_id)
    deliver(client, stripe, "charge.dispute.created")
    bought.refresh_from_db()
    due = bought.dispute_due_at.strftime("%Y, %H:%M")
    assert due in OutboxMail.objects.get(to=owner.email).text

    stripe.dispute_update(dispute["id"], "won")
    deliver(client, stripe, "charge.dispute.closed")
    told = OutboxMail.objects.filter(to=owner.email).latest("pk").text
    assert "is won" in told
    assert "Answer it" not in told


@pytest.mark.parametrize(
    ("percent_off", "words", "paid"), [(100, "nothing to pay", "$0"), (50, "$14.50", "$14.50")]
)
def test_with_a_promotion_code_we_say_what_was_paid(client, stripe, percent_off, words, paid):
    stripe.promotion_code("FRIENDS", percent_off=percent_off)
    client.force_login(cast.rui())
    purchase = press_join(client)
    stripe.pay(purchase.session_id, promotion_code="FRIENDS")
    come_back(client, purchase)

    welcome = OutboxMail.objects.get().text
    assert words in welcome
    assert "$29" not in welcome
    account = client.get("/account/").text
    assert f"<span>{paid}, " in account


def test_a_part_given_back_is_on_the_account_page(client, stripe, bought):
    stripe.refund(payment_intent=bought.payment_intent_id, amount=1000)
    deliver(client, stripe, "charge.refunded")
    assert "$10 given back" in client.get("/account/").text


def test_what_a_person_took_back_no_news_from_stripe_gives_again(client, stripe, bought):
    Membership.objects.get().revoke()
    stripe.refund(payment_intent=bought.payment_intent_id, amount=500)
    deliver(client, stripe, "charge.refunded")
    assert not Membership.objects.live().exists()
    assert sent() == []


def test_what_is_open_at_yesterdays_price_is_closed_by_reconcile(client, stripe, settings):
    from billing.models import Purchase

    client.force_login(cast.rui())
    purchase = press_join(client)
    Purchase.objects.update(created_at="2026-01-01T00:00Z")
    settings.OFFER_PRICE_CENTS = 3900
    reconcile()
    purchase.refresh_from_db()
    assert purchase.status == "expired"


def test_the_outbox_forgets_what_was_said(client, stripe, bought):
    row = OutboxMail.objects.get()
    assert (row.text, row.html, row.sent_at is not None) == ("", "", True)
