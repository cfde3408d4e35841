"""What Stripe says and what the books then say: the decision as a table, and every odd order."""

from dataclasses import replace

import pytest

from billing import gateway
from billing.decision import decide
from billing.facts import Facts
from billing.models import Membership, Purchase, StripeEvent
from billing.reconcile import reconcile
from billing.settle import adopt, sync
from nerdherd.accounts.models import User
from nerdherd.lib.models import OutboxMail
from tests import cast
from tests.billing.shop import come_back, deliver, press_join, ring

ROW = Purchase(reference="nh_one", amount_cents=2900, currency="usd")
PAID = Facts(
    session_id="cs_1",
    status="complete",
    payment_status="paid",
    reference="nh_one",
    is_live=False,
    amount_subtotal=2900,
    currency="usd",
    payment_intent_id="pi_1",
    payment_intent_status="succeeded",
    amount_paid=2900,
)
FREE = {"payment_status": "no_payment_required", "payment_intent_id": "", "amount_paid": 0}
UNPAID = {"payment_status": "unpaid", "amount_paid": 0}


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({}, "paid"),
        (FREE, "paid"),
        ({"amount_paid": 1450}, "paid"),  # with a promotion code
        ({**UNPAID, "payment_intent_status": "processing"}, "processing"),
        ({**UNPAID, "payment_intent_status": "requires_payment_method"}, "failed"),
        ({**UNPAID, "payment_intent_status": "canceled"}, "failed"),
        ({"status": "open", **UNPAID}, "open"),
        ({"status": "open"}, "open"),
        ({"status": "expired", **UNPAID}, "expired"),
        ({"amount_refunded": 1000}, "paid"),
        ({"amount_refunded": 2900}, "refunded"),
        ({"amount_paid": 1450, "amount_refunded": 1450}, "refunded"),
        ({"dispute_status": "warning_needs_response"}, "paid"),
        ({"dispute_status": "warning_closed"}, "paid"),
        ({"dispute_status": "needs_response"}, "disputed"),
        ({"dispute_status": "under_review"}, "disputed"),
        ({"dispute_status": "won"}, "paid"),
        ({"dispute_status": "lost"}, "lost"),
        ({"amount_refunded": 2900, "dispute_status": "won"}, "refunded"),
        ({"amount_subtotal": 100}, "misfit"),
        ({"currency": "eur"}, "misfit"),
        ({"reference": "nh_other"}, "misfit"),
        ({"is_live": True}, "misfit"),
    ],
)
def test_what_follows_from_the_facts(facts, status, settings):
    settings.STRIPE_SECRET_KEY = "sk_test_x"
    assert decide(ROW, replace(PAID, **facts)).status == status


pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bought(client, stripe):
    """Rui has paid, and we have not heard of it yet."""
    client.force_login(cast.rui())
    purchase = press_join(client)
    stripe.pay(purchase.session_id)
    return purchase


def has_access() -> bool:
    return Membership.objects.live().filter(user__email="rui@example.com").exists()


def test_what_comes_as_an_id_is_fetched(stripe, bought):
    bare = gateway.client().v1.checkout.sessions.retrieve(bought.session_id).to_dict()
    assert isinstance(bare["payment_intent"], str)
    assert gateway._facts(bare) == gateway.read(bought.session_id)


def test_a_full_refund_ends_access_and_a_partial_one_does_not(client, stripe, bought):
    come_back(client, bought)
    bought.refresh_from_db()
    stripe.refund(payment_intent=bought.payment_intent_id, amount=1000)
    deliver(client, stripe, "charge.refunded")
    assert has_access()

    stripe.refund(payment_intent=bought.payment_intent_id)
    deliver(client, stripe, "charge.refunded")

    assert not has_access()
    ended = Membership.objects.get()
    assert (ended.reason, ended.revoked_at is not None) == ("refunded", True)


def test_a_refund_that_fails_later_gives_access_back(client, stripe, bought):
    come_back(client, bought)
    bought.refresh_from_db()
    refund = stripe.refund(payment_intent=bought.payment_intent_id)
    deliver(client, stripe, "charge.refunded")
    stripe.fail_refund(refund["id"])

    deliver(client, stripe, "refund.failed")

    assert has_access()
    assert Membership.objects.count() == 2


def test_a_dispute_suspends_winning_restores_and_losing_after_all_ends(client, stripe, bought):
    come_back(client, bought)
    bought.refresh_from_db()
    dispute = stripe.dispute(bought.payment_intent_id)
    deliver(client, stripe, "charge.dispute.created")
    assert not has_access()
    stripe.dispute_update(dispute["id"], "won")
    deliver(client, stripe, "charge.dispute.closed")
    assert has_access()
    stripe.dispute_update(dispute["id"], "lost")
    deliver(client, stripe, "charge.dispute.closed")
    assert not has_access()


def test_an_inquiry_keeps_access(client, stripe, bought):
    come_back(client, bought)
    bought.refresh_from_db()
    stripe.dispute(bought.payment_intent_id, kind="inquiry")
    deliver(client, stripe, "charge.dispute.created")
    assert has_access()


@pytest.mark.drill("Stripe is down, slow, lying, twice, out of order")
def test_the_refund_heard_of_before_the_payment_leaves_no_access(client, stripe, bought):
    session = stripe.last_event("checkout.session.completed")["data"]["object"]
    stripe.refund(payment_intent=session["payment_intent"])

    assert deliver(client, stripe, "charge.refunded").status_code == 200
    assert deliver(client, stripe, "checkout.session.completed").status_code == 200

    bought.refresh_from_db()
    assert bought.status == "refunded"
    assert not has_access()


def test_a_bank_debit_gives_access_when_it_arrives_and_not_before(client, stripe):
    client.force_login(cast.rui())
    purchase = press_join(client)
    stripe.pay(purchase.session_id, method="us_bank_account")
    assert "bank" in come_back(client, purchase).text
    assert not has_access()
    assert client.post("/join/")["Location"].startswith("/join/thanks/")

    stripe.settle_bank_debit(purchase.session_id)
    deliver(client, stripe, "checkout.session.async_payment_succeeded")

    assert has_access()


def test_a_bank_debit_that_fails_gives_nothing_and_may_be_tried_again(client, stripe):
    client.force_login(cast.rui())
    purchase = press_join(client)
    stripe.pay(purchase.session_id, method="us_bank_account")
    deliver(client, stripe, "checkout.session.completed")
    stripe.settle_bank_debit(purchase.session_id, "failed")
    deliver(client, stripe, "checkout.session.async_payment_failed")

    purchase.refresh_from_db()
    assert purchase.status == "failed"
    assert not has_access()
    assert press_join(client).pk != purchase.pk


def test_a_code_for_all_of_it_needs_no_charge(client, stripe):
    stripe.promotion_code("FRIENDS", percent_off=100)
    client.force_login(cast.rui())
    purchase = press_join(client)
    stripe.pay(purchase.session_id, promotion_code="FRIENDS")

    come_back(client, purchase)

    assert has_access()


@pytest.mark.drill("Stripe is down, slow, lying, twice, out of order")
def test_the_payload_is_never_believed(client, stripe):
    """A validly signed event says "paid" of a session that is open at Stripe."""
    client.force_login(cast.rui())
    purchase = press_join(client)
    stripe.pay(purchase.session_id, method="us_bank_account")

    answer = deliver(
        client, stripe, "checkout.session.completed", data__object__payment_status="paid"
    )

    assert answer.status_code == 200
    assert not has_access()


def test_the_webhook_that_comes_before_we_know_the_session_finds_its_purchase(
    client, stripe, bought
):
    Purchase.objects.update(session_id=None)
    deliver(client, stripe, "checkout.session.completed")
    assert has_access()


def test_another_session_that_carries_our_reference_changes_nothing(client, stripe, bought):
    come_back(client, bought)
    other = deliver(
        client,
        stripe,
        "checkout.session.completed",
        id="evt_other",
        data__object__id="cs_test_other",
    )
    bought.refresh_from_db()
    assert other.status_code == 200
    assert has_access()
    assert bought.session_id != "cs_test_other"


def test_a_session_that_does_not_fit_is_not_adopted(client, stripe, bought):
    Purchase.objects.update(session_id=None, amount_cents=9900)
    assert adopt(bought.reference, bought.session_id) is None
    assert not has_access()


@pytest.mark.drill("Stripe is down, slow, lying, twice, out of order")
def test_a_slow_old_reading_never_overwrites_a_newer_refund(client, stripe, bought, monkeypatch):
    """Somebody reads "paid", somebody else reads and writes "refunded", the first writes."""
    come_back(client, bought)
    bought.refresh_from_db()
    # A writer before us made the row look unpaid, so that the slow one has something to write.
    Purchase.objects.filter(pk=bought.pk).update(status="open")
    from billing import settle

    read = settle._read
    slow: list[bool] = []

    def slow_read(purchase, session_id):
        facts = read(purchase, session_id)
        if not slow:
            slow.append(True)
            stripe.refund(payment_intent=bought.payment_intent_id)
            sync(purchase.pk)
        return facts

    monkeypatch.setattr(settle, "_read", slow_read)

    assert sync(bought.pk)[0].status == "refunded"
    assert not has_access()
    assert Membership.objects.count() == 1, "it was given once more, for a moment"


def test_an_old_reading_does_not_win_over_a_newer_one_that_found_nothing_to_write(
    client, stripe, bought, monkeypatch
):
    """Somebody reads "refunded", the refund fails, somebody else reads "paid" as the row says."""
    come_back(client, bought)
    bought.refresh_from_db()
    refund = stripe.refund(payment_intent=bought.payment_intent_id)["id"]
    from billing import settle

    read = settle._read
    slow: list[bool] = []

    def slow_read(purchase, session_id):
        facts = read(purchase, session_id)
        if not slow:
            slow.append(True)
            stripe.fail_refund(refund)
            sync(purchase.pk)
        return facts

    monkeypatch.setattr(settle, "_read", slow_read)

    assert sync(bought.pk)[0].status == "paid"
    assert has_access()


def test_syncing_again_writes_nothing(client, stripe, bought, django_assert_num_queries):
    come_back(client, bought)
    before = Purchase.objects.get(pk=bought.pk).version
    with django_assert_num_queries(2):  # reads the row, and once more to return it
        sync(bought.pk)
    assert Purchase.objects.get(pk=bought.pk).version == before


def test_an_old_refund_never_touches_a_newer_purchase(client, stripe, bought):
    come_back(client, bought)
    bought.refresh_from_db()
    stripe.refund(payment_intent=bought.payment_intent_id)
    deliver(client, stripe, "charge.refunded")
    refunded = stripe.last_event("charge.refunded")["id"]
    again = press_join(client)
    stripe.pay(again.session_id)
    come_back(client, again)
    StripeEvent.objects.all().delete()

    ring(client, stripe, refunded)

    assert has_access()


def test_a_refund_leaves_what_was_given_for_another_reason(client, stripe, bought):
    come_back(client, bought)
    bought.refresh_from_db()
    Membership.objects.create(user=bought.user, source=Membership.Source.GIFT)
    stripe.refund(payment_intent=bought.payment_intent_id)
    deliver(client, stripe, "charge.refunded")
    assert Membership.objects.live().get().source == "gift"


class TestDoorbell:
    """What the webhook answers, and when it calls an event done."""

    @pytest.mark.parametrize("signature", ["none", "wrong", "old", "v0", "non_ascii"])
    def test_what_is_not_from_stripe_is_refused(self, client, stripe, bought, signature):
        answer = deliver(client, stripe, "checkout.session.completed", signature=signature)
        assert answer.status_code == 400
        assert not has_access()
        assert not StripeEvent.objects.exists()

    @pytest.mark.parametrize("body", [b"", b"{}", b"nonsense", b"\xff\xfe", b"[" * 5000])
    def test_bodies_that_are_nothing_are_refused(self, client, stripe, body):
        headers = {"Stripe-Signature": "t=1,v1=00"}
        for address in ("/stripe/webhook/", "/stripe/webhook"):
            answer = client.post(address, body, content_type="application/json", headers=headers)
            assert answer.status_code == 400

    def test_a_huge_body_is_refused_unread(self, client):
        answer = client.post("/stripe/webhook/", b"x" * 600_000, content_type="application/json")
        assert answer.status_code == 413

    def test_only_post_is_answered_and_no_redirect_ever(self, client):
        for address in ("/stripe/webhook/", "/stripe/webhook"):
            assert client.get(address).status_code == 405
            assert client.post(address).status_code == 400

    def test_stripe_is_told_to_ring_again_when_it_cannot_be_asked(self, client, stripe, bought):
        stripe.fault("GET /v1/checkout/sessions/*", status=500, times=3)
        event = stripe.last_event("checkout.session.completed")["id"]

        assert ring(client, stripe, event).status_code == 500
        assert StripeEvent.objects.get().done_at is None
        assert ring(client, stripe, event).status_code == 200
        assert has_access()

    def test_events_of_the_other_mode_and_of_no_interest_are_answered_kindly(
        self, client, stripe, bought
    ):
        assert (
            deliver(client, stripe, "checkout.session.completed", livemode=True).status_code == 200
        )
        assert deliver(client, stripe, "payment_intent.succeeded").status_code == 200
        assert not has_access()

    def test_an_event_about_somebody_elses_payment_is_answered_kindly(self, client, stripe, bought):
        Purchase.objects.all().delete()
        assert deliver(client, stripe, "checkout.session.completed").status_code == 200
        assert not Membership.objects.exists()

    def test_a_new_secret_can_be_set_before_the_old_one_goes(
        self, client, stripe, bought, settings
    ):
        settings.STRIPE_WEBHOOK_SECRETS = ["whsec_the_next_one", *settings.STRIPE_WEBHOOK_SECRETS]
        assert deliver(client, stripe, "checkout.session.completed").status_code == 200
        assert has_access()


class TestReconcile:
    """When no delivery ever arrives."""

    def test_a_payment_nobody_told_us_of_is_found(self, stripe, bought):
        Purchase.objects.update(created_at="2026-01-01T00:00Z")
        assert reconcile()["unfinished"] == 1
        assert has_access()

    def test_a_session_we_never_saved_is_adopted(self, stripe, bought):
        Purchase.objects.update(session_id=None)
        reconcile()
        assert has_access()

    def test_a_refund_nobody_told_us_of_is_found(self, client, stripe, bought):
        come_back(client, bought)
        bought.refresh_from_db()
        stripe.refund(payment_intent=bought.payment_intent_id)
        reconcile()
        assert not has_access()

    def test_a_purchase_that_was_never_opened_is_closed(self, stripe):
        Purchase.objects.create(
            buyer="browser:x", amount_cents=2900, currency="usd", expires_at="2026-01-01T00:00Z"
        )
        Purchase.objects.update(created_at="2026-01-01T00:00Z")
        assert reconcile()["never opened"] == 1
        assert Purchase.objects.get().status == "expired"

    def test_one_that_cannot_be_read_does_not_stop_the_others(self, stripe, bought):
        first = Purchase.objects.create(
            buyer="browser:x", amount_cents=2900, currency="usd", session_id="cs_test_unknown"
        )
        Purchase.objects.update(created_at="2026-01-01T00:00Z")
        reconcile()
        first.refresh_from_db()
        assert first.status == "expired"
        assert has_access()

    def test_running_twice_changes_nothing_more(self, stripe, bought):
        Purchase.objects.update(created_at="2026-01-01T00:00Z")
        reconcile()
        reconcile()
        assert Membership.objects.count() == 1
        assert OutboxMail.objects.filter(key__startswith="welcome").count() == 1


class TestDeletedAccount:
    """Somebody deletes their account."""

    def test_the_ledger_keeps_the_line_without_the_name(self, client, stripe, bought):
        come_back(client, bought)
        User.objects.get().delete()
        line = Membership.objects.get()
        assert (line.user, line.reason, line.revoked_at is not None) == (None, "deleted", True)
        assert Purchase.objects.get().user is None

    def test_what_is_paid_afterwards_can_still_be_claimed_by_its_payer(self, client, stripe):
        client.force_login(user := cast.rui())
        purchase = press_join(client)
        user.delete()
        stripe.pay(purchase.session_id)
        deliver(client, stripe, "checkout.session.completed")
        assert list(Purchase.objects.unclaimed("rui@example.com")) == [purchase]
