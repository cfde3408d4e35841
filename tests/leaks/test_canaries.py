"""No word that is for others reaches anybody by any door, and who may have it finds it."""

from collections.abc import Iterable

import pytest
from django.core.cache import cache
from django.test import Client

from courses.models import Post, Video
from tests.addresses import filled, routes
from tests.courses.shelf import ATTEMPT, FILES
from tests.leaks.crawler import Crawl, readings
from tests.leaks.plants import Plants, plant

pytestmark = [pytest.mark.django_db, pytest.mark.crawl]

# Words that stand beside the secret ones: a search for them must not bring the others.
BESIDE = ["zebrafish", "heron", "walrus", "ocelot", "heading", "summary", "later", "canary"]
SUFFIXES = [
    ".json", ".xml", ".txt", ".md", ".html", "amp/", "feed/", "print/", "?format=json", "?preview=1",
    "?draft=1", "?print=1", "?page=2", "%2e%2e/", "//", ";x=1", "%00", "/.css", "index.html", "?_method=PUT",
]  # fmt: skip
HEADERS = [
    {"Accept": "application/json"}, {"Accept": "text/plain"}, {"Accept": "application/rss+xml"},
    {"X-HTTP-Method-Override": "PUT"}, {"X-Original-URL": "/admin/"}, {"X-Rewrite-URL": "/admin/"},
    {"Range": "bytes=0-"}, {"Range": "bytes=-5"}, {"Range": "bytes=5-900000"},
    {"If-None-Match": '"x"'}, {"If-Modified-Since": "Wed, 01 Jan 2020 00:00:00 GMT"},
    {"Accept-Encoding": "gzip, br"}, {"X-Requested-With": "XMLHttpRequest"},
    {"X-Forwarded-For": "127.0.0.1"}, {"X-Remote-User": "olga@example.com"}, {"Accept-Language": "es"},
    {"Cookie": "sessionid=1"}, {"Authorization": "Basic b2xnYTpvbGdh"},
]  # fmt: skip
METHODS = ["HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"]


@pytest.fixture
def plants() -> Plants:
    cache.clear()
    return plant()


def starts(plants: Plants) -> Iterable[str]:
    """Every address there is, with every post and film in it, and every key that opens no more."""
    films = {film.post_id: film.pk for film in Video.objects.all()}
    every = list(Post.objects.all())
    some = [target for target in every if target.slug == "shut-members" or not target.published_at]
    for route in routes():
        for target in some if route.startswith("admin/") else every:
            what = {
                "slug": target.slug,
                "pk": target.pk,
                "object_id": target.pk,
                "attempt": ATTEMPT,
            }
            film = films.get(target.pk, 0)
            for pass_ in ("free", "opening", "nonsense"):
                for name in FILES if "attempt" in route else [""]:
                    yield filled(route, **what, video=film, pass_=pass_, name=name, language="en")
        for key in plants.keys:
            yield filled(route, key=key, token=key, code=key, slug="shut-members")
    yield from (f"/search/?q={word}" for word in BESIDE)


def leaked(crawl: Crawl, secrets: dict[str, str]) -> list[str]:
    """Which secret was told where."""
    return [
        f"{what}: {address}"
        for address, text in crawl.heard.items()
        for reading in map(str.lower, readings(text))
        for what, word in secrets.items()
        if word in reading and word not in address
    ]


def found(crawl: Crawl, secrets: dict[str, str]) -> set[str]:
    """Which secrets were told at all."""
    whole = "\n".join(crawl.heard.values()).lower()
    return {what for what, word in secrets.items() if word in whole}


def crawl_as(plants: Plants, who: str) -> Crawl:
    client = Client()
    if who != "nobody":
        client.force_login(plants.people[who])
    return Crawl(client).run(dict.fromkeys(starts(plants)))


@pytest.mark.parametrize("who", ["nobody", "rui", "rex"])
def test_nobody_else_is_told_a_word_of_it(plants, who):
    crawl = crawl_as(plants, who)
    for address in crawl.one_of_each_route() if who != "rui" else []:  # as Rex, without a past
        for suffix in SUFFIXES:
            crawl.ask(address.rstrip("/") + "/" * (suffix[0] not in ".?/;") + suffix)
        for headers in HEADERS:
            crawl.ask(address, **headers)
        for method in METHODS:
            crawl.ask(address, method)
    assert len(crawl.heard) > 800
    assert leaked(crawl, plants.members | plants.hidden | plants.personal) == []
    broke = {address.split()[0] for address, status in crawl.statuses.items() if status >= 500}
    assert broke <= {"/join/"}  # nobody answers as Stripe here, and it says so


def test_a_member_finds_all_of_theirs_and_nothing_that_is_not_out(plants):
    crawl = crawl_as(plants, "mona")
    assert found(crawl, plants.members) == set(plants.members)
    assert found(crawl, plants.personal) == set(plants.personal) - {"payer", "name"}
    assert leaked(crawl, plants.hidden) == []


def test_an_editor_finds_all_that_is_not_out_and_nothing_of_a_person(plants):
    crawl = crawl_as(plants, "ed")
    assert found(crawl, plants.hidden) == set(plants.hidden)
    assert leaked(crawl, plants.personal) == []


def test_the_owner_finds_the_people(plants):
    crawl = crawl_as(plants, "olga")
    assert {"address", "name", "payer"} <= found(crawl, plants.personal)
