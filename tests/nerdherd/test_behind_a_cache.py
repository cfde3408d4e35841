"""A real nginx that keeps pages, as `deploy/nginx.conf` has it: nobody gets what was another's."""

import http.client
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.core.signals import request_started
from django.test import Client

from tests import cast
from tests.library import CANARY, members_post, post
from tests.nginx import Nginx

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.site]

DECEPTIONS = [
    "{}x.css", "{}/x.css", "{}.css", "{};x.css", "{}%2fx.css", "{}%00x.css", "{}?x.css", "{}%3fx.css",
    "/static/..%2f{}", "/media/..%2f..{}", "/feed/..{}", "{}%0d%0aCache-Control:%20public", "{}#x.js",
]  # fmt: skip
POISONS = [
    {"X-Forwarded-Host": "evil.example"}, {"X-Forwarded-Proto": "gopher"}, {"X-Forwarded-Port": "1"},
    {"X-Original-URL": "/account/"}, {"X-Rewrite-URL": "/account/"}, {"X-HTTP-Method-Override": "POST"},
    {"Forwarded": "host=evil.example"}, {"Cookie": "language=zz"}, {"Cookie": "csrf=x; language=es"},
    {"Accept-Language": "es"}, {"Accept": "application/json"}, {"Range": "bytes=0-9"},
    {"Origin": "https://evil.example"}, {"X-Oversized": "x" * 6000}, {"Accept-Encoding": "gzip"},
    {"X-Request-ID": "f" * 32},
]  # fmt: skip


class Proxy(Nginx):
    """nginx as a browser sees it: status, headers and body; and how often it asked the site."""

    asked = 0

    def ask(self, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(
            "GET", path, headers={n.replace("_", "-"): v for n, v in headers.items()}
        )
        answer = connection.getresponse()
        said = (answer.status, dict(answer.getheaders()), answer.read().decode("latin-1"))
        connection.close()
        return said


@pytest.fixture
def proxy(live_server, settings, tmp_path: Path) -> Iterator[Proxy]:
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    folder = tmp_path / "nginx"
    folder.mkdir()
    proxy = Proxy(folder, live_server.url, tmp_path / "gated")

    def count(**_: object) -> None:
        proxy.asked += 1

    request_started.connect(count)
    yield proxy
    request_started.disconnect(count)
    proxy.stop()


def session_of(person) -> str:
    client = Client()
    client.force_login(person)
    return f"session={client.cookies['session'].value}"


def test_it_keeps_a_visitors_page_for_a_second_and_no_longer(proxy):
    page = post("Nap").get_absolute_url()
    before = time.monotonic()
    answers = [proxy.ask(page) for _ in range(5)]
    if time.monotonic() - before < 0.9:
        assert proxy.asked == 1
    assert {(status, body) for status, _, body in answers} == {(200, answers[0][2])}
    time.sleep(2.1)
    proxy.ask(page)
    assert proxy.asked >= 2


def test_its_ids_are_the_sites_and_a_kept_page_bears_none(proxy, settings):
    settings.TRUSTED_PROXIES = 1
    theirs = {"X_Request_ID": "f" * 32}
    given = [proxy.ask("/search/", **theirs)[1]["X-Request-ID"] for _ in range(2)]
    assert len({*given, "f" * 32}) == 3
    assert [len(each) for each in given] == [32, 32]  # nginx's; ours have sixteen digits
    page = post("Nap").get_absolute_url()
    assert not any("X-Request-ID" in proxy.ask(page, **theirs)[1] for _ in range(2))


@pytest.mark.parametrize("order", ["mvm", "vmv", "mmv", "vvm"])
def test_a_member_and_a_visitor_in_any_order(proxy, order):
    page = members_post().get_absolute_url()
    mona = session_of(cast.mona())
    for who in order:
        status, headers, body = proxy.ask(page, Cookie=mona) if who == "m" else proxy.ask(page)
        assert (status, CANARY in body) == (200, who == "m")
        assert ("no-store" in headers["Cache-Control"]) is (who == "m")


def test_nobodys_page_hides_behind_the_name_of_a_file(proxy):
    person = cast.mona()
    mona = session_of(person)
    members = members_post().get_absolute_url()
    for page in ("/account/", members, "/account/export/"):
        for deception in DECEPTIONS:
            path = deception.format(page.rstrip("/"))
            proxy.ask(path, Cookie=mona)
            _, headers, body = proxy.ask(path)
            assert person.email not in body, path
            assert CANARY not in body, path
            assert "Set-Cookie" not in headers or "no-store" in headers["Cache-Control"], path


@pytest.mark.parametrize("poison", POISONS, ids=lambda headers: next(iter(headers)))
def test_what_one_sends_changes_nothing_for_the_next(proxy, poison):
    page = post("Nap").get_absolute_url()
    clean = proxy.ask(page, Accept_Language="en")
    time.sleep(1.1)
    proxy.ask(page, **{name.replace("-", "_"): value for name, value in poison.items()})
    status, headers, body = proxy.ask(page, Accept_Language="en")
    assert (status, body) == (200, clean[2])
    assert "evil.example" not in str(headers) + body


def test_what_sets_a_cookie_is_kept_by_nobody(proxy):
    post("Nap")
    for path in ("/", "/posts/", "/posts/nap/", "/join/", "/gift/", "/accounts/login/", "/accounts/signup/",
                 "/search/?q=nap", "/join/help/", "/feed/", "/sitemap.xml", "/nowhere/"):  # fmt: skip
        for _ in range(2):
            _, headers, _body = proxy.ask(path)
            if "Set-Cookie" in headers:
                assert headers["Cache-Control"] == "private, no-store", path
    tokens = {proxy.ask("/accounts/login/")[1]["Set-Cookie"] for _ in range(3)}
    assert len(tokens) == 3


class Site(BaseHTTPRequestHandler):
    """A site that is there for a moment: one page for everybody, the others for nobody."""

    def do_GET(self) -> None:
        kept = "public, max-age=0, s-maxage=1" if self.path == "/posts/" else "private, no-store"
        self.send_response(200)
        self.send_header("Cache-Control", kept)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"page")

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.drill("SIGTERM under load")
def test_when_the_site_is_down_the_last_page_is_shown(tmp_path):
    site = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Thread(target=site.serve_forever, daemon=True).start()
    proxy = Proxy(tmp_path, f"http://127.0.0.1:{site.server_port}", tmp_path / "gated")
    try:
        assert {proxy.ask(path)[0] for path in ("/posts/", "/account/")} == {200}
        site.shutdown()
        site.server_close()
        time.sleep(1.1)
        assert proxy.ask("/posts/")[::2] == (200, "page")
        assert proxy.ask("/account/")[0] in {502, 504}
    finally:
        proxy.stop()
