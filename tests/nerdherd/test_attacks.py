"""Getting into somebody else's account: by guessing, at once, from everywhere, or by being there first."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.account import forms
from allauth.account.models import EmailAddress
from allauth.core.internal.cryptokit import compare_user_code
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client

from nerdherd.accounts.models import User
from tests import cast
from tests.nerdherd.test_accounts import (
    BY_CODE,
    LOGIN,
    PASSWORD,
    SIGNUP,
    ask_for_code,
    code_for,
    type_code,
    type_password,
    who,
)
from tests.nerdherd.test_own_pages import proved

pytestmark = pytest.mark.django_db(transaction=True)

SPELLINGS = [
    "rui@example.com", "RUI@example.com", "Rui@EXAMPLE.com", " rui@example.com ", "rui@example.com\t",
    "ｒｕｉ@example.com", "ruı@example.com", "rui@ｅxample.com", "rui\u200b@example.com",
]  # fmt: skip


@pytest.fixture(autouse=True)
def nobody_has_tried_before():
    cache.clear()


@pytest.fixture
def rui() -> User:
    return proved(cast.rui(), PASSWORD)


def others(code: str) -> list[str]:
    """A million less one; the first few."""
    return [f"{number:06}" for number in range(200) if f"{number:06}" != code]


class TestGuessingPasswords:
    def test_it_does_not_help_to_spell_the_address_otherwise(self, rui):
        for number in range(30):
            type_password(Client(), "wrong", login=SPELLINGS[number % len(SPELLINGS)])
        late = Client()
        type_password(late)
        assert who(late) is None

    def test_it_does_not_help_to_come_from_everywhere(self, rui):
        for number in range(30):
            typed = {"login": "rui@example.com", "password": "wrong"}
            Client().post(LOGIN, typed, REMOTE_ADDR=f"198.51.100.{number}")
        late = Client()
        late.post(
            LOGIN, {"login": "rui@example.com", "password": PASSWORD}, REMOTE_ADDR="203.0.113.9"
        )
        assert who(late) is None

    def test_it_does_not_help_to_say_one_came_from_elsewhere(self, rui):
        for number in range(40):
            typed = {"login": f"somebody{number}@example.com", "password": "wrong"}
            Client().post(LOGIN, typed, headers={"X-Forwarded-For": f"198.51.100.{number}"})
        late = Client()
        typed = {"login": "rui@example.com", "password": PASSWORD}
        late.post(LOGIN, typed, headers={"X-Forwarded-For": "203.0.113.9"})
        assert who(late) is None


class TestGuessingCodes:
    def test_many_at_once_are_few_as_well(self, rui, monkeypatch):
        """Each reads the session before another has written how many were wrong."""
        compared = []

        def slowly(actual: str, expected: str | None) -> bool:
            compared.append(actual)
            time.sleep(0.1)
            return compare_user_code(actual=actual, expected=expected)

        monkeypatch.setattr(forms, "compare_user_code", slowly)
        thief = Client()
        ask_for_code(thief)
        code = code_for(rui.email)
        session = thief.cookies["session"].value

        def guess(code: str) -> int:
            twin = Client()
            twin.cookies["session"] = session
            try:
                return type_code(twin, code).status_code
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(guess, others(code)[:64]))
        assert len(compared) <= 10
        last = Client()
        last.cookies["session"] = session
        type_code(last, code)
        assert who(last) is None

    def test_a_new_code_for_every_three_guesses_ends_soon(self, rui):
        asked = 0
        for number in range(40):
            thief = Client()
            ask_for_code(thief, SPELLINGS[number % 3])
            asked += thief.get("/accounts/login/code/confirm/").status_code == 200
        assert asked <= 20  # of one stranger in a minute, and three for each address that there is


class TestBeingThereFirst:
    def test_who_signed_up_with_anothers_address_has_no_way_in_later(self):
        thief, owner = Client(), Client()
        thief.post(
            SIGNUP, {"email": "zoe@example.com", "password1": PASSWORD, "password": PASSWORD}
        )
        cache.clear()
        ask_for_code(owner, "zoe@example.com")
        type_code(owner, code_for("zoe@example.com"))
        assert who(owner) == "zoe@example.com"
        assert who(thief) is None
        cache.clear()
        type_password(thief, login="zoe@example.com")
        assert who(thief) is None

    def test_nobody_takes_an_address_that_is_anothers(self, rui):
        vera = Client()
        vera.force_login(proved(User.objects.create_user("vera@example.com")))
        for spelling in SPELLINGS:
            vera.post("/accounts/email/", {"action_add": "", "email": spelling})
        assert EmailAddress.objects.filter(email__iexact=rui.email, verified=True).get().user == rui


class TestSessions:
    def test_the_key_from_before_signing_in_is_worth_nothing_after(self, rui):
        """Somebody who planted it in the browser has nothing of it."""
        victim = Client()
        ask_for_code(victim)
        planted = victim.cookies["session"].value
        type_code(victim, code_for(rui.email))
        assert who(victim) == rui.email
        thief = Client()
        thief.cookies["session"] = planted
        assert who(thief) is None
        assert thief.get("/account/").status_code == 302

    def test_a_key_of_somebodys_own_making_is_not_taken_over(self, rui):
        victim = Client()
        victim.cookies["session"] = "a" * 32
        ask_for_code(victim)
        type_code(victim, code_for(rui.email))
        assert victim.cookies["session"].value != "a" * 32

    def test_the_key_from_before_signing_out_is_worth_nothing(self, rui):
        client = Client()
        client.post(BY_CODE, {"email": rui.email})
        type_code(client, code_for(rui.email))
        kept = client.cookies["session"].value
        client.post("/accounts/logout/")
        thief = Client()
        thief.cookies["session"] = kept
        assert thief.get("/account/").status_code == 302


class TestTellingByTheClock:
    """What takes time is a hash of a password: as many for an address that is known as for another."""

    @pytest.mark.parametrize(
        ("path", "form", "hashes"),
        [
            (LOGIN, lambda address: {"login": address, "password": "wrong"}, 1),
            (BY_CODE, lambda address: {"email": address}, 0),
            (SIGNUP, lambda address: {"email": address}, 0),
            ("/accounts/password/reset/", lambda address: {"email": address}, 0),
        ],
    )
    def test_every_door_takes_its_time_alike(self, rui, monkeypatch, path, form, hashes):
        made: list[str] = []
        hashing = MD5PasswordHasher.encode

        def encode(hasher: MD5PasswordHasher, password: str, salt: str) -> str:
            made.append(password)
            return str(hashing(hasher, password, salt))

        monkeypatch.setattr(MD5PasswordHasher, "encode", encode)
        for address in (rui.email, "zoe@example.com"):
            made.clear()
            Client().post(path, form(address))
            assert len(made) == hashes, address
