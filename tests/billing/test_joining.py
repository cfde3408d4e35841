"""Joining: from the button to the payment page and back into the post."""

import re

import pytest
from django.core import mail
from django.test import Client

from billing.models import Membership, Purchase
from nerdherd.accounts.models import User
from nerdherd.lib import emails
from nerdherd.lib.models import OutboxMail
from tests import cast
from tests.billing.shop import come_back, deliver, is_payment_page, press_join
from tests.library import CANARY, members_post

pytestmark = pytest.mark.django_db(transaction=True)


def code_in_mail(to: str) -> str:
    """The code in the newest mail to an address, which is sent on the way."""
    mail.outbox.clear()
    emails.send_due()
    sent = [message for message in mail.outbox if message.to == [to]]
    codes = [re.search(r"^    (\d{6})$", str(message.body), re.MULTILINE) for message in sent]
    return next(code[1] for code in codes if code)


def test_signed_in_the_way_leads_through_payment_back_into_the_whole_post(client, stripe):
    post = members_post()
    client.force_login(cast.rui())
    assert CANARY not in client.get(post.get_absolute_url()).text

    purchase = press_join(client, post.get_absolute_url())
    assert stripe.pay(purchase.session_id)["payment_status"] == "paid"
    back = come_back(client, purchase)

    assert back.status_code == 302
    assert back["Location"] == post.get_absolute_url()
    assert CANARY in client.get(back["Location"]).text


def test_the_webhook_alone_lets_the_buyer_in(client, stripe):
    client.force_login(user := cast.rui())
    purchase = press_join(client)
    stripe.pay(purchase.session_id)

    assert deliver(Client(), stripe, "checkout.session.completed").status_code == 200

    assert Membership.objects.live().filter(user=user, purchase=purchase).count() == 1


def test_without_an_account_the_code_mailed_to_the_address_typed_at_stripe_makes_one(
    client, stripe
):
    post = members_post()
    purchase = press_join(client, post.get_absolute_url())
    stripe.pay(purchase.session_id, email="vera@example.com")

    asked = come_back(client, purchase)
    assert "vera@example.com" in asked.text
    assert not User.objects.exists()

    done = client.post("/join/proof/", {"code": code_in_mail("vera@example.com")})

    assert done["Location"] == post.get_absolute_url()
    assert CANARY in client.get(post.get_absolute_url()).text
    assert User.objects.get().email == "vera@example.com"


def test_the_browser_that_paid_may_correct_a_mistyped_address(client, stripe):
    purchase = press_join(client)
    stripe.pay(purchase.session_id, email="vear@example.com")
    come_back(client, purchase)

    client.post("/join/code/", {"email": "vera@example.com"})
    client.post("/join/proof/", {"code": code_in_mail("vera@example.com")})

    assert Membership.objects.live().filter(user__email="vera@example.com").count() == 1


def test_a_wrong_code_opens_nothing_and_says_what_to_do(client, stripe):
    purchase = press_join(client)
    stripe.pay(purchase.session_id, email="vera@example.com")
    come_back(client, purchase)
    right = code_in_mail("vera@example.com")

    answer = client.post("/join/proof/", {"code": f"{(int(right) + 1) % 10**6:06}"})

    assert answer.status_code == 422
    assert "does not fit" in answer.text
    assert not User.objects.exists()


def test_after_five_wrong_guesses_even_the_right_code_is_refused(client, stripe):
    purchase = press_join(client)
    stripe.pay(purchase.session_id, email="vera@example.com")
    come_back(client, purchase)
    right = code_in_mail("vera@example.com")
    for guess in range(1, 6):
        client.post("/join/proof/", {"code": f"{(int(right) + guess) % 10**6:06}"})

    assert client.post("/join/proof/", {"code": right}).status_code == 422


def test_paid_but_the_browser_is_lost_help_finds_the_purchase_by_code(stripe):
    first = Client()
    purchase = press_join(first)
    stripe.pay(purchase.session_id, email="vera@example.com")
    deliver(first, stripe, "checkout.session.completed")

    other = Client()
    other.post("/join/code/", {"email": "vera@example.com"})
    other.post("/join/proof/", {"code": code_in_mail("vera@example.com")})

    assert Membership.objects.live().get().purchase == purchase
    assert other.get("/account/").status_code == 200


def test_help_answers_the_same_for_an_address_it_has_never_heard_of(stripe):
    purchase = press_join(Client())
    stripe.pay(purchase.session_id, email="vera@example.com")
    deliver(Client(), stripe, "checkout.session.completed")

    known = Client().post("/join/code/", {"email": "vera@example.com"}).text
    unknown = Client().post("/join/code/", {"email": "nora@example.com"}).text

    def without_what_differs_anyway(page: str) -> str:
        page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
        return page.replace("vera@", "nora@")

    assert without_what_differs_anyway(known) == without_what_differs_anyway(unknown)


def test_a_stranger_who_opens_the_payers_return_address_learns_and_gets_nothing(client, stripe):
    purchase = press_join(client)
    stripe.pay(purchase.session_id, email="vera@example.com")

    for stranger in (Client(), Client()):
        if stranger is not client:
            answer = come_back(stranger, purchase)
            assert answer.status_code == 404
            assert "vera@example.com" not in answer.text


def test_a_member_who_presses_join_again_is_told_so_and_not_charged(client, stripe):
    client.force_login(cast.mona())

    answer = client.post("/join/", {"next": "/posts/"}, follow=True)

    assert "Nothing was charged" in answer.text
    assert not Purchase.objects.exists()


def test_two_tabs_make_one_purchase_and_lead_to_one_payment_page(client, stripe):
    client.force_login(cast.rui())
    first = client.post("/join/")["Location"]
    second = client.post("/join/")["Location"]

    assert first == second
    assert is_payment_page(first, stripe)
    assert Purchase.objects.count() == 1


def test_joining_again_after_paying_without_coming_back_asks_for_no_second_payment(client, stripe):
    purchase = press_join(client)
    stripe.pay(purchase.session_id, email="vera@example.com")

    again = client.post("/join/")

    assert again["Location"] == f"/join/thanks/?session_id={purchase.session_id}"
    assert Purchase.objects.count() == 1


def test_joining_again_after_the_webhook_came_asks_for_no_second_payment_either(client, stripe):
    purchase = press_join(client)
    stripe.pay(purchase.session_id, email="vera@example.com")
    deliver(Client(), stripe, "checkout.session.completed")

    again = client.post("/join/")

    assert again["Location"] == f"/join/thanks/?session_id={purchase.session_id}"
    assert Purchase.objects.count() == 1


def test_a_new_price_closes_what_is_open_at_the_old_one(client, stripe, settings):
    client.force_login(cast.rui())
    old = press_join(client)
    settings.OFFER_PRICE_CENTS = 3900

    new = press_join(client)

    old.refresh_from_db()
    assert (old.status, old.amount_cents) == ("expired", 2900)
    assert new.amount_cents == 3900
    assert Purchase.objects.count() == 2


def test_a_new_price_does_not_touch_what_was_paid_at_the_old_one(client, stripe, settings):
    client.force_login(user := cast.rui())
    purchase = press_join(client)
    stripe.pay(purchase.session_id)
    settings.OFFER_PRICE_CENTS = 3900

    come_back(client, purchase)

    assert Membership.objects.live().filter(user=user).exists()


@pytest.mark.drill("Stripe is down, slow, lying, twice, out of order")
def test_stripe_down_at_the_click_says_so_and_charges_nothing(client, stripe, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:1"
    client.force_login(cast.rui())

    answer = client.post("/join/", {"next": "/posts/"})

    assert answer.status_code == 503
    assert "nothing was charged" in answer.text.lower()


@pytest.mark.drill("Stripe is down, slow, lying, twice, out of order")
def test_stripe_down_on_the_way_back_says_that_nothing_is_lost(client, stripe, settings):
    client.force_login(user := cast.rui())
    purchase = press_join(client)
    stripe.pay(purchase.session_id)
    settings.STRIPE_API_BASE = "http://127.0.0.1:1"
    answer = come_back(client, purchase)
    assert answer.status_code == 200
    assert "nothing is lost" in answer.text.lower()

    settings.STRIPE_API_BASE = stripe.base_url
    come_back(client, purchase)
    assert Membership.objects.live().filter(user=user).exists()


def test_the_button_works_from_our_pages_only(client, stripe):
    foreign = client.post("/join/", headers={"Origin": "https://elsewhere.example"})
    cross_site = client.post("/join/", headers={"Sec-Fetch-Site": "cross-site"})
    own = client.post("/join/", headers={"Origin": "http://testserver"})

    assert [foreign.status_code, cross_site.status_code, own.status_code] == [403, 403, 303]


@pytest.mark.parametrize(
    "next_path", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil"]
)
def test_nobody_is_sent_to_another_site_after_paying(client, stripe, next_path):
    client.force_login(cast.rui())
    purchase = press_join(client, next_path)
    stripe.pay(purchase.session_id)

    assert come_back(client, purchase)["Location"] == "/"


def test_one_welcome_mail_goes_out_whoever_settles_first(client, stripe):
    client.force_login(cast.rui())
    purchase = press_join(client)
    stripe.pay(purchase.session_id)
    for _ in range(3):
        deliver(client, stripe, "checkout.session.completed")
        come_back(client, purchase)

    assert emails.send_due() == 1
    assert emails.send_due() == 0
    assert OutboxMail.objects.filter(key__startswith="welcome:").count() == 1


def test_a_payment_that_does_not_fit_waits_for_a_person_and_is_not_asked_for_again(client, stripe):
    client.force_login(cast.rui())
    purchase = press_join(client)
    Purchase.objects.update(amount_cents=9900)
    stripe.pay(purchase.session_id)

    assert "A person is looking at your payment" in come_back(client, purchase).text
    assert client.post("/join/")["Location"].startswith("/join/thanks/")
    assert not Membership.objects.exists()


def test_whom_help_finds_no_payment_for_is_told_so_and_may_try_another_address(client, stripe):
    client.post("/join/code/", {"email": "nora@example.com"})
    answer = client.post("/join/proof/", {"code": code_in_mail("nora@example.com")}, follow=True)
    assert answer.redirect_chain[-1][0] == "/join/help/"
    assert "We found no payment by nora@example.com" in answer.text
    assert 'action="/join/code/"' in answer.text


def test_a_member_who_asks_for_help_is_told_that_all_is_well(client, stripe):
    mona = cast.mona()
    client.post("/join/code/", {"email": mona.email})
    answer = client.post("/join/proof/", {"code": code_in_mail(mona.email)}, follow=True)
    assert answer.redirect_chain[-1][0] == "/"
    assert "everything is open to you" in answer.text


def test_a_tab_that_was_put_away_to_read_the_mail_opens_again_where_the_code_is_asked(stripe):
    payer, other = Client(), Client()
    purchase = press_join(payer)
    stripe.pay(purchase.session_id, email="vera@example.com")
    come_back(payer, purchase)
    other.post("/join/code/", {"email": "vera@example.com"})
    for address in ("/join/code/", "/join/proof/"):
        assert "Six-digit code" in payer.get(address, follow=True).text
        assert 'value="vera@example.com"' in other.get(address, follow=True).text


def test_a_code_for_everything_is_thanked_for_without_a_payment(client, stripe):
    stripe.promotion_code("FRIENDS", percent_off=100)
    purchase = press_join(client)
    stripe.pay(purchase.session_id, email="vera@example.com", promotion_code="FRIENDS")
    page = come_back(client, purchase)
    assert "there is nothing to pay" in page.text
    assert "Your payment" not in page.text[page.text.index("<main") :]
    emails.send_due()
    welcome = next(message for message in mail.outbox if "access is ready" in message.subject)
    assert "With your code there was nothing to pay" in welcome.body
    assert "$29" not in welcome.body


def test_every_page_of_the_way_says_that_payments_are_a_test(client, stripe, settings):
    purchase = press_join(client)
    pages = [client.get("/join/"), client.get("/join/help/"), client.get("/gift/")]
    pages.append(come_back(client, purchase))
    settings.STRIPE_API_BASE = "http://127.0.0.1:1"
    pages.append(client.post("/join/"))
    assert [page.status_code for page in pages] == [200, 200, 200, 200, 503]
    assert all("Payments on this site are a test." in page.text for page in pages)


def test_join_in_the_header_of_a_post_leads_back_to_it(client, stripe):
    post = members_post()
    path = post.get_absolute_url()
    assert f'href="/join/?next={path}"' in client.get(path).text
    assert f'name="next" value="{path}"' in client.get("/join/", {"next": path}).text
