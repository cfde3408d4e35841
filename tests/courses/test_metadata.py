"""What pages, sitemap, feed and robots.txt tell machines: valid, and no more than visitors may read."""

import json
import re
import xml.etree.ElementTree as ET
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from courses.models import Post, Series, Topic
from courses.sitemaps import Posts
from tests import cast
from tests.library import CANARY, members_post, post

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"
HERE = "http://testserver"
COVER = {"name": "pictures/x", "width": 960, "height": 540, "widths": [480, 960]}
# https://developers.google.com/search/docs/appearance/structured-data: what each type must have.
REQUIRED = {
    "Article": {"headline", "author", "datePublished", "dateModified"},
    "VideoObject": {"name", "thumbnailUrl", "uploadDate", "duration", "description"},
    "BreadcrumbList": {"itemListElement"},
    "WebSite": {"name", "url"},
}
ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00")
ISO_LENGTH = re.compile(r"P\d+DT\d\dH\d\dM\d\dS")


def things(html: str) -> dict[str, dict[str, Any]]:
    """The JSON-LD of a page by type."""
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    data = json.loads(script)
    assert data["@context"] == "https://schema.org"
    return {thing["@type"]: thing for thing in data["@graph"]}


def head(html: str) -> str:
    return html.partition("</head>")[0]


def meta(html: str, name: str) -> str | None:
    found = re.search(rf'<meta (?:name|property)="{name}" content="([^"]*)">', head(html))
    return found and found[1]


def canonical(html: str) -> list[str]:
    return re.findall(r'<link rel="canonical" href="([^"]*)">', html)


class TestPages:
    def test_an_article_says_what_it_is(self, client):
        article = post("Why they cling", topics=("Separation",), read_minutes=4)
        html = client.get(article.get_absolute_url()).text
        url = f"{SITE}/posts/why-they-cling/"
        assert canonical(html) == [url]
        shared = [meta(html, f"og:{name}") for name in ("type", "title", "url")]
        assert shared == ["article", "Why they cling", url]
        assert meta(html, "description") == meta(html, "og:description") == article.summary
        found = things(html)["Article"]
        assert found.keys() >= REQUIRED["Article"]
        assert (found["headline"], found["isAccessibleForFree"]) == ("Why they cling", True)
        assert "hasPart" not in found
        assert ISO_MOMENT.fullmatch(found["datePublished"])
        assert ISO_LENGTH.fullmatch(found["timeRequired"])
        steps = things(html)["BreadcrumbList"]["itemListElement"]
        assert [(step["position"], step["name"]) for step in steps] == [
            (1, "Library"), (2, "Separation"), (3, "Why they cling"),
        ]  # fmt: skip
        assert all(step["item"].startswith(f"{SITE}/") for step in steps)

    def test_a_video_for_members_says_how_long_it_is_and_that_it_is_shut(self, client):
        film = members_post("A film", video_seconds=272, poster_copies=COVER)
        html = client.get(film.get_absolute_url()).text
        found = things(html)["VideoObject"]
        assert found.keys() >= REQUIRED["VideoObject"]
        assert found["duration"] == "P0DT00H04M32S"
        picture = f"{SITE}/media/pictures/x-960.webp"
        assert (found["thumbnailUrl"], meta(html, "og:image")) == ([picture], picture)
        assert found["isAccessibleForFree"] is found["hasPart"]["isAccessibleForFree"] is False
        assert not {"contentUrl", "embedUrl", "transcript"} & found.keys()
        assert meta(html, "og:type") == "video.other"

    def test_nothing_of_the_text_stands_in_the_head_of_any_page(self, client):
        target = members_post(topics=("Shame",))
        series = Series.objects.create(title="S", slug="s")
        Post.objects.filter(pk=target.pk).update(series=series, episode=1)
        for address in (target.get_absolute_url(), "/", "/topics/shame/", "/series/s/", "/posts/"):
            html = client.get(address).text
            assert CANARY not in html
            assert "The opening is for everybody" not in head(html)

    def test_a_title_cannot_break_out(self, client):
        nasty = '</script><script>alert(1)</script> & "quotes" <!--'
        target = post("Nasty", summary=nasty)
        Post.objects.filter(pk=target.pk).update(title=nasty)
        html = client.get(target.get_absolute_url()).text
        assert "<script>alert" not in html
        assert things(html)["Article"]["headline"] == nasty

    def test_shelves_and_the_home_page_have_theirs(self, client):
        Topic.objects.create(name="Shame", slug="shame", introduction="What it is.")
        Series.objects.create(title="Repair", slug="repair", summary="Coming back.")
        for address, words, kind in [
            ("/topics/shame/", "What it is.", "BreadcrumbList"),
            ("/series/repair/", "Coming back.", "BreadcrumbList"),
            (
                "/posts/",
                "Everything there is to watch and read, to narrow as one likes.",
                "BreadcrumbList",
            ),
            ("/", "Short videos and articles on attachment, for parents.", "WebSite"),
        ]:
            html = client.get(address).text
            assert canonical(html) == [f"{SITE}{address}"]
            assert meta(html, "description") == words
            assert things(html)[kind].keys() >= REQUIRED[kind]

    def test_a_narrowed_library_is_no_page_of_its_own(self, client):
        post("One", topics=("Shame",))
        assert canonical(client.get("/posts/?topic=shame").text) == [f"{SITE}/posts/"]

    def test_a_further_page_is_a_page_of_its_own(self, client):
        for n in range(13):
            post(f"Shame {n}", topics=("Shame",))
        first = f"{SITE}/topics/shame/"
        assert canonical(client.get("/topics/shame/?page=2").text) == [f"{first}?page=2"]
        assert canonical(client.get("/topics/shame/?page=1&x=1").text) == [first]

    def test_a_draft_is_not_for_machines(self, client):
        draft = post("Draft", published_at=None)
        client.force_login(cast.ed())
        assert meta(client.get(draft.get_absolute_url()).text, "robots") == "noindex"
        assert meta(client.get(post("Out").get_absolute_url()).text, "robots") is None


class TestSitemap:
    @staticmethod
    def addresses(client: Client, address: str) -> list[str]:
        answer = client.get(address.removeprefix(HERE))
        assert answer["Content-Type"] == "application/xml"
        elements = ET.fromstring(answer.content).iter()
        return [element.text or "" for element in elements if element.tag.endswith("}loc")]

    def test_it_leads_to_every_page_and_to_nothing_hidden(self, client):
        post("Out", topics=("Shame",))
        post("Draft", published_at=None)
        post("Later", published_at=timezone.now() + timedelta(hours=1))
        members_post("For members")
        Series.objects.create(title="Repair", slug="repair")
        client.force_login(cast.olga())  # who may see more than is told here
        parts = self.addresses(client, "/sitemap.xml")
        pages = [page for part in parts for page in self.addresses(client, part)]
        names = [
            "",
            "posts/",
            "topics/shame/",
            "series/repair/",
            "posts/out/",
            "posts/for-members/",
        ]
        assert sorted(pages) == sorted(f"{SITE}/{name}" for name in names)
        assert {Client().get(page.removeprefix(SITE)).status_code for page in pages} == {200}

    def test_a_large_one_comes_in_parts(self, client, monkeypatch):
        made = [post(f"Post {n}") for n in range(5)]
        monkeypatch.setattr(Posts, "limit", made[1].pk)  # the second is the last of its part
        parts = [part for part in self.addresses(client, "/sitemap.xml") if "posts" in part]
        found = [self.addresses(client, part) for part in parts]
        assert [page.rpartition("-")[2] for page in found[0]] == ["0/", "1/"]
        assert [len(part) <= made[1].pk for part in found] == [True] * len(parts)
        assert len(parts) > 1
        assert sum(map(len, found)) == len({page for part in found for page in part}) == 5
        assert client.get("/sitemap-nonsense.xml").status_code == 404


class TestFeed:
    ATOM = "{http://www.w3.org/2005/Atom}"

    def entries(self, client: Client) -> list[ET.Element]:
        answer = client.get("/feed/")
        assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
        return ET.fromstring(answer.content).findall(f"{self.ATOM}entry")

    def test_it_has_what_is_new_as_visitors_may_read_it_whoever_asks(self, client):
        old = members_post("For members", published_at=timezone.now() - timedelta(days=3))
        post("Free & easy", slug="free", summary="A <b> & a c.")
        post("Draft", published_at=None)
        client.force_login(cast.mona())
        mine, everybodys = self.entries(client), self.entries(Client())
        assert list(map(ET.tostring, mine)) == list(map(ET.tostring, everybodys))
        titles = [entry.findtext(f"{self.ATOM}title") for entry in mine]
        assert titles == ["Free & easy", "For members"]
        free, shut = (entry.findtext(f"{self.ATOM}summary") or "" for entry in mine)
        assert free.startswith("<p>A &lt;b&gt; &amp; a c.</p>")
        assert CANARY in free
        assert CANARY not in shut
        assert "The opening is for everybody" in shut
        assert mine[1].findtext(f"{self.ATOM}id") == f"{SITE}{old.get_absolute_url()}"

    def test_pages_lead_to_it(self, client):
        link = 'type="application/atom+xml" title="Attachment Nerd Herd" href="/feed/"'
        assert link in client.get("/").text


def test_robots_are_told_where_to_go(client):
    answer = client.get("/robots.txt")
    assert answer["Content-Type"].startswith("text/plain")
    assert f"Sitemap: {SITE}/sitemap.xml" in answer.text
    assert "Disallow: /account/" in answer.text
    assert "Disallow: /posts" not in answer.text


def test_finders_of_a_weakness_are_told_whom_to_tell(client):
    """The fields of RFC 9116; it must not have expired, nor be good for more than a year."""
    answer = client.get("/.well-known/security.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    said = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert re.fullmatch(r"mailto:[^@\s]+@[^@\s]+", said["Contact"])
    assert said["Canonical"] == f"{SITE}/.well-known/security.txt"
    assert said["Preferred-Languages"] == "en, es"
    ahead = datetime.fromisoformat(said["Expires"]) - timezone.now()
    assert timedelta(days=90) < ahead < timedelta(days=365)
