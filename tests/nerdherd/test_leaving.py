"""Taking along everything that has one's name on it, and leaving so that the name is nowhere left."""

import json
import time
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from billing.forgetting import forget_cards
from billing.gifts import deliver_due
from billing.models import Gift, Membership, Purchase
from billing.reconcile import reconcile
from courses.models import PodcastKey, Post
from nerdherd.accounts import leaving
from nerdherd.accounts.models import AddressCode, User
from nerdherd.lib import emails
from nerdherd.lib.models import OutboxMail
from tests import cast
from tests.billing.shop import come_back, deliver, press_join
from tests.library import post
from tests.nerdherd.test_accounts import ask_for_code, code_for, type_code, who
from tests.nerdherd.test_own_pages import PASSWORD, proved, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

EXPORT, DELETE = "/account/export/", "/account/delete/"
NAME, ADDRESS = "Zelda Quillfeather", "zelda.quillfeather@example.com"
PLANTED = ("quillfeather", "zelda")


@pytest.fixture(autouse=True)
def nobody_has_tried_before():
    cache.clear()


@pytest.fixture
def rui() -> User:
    return proved(cast.rui())


@pytest.fixture
def owner() -> Client:
    browser = Client()
    browser.force_login(cast.olga())
    return browser


def let_a_week_pass() -> None:
    User.objects.filter(leaves_at__isnull=False).update(leaves_at=timezone.now())


def the_worker_goes_round() -> None:
    """What the timetable does about it, and the mails that come of it."""
    leaving.finish_due()
    emails.send_due()
    leaving.finish_due()
    forget_cards()


class TestAsking:
    """A week in which it can be taken back."""

    def test_nothing_happens_for_a_week_and_a_mail_says_so(self, rui):
        client = signed_in(rui)
        assert "7 days after you have asked" in client.get(DELETE).text
        assert "You have asked for it." in client.post(DELETE, follow=True).text
        told = OutboxMail.objects.filter(to=rui.email).latest("pk")
        assert told.subject == "Your account will be deleted"
        leaving.finish_due()
        assert who(client) == rui.email
        leaves_at = User.objects.get().leaves_at
        assert leaves_at is not None
        assert timedelta(days=6, hours=23) < leaves_at - timezone.now() <= timedelta(days=7)

    def test_pressed_twice_it_is_asked_once(self, rui):
        client = signed_in(rui)
        client.post(DELETE)
        first = User.objects.get().leaves_at
        client.post(DELETE)
        assert User.objects.get().leaves_at == first
        assert OutboxMail.objects.filter(subject="Your account will be deleted").count() == 1

    def test_who_signs_in_again_is_told_and_can_keep_it(self, rui):
        signed_in(rui).post(DELETE)
        client = Client()
        ask_for_code(client, rui.email)
        code = {"code": code_for(rui.email)}
        page = client.post("/accounts/login/code/confirm/", code, follow=True)
        assert "Your account is deleted on" in page.text
        assert "Keep my account" in client.get("/account/").text
        kept = client.post("/account/delete/withdrawal/", follow=True)
        assert "Your account stays" in kept.text
        let_a_week_pass()
        leaving.finish_due()
        assert User.objects.filter(email=rui.email).exists()

    def test_after_a_week_it_is_deleted_and_the_last_mail_goes_out(self, rui):
        client = signed_in(rui)
        client.post(DELETE)
        let_a_week_pass()
        leaving.finish_due()
        assert not User.objects.exists()
        assert who(client) is None
        emails.send_due()
        assert mail.outbox[-1].subject == "Your account is deleted"
        assert mail.outbox[-1].to == ["rui@example.com"]
        leaving.finish_due()
        assert not OutboxMail.objects.filter(to="rui@example.com").exists()

    @pytest.mark.parametrize("person", [cast.ed, cast.olga])
    def test_who_may_do_more_than_others_cannot(self, person):
        client = signed_in(proved(person()))
        assert "Ask an owner" in client.get(DELETE).text
        assert client.post(DELETE).status_code == 403
        assert User.objects.get().leaves_at is None

    def test_who_has_got_more_rights_meanwhile_stays(self, rui):
        signed_in(rui).post(DELETE)
        User.objects.update(is_staff=True)
        let_a_week_pass()
        leaving.finish_due()
        assert User.objects.exists()


class TestProving:
    """Not by a browser that somebody left open."""

    def an_hour_later(self, client: Client) -> None:
        session = client.session
        for record in session.get("account_authentication_methods", []):
            record["at"] = time.time() - 3600
        session.save()

    def test_who_signs_in_by_code_signs_in_again(self, rui):
        client = signed_in(rui)
        self.an_hour_later(client)
        answer = client.post(DELETE, follow=True)
        assert "Please sign in once more" in answer.text
        assert User.objects.get().leaves_at is None
        assert answer.redirect_chain[-1][0].endswith("/login/code/?next=%2Faccount%2Fdelete%2F")
        ask_for_code(client, rui.email, DELETE)
        assert type_code(client, code_for(rui.email), DELETE)["Location"] == DELETE
        client.post(DELETE)
        assert User.objects.get().leaves_at is not None

    def test_who_has_a_password_types_it(self, rui):
        rui.set_password(PASSWORD)
        rui.save()
        client = signed_in(rui)
        answer = client.post(DELETE, follow=True)
        assert "Is it you?" in answer.text
        assert User.objects.get().leaves_at is None
        page = answer.redirect_chain[-1][0]
        client.post(page, {"password": PASSWORD})
        assert User.objects.get().leaves_at is not None

    def test_looking_asks_for_nothing_and_changes_nothing(self, rui):
        client = signed_in(rui)
        self.an_hour_later(client)
        assert client.get(DELETE).status_code == 200
        assert who(client) == rui.email

    def test_a_stranger_is_sent_to_sign_in(self, client):
        for page in (EXPORT, DELETE, "/account/delete/withdrawal/"):
            assert client.post(page)["Location"].startswith("/accounts/login/")


def lived_in(stripe, owner: Client) -> Client:
    """The browser of somebody who has left their name wherever a name can be left."""
    owner.post(
        "/admin/accounts/user/add/",
        {"email": ADDRESS, "name": NAME, "usable_password": "false"},
    )
    user = User.objects.get(email=ADDRESS)
    proved(user)
    browser = signed_in(user)
    seen = post()
    at = timezone.now().timestamp() * 1000
    places = json.dumps([{"post": seen.slug, "place": 3, "at": at, "over": False}])
    browser.post("/account/progress/", {"places": places})
    browser.post(f"/account/saved/{seen.slug}/")
    browser.post("/account/emails/", {"pace": "weekly"})
    bought = press_join(browser, "/posts/")
    stripe.pay(bought.session_id, email=ADDRESS)
    come_back(browser, bought)
    browser.post("/account/podcast/")
    browser.post("/account/partner/")
    note = {"user": user.pk, "note": f"{NAME} asked for it"}
    owner.post("/admin/billing/membership/add/", note)
    owner.get("/admin/")  # where she is told, once, what she did
    card = {"from_name": NAME, "to_name": "Zelda's sister", "message": f"Yours, {NAME}"}
    browser.post("/gift/", card)
    given = Gift.objects.latest("pk").purchase
    stripe.pay(given.session_id, email=ADDRESS)
    come_back(browser, given)
    Client().post("/join/code/", {"email": ADDRESS})
    emails.send_due()
    return browser


def leave(browser: Client) -> None:
    assert browser.post(DELETE).status_code == 302
    let_a_week_pass()
    the_worker_goes_round()
    assert not User.objects.filter(email=ADDRESS).exists()


def rows_naming_them() -> list[str]:
    """Every row of every table of the database in which one of the planted words stands."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                said = " ".join(map(text_of, row)).lower()
                if any(word in said for word in PLANTED):
                    found.append(f"{table}: {said}")
    return found


def text_of(value) -> str:
    is_bytes = isinstance(value, bytes | memoryview)
    return bytes(value).decode(errors="replace") if is_bytes else str(value)


class TestExport:
    def test_it_holds_everything_and_no_key_to_anything(self, stripe, owner):
        browser = lived_in(stripe, owner)
        assert "in one file" in browser.get(EXPORT).text
        answer = browser.post(EXPORT)
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Content-Disposition"].startswith("attachment; filename=")
        text = answer.getvalue().decode()
        told = json.loads(text)
        assert told["account"][0]["email"] == ADDRESS
        assert told["account"][0]["name"] == NAME
        assert [row["post__slug"] for row in told["seen"]] == [Post.objects.get().slug]
        assert told["mail about new posts"][0]["pace"] == "weekly"
        assert {row["kind"] for row in told["purchases"]} == {"own", "gift"}
        assert {row["source"] for row in told["memberships"]} == {"purchase", "staff"}
        assert told["gifts given"][0]["message"] == f"Yours, {NAME}"
        assert told["devices"][0]["user_agent"] == "Firefox, Linux"
        secrets = [PodcastKey.objects.get().key, Gift.objects.get().code]
        secrets += list(AddressCode.objects.values_list("digest", flat=True))
        secrets += [str(browser.session.session_key), User.objects.get(email=ADDRESS).password]
        assert not [secret for secret in secrets if secret in text]

    def test_it_holds_nothing_of_anybody_else(self, stripe, owner, rui):
        lived_in(stripe, owner)
        text = signed_in(rui).post(EXPORT).getvalue().decode().lower()
        assert not [word for word in PLANTED if word in text]


class TestNothingIsLeft:
    def test_no_table_names_them_any_more_and_the_books_are_whole(self, stripe, owner):
        browser = lived_in(stripe, owner)
        assert len(rows_naming_them()) > 10
        before = Purchase.objects.values_list(
            "reference", "session_id", "payment_intent_id", "paid_cents", "paid_at", "status"
        )
        kept = list(before.order_by("pk"))
        leave(browser)
        assert rows_naming_them() == []
        assert list(before.order_by("pk")) == kept
        assert set(Membership.objects.values_list("user", "reason")) == {(None, "deleted")}

    def test_stripe_may_tell_of_it_again_and_reconcile_may_ask(self, stripe, owner, client):
        leave(lived_in(stripe, owner))
        for _ in range(2):
            deliver(client, stripe, "checkout.session.completed")
        reconcile()
        intent = Purchase.objects.get(kind="own").payment_intent_id
        stripe.refund(payment_intent=intent, amount=500)
        deliver(client, stripe, "charge.refunded")
        assert Purchase.objects.get(kind="own").refunded_cents == 500
        assert rows_naming_them() == []

    def test_the_owner_sees_the_books_without_a_name(self, stripe, owner):
        leave(lived_in(stripe, owner))
        listed = owner.get("/admin/billing/purchase/").text
        assert "somebody who has left" in listed
        pages = listed + owner.get("/admin/money/").text + owner.get("/admin/").text
        assert not [word for word in PLANTED if word in pages.lower()]

    def test_deleted_by_an_owner_the_name_is_gone_as_well(self, stripe, owner):
        lived_in(stripe, owner)
        user = User.objects.get(email=ADDRESS)
        owner.post(f"/admin/accounts/user/{user.pk}/delete/", {"post": "yes"})
        assert rows_naming_them() == []


class TestPaymentsAndGifts:
    """What is still on its way when somebody leaves."""

    def test_a_dispute_that_is_won_opens_to_its_payer_and_to_nobody_else(
        self, stripe, owner, client
    ):
        browser = lived_in(stripe, owner)
        dispute = stripe.dispute(Purchase.objects.get(kind="own").payment_intent_id)
        deliver(client, stripe, "charge.dispute.created")
        leave(browser)
        stripe.dispute_update(dispute["id"], "won")
        deliver(client, stripe, "charge.dispute.closed")
        assert rows_naming_them() == []
        purchase = Purchase.objects.get(kind="own")
        assert list(Purchase.objects.unclaimed(ADDRESS)) == [purchase]
        assert not Purchase.objects.unclaimed("rui@example.com", "")
        back = Client()
        back.post("/join/code/", {"email": ADDRESS})
        back.post("/join/proof/", {"code": code_for(ADDRESS)})
        assert list(Membership.objects.live().values_list("user__email")) == [(ADDRESS,)]

    def test_a_gift_that_nobody_has_opened_can_still_be_opened(self, stripe, owner, rui):
        leave(lived_in(stripe, owner))
        gift = Gift.objects.get()
        friend = signed_in(rui)
        assert "A gift from somebody" in friend.get(gift.get_absolute_url()).text
        friend.post(f"{gift.get_absolute_url()}redemption/")
        assert Membership.objects.live().get().user == rui

    def test_a_gift_that_waits_for_its_day_keeps_its_card_until_it_is_sent(self, stripe, owner):
        browser = lived_in(stripe, owner)
        day = timezone.localdate() + timedelta(days=30)
        Gift.objects.update(to_email="sister@example.com", deliver_on=day)
        leave(browser)
        assert {row.partition(":")[0] for row in rows_naming_them()} == {"billing_gift"}
        Gift.objects.update(deliver_on=timezone.localdate())
        deliver_due()
        emails.send_due()
        assert NAME in mail.outbox[-1].body
        forget_cards()
        assert rows_naming_them() == []


class TestForgettingByTheClock:
    """What nobody asks to be forgotten."""

    def test_to_whom_mails_went_is_known_for_a_month_and_nothing_is_said_twice(self):
        for key in ("", "welcome:1"):
            emails.post("zoe@example.com", "emails/address_code", {"code": "123456"}, key=key)
        emails.post("zoe@example.com", "emails/address_code", {"code": "123456"}, key="waits:1")
        OutboxMail.objects.exclude(key="waits:1").update(sent_at=timezone.now())
        emails.forget_old()
        assert OutboxMail.objects.filter(to="zoe@example.com").count() == 3
        OutboxMail.objects.update(created_at=timezone.now() - timedelta(days=31))
        emails.forget_old()
        left = dict(OutboxMail.objects.values_list("key", "to"))
        assert left == {"welcome:1": "", "waits:1": "zoe@example.com"}

    def test_a_code_is_forgotten_after_a_day(self):
        AddressCode.issue("zoe@example.com")
        AddressCode.forget_old()
        assert AddressCode.objects.exists()
        AddressCode.objects.update(created_at=timezone.now() - timedelta(hours=25))
        AddressCode.forget_old()
        assert not AddressCode.objects.exists()
