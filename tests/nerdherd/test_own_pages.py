"""What people see to themselves: codes as pasted, devices, address, password, second factor."""

import json
import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nerdherd.accounts import devices
from nerdherd.accounts.models import AddressCode, User
from nerdherd.lib.models import OutboxMail
from tests import cast
from tests.nerdherd.test_accounts import ask_for_code, code_for, type_code, type_password, who

pytestmark = pytest.mark.django_db

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/19.1 Mobile/15E148 Safari/604.1"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def nobody_has_tried_before():
    cache.clear()


def proved(user: User, password: str | None = None) -> User:
    """With an address that is theirs, and a password if they like."""
    user.set_password(password)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def rui() -> User:
    return proved(cast.rui())


def signed_in(user: User, browser: str = FIREFOX) -> Client:
    """By a code that was mailed, in a browser of their own."""
    client = Client(headers={"User-Agent": browser})
    ask_for_code(client, user.email)
    type_code(client, code_for(user.email))
    return client


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


class TestPastedCodes:
    """One field, and a phone's keyboard or clipboard."""

    @pytest.mark.parametrize(
        "pasted", ["{a} {b}", " {a}-{b} ", "{a}–{b}", "{a}\u00a0{b}", "Your code is {a}{b}."]
    )
    def test_it_does_not_matter_what_is_around_the_digits(self, client, rui, pasted):
        ask_for_code(client)
        code = code_for(rui.email)
        type_code(client, pasted.format(a=code[:3], b=code[3:]))
        assert who(client) == rui.email
        joining = AddressCode.issue("zoe@example.com") or ""
        typed = pasted.format(a=joining[:3], b=joining[3:])
        assert AddressCode.redeem("zoe@example.com", typed)

    def test_the_field_is_one_that_telephones_fill_in(self, client, rui):
        page = ask_for_code(client).text
        (field,) = re.findall(r'<input class="code-input"[^>]*>', page)
        for attribute in ('autocomplete="one-time-code"', 'inputmode="numeric"', 'type="text"'):
            assert attribute in field
        assert "maxlength" not in field

    def test_digits_of_another_length_open_nothing(self, client, rui):
        ask_for_code(client)
        code = code_for(rui.email)
        for wrong in (code + "0", code[:5]):
            assert type_code(client, wrong).status_code == 200
        assert who(client) is None


class TestDevices:
    """Where somebody is signed in, and as little of it as can be."""

    def test_they_are_listed_by_kind_and_no_address_is_kept(self, rui):
        here, there = signed_in(rui), signed_in(rui, IPHONE)
        page = here.get("/accounts/devices/").text
        assert re.findall(r"<strong>(.*)</strong>", page) == ["Firefox, Linux", "Safari, iPhone"]
        assert page.count("This one") == 1
        assert set(UserSession.objects.values_list("ip", "user_agent")) == {
            ("0.0.0.0", "Firefox, Linux"), ("0.0.0.0", "Safari, iPhone")
        }  # fmt: skip
        assert is_in(there)

    def test_everywhere_else_is_signed_out_by_one_button(self, rui):
        here, there = signed_in(rui), signed_in(rui, IPHONE)
        answer = here.post("/accounts/devices/", follow=True)
        assert "You are signed out everywhere but here." in answer.text
        assert "Nowhere else." in answer.text
        assert (is_in(here), is_in(there)) == (True, False)

    def test_the_day_it_was_last_here_is_written_once_a_day(self, rui):
        here = signed_in(rui)
        row = UserSession.objects.filter(user=rui)
        long_ago = timezone.now().replace(year=2026, month=1, day=1)
        row.update(last_seen_at=long_ago)
        is_in(here)
        assert row.get().last_seen_at == long_ago
        session = here.session
        session[devices.SEEN] = "2026-01-01"
        session.save()
        is_in(here)
        assert row.get().last_seen_at.date() == timezone.now().date()
        with CaptureQueriesContext(connection) as asked:
            is_in(here)
        assert not [query for query in asked if query["sql"].startswith("UPDATE")]

    def test_what_has_ended_is_forgotten(self, rui):
        here, there = signed_in(rui), signed_in(rui, IPHONE)
        there.session.delete()
        devices.forget_ended()
        assert UserSession.objects.get().session_key == here.session.session_key

    @pytest.mark.parametrize(
        ("says", "is_called"),
        [
            (IPHONE, "Safari, iPhone"), (FIREFOX, "Firefox, Linux"), ("", "A browser"),
            ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140", "Edge, Windows"),
            ("Mozilla/5.0 (Linux; Android 16) SamsungBrowser/28 Chrome/130 Safari/537", "Samsung Internet, Android"),
            ("curl/8", "A browser"), ("Safari, iPhone", "Safari, iPhone"),
        ],
    )  # fmt: skip
    def test_browsers_are_called_by_their_names(self, says, is_called):
        assert devices.describe(says) == is_called


class TestNewAddress:
    """By a code that is sent there; nothing changes before it was typed."""

    def change(self, client: Client, address: str):
        return client.post("/accounts/email/", {"email": address, "action_add": ""}, follow=True)

    def test_the_code_makes_it_the_address_and_ends_the_other_sessions(self, rui):
        here, there = signed_in(rui), signed_in(rui, IPHONE)
        page = self.change(here, "new@example.com")
        assert (is_in(here), is_in(there)) == (True, True)
        assert User.objects.get().email == "rui@example.com"
        code = code_for("new@example.com")
        done = here.post(page.redirect_chain[-1][0], {"code": f"{code[:3]} {code[3:]}"})
        assert done["Location"] == "/account/"
        assert User.objects.get().email == "new@example.com"
        assert (is_in(here), is_in(there)) == (True, False)
        told = OutboxMail.objects.filter(to="rui@example.com").latest("pk")
        assert "new@example.com" in told.text
        assert list(EmailAddress.objects.values_list("email", "verified")) == [
            ("new@example.com", True)
        ]
        listed = here.get("/accounts/devices/").text
        assert re.findall(r"<strong>(.*)</strong>", listed) == ["Firefox, Linux"]

    def test_a_wrong_code_changes_nothing(self, rui):
        here = signed_in(rui)
        page = self.change(here, "new@example.com").redirect_chain[-1][0]
        wrong = "000000" if code_for("new@example.com") != "000000" else "111111"
        assert here.post(page, {"code": wrong}).status_code == 200
        assert User.objects.get().email == "rui@example.com"

    def test_somebody_elses_address_cannot_be_taken(self, rui):
        proved(cast.person("zoe"))
        here = signed_in(rui)
        self.change(here, "zoe@example.com")
        assert "zoe@example.com" in set(User.objects.values_list("email", flat=True))
        assert User.objects.get(pk=rui.pk).email == "rui@example.com"

    def test_a_new_password_ends_the_other_sessions_too(self, rui):
        here, there = signed_in(rui), signed_in(rui, IPHONE)
        new = {"password1": PASSWORD, "password2": PASSWORD}
        here.post("/accounts/password/set/", new)
        assert (is_in(here), is_in(there)) == (True, False)
        again = {"oldpassword": PASSWORD, "password1": PASSWORD + "!", "password2": PASSWORD + "!"}
        third = Client()
        type_password(third, PASSWORD)
        assert is_in(third)
        here.post("/accounts/password/change/", again)
        assert (is_in(here), is_in(third)) == (True, False)


def app_code(secret: str) -> str:
    """What an app shows at this moment."""
    return f"{hotp_value(secret, next(yield_hotp_counters_from_time())):06d}"


def set_up_app(client: Client) -> str:
    """Go through the pages that set up an app; returns its secret."""
    page = client.get("/accounts/keys/totp/activate/").text
    secret = re.search(r'id="secret"[^>]*value="(\w+)"', page)
    assert secret
    code = app_code(secret[1])
    answer = client.post("/accounts/keys/totp/activate/", {"code": f"{code[:3]} {code[3:]}"})
    assert answer["Location"] == "/accounts/keys/recovery-codes/"
    return secret[1]


def recovery_codes(client: Client) -> list[str]:
    """All that are shown to whoever has just set up an app."""
    return re.findall(r"<li>(\d{8})</li>", client.get("/accounts/keys/recovery-codes/").text)


@pytest.mark.django_db(transaction=True)  # allauth says things after the commit
class TestSecondFactor:
    """An app or a passkey for staff; for members a passkey is one more way in."""

    @pytest.fixture
    def ed(self) -> User:
        return proved(cast.ed())

    def passkey(self, user: User) -> None:
        """As if they had one; the real thing is in the browser's tests."""
        Authenticator.objects.create(
            user=user, type="webauthn", data={"name": "Key", "credential": {}}
        )

    def test_an_app_is_set_up_and_recovery_codes_come_with_it(self, ed):
        client = signed_in(ed)
        assert "Second factor" in client.get("/account/").text
        set_up_app(client)
        assert len(recovery_codes(client)) == 10
        assert "Set up" in client.get("/accounts/keys/").text
        assert (
            "an app with codes was set up"
            in OutboxMail.objects.filter(to=ed.email).latest("pk").text
        )

    def test_then_a_code_by_mail_is_not_enough_and_a_recovery_code_works_once(self, ed):
        first = signed_in(ed)
        set_up_app(first)
        recovery = recovery_codes(first)[0]
        for expected in (True, False):
            other = signed_in(ed, IPHONE)
            assert not is_in(other)
            assert "One more step" in other.get("/accounts/keys/authenticate/").text
            other.post("/accounts/keys/authenticate/", {"code": recovery})
            assert is_in(other) is expected

    def test_a_members_passkey_never_shuts_them_out(self, rui):
        self.passkey(rui)
        client = signed_in(rui)
        assert is_in(client)
        assert "Second factor" not in client.get("/account/").text
        assert client.get("/accounts/email/").status_code == 200

    def test_a_member_with_an_app_needs_it(self, rui):
        client = signed_in(rui)
        set_up_app(client)
        assert not is_in(signed_in(rui, IPHONE))

    def test_the_owner_can_take_away_what_is_lost_and_reads_no_secret(self, ed, client):
        secret = generate_totp_secret()
        TOTP.activate(ed, secret)
        client.force_login(cast.olga())
        listed = client.get("/admin/mfa/authenticator/?q=ed@").text
        assert "TOTP Authenticator" in listed
        row = Authenticator.objects.get()
        assert secret not in listed + client.get(f"/admin/mfa/authenticator/{row.pk}/change/").text
        client.post(f"/admin/mfa/authenticator/{row.pk}/delete/", {"post": "yes"})
        assert not Authenticator.objects.exists()
        assert client.get("/admin/usersessions/usersession/").status_code == 404

    def test_every_page_of_it_is_ours_and_needs_a_sign_in(self, rui, ed):
        TOTP.activate(ed, generate_totp_secret())
        pages = (
            "",
            "webauthn/",
            "totp/activate/",
            "totp/deactivate/",
            "recovery-codes/generate/",
            "webauthn/add/",
        )
        for page in pages:
            address = f"/accounts/keys/{page}"
            assert Client().get(address)["Location"].startswith("/accounts/login/"), address
            answer = signed_in(rui).get(address, follow=True)
            cache.clear()
            assert 'class="site-header"' in answer.text, address
            assert "style=" not in answer.text, address
            assert not re.search(r"<script(?![^>]*(src|application/json))", answer.text), address

    @pytest.mark.parametrize(
        "odd",
        [
            "", "nonsense", "null", "[]", "{}", "7", '"x"', json.dumps({"response": None}),
            json.dumps({"id": "x", "rawId": "x", "type": "public-key", "response": {}}),
            json.dumps({"id": "eA", "rawId": "eA", "type": "public-key", "clientExtensionResults": {}, "response": {
                "clientDataJSON": "e30", "authenticatorData": "AAAA", "signature": "AAAA", "userHandle": None}}),
        ],
    )  # fmt: skip
    def test_what_is_no_passkey_opens_nothing_and_breaks_nothing(self, client, odd):
        client.get("/accounts/keys/webauthn/login/", headers={"Accept": "application/json"})
        answer = client.post("/accounts/keys/webauthn/login/", {"credential": odd})
        assert answer["Location"] == "/accounts/login/"
        assert who(client) is None


def test_a_passkey_is_offered_after_the_first_sign_in_only(rui):
    for is_offered in (True, False):
        client = Client()
        ask_for_code(client, rui.email)
        answer = client.post(
            "/accounts/login/code/confirm/", {"code": code_for(rui.email)}, follow=True
        )
        assert ("<passkey-offer" in answer.text) is is_offered
        assert "<passkey-offer" not in client.get("/account/").text
