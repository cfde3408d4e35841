"""The headers that every answer bears, whatever it is and whoever asked."""

import re

import pytest
from django.test import Client

from tests import cast
from tests.library import post

pytestmark = pytest.mark.django_db

ANSWERS = {
    "/": 200, "/posts/": 200, "/posts/nap/": 200, "/feed/": 200, "/health/": 200, "/robots.txt": 200,
    "/site.webmanifest": 200, "/nowhere/": 404, "/media/nothing.webp": 404, "/account/": 302,
    "/accounts/login/": 200, "/admin/": 302, "/stripe/webhook/": 405, "/search/?q=nap": 200,
}  # fmt: skip
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def look_at(answer) -> None:
    assert {name: answer.get(name) for name in ALWAYS} == ALWAYS
    assert "camera=()" in answer["Permissions-Policy"]
    rules = dict(
        rule.strip().partition(" ")[::2]
        for rule in answer["Content-Security-Policy"].split(";")
    )  # fmt: skip
    assert rules["default-src"] == rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert rules["object-src"] == "'none'"
    assert rules["script-src"] == rules["connect-src"] == "'self'"
    assert re.fullmatch(r"'self'( 'sha256-[\w+/]{43}=')*", rules["style-src"])
    assert "unsafe" not in answer["Content-Security-Policy"]
    for name in ("Server", "X-Powered-By", "Via"):
        assert name not in answer


@pytest.mark.parametrize("address", ANSWERS)
def test_every_answer_bears_them(client, address):
    post("Nap")
    answer = client.get(address)
    assert answer.status_code == ANSWERS[address]
    look_at(answer)


def test_a_members_page_does(client):
    post("Nap")
    client.force_login(cast.mona())
    for address in ("/account/", "/account/export/", "/account/delete/", "/posts/nap/"):
        look_at(client.get(address))


def test_a_page_that_broke_does(monkeypatch):
    def breaks(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("nerdherd.views.render", breaks)
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == 500
    look_at(answer)
