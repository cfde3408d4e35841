"""Whatever went wrong with one purchase, its buyer gets what was paid for, or can pay after all."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from billing import gateway
from billing.models import Membership, Purchase, StripeEvent
from billing.settle import Contended, sync
from tests import cast
from tests.billing.shop import come_back, deliver, press_join
from tests.billing.test_joining import code_in_mail

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rui():
    """Signed up, with an address that is proved."""
    user = cast.rui()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def paid_by_vera(stripe, email: str = "vera@example.com") -> tuple[Client, Purchase]:
    """A browser that has paid, and that we have not seen again since."""
    browser = Client()
    purchase = press_join(browser)
    stripe.pay(purchase.session_id, email=email)
    return browser, purchase


class TestPaidBeforeSigningIn:
    def test_the_browser_that_paid_signs_in_and_is_not_sold_it_again(self, stripe, rui):
        browser, purchase = paid_by_vera(stripe)
        browser.force_login(rui)

        answer = browser.post("/join/")
        browser.get(answer["Location"])

        assert Purchase.objects.get().user == rui
        assert Membership.objects.live().get().purchase == purchase

    def test_what_it_left_open_is_gone_on_with(self, stripe, rui):
        browser = Client()
        left_open = press_join(browser)
        browser.force_login(rui)

        assert press_join(browser) == left_open

    def test_paid_from_the_address_of_the_account_it_is_there_at_once(self, client, stripe, rui):
        paid_by_vera(stripe, email="Rui@Example.com")
        deliver(Client(), stripe, "checkout.session.completed")
        client.force_login(rui)

        answer = client.post("/join/", {"next": "/posts/"})

        assert answer["Location"] == "/posts/"
        assert Membership.objects.live().get().user == rui

    def test_an_address_that_was_never_proved_gets_nothing(self, client, stripe):
        paid_by_vera(stripe, email="rui@example.com")
        deliver(Client(), stripe, "checkout.session.completed")
        client.force_login(cast.rui())

        client.post("/join/")

        assert not Membership.objects.exists()

    def test_help_gives_it_to_the_account_that_is_signed_in(self, client, stripe, rui):
        paid_by_vera(stripe)
        deliver(Client(), stripe, "checkout.session.completed")
        client.force_login(rui)

        client.post("/join/code/", {"email": "vera@example.com"})
        client.post("/join/proof/", {"code": code_in_mail("vera@example.com")})

        assert Membership.objects.live().get().user == rui
        assert client.get("/account/").context["user"] == rui


@pytest.mark.drill("Stripe is down, slow, lying, twice, out of order")
class TestTheWayToThePaymentPage:
    def test_an_answer_that_stripe_repeats_all_day_bars_nobody(self, client, stripe):
        client.force_login(cast.rui())
        stripe.fault("POST /v1/checkout/sessions", status=500, times=3)
        assert client.post("/join/").status_code == 503
        failed = Purchase.objects.get()

        assert press_join(client) != failed

    def test_what_stripe_refuses_bars_nobody(self, client, stripe, monkeypatch):
        client.force_login(cast.rui())

        def refuse(purchase):
            raise gateway.Refused("Not a valid URL")

        with monkeypatch.context() as refusing:
            refusing.setattr(gateway, "open_session", refuse)
            assert client.post("/join/").status_code == 503

        assert press_join(client)

    def test_a_page_with_any_letters_in_its_address_can_be_left_for_it(self, client, stripe):
        press_join(client, "/search/?q=über müde Kinder")

        made = gateway.client().v1.checkout.sessions.list().data[0]
        assert str(made.cancel_url).endswith("/search/?q=%C3%BCber%20m%C3%BCde%20Kinder")

    def test_two_that_came_alive_at_once_are_no_error_page(self, client, stripe):
        client.force_login(cast.rui())
        given_up = press_join(client)
        Purchase.objects.filter(pk=given_up.pk).update(status="expired")
        assert press_join(client) != given_up

        with pytest.raises(Contended):
            sync(given_up.pk)


class TestMoneyThatDoesNotFit:
    @pytest.fixture
    def misfit(self, client, stripe):
        """Paid, and not what we offered."""
        client.force_login(cast.rui())
        purchase = press_join(client)
        stripe.pay(purchase.session_id)
        Purchase.objects.filter(pk=purchase.pk).update(amount_cents=100)
        misfit, _facts = sync(purchase.pk)
        assert misfit.status == Purchase.Status.MISFIT
        return misfit

    def test_the_owner_can_give_it_back(self, misfit):
        desk = Client()
        desk.force_login(cast.olga())

        desk.post(f"/admin/billing/purchase/{misfit.pk}/refund/")

        misfit.refresh_from_db()
        assert misfit.status == Purchase.Status.REFUNDED

    def test_given_back_at_stripe_its_buyer_may_buy_again(self, client, stripe, misfit):
        stripe.refund(payment_intent=misfit.payment_intent_id)
        deliver(client, stripe, "charge.refunded")

        assert not Purchase.objects.not_yet_used().exists()


class TestAddresses:
    def test_another_alphabet_does_not_make_one_address_of_two(self, stripe):
        purchase = Purchase.objects.create(
            buyer="x", amount_cents=1, currency="usd", status="paid", email="vera@gmail.com"
        )

        assert not Purchase.objects.unclaimed("vera@gma\u0131l.com").exists()
        assert Purchase.objects.unclaimed("vera@gmail.com").get() == purchase

    def test_one_stranger_does_not_try_many(self, client):
        tries = [
            client.post("/join/code/", {"email": f"nora{i}@example.com"}).status_code
            for i in range(11)
        ]

        assert tries == [200] * 10 + [429]


def test_a_receipt_that_is_worded_anew_is_no_news(client, stripe):
    client.force_login(cast.rui())
    purchase = press_join(client)
    stripe.pay(purchase.session_id)
    come_back(client, purchase)
    Purchase.objects.filter(pk=purchase.pk).update(receipt_url="https://stripe.example/before")

    synced, _facts = sync(purchase.pk)

    assert synced.receipt_url == "https://stripe.example/before"


def test_stripe_rings_again_when_it_refuses_to_say(client, stripe, monkeypatch):
    client.force_login(cast.rui())
    stripe.pay(press_join(client).session_id)

    def refuse(session_id):
        raise gateway.Refused("no")

    with monkeypatch.context() as refusing:
        refusing.setattr(gateway, "read", refuse)
        assert deliver(client, stripe, "checkout.session.completed").status_code == 500

    assert StripeEvent.objects.get().error == "Refused"
    assert deliver(client, stripe, "checkout.session.completed").status_code == 200
    assert Membership.objects.live().exists()
