"""What needs a person on the owner's page, and what leaves the list when it is settled."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from billing.models import Membership, Purchase, StripeEvent
from nerdherd.lib.models import TimedWork
from tests import cast
from tests.billing.owners_books import PAGE, QUIET, listed, sold
from tests.billing.shop import deliver, press_join

pytestmark = pytest.mark.django_db(transaction=True)


class TestAttention:
    """What needs a person, and what does not."""

    def test_a_purchase_that_went_well_needs_nobody(self, owner, bought):
        assert QUIET in listed(owner)

    def test_paid_and_nobody_got_in(self, owner, client, stripe):
        purchase = press_join(client)
        stripe.pay(purchase.session_id, "mistyped@example.com")
        deliver(client, stripe, "checkout.session.completed")
        assert QUIET in listed(owner)
        Purchase.objects.update(paid_at=timezone.now() - timedelta(minutes=16))
        assert "nobody has got in" in listed(owner)
        assert "mistyped@example.com, $29" in listed(owner)
        assert f"/admin/billing/purchase/{purchase.pk}/change/" in listed(owner)
        assert "<form" not in listed(owner)

    def test_paid_and_claimed_and_yet_not_in_the_ledger_would_be_noticed(self, owner):
        an_hour_ago = timezone.now() - timedelta(hours=1)
        sold(an_hour_ago, user=cast.rui(), claimed_at=an_hour_ago)
        assert "nobody has got in" in listed(owner)

    def test_one_that_was_taken_back_by_us_is_no_matter(self, owner, bought):
        Membership.objects.get().revoke()
        Purchase.objects.update(paid_at=timezone.now() - timedelta(minutes=16))
        assert QUIET in listed(owner)

    def test_a_misfit_can_be_given_back_with_one_button_and_is_then_settled(
        self, owner, client, stripe
    ):
        purchase = press_join(client)
        stripe.pay(purchase.session_id)
        Purchase.objects.update(amount_cents=9900)
        deliver(client, stripe, "checkout.session.completed")
        assert "does not fit" in listed(owner)
        button = f"/admin/billing/purchase/{purchase.pk}/refund/"
        assert f'action="{button}"' in listed(owner)

        assert "Give $29 back" in listed(owner)

        owner.post(button)

        assert Purchase.objects.get().status == "refunded"
        assert QUIET in listed(owner)

    def test_paid_twice_by_one_person_names_the_later_one(self, owner, client, stripe, bought):
        again = sold(user=bought.user, claimed_at=timezone.now())
        Membership.follow(again)
        assert "Paid twice by the same person" in listed(owner)
        assert f"/purchase/{again.pk}/change/" in listed(owner)
        assert f"/purchase/{bought.pk}/change/" not in listed(owner)
        Purchase.objects.filter(pk=again.pk).update(status="refunded")
        assert QUIET in listed(owner)

    def test_a_gift_beside_an_own_purchase_is_no_double(self, owner, bought):
        sold(user=bought.user, claimed_at=timezone.now(), kind="gift")
        assert QUIET in listed(owner)

    def test_the_account_of_a_paid_purchase_was_deleted(self, owner, bought):
        bought.user.delete()
        assert "the account was deleted" in listed(owner)
        Membership.objects.update(revoked_at=timezone.now() - timedelta(days=31))
        assert QUIET in listed(owner)

    def test_a_dispute_says_until_when_and_is_gone_when_decided(
        self, owner, client, stripe, bought
    ):
        dispute = stripe.dispute(bought.payment_intent_id)
        deliver(client, stripe, "charge.dispute.created")
        bought.refresh_from_db()
        assert bought.dispute_due_at == datetime.fromtimestamp(
            dispute["evidence_details"]["due_by"], UTC
        )
        assert "answer the bank at Stripe" in listed(owner)
        assert f"to be answered by {bought.dispute_due_at:%b %-d, %Y}" in listed(owner)

        stripe.dispute_update(dispute["id"], "under_review")
        deliver(client, stripe, "charge.dispute.updated")
        assert "the bank is deciding" in listed(owner)
        stripe.dispute_update(dispute["id"], "lost")
        deliver(client, stripe, "charge.dispute.closed")
        assert QUIET in listed(owner)

    def test_an_inquiry_is_listed_with_its_date(self, owner, client, stripe, bought):
        stripe.dispute(bought.payment_intent_id, kind="inquiry")
        deliver(client, stripe, "charge.dispute.created")
        assert "The bank asks about a payment" in listed(owner)
        assert "to be answered by" in listed(owner)

    def test_a_fraud_warning_keeps_access_and_offers_the_refund(
        self, owner, client, stripe, bought
    ):
        stripe.dispute(bought.payment_intent_id, kind="early_fraud_warning")
        assert deliver(client, stripe, "radar.early_fraud_warning.created").status_code == 200
        assert Membership.objects.live().exists()
        assert "card was stolen" in listed(owner)
        first = Purchase.objects.get().fraud_warning_at
        StripeEvent.objects.all().delete()
        deliver(client, stripe, "radar.early_fraud_warning.created")
        assert Purchase.objects.get().fraud_warning_at == first

        owner.post(f"/admin/billing/purchase/{bought.pk}/refund/")
        assert QUIET in listed(owner)

    def test_a_fraud_warning_that_comes_before_the_payment_is_kept(self, owner, client, stripe):
        client.force_login(cast.rui())
        purchase = press_join(client)
        paid = stripe.pay(purchase.session_id)
        stripe.dispute(paid["payment_intent"], kind="early_fraud_warning")
        deliver(client, stripe, "radar.early_fraud_warning.created")
        assert Purchase.objects.get().fraud_warning_at is not None

    def test_a_fraud_warning_about_somebody_elses_payment_marks_nothing(
        self, owner, client, stripe, bought
    ):
        unpaid = Purchase.objects.create(buyer="b", amount_cents=2900, currency="usd")
        stripe.dispute(bought.payment_intent_id, kind="early_fraud_warning")
        deliver(
            client, stripe, "radar.early_fraud_warning.created", data__object__payment_intent=""
        )
        unpaid.refresh_from_db()
        assert unpaid.fraud_warning_at is None

    def test_timed_work_that_failed(self, owner):
        TimedWork.objects.create(name="sweep", due_at=timezone.now(), error="OSError()")
        assert "sweep: OSError()" in listed(owner)

    def test_what_a_buyer_typed_is_text(self, owner):
        sold(timezone.now() - timedelta(hours=1), email="<script>x@example.com", user=None)
        sold(next_path="/posts/<b>/")
        page = owner.get(PAGE).text
        assert "<script>x" not in page
        assert "<b>/" not in page

    def test_on_the_worst_day_the_page_stays_small(self, owner):
        for number in range(60):
            StripeEvent.objects.create(event_id=f"evt_{number}", type="charge.refunded")
        StripeEvent.objects.update(received_at=timezone.now() - timedelta(hours=1))
        assert listed(owner).count("Process again") == 50
