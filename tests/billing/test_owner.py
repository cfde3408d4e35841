"""The owner's money page over HTTP: who sees it, its buttons, its status line and its downloads."""

import csv
import io
import re
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from billing.models import Membership, Purchase, StripeEvent
from nerdherd.lib.models import OutboxMail, TimedWork
from nerdherd.lib.tables import neutral
from tests import cast
from tests.billing.owners_books import PAGE, QUIET, failed_event, listed, sold
from tests.billing.shop import deliver, press_join
from tests.billing.test_owners_desk import desk, support

pytestmark = pytest.mark.django_db(transaction=True)

RECONCILE = f"{PAGE}reconciliation/"


class TestWho:
    """Who sees the page, and who may press its buttons."""

    ADDRESSES = (PAGE, f"{PAGE}members.csv", f"{PAGE}purchases.csv")

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_visitors_and_members_are_led_to_the_door(self, client, address):
        for browser in (client, desk(cast.mona())):
            answer = browser.get(address)
            assert (answer.status_code, answer["Location"].split("?")[0]) == (
                302,
                "/admin/login/",
            )

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_editors_may_not_see_it(self, address):
        assert desk(cast.ed()).get(address).status_code == 403

    @pytest.mark.parametrize("who", [support, cast.olga])
    def test_support_and_owner_see_it_linked_from_the_admins_first_page(self, stripe, who):
        browser = desk(who())
        assert f'href="{PAGE}"' in browser.get("/admin/").text
        page = browser.get(PAGE)
        assert page.status_code == 200
        assert QUIET in page.text
        assert "Reconcile now" in page.text

    def test_editors_find_no_link_to_it(self):
        assert PAGE not in desk(cast.ed()).get("/admin/").text

    def test_who_may_only_look_has_no_buttons_and_cannot_press_them(self, stripe):
        reader = cast.person("lea", is_staff=True)
        reader.user_permissions.add(Permission.objects.get(codename="view_purchase"))
        event = failed_event()
        browser = desk(reader)
        page = browser.get(PAGE).text
        assert "could not see to it" in page
        assert "<form" not in page[page.index('id="content"') :]
        assert "members.csv" not in page
        for address in (RECONCILE, f"{PAGE}events/{event.pk}/replay/"):
            assert browser.post(address).status_code == 403
        assert browser.get(f"{PAGE}members.csv").status_code == 403
        assert stripe.calls("GET /v1/events") == []

    def test_the_buttons_carry_the_token_they_need(self, owner, stripe):
        failed_event()
        sold(status="misfit", payment_intent_id="pi_1")
        page = owner.get(PAGE).text
        forms = re.findall(r"<form.*?</form>", page[page.index('id="content"') :], re.DOTALL)
        tokens = [re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', form) for form in forms]
        assert [len(token) for token in tokens] == [1, 1, 1]
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = owner.cookies
        asked = strict.post(RECONCILE, {"csrfmiddlewaretoken": tokens[0][0]}, follow=True)
        assert "Asked Stripe." in asked.text

    def test_the_buttons_need_a_post_with_a_token(self, owner, stripe):
        event = failed_event()
        for address in (RECONCILE, f"{PAGE}events/{event.pk}/replay/"):
            assert owner.get(address).status_code == 405
            strict = Client(enforce_csrf_checks=True)
            strict.cookies = owner.cookies
            assert strict.post(address).status_code == 403
        assert stripe.calls("GET /v1/events") == []

    def test_nothing_on_the_page_needs_an_exception_from_the_policy(self, owner, bought):
        page = owner.get(PAGE)
        assert "unsafe-inline" not in page["Content-Security-Policy"]
        assert " style=" not in page.text
        assert "<style" not in page.text
        assert not re.search(r"<script(?![^>]*\bsrc=)", page.text)
        assert page["Cache-Control"] == "private, no-store"


class TestReplay:
    """Events that failed, processed again."""

    @pytest.fixture
    def missed(self, client, stripe) -> StripeEvent:
        """Rui has paid, and Stripe could not be asked when it told us so."""
        client.force_login(cast.rui())
        purchase = press_join(client)
        stripe.pay(purchase.session_id)
        stripe.fault("GET /v1/checkout/sessions/*", status=500, times=3)
        assert deliver(client, stripe, "checkout.session.completed").status_code == 500
        StripeEvent.objects.update(received_at=timezone.now() - timedelta(minutes=2))
        return StripeEvent.objects.get()

    def press(self, owner: Client, event: StripeEvent) -> str:
        return owner.post(f"{PAGE}events/{event.pk}/replay/", follow=True).text

    def test_it_is_read_at_stripe_and_settles(self, owner, missed):
        assert "Process again" in listed(owner)
        assert not Membership.objects.exists()

        assert "Processed." in self.press(owner, missed)

        assert Membership.objects.live().filter(user__email="rui@example.com").exists()
        assert QUIET in listed(owner)

    def test_one_that_came_this_moment_is_left_to_stripe(self, owner, missed):
        StripeEvent.objects.update(received_at=timezone.now())
        assert QUIET in listed(owner)

    def test_pressing_twice_changes_nothing(self, owner, missed):
        for _ in range(2):
            self.press(owner, missed)
        assert Membership.objects.count() == 1
        assert OutboxMail.objects.filter(key__startswith="welcome").count() == 1

    def test_it_may_fail_again(self, owner, stripe, missed):
        stripe.fault("GET /v1/checkout/sessions/*", status=500, times=3)
        assert "It failed again" in self.press(owner, missed)
        stripe.fault("GET /v1/events/*", status=500, times=3)
        assert "Stripe did not answer" in self.press(owner, missed)
        assert StripeEvent.objects.get().done_at is None

    def test_one_that_stripe_has_forgotten_leaves_the_list(self, owner, missed):
        StripeEvent.objects.update(event_id="evt_forgotten")
        assert "Stripe has no such event" in self.press(owner, missed)
        assert StripeEvent.objects.get().done_at is not None

    def test_no_such_event_of_ours(self, owner):
        assert owner.post(f"{PAGE}events/99/replay/").status_code == 404


class TestReconcile:
    """The button that asks Stripe about everything."""

    def test_it_settles_and_says_what_was_looked_at(self, owner, client, stripe):
        client.force_login(cast.rui())
        purchase = press_join(client)
        stripe.pay(purchase.session_id)
        Purchase.objects.update(created_at=timezone.now() - timedelta(hours=1))
        work = TimedWork.objects.create(
            name="reconcile with Stripe", due_at=timezone.now(), error="Unavailable()"
        )

        answer = owner.post(RECONCILE, follow=True).text

        assert "unfinished: 1" in answer
        assert QUIET in answer
        assert Membership.objects.live().exists()
        work.refresh_from_db()
        assert work.done_at is not None

    def test_when_stripe_is_down_it_says_so_kindly(self, owner, stripe):
        stripe.fault("GET /v1/checkout/sessions", status=500, times=9)
        assert "Stripe did not answer. Nothing is lost" in owner.post(RECONCILE, follow=True).text

    def test_when_some_could_not_be_read_it_says_so(self, owner, client, stripe):
        client.force_login(cast.rui())
        press_join(client)
        Purchase.objects.update(created_at=timezone.now() - timedelta(hours=1))
        stripe.fault("GET /v1/checkout/sessions/*", status=500, times=3)
        assert "Some could not be read" in owner.post(RECONCILE, follow=True).text


class TestStanding:
    """The status line."""

    def test_before_anything_was_heard_it_says_what_to_check(self, owner):
        page = owner.get(PAGE).text
        assert "Last webhook heard: never" in page
        assert "http://127.0.0.1:8000/stripe/webhook/" in page
        assert "Last reconcile: never" in page
        assert "<strong>Test</strong>" in page

    def test_what_was_heard_and_done_last(self, owner, client, stripe, bought):
        deliver(client, stripe, "checkout.session.completed")
        TimedWork.objects.create(
            name="reconcile with Stripe", due_at=timezone.now(), done_at=timezone.now()
        )
        page = owner.get(PAGE).text
        assert "never" not in page
        assert "is the worker running?" not in page
        TimedWork.objects.update(done_at=timezone.now() - timedelta(hours=1))
        assert "is the worker running?" in owner.get(PAGE).text

    @pytest.mark.parametrize(
        ("offset", "words"),
        [(0, "agrees with"), (-600, "ahead of"), (600, "behind"), (30, "agrees with")],
    )
    def test_the_clock_is_compared_with_stripes(self, owner, stripe, offset, words):
        stripe.clock(offset)
        assert words in owner.get(PAGE).text

    def test_stripe_is_asked_for_its_time_once_in_five_minutes(self, owner, stripe):
        for _ in range(3):
            owner.get(PAGE)
        assert len(stripe.calls("GET /v1/checkout/sessions")) == 1

    def test_nobody_waits_for_a_second_try(self, owner, stripe):
        stripe.fault("GET /v1/checkout/sessions", status=500, times=9)
        for _ in range(2):
            assert "did not answer when asked for its time" in owner.get(PAGE).text
        assert len(stripe.calls("GET /v1/checkout/sessions")) == 1

    def test_without_stripe_the_page_is_there_all_the_same(self, owner, settings):
        settings.STRIPE_API_BASE = "http://127.0.0.1:1"
        page = owner.get(PAGE)
        assert page.status_code == 200
        assert "did not answer when asked for its time" in page.text

    def test_mail_that_could_not_be_sent(self, owner):
        now = timezone.now()
        OutboxMail.objects.create(key="a", to="a@example.com", due_at=now, error="refused")
        OutboxMail.objects.create(key="b", to="b@example.com", due_at=now)
        assert "1 mail could not be sent" in owner.get(PAGE).text


class TestBooks:
    """The downloads."""

    def rows(self, owner: Client, name: str) -> list[dict[str, str]]:
        answer = owner.get(f"{PAGE}{name}.csv")
        assert answer.streaming
        assert answer["Content-Disposition"] == f'attachment; filename="{name}.csv"'
        return list(csv.DictReader(io.StringIO(answer.getvalue().decode())))

    def test_members_in_and_out(self, owner):
        cast.mona()
        cast.rex()
        gone, stayed = self.rows(owner, "members")
        assert list(stayed) == ["email", "name", "source", "granted_at", "revoked_at", "reason"]
        assert (stayed["email"], stayed["revoked_at"], stayed["reason"]) == (
            "mona@example.com", "", "",
        )  # fmt: skip
        assert (gone["email"], gone["reason"]) == ("rex@example.com", "staff")
        assert datetime.fromisoformat(gone["revoked_at"]).tzinfo is not None

    def test_purchases(self, owner, bought):
        [row] = self.rows(owner, "purchases")
        assert row.pop("paid_at").startswith("20")
        assert row == {
            "reference": bought.reference,
            "email": "rui@example.com",
            "amount": "29.00",
            "currency": "usd",
            "status": "paid",
            "refunded_cents": "0",
            "next_path": "/posts/why/",
        }

    def test_no_cell_is_a_formula(self, owner):
        sold(email='=HYPERLINK("http://evil.example")@example.com', user=None)
        [row] = self.rows(owner, "purchases")
        assert row["email"].startswith("'=HYPERLINK(")

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
    def test_every_start_of_a_formula_is_neutralised(self, start):
        assert neutral(f"{start}1") == f"'{start}1"
        assert neutral(f"1{start}") == f"1{start}"
        assert neutral("") == ""


def test_the_page_costs_the_same_however_much_was_sold(owner, stripe):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert owner.get(PAGE).status_code == 200
        return len(captured)

    def sell(first: int, last: int) -> None:
        long_ago = timezone.now() - timedelta(hours=1)
        people = [cast.person(f"p{number}") for number in range(first, last)]
        Purchase.objects.bulk_create(
            Purchase(
                buyer=f"user:{user.pk}", user=user, amount_cents=2900, paid_cents=2900,
                currency="usd", status="paid", paid_at=long_ago, fraud_warning_at=long_ago,
            )
            for user in people
        )  # fmt: skip

    owner.get(PAGE)
    sell(0, 10)
    few = queries()
    sell(10, 300)
    assert queries() == few <= 25
