"""Which language somebody is spoken to in: on a page, in a mail, at Stripe, and through a cache."""

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils.translation import override

from billing import gateway
from billing.gifts import hand_over
from billing.models import Gift, Purchase
from billing.offer import money
from nerdherd.accounts.models import User
from nerdherd.lib import emails
from tests import cast
from tests.billing.shop import deliver, press_join
from tests.library import post

pytestmark = pytest.mark.django_db

SPANISH = {"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}


@pytest.fixture(autouse=True)
def nobody_tried_before() -> None:
    cache.clear()


def heading(client: Client, address: str = "/posts/") -> str:
    page = client.get(address).text
    return "es" if "La biblioteca" in page else "en" if "The library" in page else page


def switch(client: Client, language: str, page: str = "/posts/", **headers: str):
    headers = {"Referer": f"http://testserver{page}", "Origin": "http://testserver"} | headers
    return client.post("/language/", {"language": language}, headers=headers)


# Pages


@pytest.mark.parametrize(
    ("asked", "answered"),
    [("es", "es"), ("es-419,en;q=0.4", "es"), ("fr,es;q=0.3", "es"), ("fr", "en"), ("", "en")],
)
def test_the_browser_decides(asked, answered):
    client = Client(headers={"Accept-Language": asked})
    assert heading(client) == answered
    assert f'<html lang="{answered}" dir="ltr">' in client.get("/").text


def test_who_switches_stays_with_it_and_can_go_back():
    client = Client(headers=SPANISH)
    assert switch(client, "en").status_code == 302
    assert [heading(client), heading(client)] == ["en", "en"]
    switch(client, "es")
    assert heading(client) == "es"


@pytest.mark.parametrize(
    ("page", "back"),
    [
        ("http://testserver/search/?q=sleep&age=baby", "/search/?q=sleep&age=baby"),
        ("https://elsewhere.example/posts/", "/posts/"),
        ("https://elsewhere.example//elsewhere.example/", "/"),
        ("http://testserver/\\elsewhere.example", "/"),
        ("http://[", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_switching_leads_back_and_never_away(client, page, back):
    assert switch(client, "es", Referer=page)["Location"] == back


def test_no_other_site_can_switch(client):
    assert switch(client, "es", Origin="https://elsewhere.example").status_code == 403
    assert heading(client) == "en"


@pytest.mark.parametrize("language", ["xx", "", "en-us", "es\r\nSet-Cookie: a=b"])
def test_what_we_do_not_speak_changes_nothing(client, language):
    answer = switch(client, language)
    assert (answer.status_code, answer.cookies) == (302, {})


def test_editors_words_are_marked_where_the_page_speaks_another_language():
    target = post("A quiet title", topics=("Sleep",))
    english, spanish = Client(), Client(headers=SPANISH)
    written = '<h1 lang="en" dir="ltr">A quiet title</h1>'
    assert written in spanish.get(target.get_absolute_url()).text
    assert "<h1>A quiet title</h1>" in english.get(target.get_absolute_url()).text


def test_the_feed_is_the_same_for_everybody():
    post()
    feeds = [Client(headers=headers).get("/feed/") for headers in (SPANISH, {})]
    assert feeds[0].content == feeds[1].content


# Caches


class SharedCache:
    """A cache in front of the site, as RFC 9111 has it: told by nothing but our answers' headers."""

    def __init__(self) -> None:
        self.kept: list[tuple[list[str], dict[str, str], bytes]] = []

    def get(self, address: str, **headers: str) -> bytes:
        for names, before, body in self.kept:
            if all(before.get(name) == headers.get(name) for name in names):
                return body
        answer = Client().get(address, headers=headers)
        if "private" not in answer.get("Cache-Control", "") and not answer.cookies:
            self.kept.append((answer["Vary"].split(", "), headers, answer.content))
        return answer.content


def test_a_cache_keeps_the_languages_apart():
    cache = SharedCache()
    choice = f"{settings.LANGUAGE_COOKIE_NAME}="
    for _ in range(2):
        assert b'lang="es"' in cache.get("/posts/", **{"Accept-Language": "es"})[:200]
        assert b'lang="en"' in cache.get("/posts/", **{"Accept-Language": "en"})[:200]
        assert b'lang="en"' in cache.get("/posts/")[:200]
        told = {"Accept-Language": "es", "Cookie": f"{choice}en"}
        assert b'lang="en"' in cache.get("/posts/", **told)[:200]
        assert b'lang="es"' in cache.get("/posts/", Cookie=f"{choice}es")[:200]
    assert len(cache.kept) == 5


def test_who_carries_the_choice_alone_gets_what_a_cache_may_keep():
    client = Client()
    answer = switch(client, "es")
    assert answer["Cache-Control"] == "private, no-store"
    assert set(answer.cookies) == {settings.LANGUAGE_COOKIE_NAME}
    page = client.get("/posts/")
    assert "private" not in page.get("Cache-Control", "")
    assert {"Accept-Language", "Cookie"} <= set(page["Vary"].split(", "))
    # What another with the same choice is told, byte by byte.
    assert page.content == Client(headers={"Cookie": "language=es"}).get("/posts/").content


def test_a_page_that_asks_for_no_session_is_told_by_the_choice_too():
    answer = Client(headers=SPANISH).get("/", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "No pudimos leer esa petición" in answer.text
    assert {"Accept-Language", "Cookie"} <= set(answer["Vary"].split(", "))


def test_what_holds_no_words_is_one_for_all_languages():
    default_storage.save("pictures/one-480.webp", ContentFile(b"RIFF"))
    for address in ("/media/pictures/one-480.webp", "/sitemap.xml", "/robots.txt"):
        assert "Accept-Language" not in Client(headers=SPANISH).get(address).get("Vary", ""), (
            address
        )


# Mails


def subjects() -> list[str]:
    mail.outbox.clear()
    emails.send_due()
    return [str(message.subject) for message in mail.outbox]


def test_the_account_remembers_the_language_of_the_first_sign_in_and_of_switching(client):
    rui = cast.rui()
    Client(headers=SPANISH).post("/join/code/", {"email": rui.email})
    assert subjects()[0].endswith(" es tu código")
    browser = Client(headers=SPANISH)
    browser.post("/join/code/", {"email": rui.email})
    browser.post("/join/proof/", {"code": subjects()[0].split()[0]})
    assert User.objects.get().language == "es"
    client.force_login(rui)  # on a phone that speaks English
    assert User.objects.get().language == "es"
    switch(client, "en")
    assert User.objects.get().language == "en"


@pytest.mark.django_db(transaction=True)
def test_who_bought_without_an_account_is_thanked_in_the_language_of_the_shop(client, stripe):
    browser = Client(headers=SPANISH)
    purchase = press_join(browser)
    sessions, key = gateway.client().v1.checkout.sessions, str(purchase.session_id)
    session = sessions.retrieve(key).to_dict()
    assert session["locale"] == "es"
    lines = sessions.line_items.list(key).to_dict()
    assert lines["data"][0]["description"] == "Acceso completo a Attachment Nerd Herd"
    stripe.pay(purchase.session_id)
    deliver(client, stripe, "checkout.session.completed")  # Stripe's own request, in no language
    mail.outbox.clear()
    emails.send_due()
    assert "Tu pago de US$29 llegó" in str(mail.outbox[0].body)
    message = mail.outbox[0]
    assert isinstance(message, mail.EmailMultiAlternatives)
    assert '<html lang="es"' in str(message.alternatives[0][0])


@pytest.mark.parametrize(
    ("account", "bought_in", "written_in"),
    [
        ("es", "en", "El regalo"),
        ("en", "es", "The gift"),
        ("", "es", "El regalo"),
        (None, "es", "El"),
    ],
)
def test_an_account_comes_before_what_it_was_bought_in(account, bought_in, written_in):
    row = {"amount_cents": 2900, "paid_cents": 2900, "currency": "usd", "kind": "gift"}
    row |= {"status": "paid", "email": "rui@example.com", "language": bought_in}
    purchase = Purchase.objects.create(buyer="x", **row)
    Gift.objects.create(purchase=purchase, from_name="Rui", to_name="Gita")
    if account is not None:
        cast.person("rui", language=account)
    hand_over(purchase)
    assert subjects()[0].startswith(written_in)


def test_a_mail_to_nobody_we_know_speaks_as_the_page_that_asked_for_it():
    for headers, words in ((SPANISH, "es tu código"), ({}, "is your code")):
        Client(headers=headers).post("/join/code/", {"email": "nobody@example.com"})
        assert words in subjects()[0]


# Amounts and days


@pytest.mark.parametrize(
    ("cents", "currency", "english", "spanish"),
    [
        (2900, "usd", "$29", "US$29"),
        (2950, "usd", "$29.50", "US$29.50"),
        (123_456_700, "eur", "€1,234,567", "1,234,567 €"),
        (2905, "chf", "CHF 29.05", "29.05 CHF"),
    ],
)
def test_amounts(cents, currency, english, spanish):
    assert money(cents, currency) == english
    with override("es"):
        assert money(cents, currency) == spanish
