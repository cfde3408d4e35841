"""Long lists: every post once on the way down and back, wherever one begins, and no counting."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from courses.library import numbers
from courses.models import Post, Progress, Saved, Topic
from nerdherd.lib.lately import Lately
from tests import cast
from tests.library import post

pytestmark = pytest.mark.django_db


@pytest.fixture
def posts():
    """Thirty, of which some came out at the same moment: slugs, the newest first."""
    now = timezone.now()
    made = Post.objects.bulk_create(
        Post(
            title=f"Post {n}", slug=f"post-{n}", summary="…", access="free", age="all",
            published_at=now - timedelta(hours=n // 5),
        )
        for n in range(30)
    )  # fmt: skip
    about = Topic.objects.create(name="Sleep", slug="sleep")
    about.posts.set(made)
    return [one.slug for one in sorted(made, key=lambda one: (one.published_at, one.pk))[::-1]]


def cards(page):
    return re.findall(r'data-card="([^"]*)"', page)


def joined(parts):
    return [slug for part in parts for slug in part]


def link(page, rel):
    """Where the link to the page before or behind leads, if there is one."""
    found = re.search(rf'rel="{rel}" href="([^"]*)"', page)
    return found and found[1].replace("&amp;", "&")


def pages(client, address, rel="next"):
    """That page and all behind it, by their links."""
    path = address.partition("?")[0]
    while address:
        page = client.get(address).text
        yield page
        query = link(page, rel)
        address = query and path + query


@pytest.mark.parametrize("address", ["/posts/", "/topics/sleep/", "/posts/?topic=sleep"])
def test_every_post_comes_once_on_the_way_down_and_back(client, posts, address):
    down = [cards(page) for page in pages(client, address)]
    assert [len(page) for page in down] == [12, 12, 6]
    assert joined(down) == posts
    last = list(pages(client, address))[-1]
    back = [cards(page) for page in pages(client, "/posts/" + link(last, "prev"), "prev")]
    assert back == [posts[12:24], posts[:12]]


def test_what_comes_out_meanwhile_moves_nothing(client, posts):
    first = client.get("/posts/").text
    post("Just out", published_at=timezone.now())
    second = client.get("/posts/" + link(first, "next")).text
    assert cards(second) == posts[12:24]


def test_an_editor_finds_drafts_before_everything(client, posts):
    drafts = [post(f"Draft {n}", published_at=None).slug for n in range(14)][::-1]
    client.force_login(cast.ed())
    down = list(pages(client, "/posts/"))
    assert joined(map(cards, down)) == drafts + posts
    back = list(pages(client, "/posts/" + link(down[-1], "prev"), "prev"))
    assert joined(map(cards, back[::-1])) == (drafts + posts)[: 12 * len(back)]
    client.logout()
    assert joined(map(cards, pages(client, "/posts/"))) == posts


def test_old_links_name_pages_by_number(client, posts):
    for number, shown in ((1, posts[:12]), (2, posts[12:24]), (3, posts[24:]), (9, posts[-12:])):
        assert cards(client.get(f"/posts/?page={number}").text) == shown


@pytest.mark.parametrize(
    "key", ["", "x", ".", "1", "1.", "-.1", "1.2.3", "9" * 17 + ".1", "1." + "9" * 19, "%00", "١.١"]
)
@pytest.mark.parametrize("name", ["older", "newer"])
def test_nonsense_means_the_first_page(client, posts, name, key):
    assert cards(client.get(f"/posts/?{name}={key}").text) == posts[:12]


def test_too_far_means_the_last_page_and_too_near_the_first(client, posts):
    assert cards(client.get("/posts/?older=0.1").text) == posts[-12:]
    assert cards(client.get("/posts/?newer=9999999999999999.1").text) == posts[:12]
    assert "means nothing to us" not in client.get("/posts/?older=0.1").text


def test_what_an_address_says_in_vain_is_named_by_its_number(client, posts):
    assert "One part of this address means nothing" in client.get("/posts/?age=old").text
    assert "Some parts of this address mean nothing" in client.get("/posts/?age=old&topic=x").text


def test_a_further_page_is_a_page_of_its_own(client, posts):
    further = link(client.get("/posts/").text, "next")
    page = client.get(f"/posts/{further}").text
    assert f'rel="canonical" href="http://127.0.0.1:8000/posts/{further}"' in page


def test_one_s_own_lists_go_by_when_it_was(client, posts):
    reader, now = cast.rui(), timezone.now()
    client.force_login(reader)
    mine = [Post.objects.get(slug=slug) for slug in sorted(posts)]
    Progress.objects.bulk_create(
        Progress(person=reader, post=one, place=1, seen_at=now - timedelta(minutes=n))
        for n, one in enumerate(mine)
    )
    Saved.objects.bulk_create(Saved(person=reader, post=one) for one in mine)
    seen = joined(map(cards, pages(client, "/account/history/")))
    assert seen == [one.slug for one in mine]
    saved = joined(map(cards, pages(client, "/account/saved/")))
    assert sorted(saved) == sorted(posts)
    assert len(saved) == 30


def test_a_large_library_is_counted_so_far_and_no_further(client, posts, monkeypatch):
    assert "30 to watch or read" in client.get("/posts/").text
    monkeypatch.setattr("courses.views.posts.MOST_COUNTED", 20)
    assert "20 and more to watch or read" in client.get("/posts/").text


def test_a_large_library_is_counted_once_a_minute(client, posts, monkeypatch):
    """A small one each time: there its numbers are seen to be wrong."""
    counted = Post.objects.published().count()
    monkeypatch.setattr("courses.library.LATELY", Lately(60))
    assert numbers().articles == counted
    post("One more")
    assert numbers().articles == counted + 1
    monkeypatch.setattr("courses.library.LARGE", 10)
    assert numbers().articles == counted + 1
    post("And another")
    assert numbers().articles == counted + 1
    monkeypatch.setattr("courses.library.LATELY.seconds", 0)
    assert numbers().articles == counted + 2
