"""The owner's desk over HTTP: giving money back, giving and taking access, and who may not."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from billing.models import Membership, Purchase
from nerdherd.accounts.models import User
from tests import cast
from tests.billing.shop import come_back, press_join
from tests.library import CANARY, members_post

pytestmark = pytest.mark.django_db

BOOKS = ["purchase", "membership", "stripeevent"]


def support() -> User:
    """Somebody who answers mails."""
    sue = cast.person("sue", is_staff=True)
    sue.groups.add(Group.objects.get(name="Support"))
    return sue


def desk(user: User) -> Client:
    """A browser in which `user` is signed in."""
    browser = Client()
    browser.force_login(user)
    return browser


def button(purchase: Purchase) -> str:
    return f"/admin/billing/purchase/{purchase.pk}/refund/"


class TestRefund:
    """The button of a purchase."""

    @pytest.fixture
    def reads(self):
        """A members' post, and whether the buyer has all of it."""
        target = members_post()
        return lambda client: CANARY in client.get(target.get_absolute_url()).text

    @pytest.fixture
    def bought(self, client, stripe) -> Purchase:
        """Rui has paid, and is signed in as `client`."""
        client.force_login(cast.rui())
        purchase = press_join(client)
        stripe.pay(purchase.session_id)
        come_back(client, purchase)
        return Purchase.objects.get(pk=purchase.pk)

    def refunds(self, stripe) -> list[int]:
        """What Stripe gave back, each time in cents."""
        events = stripe.events("refund.created")
        return [entry["event"]["data"]["object"]["amount"] for entry in events]

    @pytest.mark.parametrize("who", [cast.olga, support])
    def test_money_back_ends_access_at_the_next_request(self, client, bought, reads, who):
        assert reads(client)
        owner = desk(who())
        page = owner.get(f"/admin/billing/purchase/{bought.pk}/change/").text
        assert "Give $29 back through Stripe" in page

        answer = owner.post(button(bought), follow=True)

        assert "$29 given back. Now: Refunded." in answer.text
        assert "Give $29 back" not in answer.text
        assert not reads(client)

    def test_the_purchase_shows_who_got_in_with_it_and_why_that_ended(self, bought):
        owner = desk(cast.olga())
        page = owner.post(button(bought), follow=True).text
        ledger = page[page.index("membership_set-group") :]
        assert "rui@example.com" in ledger
        assert "The payment was refunded" in ledger
        assert "gift-group" not in page

    def test_pressing_twice_is_one_refund(self, stripe, bought):
        owner = desk(cast.olga())
        for _ in range(2):
            answer = owner.post(button(bought), follow=True)
            assert answer.status_code == 200
        assert self.refunds(stripe) == [2900]
        assert Membership.objects.get().reason == "refunded"

    def test_when_stripe_does_not_answer_one_may_press_again(self, client, stripe, bought, reads):
        owner = desk(cast.olga())
        stripe.fault("POST /v1/refunds", status=500, times=9)
        answer = owner.post(button(bought), follow=True)
        assert "Press again; it will be one refund." in answer.text
        assert reads(client)
        stripe.clear_faults()
        owner.post(button(bought))
        assert self.refunds(stripe) == [2900]
        assert not reads(client)

    @pytest.mark.parametrize("who", [cast.ed, cast.mona])
    def test_nobody_else_gives_money_back(self, client, stripe, bought, reads, who):
        desk(who()).post(button(bought))
        Client().post(button(bought))
        assert self.refunds(stripe) == []
        assert reads(client)

    def test_looking_at_the_buttons_address_does_nothing(self, stripe, bought):
        assert desk(cast.olga()).get(button(bought)).status_code == 405
        assert self.refunds(stripe) == []


class TestAccess:
    """Giving a membership, and taking it back."""

    def give(self, browser: Client, user: User) -> int:
        typed = {"user": user.pk, "note": "A friend of the house"}
        return browser.post("/admin/billing/membership/add/", typed).status_code

    @pytest.mark.parametrize("who", [cast.olga, support])
    def test_what_is_given_opens_the_library_and_can_be_taken_back(self, client, who):
        friend, owner, target = cast.rui(), desk(who()), members_post()
        client.force_login(friend)
        assert self.give(owner, friend) == 302
        assert CANARY in client.get(target.get_absolute_url()).text
        given = Membership.objects.get()
        assert (given.source, given.note) == ("staff", "A friend of the house")

        chosen = {"action": "take_back", "_selected_action": [given.pk]}
        answer = owner.post("/admin/billing/membership/", chosen, follow=True)

        assert "1 taken back." in answer.text
        assert CANARY not in client.get(target.get_absolute_url()).text
        ended = Membership.objects.get()
        assert (ended.reason, ended.revoked_at is not None) == ("staff", True)

    def test_the_ledger_is_not_rewritten(self):
        cast.mona()
        [line] = Membership.objects.all()
        owner = desk(cast.olga())
        change = f"/admin/billing/membership/{line.pk}/change/"
        assert owner.get(change).status_code == 200
        assert owner.post(change, {"note": "x"}).status_code == 403
        assert owner.post(change.replace("change", "delete"), {"post": "yes"}).status_code == 403
        assert Membership.objects.get().note == ""

    def test_editors_neither_see_the_books_nor_give_access(self):
        editor, friend = desk(cast.ed()), cast.rui()
        for noun in BOOKS:
            assert editor.get(f"/admin/billing/{noun}/").status_code == 403
            assert noun not in editor.get("/admin/").text.lower()
        assert editor.get("/admin/accounts/user/").status_code == 403
        assert self.give(editor, friend) == 403
        assert not Membership.objects.exists()

    def test_support_sees_the_books_and_makes_nobody_an_owner(self):
        sue = support()
        browser = desk(sue)
        for noun in BOOKS:
            assert browser.get(f"/admin/billing/{noun}/").status_code == 200
        address = f"/admin/accounts/user/{sue.pk}/change/"
        assert browser.get(address).status_code == 200
        assert browser.post(address, {"is_superuser": "on"}).status_code == 403
        assert browser.get("/admin/courses/post/").status_code == 403
