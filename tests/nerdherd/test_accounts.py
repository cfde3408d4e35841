"""Proving who one is: by mailed code, by password; and what strangers do not learn from it."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client

from nerdherd.accounts.models import User
from nerdherd.lib import emails
from nerdherd.lib.models import OutboxMail
from tests import cast

pytestmark = pytest.mark.django_db

LOGIN, BY_CODE, SIGNUP = "/accounts/login/", "/accounts/login/code/", "/accounts/signup/"
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def nobody_has_tried_before():
    cache.clear()


@pytest.fixture
def rui() -> User:
    """Has proved the address, and set a password besides."""
    user = cast.rui()
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def code_for(address: str) -> str:
    """The code in the newest mail to `address`, which waits in the outbox."""
    newest = OutboxMail.objects.filter(to=address).latest("pk")
    found = re.search(r"^ *(\d{6})$", newest.text, re.MULTILINE)
    assert found, newest.text
    return found[1]


def who(client: Client) -> str | None:
    """The address of who is signed in."""
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key).email if key else None


def ask_for_code(client: Client, address: str = "rui@example.com", next_path: str = ""):
    return client.post(BY_CODE, {"email": address, "next": next_path}, follow=True)


def type_code(client: Client, code: str, next_path: str = ""):
    return client.post("/accounts/login/code/confirm/", {"code": code, "next": next_path})


def type_password(client: Client, password: str = PASSWORD, **fields):
    typed = {"login": "rui@example.com", "password": password, **fields}
    return client.post(LOGIN, typed)


def seen(answer) -> str:
    """The page without what differs every time, and without the address that was typed."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.text)
    return re.sub(r"[\w.+-]+@example\.com", "ADDRESS", text)


class TestSigningUp:
    """An account is an address that was proved."""

    def test_a_new_address_is_proved_by_its_code(self, client):
        answer = client.post(SIGNUP, {"email": "Zoe@Example.com"}, follow=True)
        page = answer.redirect_chain[-1][0]
        assert who(client) is None
        assert client.post(page, {"code": code_for("zoe@example.com")}).status_code == 302
        assert who(client) == "zoe@example.com"
        assert EmailAddress.objects.get().verified
        assert User.objects.get().has_usable_password() is False

    def test_a_wrong_code_proves_nothing(self, client):
        page = client.post(SIGNUP, {"email": "zoe@example.com"}, follow=True).redirect_chain[-1][0]
        right = code_for("zoe@example.com")
        wrong = "000000" if right != "000000" else "111111"
        assert client.post(page, {"code": wrong}).status_code == 200
        assert who(client) is None
        assert not EmailAddress.objects.filter(verified=True).exists()

    def test_an_address_that_has_an_account_answers_like_a_new_one(self, client, rui):
        new = Client().post(SIGNUP, {"email": "zoe@example.com"}, follow=True)
        known = client.post(SIGNUP, {"email": rui.email}, follow=True)
        assert (known.redirect_chain, seen(known)) == (new.redirect_chain, seen(new))
        assert "You have one already" in OutboxMail.objects.get(to=rui.email).text
        assert User.objects.filter(email=rui.email).count() == 1

    def test_a_robot_that_fills_in_every_field_gets_no_account(self, client):
        client.post(SIGNUP, {"email": "bot@example.com", "website": "https://spam.example"})
        assert not User.objects.exists()
        assert not OutboxMail.objects.exists()


class TestSigningInByCode:
    """Six digits, to whoever can read them."""

    def test_the_mailed_code_opens_the_account(self, client, rui):
        ask_for_code(client)
        assert type_code(client, code_for(rui.email))["Location"] == "/"
        assert who(client) == rui.email

    def test_case_and_spaces_of_an_address_do_not_matter(self, client, rui):
        ask_for_code(client, " RUI@Example.com ")
        type_code(client, code_for(rui.email))
        assert who(client) == rui.email

    def test_wrong_codes_open_nothing_and_are_few(self, client, rui):
        ask_for_code(client)
        right = code_for(rui.email)
        wrong = "000000" if right != "000000" else "111111"
        for _ in range(6):
            type_code(client, wrong)
            assert who(client) is None
        type_code(client, right)
        assert who(client) is None

    def test_a_code_works_in_the_browser_that_asked_for_it(self, client, rui):
        ask_for_code(client)
        other = Client()
        ask_for_code(other, "zoe@example.com")
        type_code(other, code_for(rui.email))
        assert who(other) is None

    def test_an_unknown_address_answers_like_a_known_one(self, client, rui):
        other = Client()
        known, unknown = ask_for_code(client), ask_for_code(other, "zoe@example.com")
        assert known.redirect_chain == unknown.redirect_chain
        assert seen(known) == seen(unknown)
        for digits in ("000000", "111111"):
            if digits != code_for(rui.email):
                one, two = type_code(client, digits), type_code(other, digits)
                assert (one.status_code, seen(one)) == (two.status_code, seen(two))
        assert (
            "There is no account with it here." in OutboxMail.objects.get(to="zoe@example.com").text
        )


class TestSigningInByPassword:
    """For those who have set one."""

    def test_the_right_one_opens_the_account(self, client, rui):
        assert type_password(client)["Location"] == "/"
        assert who(client) == rui.email

    def test_a_wrong_one_answers_like_an_unknown_address(self, client, rui):
        wrong = type_password(client, "incorrect horse")
        unknown = type_password(Client(), login="zoe@example.com")
        assert who(client) is None
        assert (wrong.status_code, seen(wrong)) == (unknown.status_code, seen(unknown))

    def test_guessing_is_slowed_down(self, client, rui):
        for _ in range(6):
            type_password(client, "incorrect horse")
        type_password(client)
        assert who(client) is None

    def test_who_is_put_out_of_the_house_does_not_come_in(self, client, rui):
        User.objects.update(is_active=False)
        type_password(client)
        ask_for_code(client)
        if OutboxMail.objects.filter(text__regex=r"\d{6}").exists():
            type_code(client, code_for(rui.email))
        assert client.get("/account/").status_code == 302


def test_signing_out_takes_a_press_of_the_button(client, rui):
    type_password(client)
    assert client.get("/accounts/logout/").status_code == 200
    assert who(client) == rui.email
    client.post("/accounts/logout/")
    assert who(client) is None


class TestWhereItLeads:
    """Back to where one came from, and never to another site."""

    def test_back_to_the_page_one_came_from(self, client, rui):
        assert (
            type_password(client, next="/posts/?topic=shame")["Location"] == "/posts/?topic=shame"
        )

    @pytest.mark.parametrize(
        "trap",
        [
            "https://evil.example/", "//evil.example/", "/\\evil.example", "///evil.example",
            "http:evil.example", "javascript:alert(1)", "\thttps://evil.example",
            "http://testserver@evil.example/", "http://testserver.evil.example/",
        ],
    )  # fmt: skip
    def test_never_to_another_site(self, client, rui, trap):
        assert type_password(client, next=trap)["Location"] == "/"
        client.logout()
        ask_for_code(client, next_path=trap)
        assert type_code(client, code_for(rui.email), trap)["Location"] == "/"

    def test_there_is_one_way_in_for_the_editors_too(self, client):
        answer = client.get("/admin/courses/post/", follow=True)
        assert answer.redirect_chain[-1][0].startswith(LOGIN)
        assert answer.context["redirect_field_value"] == "/admin/courses/post/"

    def test_the_admins_own_form_takes_no_password(self, client):
        owner = cast.olga()
        owner.set_password(PASSWORD)
        owner.save()
        client.post("/admin/login/", {"username": owner.email, "password": PASSWORD})
        assert who(client) is None


class TestMails:
    """No page waits for a mail server."""

    def test_a_mail_waits_in_the_outbox_until_it_is_sent(self, client, rui):
        ask_for_code(client)
        code = code_for(rui.email)
        assert mail.outbox == []
        assert emails.send_due() == 1
        [sent] = mail.outbox
        assert sent.to == [rui.email]
        assert code in sent.body

    def test_no_mail_is_written_for_a_forged_host(self, client, rui):
        for page in (BY_CODE, SIGNUP):
            for address in (rui.email, "zoe@example.com"):
                answer = client.post(page, {"email": address}, headers={"Host": "evil.example"})
                assert answer.status_code == 400
        assert not OutboxMail.objects.exists()
