"""The first page of the editors' room: what waits, what is missing, what was when; and whose it is."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from courses.models import (
    DailyCount,
    InnerLink,
    Post,
    SearchMiss,
    SimilarPost,
    Video,
)
from tests import cast
from tests.billing.owners_books import sold
from tests.library import post

pytestmark = pytest.mark.django_db

ROOM = "/admin/"
LONG = "A summary that says in a sentence or two what this is about."


@pytest.fixture
def ed(client) -> Client:
    client.force_login(cast.ed())
    return client


def part(page: str, name: str) -> str:
    """The section whose heading has that id, without what stands between tags for the browser."""
    section = page.partition(f'aria-labelledby="{name}"')[2].partition("</section>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", section))


def piles(client: Client, name: str = "lacking") -> dict[str, tuple[int, list[str]]]:
    """By heading: how many there are, and what is shown."""
    section = client.get(ROOM).text.partition(f'aria-labelledby="{name}"')[2]
    section = section.partition("</section>")[0]
    found = {}
    for pile in section.split("<h3>")[1:]:
        said, _, rest = pile.partition(' <span class="quiet">')
        number = int(rest.partition("<")[0])
        found[said] = number, re.findall(r"<li><a [^>]*>([^<]*)<", rest)
    return found


def whole(title: str, **fields) -> Post:
    """A post that lacks nothing."""
    shown = {"picture_copies": {"name": "x", "width": 1, "height": 1, "widths": [1]}}
    made = post(title, summary=LONG, picture_alt="Two people", **fields)
    Post.objects.filter(pk=made.pk).update(**shown)
    leader = Post.objects.order_by("pk").first()
    if leader and leader != made:
        SimilarPost.objects.get_or_create(post=leader, other=made, defaults={"rank": 1})
        SimilarPost.objects.get_or_create(post=made, other=leader, defaults={"rank": 1})
    return made


class TestWaiting:
    def test_drafts_what_is_scheduled_and_videos_that_failed(self, ed):
        post("Out")
        post("A draft", published_at=None)
        post("Tomorrow", published_at=timezone.now() + timedelta(days=1))
        film = post("A film", published_at=None)
        Video.objects.create(post=film, state="failed", error="This is no film.")
        Video.objects.create(post=post("Fine"), state="ready")
        assert piles(ed, "waiting") == {
            "Drafts": (2, ["A film", "A draft"]),
            "Scheduled": (1, ["Tomorrow"]),
            "Videos that could not be prepared": (1, ["A film"]),
        }
        assert "This is no film." in ed.get(ROOM).text

    def test_of_many_the_first_eight_and_a_way_to_all(self, ed):
        for n in range(11):
            post(f"Draft {n}", published_at=None)
        total, shown = piles(ed, "waiting")["Drafts"]
        assert (total, len(shown)) == (11, 8)
        address = re.search(r'href="([^"]*state=draft)">All 11', ed.get(ROOM).text)
        assert address
        post("Out")
        page = ed.get(address[1]).text
        assert "11 posts" in page
        assert "Out</a>" not in page

    def test_a_number_stands_beside_all_only_where_all_were_counted(self, ed, monkeypatch):
        for n in range(10):
            post(f"Bare {n}")
        assert ">All 10<" in ed.get(ROOM).text
        monkeypatch.setattr("courses.desk.piles.LOOKED_AT", 9)
        page = ed.get(ROOM).text
        assert ">All<" in page
        assert ">All 9<" not in page

    def test_where_nothing_is_wanted_it_says_so(self, ed):
        page = ed.get(ROOM).text
        assert "Nothing is waiting" in page
        assert "Nothing is missing anywhere." in page
        assert "Every search found something." in page
        assert "Nothing came out in this month" in page
        assert "0 in all" in page


class TestLacking:
    """Each shows what is out and lacks it, and the list of posts finds the same."""

    @pytest.fixture(autouse=True)
    def fine(self) -> None:
        whole("Fine")
        whole("Good")

    def is_lacking(self, ed: Client, said: str, name: str, *titles: str) -> None:
        assert piles(ed) == {said: (len(titles), list(titles))}
        page = ed.get(f"/admin/courses/post/?lacks={name}").text
        assert re.findall(r'field-title"><a [^>]*>([^<]+)', page) == list(titles)

    def test_nothing(self, ed):
        assert piles(ed) == {}

    def test_captions(self, ed):
        for title, tracks, reason in [
            ("Silent", [], ""),
            ("Said", [{"language": "en"}], ""),
            ("Mime", [], "Nobody speaks."),
        ]:
            film = whole(title, video_seconds=60)
            Video.objects.create(post=film, tracks=tracks, no_captions_reason=reason)
        self.is_lacking(ed, "No captions, and no reason why not", "captions", "Silent")

    def test_a_picture(self, ed):
        bare, film = whole("Bare"), whole("Film")
        Post.objects.filter(pk__in=[bare.pk, film.pk]).update(picture_copies=None)
        Post.objects.filter(pk=film.pk).update(poster_copies={"name": "p"})
        self.is_lacking(ed, "No picture", "picture", "Bare")

    def test_words_for_the_picture(self, ed):
        Post.objects.filter(pk=whole("Unsaid").pk).update(picture_alt="")
        said = "No words for those who cannot see the picture"
        self.is_lacking(ed, said, "words", "Unsaid")

    def test_a_summary(self, ed):
        Post.objects.filter(pk=whole("Short").pk).update(summary="Too short.")
        self.is_lacking(ed, "A very short summary", "summary", "Short")

    def test_a_way_there(self, ed):
        SimilarPost.objects.filter(other=whole("Lonely")).update(rank=4)
        self.is_lacking(ed, "Nobody is led here", "way", "Lonely")

    def test_drafts_lack_nothing_yet(self, ed):
        post("Draft", published_at=None, summary="", body='<p><a href="/posts/gone/">x</a></p>')
        assert piles(ed) == {}


def test_searches_that_found_nothing_are_added_up(ed):
    today = timezone.localdate()
    for query, times, ago in [("zebra", 2, 0), ("zebra", 3, 20), ("teeth", 4, 1), ("old", 9, 31)]:
        SearchMiss.objects.create(day=today - timedelta(days=ago), query=query, times=times)
    said = part(ed.get(ROOM).text, "searches")
    assert "zebra 5 × teeth 4 ×" in said
    assert "old" not in said


def test_the_month_so_far_of_all_posts(ed):
    today = timezone.localdate()
    for title in ("One", "Other"):
        target = post(title)
        DailyCount.objects.create(post=target, day=today, views=20, completions=2)
        before = today.replace(day=1) - timedelta(days=1)
        DailyCount.objects.create(post=target, day=before, views=500)
    sold(next_path="/join/")
    page = ed.get(ROOM).text
    assert re.findall(r'role="img" aria-label="([^"]+) from [^"]+ (\d+) in all', page) == [
        ("Views", "40"), ("To the end", "4"), ("Joins", "1"),
    ]  # fmt: skip


class TestCalendar:
    def test_a_month_shows_what_came_out_on_its_days(self, ed, settings):
        settings.TIME_ZONE = "America/Los_Angeles"
        for title, moment in {
            "First": "2026-03-01T08:00Z", "Still first": "2026-03-02T07:59Z",
            "Last": "2026-04-01T06:59Z", "In April": "2026-04-01T07:00Z", "In February": "2026-03-01T07:59Z",
        }.items():  # fmt: skip
            post(title, published_at=datetime.fromisoformat(moment))
        page = ed.get(f"{ROOM}?month=2026-03").text
        days = dict(
            re.findall(r'<time datetime="([\d-]+)">.*?</time>(.*?)(?=<time|</ol>)', page, re.DOTALL)
        )
        titles = {day: re.findall(r">([^<>]+)</a>", said) for day, said in days.items()}
        assert len(days) == 31
        assert {day: said for day, said in titles.items() if said} == {
            "2026-03-01": ["First", "Still first"], "2026-03-31": ["Last"],
        }  # fmt: skip
        assert 'href="?month=2026-02#calendar"' in page
        assert 'href="?month=2026-04#calendar"' in page
        assert 'class="month from-1"' in page  # a Sunday

    def test_a_full_day_is_cut_and_leads_to_all_of_it(self, ed):
        for n in range(9):
            post(f"Post {n}", published_at=datetime.fromisoformat("2026-03-05T12:00Z"))
        page = ed.get(f"{ROOM}?month=2026-03").text
        address = re.search(r'href="([^"]*published_at__day=5)">5 more', page)
        assert address
        assert "9 posts" in ed.get(address[1].replace("&amp;", "&")).text

    @pytest.mark.parametrize(
        "asked", ["", "2026-13", "1999-12", "nonsense", "2026-1", "%00", "٢٠٢٦-٠١"]
    )
    def test_nonsense_is_this_month(self, ed, asked):
        page = ed.get(ROOM, {"month": asked}).text
        assert f'datetime="{timezone.localdate()}"' in page

    def test_weeks_begin_as_people_have_it(self, client):
        speaker = cast.ed()
        client.force_login(speaker)
        page = client.get(f"{ROOM}?month=2026-03", headers={"Accept-Language": "es"}).text
        assert 'class="month from-7"' in page  # the first was a Sunday


class TestWhose:
    def test_support_sees_ways_to_people_and_nothing_of_posts(self, client):
        post("A secret draft", published_at=None)
        client.force_login(cast.sue())
        page = client.get(ROOM).text
        assert "Find a person" in page
        assert "Find a purchase" in page
        assert "draft" not in page
        assert "Waiting" not in page
        assert client.get("/admin/accounts/user/?q=sue").status_code == 200
        assert client.get("/admin/billing/purchase/?q=nh_").status_code == 200

    def test_editors_see_nothing_of_people_and_owners_all(self, ed):
        page = ed.get(ROOM).text
        assert "Find a person" not in page
        assert "/admin/courses/topic/" in page  # the tables are still there
        owner = Client()
        owner.force_login(cast.olga())
        assert {"Find a person", "Waiting", "All tables"} <= {
            words
            for words in ("Find a person", "Waiting", "All tables")
            if words in owner.get(ROOM).text
        }

    def test_others_are_asked_to_sign_in(self, client):
        assert client.get(ROOM).status_code == 302
        client.force_login(cast.mona())
        assert client.get(ROOM).status_code == 302


@pytest.mark.parametrize("size", [10, 1000])
def test_it_costs_the_same_however_big_the_library(ed, size, django_assert_num_queries):
    now = timezone.now()
    posts = Post.objects.bulk_create(
        Post(
            title=f"Post {n}", slug=f"post-{n}", summary="…", body="<p>…</p>",
            published_at=[now, None, now + timedelta(days=1)][n % 3],
        )
        for n in range(size)
    )  # fmt: skip
    today = timezone.localdate()
    DailyCount.objects.bulk_create(DailyCount(post=one, day=today, views=1) for one in posts)
    InnerLink.objects.bulk_create(InnerLink(post=one, path=f"/x/{one.pk}") for one in posts)
    Video.objects.bulk_create(Video(post=one, state="failed") for one in posts[::2])
    SearchMiss.objects.bulk_create(SearchMiss(day=today, query=f"{n}") for n in range(size))
    with django_assert_num_queries(29):
        assert ed.get(ROOM).status_code == 200
