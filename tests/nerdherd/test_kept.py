"""Visitors' pages that are kept: for whom, until when, how many, and what never is."""

import gzip
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client, RequestFactory
from django.test.client import ClientHandler
from django.test.utils import CaptureQueriesContext

from courses.models import Post
from nerdherd import changes
from nerdherd.kept import KeptPages
from nerdherd.lib import shelf
from nerdherd.lib.headers import FOR_EVERYBODY
from tests import cast
from tests.library import CANARY, members_post, post

pytestmark = pytest.mark.django_db


def the_site(environ: dict[str, Any], begin: Callable[..., Any]) -> Iterable[bytes]:
    """Django as a WSGI application that leaves the test its connection to the database."""
    response = ClientHandler(enforce_csrf_checks=False)(environ)
    cookies = [("Set-Cookie", cookie.output(header="")) for cookie in response.cookies.values()]
    begin(f"{response.status_code} {response.reason_phrase}", [*response.items(), *cookies])
    return [b"".join(response)]


class Answer:
    """What a browser would get of the site with its kept pages before it."""

    def __init__(self, site: KeptPages, path: str, method: str = "GET", **headers: str) -> None:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        environ = RequestFactory().generic(method, path, headers=names).environ
        with CaptureQueriesContext(connection) as queries:
            self.raw = b"".join(site(environ, self._begin))
        self.queries = len(queries)
        packed = self.headers.get("Content-Encoding") == "gzip"
        self.text = (gzip.decompress(self.raw) if packed else self.raw).decode()

    def _begin(self, status: str, headers: list[tuple[str, str]], *_error: object) -> Callable:
        self.status, self.headers = int(status.split()[0]), dict(headers)
        twice = len(headers) - len(self.headers)
        assert twice == 0 or "Set-Cookie" in self.headers, "a header twice"
        return lambda _: None


@pytest.fixture
def site(clock) -> KeptPages:
    """It has looked whether something changed, and does so again when the clock is put forward."""
    pages = KeptPages(the_site)
    pages.pages.version()
    return pages


@pytest.fixture
def clock(monkeypatch) -> list[float]:
    """The seconds that have passed."""
    passed = [0.0]
    for module in (changes, shelf):
        monkeypatch.setattr(module, "monotonic", lambda: passed[0])
    return passed


def session_of(person) -> str:
    client = Client()
    client.force_login(person)
    return f"session={client.cookies['session'].value}"


def test_the_second_visitor_costs_no_query_and_gets_the_same_bytes(site):
    page = post().get_absolute_url()
    first, second = (Answer(site, page) for _ in range(2))
    assert (first.queries > 0, second.queries) == (True, 0)
    assert (first.status, first.headers, first.raw) == (second.status, second.headers, second.raw)
    assert "Set-Cookie" not in first.headers
    assert first.headers["Cache-Control"] == "public, max-age=0, s-maxage=1"


def test_an_edit_and_a_withdrawal_show_within_two_seconds_and_a_price_when_it_is_set(
    site, clock, settings
):
    shown = post("Nap")
    page = shown.get_absolute_url()
    Answer(site, page)
    shown.title = "A longer nap"
    shown.save()
    clock[0] += changes.LOOKED_EVERY
    assert "A longer nap" in Answer(site, page).text
    Post.objects.update(published_at=None)
    clock[0] += changes.LOOKED_EVERY
    assert Answer(site, page).status == 404
    assert Answer(site, page).queries > 0  # nothing of the old one is left
    Answer(site, "/join/")
    settings.OFFER_PRICE_CENTS = 3900  # a setting: the process is started again
    assert "$39" in Answer(KeptPages(the_site), "/join/").text


def test_while_nothing_changes_it_is_kept_but_not_for_ever(site, clock):
    page = post().get_absolute_url()
    clock[0] += changes.LOOKED_EVERY
    Answer(site, page)
    clock[0] += shelf.OLDEST - 1
    looked, kept_on = Answer(site, page), Answer(site, page)
    assert (0 < looked.queries <= 3, kept_on.queries) == (True, 0)
    assert looked.raw == kept_on.raw
    clock[0] += 1
    assert Answer(site, page).queries > 3


def test_a_page_whose_maker_died_is_made_by_the_next(site):
    page = post().get_absolute_url()
    site.application = lambda environ, begin: 1 / 0
    with pytest.raises(ZeroDivisionError):
        Answer(site, page)
    site.application = the_site
    assert Answer(site, page).status == 200
    assert site._making == {}


def test_a_change_while_a_page_is_made_is_not_lost(site, clock):
    page = post("Nap").get_absolute_url()

    def slow(environ, begin):
        answer = the_site(environ, begin)
        Post.objects.update(title="A longer nap")
        return answer

    site.application = slow
    assert "A longer nap" not in Answer(site, page).text
    site.application = the_site
    clock[0] += changes.LOOKED_EVERY
    assert "A longer nap" in Answer(site, page).text


def test_while_the_database_is_away_what_is_kept_is_still_shown(site, clock, monkeypatch):
    page = post().get_absolute_url()
    whole = Answer(site, page).raw

    def away() -> object:
        raise OperationalError("no connection")

    monkeypatch.setattr(site.pages.version, "_look", away)
    site.application = lambda environ, begin: 1 / 0
    clock[0] += changes.LOOKED_EVERY
    assert Answer(site, page).raw == whole


def test_of_many_who_come_at_once_one_makes_it_and_who_waits_is_never_left(site):
    made, whole = [], b"a page"

    def slow(environ, begin):
        made.append(environ["PATH_INFO"])
        time.sleep(0.1)
        begin("200 OK", [("Cache-Control", "s-maxage=1"), ("Content-Length", str(len(whole)))])
        return [whole]

    def ask() -> bytes:
        return b"".join(site(RequestFactory().get("/").environ, lambda *_: None))

    site.application = slow
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: ask(), range(8))) == {whole}
    assert len(made) == 1
    assert site._making == {}


class TestForWhom:
    """Nobody is given what was made for somebody."""

    @pytest.mark.parametrize("member_first", [True, False])
    def test_a_members_page_is_never_a_visitors_nor_the_other_way(self, site, member_first):
        page = members_post().get_absolute_url()
        mona = session_of(cast.mona())
        for is_member in (member_first, not member_first, member_first):
            answer = Answer(site, page, Cookie=mona) if is_member else Answer(site, page)
            assert (CANARY in answer.text) is is_member
            assert ("no-store" in answer.headers["Cache-Control"]) is is_member

    @pytest.mark.parametrize(
        "headers",
        [
            {"Cookie": "session=x"}, {"Cookie": "messages=x"}, {"Cookie": "language=es; other=1"},
            {"Authorization": "Basic x"},
        ],
    )  # fmt: skip
    def test_who_brings_anything_else_is_asked_of_the_site_itself(self, site, headers):
        page = post().get_absolute_url()
        Answer(site, page)
        assert Answer(site, page, **headers).queries > 0

    def test_each_language_has_its_own(self, site):
        page = post().get_absolute_url()
        spanish = Answer(site, page, Accept_Language="es-MX,es;q=0.9")
        assert 'lang="es"' in spanish.text
        assert 'lang="en"' in Answer(site, page).text
        switched = Answer(site, page, Cookie="language=es; csrf=x")
        assert (switched.queries, switched.raw) == (0, spanish.raw)
        assert {"Accept-Language", "Cookie"} <= set(spanish.headers["Vary"].split(", "))

    @pytest.mark.parametrize(
        "headers",
        [
            {"X_Forwarded_Host": "evil.example"}, {"X_Original_URL": "/admin/"},
            {"X_Forwarded_Prefix": "/evil"}, {"Forwarded": "host=evil.example"},
            {"Origin": "https://evil.example"}, {"Referer": "https://evil.example/"},
            {"X_HTTP_Method_Override": "POST"}, {"User_Agent": "evil.example"},
        ],
    )  # fmt: skip
    def test_nobody_poisons_what_the_next_one_gets(self, site, headers):
        page = post().get_absolute_url()
        clean = Answer(KeptPages(the_site), page)
        Answer(site, page, **headers)
        assert Answer(site, page).raw == clean.raw

    def test_a_forged_host_gets_an_error_that_is_not_kept(self, site):
        page = post().get_absolute_url()
        assert [Answer(site, page, Host="evil.example").status for _ in range(2)] == [400, 400]
        assert Answer(site, page).status == 200


class TestWhatIsSent:
    def test_packed_for_whoever_can_unpack_it(self, site):
        page = post().get_absolute_url()
        plain, packed = Answer(site, page), Answer(site, page, Accept_Encoding="gzip, deflate, br")
        assert packed.text == plain.text
        assert len(packed.raw) < len(plain.raw) / 2
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert packed.headers["Content-Length"] == str(len(packed.raw))
        refused = Answer(site, page, Accept_Encoding="br, gzip;q=0")
        assert refused.raw == plain.raw

    def test_what_a_browser_has_is_not_sent_again(self, site, clock):
        page = post().get_absolute_url()
        tag = Answer(site, page).headers["ETag"]
        clock[0] += shelf.OLDEST  # also when it was made anew
        again = Answer(site, page, If_None_Match=tag)
        assert (again.status, again.raw, again.headers["ETag"]) == (304, b"", tag)
        assert Answer(site, page, If_None_Match='W/"other"').status == 200

    def test_only_the_head_when_only_that_is_asked_for(self, site):
        page = post().get_absolute_url()
        whole = Answer(site, page)
        for head in (Answer(site, page, "HEAD"), Answer(KeptPages(the_site), page, "HEAD")):
            assert (head.status, head.raw) == (200, b"")
            assert head.headers["Content-Length"] == str(len(whole.raw))

    def test_a_post_is_never_answered_from_it(self, site):
        page = post().get_absolute_url()
        Answer(site, page)
        assert Answer(site, page, "POST").status == 405


@pytest.mark.parametrize(
    "path",
    ["/accounts/login/", "/search/?q=nap", "/health/", "/gift/", "/nowhere/", "/posts/never-was/", "/account/"],
)  # fmt: skip
def test_what_is_not_on_the_list_is_not_kept(site, path):
    post("Nap")
    for _ in range(2):
        assert "s-maxage" not in Answer(site, path).headers.get("Cache-Control", "")
    assert not len(site.pages)


def test_the_list_holds_names_of_addresses_that_there_are(site):
    post("Nap", topics=("Sleep",))
    for path in ("/", "/accessibility/", "/posts/", "/posts/nap/", "/topics/sleep/", "/join/", "/feed/",
                 "/sitemap.xml", "/sitemap-posts.xml", "/robots.txt"):  # fmt: skip
        Answer(site, path)
    assert len(site.pages) == len(FOR_EVERYBODY - {"series_detail", "situation_detail"})


def test_they_take_no_more_memory_than_they_may(site):
    page = post().get_absolute_url()
    Answer(site, page)
    one = site.pages.size
    site.pages.most = 5 * one
    for number in range(20):
        Answer(site, f"{page}?page={number}")
        assert site.pages.size <= 5 * one
        assert site.pages.size == sum(each.size for each in site.pages._kept.values())
    assert Answer(site, f"{page}?page=19").queries == 0
    assert Answer(site, f"{page}?page=0").queries > 0
