"""A second grown-up: invited by link, let in for as long as the inviter is, one at a time."""

import pytest
from django.test import Client

from billing.models import Invitation, Membership, Purchase
from billing.partners import accept, take_back
from nerdherd.accounts.models import User
from nerdherd.lib.models import OutboxMail
from tests import cast
from tests.billing.shop import come_back, deliver, press_join
from tests.billing.test_at_once import at_once, one_during_another
from tests.billing.test_gifts import give, members, open_it, signed_in
from tests.billing.test_joining import code_in_mail
from tests.library import CANARY, members_post

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mona() -> Client:
    """A member's browser; she was given her membership by us."""
    return signed_in(cast.mona())


@pytest.fixture
def invitation(mona: Client) -> Invitation:
    """Mona has made a link."""
    return invite(mona)


def invite(browser: Client) -> Invitation:
    """Make a link, and find it on the account page."""
    page = browser.post("/account/partner/", follow=True)
    invitation = Invitation.objects.living().latest("pk")
    assert invitation.link in page.text
    return invitation


def answer(browser: Client, invitation: Invitation):
    """Press "Accept", and see the page that follows."""
    return browser.post(invitation.get_absolute_url(), follow=True)


def partner() -> User:
    """The line of the second grown-up who is let in now: its person."""
    line = Membership.objects.live().get(source="partner")
    assert line.user is not None
    return line.user


class TestInviting:
    def test_a_member_makes_one_link_however_often_they_press(self, mona):
        assert "A second grown-up" in mona.get("/account/").text
        assert invite(mona) == invite(mona)

    def test_ten_presses_at_once_make_one_link(self, mona):
        user = User.objects.get()
        made = at_once(*[lambda: Invitation.issue(user.pk).pk] * 10)
        assert len(set(made)) == 1

    def test_who_is_no_member_makes_none(self):
        browser = signed_in(cast.rui())
        assert "A second grown-up" not in browser.get("/account/").text
        page = browser.post("/account/partner/", follow=True)
        assert "membership of your own" in page.text
        assert not Invitation.objects.exists()

    def test_who_is_a_member_by_partnership_makes_none(self, invitation):
        browser = signed_in(cast.rui())
        answer(browser, invitation)
        assert "A second grown-up" not in browser.get("/account/").text
        browser.post("/account/partner/")
        assert Invitation.objects.count() == 1

    def test_who_is_not_signed_in_is_asked_to(self):
        assert "/accounts/login/" in Client().post("/account/partner/")["Location"]
        assert "/accounts/login/" in Client().post("/account/partner/removal/")["Location"]

    def test_looking_makes_and_takes_nothing(self, mona, invitation):
        mona.get("/account/partner/")
        mona.get("/account/partner/removal/")
        assert Invitation.objects.living().count() == 1

    def test_no_other_site_can_press(self, mona):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(User.objects.get())
        assert strict.post("/account/partner/").status_code == 403
        assert not Invitation.objects.exists()


class TestAccepting:
    def test_signed_in_it_takes_one_press(self, mona, invitation):
        post, browser = members_post(), signed_in(user := cast.rui())
        page = browser.get(invitation.get_absolute_url())
        assert "Accept the invitation" in page.text
        assert "no-store" in page["Cache-Control"]
        assert "mona@example.com" not in page.text

        assert "Welcome to the herd" in answer(browser, invitation).text

        assert CANARY in browser.get(post.get_absolute_url()).text
        assert partner() == user
        assert "rui@example.com" in mona.get("/account/").text

    def test_without_an_account_a_code_to_the_own_address_makes_one(self, invitation):
        post, browser, page = members_post(), Client(), invitation.get_absolute_url()
        assert "six-digit code" in browser.get(page).text
        assert (
            "vera@example.com" in browser.post(f"{page}code/", {"email": "vera@example.com"}).text
        )
        right = code_in_mail("vera@example.com")
        wrong = browser.post(f"{page}proof/", {"code": f"{(int(right) + 1) % 10**6:06}"})
        assert wrong.status_code == 422
        assert not User.objects.filter(email="vera@example.com").exists()

        assert browser.post(f"{page}proof/", {"code": right})["Location"] == "/posts/"

        assert partner().email == "vera@example.com"
        assert CANARY in browser.get(post.get_absolute_url()).text

    def test_the_button_without_an_account_lets_nobody_in(self, invitation):
        assert "six-digit code" in answer(Client(), invitation).text
        assert members() == {"mona@example.com"}

    def test_a_link_that_nobody_made_is_an_ordinary_404(self, client):
        for place in ("", "code/", "proof/"):
            assert client.post(f"/partner/AbCdEfGhIjKlMnOpQrSt/{place}").status_code == 404

    def test_the_own_link(self, mona, invitation):
        assert "your own link" in answer(mona, invitation).text
        assert Invitation.objects.get().accepted_at is None

    def test_twice(self, invitation):
        browser = signed_in(cast.rui())
        answer(browser, invitation)
        assert "You have accepted" in answer(browser, invitation).text
        assert Membership.objects.filter(source="partner").count() == 1

    def test_by_a_second_one(self, invitation):
        answer(signed_in(cast.rui()), invitation)
        for browser in (signed_in(cast.person("nora")), Client()):
            assert "for one person" in answer(browser, invitation).text
        assert partner().email == "rui@example.com"

    def test_by_somebody_who_is_a_member_already(self, invitation):
        browser = signed_in(user := cast.person("nora"))
        Membership.grant(user=user, source="staff")
        assert "member already" in answer(browser, invitation).text
        assert Invitation.objects.get().accepted_at is None

    def test_taken_back_before_it_was_accepted(self, mona, invitation):
        page = mona.post("/account/partner/removal/", follow=True)
        assert "was taken back" in page.text
        for browser in (signed_in(cast.rui()), Client()):
            assert "was taken back" in answer(browser, invitation).text
        assert members() == {"mona@example.com"}
        assert invite(mona) != invitation

    def test_from_somebody_who_is_no_member_any_more(self, invitation):
        Membership.objects.get().revoke()
        for browser in (signed_in(cast.rui()), Client()):
            assert "has ended" in answer(browser, invitation).text
        assert not members()

    def test_whose_account_is_closed_uses_nothing_up(self, invitation):
        nora = cast.person("nora", is_active=False)
        browser, page = Client(), invitation.get_absolute_url()
        browser.post(f"{page}code/", {"email": nora.email})
        browser.post(f"{page}proof/", {"code": code_in_mail(nora.email)})
        assert Invitation.objects.get().accepted_at is None

    def test_of_many_at_once_one_is_let_in(self, invitation):
        people = [cast.person(f"p{number}") for number in range(6)]
        results = at_once(*[lambda user=user: accept(invitation, user.pk) for user in people])
        assert sorted(results) == [False] * 5 + [True]
        assert Membership.objects.live().filter(source="partner").count() == 1

    def test_accepted_while_the_inviter_loses_access_nobody_keeps_any(self, invitation):
        rui, line = cast.rui(), Membership.objects.get()
        assert one_during_another(lambda: accept(invitation, rui.pk), line.revoke)[0]
        assert not members()

    def test_accepted_after_the_inviter_lost_access_it_is_not_accepted(self, invitation):
        rui, line = cast.rui(), Membership.objects.get()
        assert not one_during_another(line.revoke, lambda: accept(invitation, rui.pk))[1]
        assert Invitation.objects.get().accepted_at is None

    def test_accepted_while_it_is_taken_back_nobody_keeps_any(self, invitation):
        rui, inviter_id = cast.rui(), invitation.inviter_id
        works = (lambda: accept(invitation, rui.pk), lambda: take_back(inviter_id))
        assert one_during_another(*works) == [True, True]
        assert members() == {"mona@example.com"}


class TestTakingBack:
    def test_it_ends_the_partners_access_and_leaves_the_inviters(self, mona, invitation):
        answer(rui := signed_in(cast.rui()), invitation)
        mona.post("/account/partner/removal/")
        assert members() == {"mona@example.com"}
        assert Membership.objects.get(source="partner").reason == "partner"
        assert "Taken back by the partner" in rui.get("/account/").text
        assert "was taken back" in answer(rui, invitation).text

    def test_then_another_can_be_invited(self, mona, invitation):
        answer(signed_in(cast.rui()), invitation)
        mona.post("/account/partner/removal/")
        answer(signed_in(cast.person("nora")), invite(mona))
        assert members() == {"mona@example.com", "nora@example.com"}

    def test_what_was_taken_back_does_not_return_with_the_inviter(self, mona, invitation):
        answer(signed_in(cast.rui()), invitation)
        mona.post("/account/partner/removal/")
        line = Membership.objects.live().get()
        line.revoke()
        Membership.grant(user=line.user, source="staff")
        assert members() == {"mona@example.com"}

    def test_nobody_takes_back_what_another_gave(self, mona, invitation):
        answer(rui := signed_in(cast.rui()), invitation)
        rui.post("/account/partner/removal/")
        assert members() == {"mona@example.com", "rui@example.com"}

    def test_by_us_it_ends_the_partners_access_for_good(self, invitation):
        answer(signed_in(cast.rui()), invitation)
        Membership.objects.live().get(source="partner").revoke()
        assert members() == {"mona@example.com"}
        Membership.grant(user=invitation.inviter, source="staff")
        assert members() == {"mona@example.com"}


class TestFallingAndReturning:
    def test_with_the_inviters_dispute(self, client, stripe, bought):
        rui = client
        vera = signed_in(cast.person("vera"))
        answer(vera, invite(rui))
        dispute = stripe.dispute(bought.payment_intent_id)
        deliver(client, stripe, "charge.dispute.created")
        assert not members()
        reasons = set(Membership.objects.values_list("source", "reason"))
        assert reasons == {("purchase", "disputed"), ("partner", "disputed")}
        assert "It rests" in rui.get("/account/").text

        stripe.dispute_update(dispute["id"], "won")
        deliver(client, stripe, "charge.dispute.closed")
        assert members() == {"rui@example.com", "vera@example.com"}

    def test_with_the_inviters_refund_each_time_once(self, client, stripe, bought):
        answer(signed_in(cast.person("vera")), invite(client))
        refund = stripe.refund(payment_intent=bought.payment_intent_id)
        for _ in range(2):
            deliver(client, stripe, "charge.refunded")
        assert not members()
        assert {line.reason for line in Membership.objects.all()[:2]} == {"refunded"}
        to_vera = OutboxMail.objects.filter(to="vera@example.com")
        ended = to_vera.get(key__startswith="partner-ended:")
        assert "shared with you has ended" in ended.text
        assert "$" not in ended.text

        stripe.fail_refund(refund["id"])
        for _ in range(2):
            deliver(client, stripe, "refund.failed")
        assert members() == {"rui@example.com", "vera@example.com"}
        assert Membership.objects.live().count() == 2
        assert to_vera.filter(key__startswith="partner-").count() == 2
        assert "is back" in to_vera.get(key__startswith="partner-returned:").text

    def test_with_a_gift_that_the_inviter_opened(self, client, stripe):
        gift = give(client, stripe)
        open_it(rui := signed_in(cast.rui()), gift)
        answer(signed_in(cast.person("vera")), invite(rui))
        assert members() == {"rui@example.com", "vera@example.com"}
        stripe.refund(payment_intent=gift.purchase.payment_intent_id)
        deliver(client, stripe, "charge.refunded")
        assert not members()

    def test_with_what_we_gave_and_took_and_gave_again(self, owner, mona, invitation):
        answer(signed_in(cast.rui()), invitation)
        line = Membership.objects.get(source="staff")
        data = {"action": "take_back", "_selected_action": [line.pk]}
        owner.post("/admin/billing/membership/", data)
        assert not members()
        assert Membership.objects.get(source="partner").reason == "staff"
        given = owner.post(
            "/admin/billing/membership/add/", {"user": line.user_id, "note": "again"}
        )
        assert given.status_code == 302
        assert members() == {"mona@example.com", "rui@example.com"}

    def test_whoever_was_not_told_of_the_end_is_not_told_of_the_return(
        self, client, stripe, bought
    ):
        answer(signed_in(cast.person("vera")), invite(client))
        Membership.objects.live().filter(user=bought.user).end("staff")
        Membership.follow_inviter(bought.user_id)
        Membership.grant(user=bought.user, source="staff")
        assert members() == {"rui@example.com", "vera@example.com"}
        stripe.refund(payment_intent=bought.payment_intent_id, amount=100)
        deliver(client, stripe, "charge.refunded")
        assert not OutboxMail.objects.filter(to="vera@example.com")

    def test_an_inviter_with_two_sources_keeps_both_on_one(self, client, stripe, bought):
        answer(signed_in(cast.person("vera")), invite(client))
        Membership.grant(user=bought.user, source="staff")
        stripe.refund(payment_intent=bought.payment_intent_id)
        deliver(client, stripe, "charge.refunded")
        assert members() == {"rui@example.com", "vera@example.com"}

    def test_when_the_inviter_buys_again(self, client, stripe, bought):
        answer(signed_in(cast.person("vera")), invite(client))
        stripe.refund(payment_intent=bought.payment_intent_id)
        deliver(client, stripe, "charge.refunded")
        again = press_join(client)
        stripe.pay(again.session_id)
        come_back(client, again)
        assert members() == {"rui@example.com", "vera@example.com"}

    def test_the_inviters_account_is_deleted(self, invitation):
        answer(rui := signed_in(cast.rui()), invitation)
        User.objects.get(email="mona@example.com").delete()
        assert not members()
        assert Membership.objects.get(source="partner").reason == "deleted"
        assert "was taken back" in rui.get(invitation.get_absolute_url()).text

    def test_the_partners_account_is_deleted_and_another_can_come(self, mona, invitation):
        answer(signed_in(rui := cast.rui()), invitation)
        rui.delete()
        assert members() == {"mona@example.com"}
        answer(signed_in(cast.person("nora")), invite(mona))
        assert members() == {"mona@example.com", "nora@example.com"}

    def test_a_partner_who_buys_stays_when_the_inviter_goes(self, stripe, invitation):
        rui = signed_in(user := cast.rui())
        answer(rui, invitation)
        Membership.grant(user=user, source="purchase", purchase=paid_by(user))
        Membership.objects.get(source="staff").revoke()
        assert members() == {"rui@example.com"}
        assert "A second grown-up" in rui.get("/account/").text

    def test_two_who_invite_each_other_end_with_themselves(self, mona, invitation):
        rui = cast.rui()
        accept(invitation, rui.pk)
        own = Membership.grant(user=rui, source="staff")
        accept(Invitation.issue(rui.pk), User.objects.get(email="mona@example.com").pk)
        Membership.objects.get(user__email="mona@example.com", source="staff").revoke()
        assert members() == {"mona@example.com", "rui@example.com"}  # she by him, he by himself
        own.revoke()
        assert not members()


def paid_by(user: User) -> Purchase:
    """A purchase that is paid."""
    return Purchase.objects.create(
        user=user, buyer=f"user:{user.pk}", status="paid", amount_cents=2900, currency="usd"
    )


def test_nothing_is_mailed_about_it_but_the_code(mona, invitation):
    answer(signed_in(cast.rui()), invitation)
    assert not OutboxMail.objects.exists()
