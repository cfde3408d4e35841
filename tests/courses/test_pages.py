"""The library's pages: what they show, what they cost, and that nonsense is answered kindly."""

from datetime import timedelta

import pytest
from django.utils import timezone

from billing.models import Membership
from courses.models import Post, Series, SimilarPost, Topic
from courses.relating import relate_all
from tests import cast
from tests.courses.shelf import worker_looked
from tests.library import members_post, post

pytestmark = pytest.mark.django_db


def shown(page: str, attribute: str) -> list[str]:
    """The values of a data attribute, in the order of the page."""
    return [part.split('"')[0] for part in page.split(f'{attribute}="')[1:]]


def similar(page: str) -> list[str]:
    return shown(page.partition("data-similar")[2], "data-post")


class TestPost:
    """The post page."""

    def test_it_says_what_it_is(self, client):
        target = post("How to stay", topics=("Shame",), age="toddler")
        page = client.get(target.get_absolute_url()).text
        for words in ("How to stay", "Shame", "1 min read", "toddlers", target.summary):
            assert words in page
        assert 'data-post="how-to-stay" data-kind="article" data-access="full"' in page

    def test_pins_come_first_in_the_editors_order_then_the_machine_fills_up(self, client):
        target = post("First", topics=("Shame",))
        pins = [post(f"Pin {n}") for n in range(2)]
        near, far = post("Near", topics=("Shame",)), post("Far", topics=("Sleep",))
        for rank, pin in enumerate(reversed(pins)):
            SimilarPost.objects.create(post=target, other=pin, is_pinned=True, rank=rank)
        relate_all()

        page = client.get(target.get_absolute_url()).text

        assert similar(page) == ["pin-1", "pin-0", near.slug]
        assert far.slug not in similar(page)
        assert "Also about shame" in page

    def test_hidden_posts_stand_in_nobodys_list(self, client):
        target, hidden = post("First"), members_post("Hidden", published_at=None)
        later = post("Later", published_at=timezone.now() + timedelta(days=1))
        for rank, other in enumerate((hidden, later)):
            SimilarPost.objects.create(post=target, other=other, is_pinned=True, rank=rank)
        public = post("Public")
        assert similar(client.get(target.get_absolute_url()).text) == [public.slug]

    @pytest.mark.parametrize("size", [10, 1000])
    def test_it_costs_the_same_however_big_the_library(
        self, client, size, django_assert_max_num_queries
    ):
        Post.objects.bulk_create(
            Post(
                title=f"Post {n}", slug=f"post-{n}", summary="…", body="<p>…</p>",
                access="free" if n % 3 == 0 else "members", published_at=timezone.now(),
            )
            for n in range(size)
        )  # fmt: skip
        topics = [Topic.objects.create(name=name, slug=name) for name in ("shame", "sleep")]
        target = members_post(
            "The one", series=Series.objects.create(title="S", slug="s"), episode=1
        )
        target.topics.set(topics)
        others = Post.objects.exclude(pk=target.pk)[:6]
        SimilarPost.objects.bulk_create(
            SimilarPost(post=target, other=other, rank=rank) for rank, other in enumerate(others)
        )
        with django_assert_max_num_queries(4):
            assert client.get(target.get_absolute_url()).status_code == 200
        client.force_login(cast.mona())
        with django_assert_max_num_queries(6):
            assert client.get(target.get_absolute_url()).status_code == 200


class TestLibrary:
    """The list of posts and its filters."""

    @pytest.fixture(autouse=True)
    def posts(self):
        post("For toddlers", topics=("Sleep",), age="toddler")
        members_post("For teens", topics=("Shame",), age="teen")
        post("For all", topics=("Sleep", "Shame"))
        Post.objects.filter(slug="for-teens").update(video_seconds=240)

    @pytest.mark.parametrize(
        ("query", "slugs"),
        [
            ("", {"for-toddlers", "for-teens", "for-all"}),
            ("topic=sleep", {"for-toddlers", "for-all"}),
            ("age=teen", {"for-teens", "for-all"}),
            ("kind=video", {"for-teens"}),
            ("kind=article&topic=shame", {"for-all"}),
            ("access=free", {"for-toddlers", "for-all"}),
            ("minutes=5&age=toddler", {"for-toddlers", "for-all"}),
        ],
    )
    def test_filters_narrow_the_list(self, client, query, slugs):
        assert set(shown(client.get(f"/posts/?{query}").text, "data-card")) == slugs

    @pytest.mark.parametrize(
        "query",
        [
            "topic=nonsense", "age=%00", "minutes=-1", "kind=%F0%9F%92%A9", "access=all", "page=abc",
            "page=-5", "page=99999999999999999999", "page=%00", "topic=sleep&topic=shame", "x[]=1",
            "kind='%20OR%201=1--", "topic=" + "a" * 3000, "%ff=%fe", "page=1e9", "page=١",
        ],
    )  # fmt: skip
    def test_nonsense_in_the_address_still_shows_the_library(self, client, query):
        answer = client.get(f"/posts/?{query}")
        assert answer.status_code == 200
        assert shown(answer.text, "data-card")

    def test_what_was_not_understood_is_said(self, client):
        assert "minutes=soon" in client.get("/posts/?minutes=soon").text

    def test_what_was_not_understood_is_escaped(self, client):
        assert "<script>x" not in client.get("/posts/?minutes=<script>x").text

    def test_pages_follow_each_other_without_gap_or_double(self, client):
        for n in range(25):
            post(f"More {n}", published_at=timezone.now() - timedelta(days=2))
        seen = [
            s for n in (1, 2, 3) for s in shown(client.get(f"/posts/?page={n}").text, "data-card")
        ]
        assert len(seen) == len(set(seen)) == 28

    def test_an_empty_library_says_something_human(self, client):
        Post.objects.all().delete()
        assert "No items found" not in client.get("/posts/").text
        for address in ("/", "/posts/", "/search/?q=x", "/join/"):
            assert client.get(address).status_code == 200


class TestShelves:
    """Topics, series, search."""

    def test_a_topic_shows_its_introduction_and_its_posts(self, client):
        target = post("About shame", topics=("Shame",))
        post("Else", topics=("Sleep",))
        Topic.objects.filter(slug="shame").update(introduction="What shame wants.")
        page = client.get("/topics/shame/").text
        assert shown(page, "data-card") == [target.slug]
        assert "What shame wants." in page
        assert client.get("/topics/never-was/").status_code == 404

    def test_a_series_shows_its_episodes_in_order(self, client):
        series = Series.objects.create(title="Repair", slug="repair")
        for place in (2, 1, 3):
            post(f"Part {place}", series=series, episode=place)
        page = client.get("/series/repair/").text
        assert shown(page, "data-card") == ["part-1", "part-2", "part-3"]

    def test_search_finds_by_title_summary_and_topic(self, client):
        post("The closed door", topics=("Repair",), summary="What a teenager wants.")
        worker_looked()
        for query in ("closed", "DOOR", "teenager wants", "repair door"):
            assert shown(client.get("/search/", {"q": query}).text, "data-card") == [
                "the-closed-door"
            ]

    def test_search_never_tells_what_a_members_text_says(self, client):
        members_post("Quiet")
        worker_looked()
        assert shown(client.get("/search/?q=canaryinthebody").text, "data-card") == []

    @pytest.mark.parametrize(
        "query", ["", " ", "\x00", "%", "_", "'", '"', "x" * 5000, "🐑", "a " * 500]
    )
    def test_search_answers_whatever_is_typed(self, client, query):
        assert client.get("/search/", {"q": query}).status_code == 200

    def test_nothing_found_leads_on(self, client):
        post("Else", topics=("Sleep",))
        worker_looked()
        assert "/topics/sleep/" in client.get("/search/?q=zebra").text


@pytest.mark.parametrize("who", [None, cast.rui, cast.mona, cast.olga])
def test_every_page_renders_for_everybody(client, who):
    target = members_post("One", topics=("Sleep",))
    Membership.objects.count()
    if who:
        client.force_login(who())
    for address in ("/", "/posts/", target.get_absolute_url(), "/topics/sleep/", "/search/?q=one",
                    "/join/", "/join/help/", "/nothing/here/"):  # fmt: skip
        answer = client.get(address)
        assert answer.status_code == (404 if "nothing" in address else 200), address
        assert "Nerd Herd" in answer.text
