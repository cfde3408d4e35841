"""The lock of the editors' room, at every door of it, before whoever has shown one factor only."""

import pytest
from django.core.cache import cache
from django.test import Client

from nerdherd.accounts.models import User
from tests import cast
from tests.addresses import filled, routes
from tests.nerdherd.test_accounts import PASSWORD, ask_for_code, code_for, type_code, type_password
from tests.nerdherd.test_own_pages import proved, recovery_codes, set_up_app

pytestmark = pytest.mark.django_db(transaction=True)  # allauth says things after the commit

ROOMS = sorted({filled(route) for route in routes() if route.startswith("admin/")})
SETTING_UP, ONCE_MORE = "/accounts/keys/", "/accounts/keys/reauthenticate/"


@pytest.fixture(autouse=True)
def nobody_has_tried_before():
    cache.clear()


def by_password(user: User) -> Client:
    user.set_password(PASSWORD)
    user.save()
    client = Client()
    type_password(client, login=user.email)
    return client


def by_code(user: User) -> Client:
    client = Client()
    ask_for_code(client, user.email)
    type_code(client, code_for(user.email))
    return client


@pytest.fixture
def ed() -> User:
    return proved(cast.ed())


@pytest.mark.parametrize("way_in", [by_password, by_code])
def test_no_door_of_it_opens_to_one_factor(ed, way_in):
    assert len(ROOMS) > 100
    client = way_in(ed)
    assert client.get("/account/").status_code == 200
    for room in ROOMS:
        for answer in (client.get(room), client.post(room)):
            assert (answer.status_code, answer["Location"]) == (302, SETTING_UP), room


def test_who_has_none_is_told_what_to_do_and_is_in_when_it_is_done(ed):
    client = by_code(ed)
    assert "needs a second key" in client.get("/admin/", follow=True).text
    set_up_app(client)
    assert client.get("/admin/").status_code == 200


def test_who_has_one_and_has_not_shown_it_in_this_session_is_asked(ed):
    earlier, other = by_code(ed), by_code(ed)
    set_up_app(other)
    recovery = recovery_codes(other)[0]
    room = "/admin/courses/post/?q=nap"
    asked = earlier.get(room)
    assert asked["Location"] == f"{ONCE_MORE}?next=%2Fadmin%2Fcourses%2Fpost%2F%3Fq%3Dnap"
    wrong = earlier.post(asked["Location"], {"code": "12345678"})
    assert wrong.status_code == 200
    assert earlier.get(room).status_code == 302
    assert earlier.post(asked["Location"], {"code": recovery})["Location"] == room
    assert earlier.get(room).status_code == 200


def test_a_member_who_is_no_staff_is_told_nothing_of_it(ed):
    client = by_code(proved(cast.mona()))
    assert client.get("/admin/", follow=True).status_code == 403
