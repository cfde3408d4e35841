"""The payment page and the desk, as a browser without JavaScript sees them."""

import re
import threading
import urllib.error
import urllib.parse
import urllib.request

import pytest

CARD = {"method": "card", "number": "4242 4242 4242 4242", "expiry": "12 / 40", "cvc": "123"}


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args, **_kwargs):
        return None


BROWSER = urllib.request.build_opener(Stay)


def visit(url, **form):
    """Status, place to go to, and page."""
    body = urllib.parse.urlencode(form).encode() if form else None
    try:
        with BROWSER.open(url, body, timeout=15) as answer:
            return answer.status, "", answer.read().decode()
    except urllib.error.HTTPError as other:
        with other:
            return other.code, other.headers.get("Location", ""), other.read().decode()


def found(pattern, page):
    match = re.search(pattern, page)
    assert match, pattern
    return match


def pay(session, **form):
    return visit(session.url, **{"email": "mona@example.com", "act": "pay", **CARD, **form})


def test_the_page_says_that_it_is_a_test(open_session):
    status, _to, page = visit(open_session().url)
    assert status == 200
    assert "Test payments" in page
    assert "no real money moves" in page
    assert "$29.00" in page
    assert "Complete access" in page
    assert 'href="http://127.0.0.1:9/join/"' in page


def test_the_page_asks_nothing_of_other_sites(open_session):
    page = visit(open_session().url)[2]
    assert "<script" not in page
    assert not re.findall(r'(?:src|action)="', page)
    assert re.findall(r'<link[^>]*href="([^"]*)"', page) == ["data:,", "/page.css"]


def test_every_field_has_a_label_and_says_how_to_fill_it(open_session):
    page = visit(open_session(allow_promotion_codes=True).url)[2]
    for name in ("email", "number", "expiry", "cvc", "name", "promotion_code"):
        assert f'<label for="{name}">' in page
    for hint in ("email", "cc-number", "cc-exp", "cc-csc", "cc-name"):
        assert f'autocomplete="{hint}"' in page


def test_paying_leads_back_to_the_site_that_knows_already(client, standin, site, open_session):
    standin.configure(site.url)
    session = open_session()
    status, to, _page = pay(session)
    assert status == 303
    assert to == f"http://127.0.0.1:9/thanks/?session_id={session.id}"
    assert site.types[-1] == "checkout.session.completed"
    paid = client.checkout.sessions.retrieve(session.id)
    assert paid.payment_status == "paid"
    assert paid.customer_details.email == "mona@example.com"


def test_a_slow_site_is_waited_for(standin, site, open_session):
    standin.configure(site.url)
    site.slowness = 0.3
    assert pay(open_session())[0] == 303
    assert len(site.posts) == 4


def test_the_form_sent_twice_is_one_payment(client, standin, site, open_session):
    standin.configure(site.url)
    site.slowness = 0.2
    session = open_session()
    answers = []
    sending = [threading.Thread(target=lambda: answers.append(pay(session)[:2])) for _ in range(4)]
    for thread in sending:
        thread.start()
    for thread in sending:
        thread.join()
    assert len(set(answers)) == 1
    assert answers[0][0] == 303
    assert len(client.charges.list().data) == 1


@pytest.mark.parametrize(
    ("change", "name", "words"),
    [
        ({"email": ""}, "email", "Enter your email address."),
        ({"email": "mona"}, "email", "such as name@example.com"),
        ({"number": ""}, "number", "Enter a card number."),
        ({"number": "4242424242424241"}, "number", "card number is invalid"),
        ({"number": "٤٢٤٢"}, "number", "card number is invalid"),
        ({"number": "4000000000000002"}, "number", "was declined"),
        ({"number": "4000000000009995"}, "number", "insufficient funds"),
        ({"number": "4000000000000069"}, "expiry", "has expired"),
        ({"number": "4000000000000127"}, "cvc", "security code is wrong"),
        ({"expiry": "01/20"}, "expiry", "in the past"),
        ({"expiry": "13/40"}, "expiry", "such as 04/30"),
        ({"expiry": "nonsense"}, "expiry", "such as 04/30"),
        ({"cvc": "12"}, "cvc", "three or four digits"),
    ],
)
def test_what_is_wrong_stands_beside_the_field(client, open_session, change, name, words):
    session = open_session()
    status, _to, page = pay(session, **change)
    assert status == 422
    box = found(f'<input[^>]* name="{name}"[^>]*>', page)[0]
    assert 'aria-invalid="true"' in box
    assert f'aria-describedby="{name}-error"' in box
    told = found(f'id="{name}-error">(.*?)</p>', page)[1]
    assert words in told.replace("&#x27;", "'")
    assert 'role="alert"' in page
    assert "<title>Please check:" in page
    assert client.checkout.sessions.retrieve(session.id).status == "open"


def test_without_a_way_to_pay_the_choice_says_so(open_session):
    page = pay(open_session(), method="")[2]
    choice = found("<fieldset[^>]*id=.method.[^>]*>", page)[0]
    assert 'aria-describedby="method-error"' in choice
    assert 'tabindex="-1"' in choice  # the list of what is wrong leads here
    assert found('id="method-error">(.*?)</p>', page)[1] == "Choose how you want to pay."


def test_what_was_typed_stays(open_session):
    page = pay(open_session(), cvc="", email='"><b>x@example.com', name="M & O")[2]
    assert 'value="&quot;&gt;&lt;b&gt;x@example.com"' in page
    assert "<b>" not in page
    assert 'value="M &amp; O"' in page
    assert 'value="4242 4242 4242 4242"' in page
    assert 'value="12 / 40"' in page


def test_a_given_email_cannot_be_changed(client, open_session):
    session = open_session(customer_email="mona@example.com")
    assert "readonly" in found('<input[^>]* name="email"[^>]*>', visit(session.url)[2])[0]
    pay(session, email="other@example.com")
    assert (
        client.checkout.sessions.retrieve(session.id).customer_details.email == "mona@example.com"
    )


def test_a_bank_debit_needs_no_card(client, open_session):
    session = open_session()
    status, _to, _page = visit(
        session.url, email="mona@example.com", method="us_bank_account", act="pay"
    )
    assert status == 303
    paid = client.checkout.sessions.retrieve(session.id)
    assert (paid.status, paid.payment_status) == ("complete", "unpaid")


def test_a_code_is_applied_shown_and_taken_away(client, standin, open_session):
    standin.promotion_code("HALF", percent_off=50)
    session = open_session(allow_promotion_codes=True)
    page = pay(session, act="apply", promotion_code="half", email="")[2]
    assert "Discount HALF" in page
    assert "Pay $14.50" in page
    assert client.checkout.sessions.retrieve(session.id).amount_total == 1450
    assert 'value="HALF"' in visit(session.url)[2]
    assert "three or four digits" in pay(session, promotion_code="half", cvc="1")[2]
    page = pay(session, act="apply", promotion_code="")[2]
    assert "Pay $29.00" in page
    page = pay(session, act="apply", promotion_code="NOTHING")[2]
    assert "This code is invalid." in page


def test_enter_in_the_code_field_shows_the_new_price_first(standin, open_session):
    standin.promotion_code("HALF", percent_off=50)
    session = open_session(allow_promotion_codes=True)
    status, _to, page = visit(session.url, method="card", promotion_code="HALF", act="pay")
    assert status == 200
    assert "Pay $14.50" in page
    assert "aria-invalid" not in page


def test_the_first_button_of_the_form_pays(open_session):
    page = visit(open_session(allow_promotion_codes=True).url)[2]
    assert re.findall('name="act" value="([a-z]+)"', page) == ["pay", "apply", "pay"]


def test_a_full_discount_asks_for_no_card(client, standin, open_session):
    standin.promotion_code("FREE", percent_off=100)
    session = open_session(allow_promotion_codes=True)
    page = pay(session, act="apply", promotion_code="FREE")[2]
    assert "Complete without payment" in page
    assert 'name="number"' not in page
    status, _to, _page = visit(
        session.url, email="mona@example.com", promotion_code="FREE", act="pay"
    )
    assert status == 303
    assert client.checkout.sessions.retrieve(session.id).payment_status == "no_payment_required"


def test_a_paid_session_says_so(standin, open_session):
    session = open_session()
    standin.pay(session.id)
    status, _to, page = visit(session.url)
    assert status == 200
    assert "paid already" in page
    assert f"session_id={session.id}" in page


def test_an_expired_session_says_so(standin, open_session):
    session = open_session()
    standin.expire(session.id)
    for status, _to, page in (visit(session.url), pay(session)):
        assert status == 200
        assert "has expired" in page
        assert 'href="http://127.0.0.1:9/join/"' in page


def test_an_unknown_session_is_404(standin):
    assert visit(f"{standin.base_url}/c/pay/cs_test_none")[0] == 404


def test_the_desk_lists_what_can_happen(client, standin, open_session):
    session = open_session()
    desk = standin.base_url + "/"
    assert (
        f'action="/_standin/expire"><input type="hidden" name="session" value="{session.id}"'
        in visit(desk)[2]
    )
    standin.pay(session.id, "mona@example.com")
    page = visit(desk)[2]
    assert "mona@example.com" in page
    charge = found(r'name="charge" value="([^"]+)"', page)[1]
    assert visit(f"{standin.base_url}/_standin/refund", charge=charge)[:2] == (303, "/")
    assert client.charges.retrieve(charge).refunded
    assert "Refund fails" in visit(desk)[2]


def test_what_was_paid_has_a_receipt_that_follows_what_is_given_back(client, standin, open_session):
    session = open_session()
    paid = standin.pay(session.id)
    intent = client.payment_intents.retrieve(paid["payment_intent"], {"expand": ["latest_charge"]})
    address = intent.latest_charge.receipt_url
    assert "Receipt for $29.00" in visit(address)[2]
    standin.refund(payment_intent=intent.id, amount=1000)
    assert "−$10.00" in visit(address)[2]
    assert visit(f"{standin.base_url}/receipts/ch_nobody")[0] == 404


def test_half_of_a_payment_can_be_given_back_at_the_desk(client, standin, open_session):
    paid = standin.pay(open_session().id)
    desk = visit(f"{standin.base_url}/")[2]
    form = next(form for form in desk.split("<form")[1:] if ">Refund half<" in form)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    visit(f"{standin.base_url}/_standin/refund", **fields)
    charges = client.charges.list({"payment_intent": paid["payment_intent"]}).data
    assert charges[0].amount_refunded == charges[0].amount // 2
