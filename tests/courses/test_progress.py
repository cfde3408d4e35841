"""How far somebody has come: told by their browser, kept for their devices, and used on the pages."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.models import Post, Progress, Saved, Series, SimilarPost
from tests import cast
from tests.library import members_post, post

pytestmark = pytest.mark.django_db


SEEN = re.compile(r'<span class="seen">(<svg.*?</svg> )?([^<]+)<')


def milliseconds(moment) -> float:
    return moment.timestamp() * 1000


def tell(client: Client, *places: dict):
    return client.post(reverse("progress"), {"places": json.dumps(places)})


def place(target: Post, number: int, ago: int = 0, *, over: bool = False) -> dict:
    """Somebody was there so many seconds ago."""
    moment = timezone.now() - timedelta(seconds=ago)
    return {"post": target.slug, "place": number, "at": milliseconds(moment), "over": over}


@pytest.fixture
def mona(client):
    person = cast.mona()
    client.force_login(person)
    return person


@pytest.fixture
def mine(mona):
    """The row of a post as place and whether it is finished."""

    def row(target: Post) -> tuple[int, bool] | None:
        found = Progress.objects.filter(person=mona, post=target).first()
        return (found.place, found.finished_at is not None) if found else None

    return row


class TestTelling:
    def test_the_newest_place_is_kept_in_one_row(self, client, mine):
        target = post()
        for number, ago in [(10, 60), (300, 30), (120, 5)]:
            assert tell(client, place(target, number, ago)).status_code == 204
        assert mine(target) == (120, False)
        assert Progress.objects.count() == 1

    def test_a_message_that_comes_late_changes_nothing(self, client, mine):
        target = post()
        tell(client, place(target, 300, 10))
        tell(client, place(target, 200, 20))
        assert mine(target) == (300, False)

    def test_a_clock_that_is_fast_cannot_hold_up_what_follows(self, client, mine):
        target = post()
        tell(client, place(target, 300, -3600))
        tell(client, place(target, 310))
        assert mine(target) == (310, False)

    def test_finished_once_is_finished_while_watching_again(self, client, mine):
        target = post()
        tell(client, place(target, 300, 20, over=True))
        tell(client, place(target, 40, 10))
        assert mine(target) == (40, True)

    def test_what_a_visitors_browser_kept_comes_along(self, client, mine):
        posts = [post(f"Post {n}") for n in range(3)]
        answer = tell(client, *(place(target, n, 100) for n, target in enumerate(posts)))
        assert answer.status_code == 204
        assert [mine(target) for target in posts] == [(0, False), (1, False), (2, False)]

    def test_hidden_and_vanished_posts_are_passed_over(self, client, mine):
        hidden = post("Hidden", published_at=None)
        here = post("Here")
        gone = {**place(here, 3), "post": "never-was"}
        assert tell(client, place(hidden, 1), gone, place(here, 2)).status_code == 204
        assert (mine(hidden), mine(here)) == (None, (2, False))

    @pytest.mark.parametrize(
        "places",
        [
            "", "{}", "[]", "[1]", "nonsense", "[" * 100_000, '[{"post": "a-post"}]',
            '[{"post": "a-post", "place": -1, "at": 0}]', '[{"post": "a-post", "place": 1e99, "at": 0}]',
            '[{"post": "a-post", "place": 1, "at": NaN}]', '[{"post": "a-post", "place": 1, "at": 1e300}]',
            '[{"post": "../a", "place": 1, "at": 0}]', json.dumps([{"post": "a-post", "place": 1, "at": 1}] * 101),
        ],
    )  # fmt: skip
    def test_nonsense_is_refused_and_changes_nothing(self, client, mine, places):
        target = post()
        assert client.post(reverse("progress"), {"places": places}).status_code == 400
        assert mine(target) is None

    def test_only_those_who_are_signed_in_from_our_own_pages(self, client):
        target = post()
        assert tell(client, place(target, 1)).status_code == 403
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(cast.rui())
        assert tell(strict, place(target, 1)).status_code == 403
        assert client.get(reverse("progress")).status_code == 405
        assert not Progress.objects.exists()


class TestPages:
    def test_a_page_says_to_its_reader_where_they_were_and_nothing_to_others(self, client, mona):
        target = post()
        tell(client, place(target, 7))
        assert re.search(r'<reading-place [^>]* place="7" seen="\d+"', page(client, target))
        other = Client()
        assert not re.search(r"<reading-place [^>]*(place|progress|token)=", page(other, target))
        other.force_login(cast.rui())
        assert not re.search(r'<reading-place [^>]* place="', page(other, target))

    def test_only_the_whole_text_can_be_finished(self, client, mona):
        target = members_post()
        assert "data-end" in page(client, target)
        assert "data-end" not in page(Client(), target)

    def test_what_one_has_finished_sinks_and_does_not_vanish(self, client, mona):
        target = post("Target")
        others = [post(f"Other {n}") for n in range(5)]
        for rank, other in enumerate(others):
            SimilarPost.objects.create(
                post=target, other=other, rank=rank, is_pinned=rank == 0, score=0.9
            )
        assert similar(client, target) == ["other-0", "other-1", "other-2"]
        tell(client, *(place(other, 9, over=True) for other in others[:3]))
        tell(client, place(others[3], 9))
        assert similar(client, target) == ["other-0", "other-3", "other-4"]
        assert similar(Client(), target) == ["other-0", "other-1", "other-2"]
        tell(client, *(place(other, 9, over=True) for other in others))
        assert similar(client, target) == ["other-0", "other-1", "other-2"]


def page(client: Client, target: Post) -> str:
    return client.get(target.get_absolute_url()).text


def similar(client: Client, target: Post) -> list[str]:
    return re.findall(r'<a data-post="([^"]+)"', page(client, target))


class TestHistory:
    def test_what_is_begun_stands_on_the_home_page_the_latest_first(self, client, mona):
        post("Seen by nobody")
        posts = [post(f"Post {n}") for n in range(4)]
        somebody = cast.rui()
        for n, target in enumerate(posts):
            Progress.note(somebody, target, 9, timezone.now(), is_over=n % 2 == 0)
        tell(
            client,
            place(posts[0], 3, 50),
            place(posts[1], 3, 40),
            place(posts[2], 3, 30, over=True),
        )
        begun = re.search(r'id="begun".*?</section>', client.get("/").text, re.DOTALL)
        assert begun
        assert re.findall(r'data-card="([^"]+)"', begun[0]) == ["post-1", "post-0"]
        assert "Go on where you were" not in Client().get("/").text

    def test_cards_say_to_their_reader_what_they_have_seen(self, client, mona):
        read, begun, unseen = post("One"), post("Two"), post("Three")
        film = post("Film", video_seconds=300)
        tell(client, place(read, 9, over=True), place(begun, 2), place(film, 65))
        of_cards = cards(client).split('data-card="')[1:]
        said = {card.split('"')[0]: SEEN.search(card) for card in of_cards}
        seen = {slug: found[2] for slug, found in said.items() if found}
        assert seen == {"one": "Read", "two": "Begun", "film": "Watched to 1:05"}
        assert [slug for slug, found in said.items() if found and found[1]] == ["one"]  # a check
        assert 'class="seen"' not in cards(Client())
        assert unseen.slug in cards(client)

    def test_the_history_is_the_readers_alone_and_can_be_cleared(self, client, mona, mine):
        one, other = post("One"), post("Other")
        tell(client, place(one, 1, 20), place(other, 2, 10, over=True))
        Progress.note(cast.rui(), one, 5, timezone.now(), is_over=False)
        page = client.get("/account/history/").text
        assert re.findall(r'data-card="([^"]+)"', page) == ["other", "one"]
        assert client.post("/account/history/clearing/").status_code == 302
        assert "data-card" not in client.get("/account/history/").text
        assert Progress.objects.count() == 1

    def test_a_paused_history_keeps_nothing_new_until_it_is_resumed(self, client, mona, mine):
        before, during = post("Before"), post("During")
        tell(client, place(before, 1, 20))
        client.post("/account/history/pause/")
        client.post("/account/history/pause/")
        assert "Paused since" in client.get("/account/history/").text
        assert tell(client, place(before, 9), place(during, 9)).status_code == 204
        assert (mine(before), mine(during)) == ((1, False), None)
        client.post("/account/history/resumption/")
        tell(client, place(during, 9))
        assert mine(during) == (9, False)

    def test_after_a_year_it_is_forgotten(self, mona, mine):
        old, young = post("Old"), post("Young")
        for target, days in [(old, 366), (young, 364)]:
            Progress.note(mona, target, 1, timezone.now() - timedelta(days=days), is_over=True)
        assert Progress.forget_old() == 1
        assert (mine(old), mine(young)) == (None, (1, True))

    def test_a_series_says_where_to_go_on(self, client, mona):
        series = Series.objects.create(title="Repair", slug="repair")
        episodes = [post(f"Part {n}", series=series, episode=n) for n in (1, 2, 3)]
        address = series.get_absolute_url()
        assert "Go on with" not in client.get(address).text
        tell(client, place(episodes[0], 9, over=True))
        page = client.get(address).text
        assert "Go on with 2 of 3" in page
        assert f'<a class="button" href="{episodes[1].get_absolute_url()}"' in page
        tell(client, *(place(episode, 9, over=True) for episode in episodes))
        assert "You have seen all of it." in client.get(address).text
        assert "Go on with" not in Client().get(address).text

    def test_who_comes_in_the_middle_of_a_series_goes_on_there(self, client, mona):
        series = Series.objects.create(title="Repair", slug="repair")
        episodes = [post(f"Part {n}", series=series, episode=n) for n in (1, 2, 3)]
        for seen, following in ((2, 3), (3, 1)):
            tell(client, place(episodes[seen - 1], 9, over=True))
            assert f"Go on with {following} of 3" in client.get(series.get_absolute_url()).text

    @pytest.mark.parametrize("what", ["clearing", "pause", "resumption"])
    def test_visitors_are_asked_to_sign_in_and_a_link_changes_nothing(self, client, what):
        address = f"/account/history/{what}/"
        assert Client().post(address)["Location"].startswith("/accounts/login/")
        assert client.get(address).status_code == 405


class TestSaving:
    def test_a_post_is_put_aside_once_and_taken_off_again(self, client, mona):
        one, other = post("One"), post("Other")
        for target in (one, other, one):
            answer = client.post(f"/account/saved/{target.slug}/")
            assert answer["Location"] == f"{target.get_absolute_url()}#acts"
        Saved.objects.create(person=cast.rui(), post=post("Third"))
        assert re.findall(r'data-card="([^"]+)"', client.get("/account/saved/").text) == [
            "other",
            "one",
        ]
        assert "take it off the list" in page(client, one)
        client.post(f"/account/saved/{one.slug}/removal/")
        assert "Save for later" in page(client, one)
        assert re.findall(r'data-card="([^"]+)"', client.get("/account/saved/").text) == ["other"]

    def test_who_signed_out_in_another_tab_comes_back_to_the_button(self, client):
        target = post()
        pressed = f"/account/saved/{target.slug}/"
        was_at = {"Referer": f"http://testserver{target.get_absolute_url()}"}
        asked = client.post(pressed, headers=was_at)
        assert asked["Location"] == f"/accounts/login/?next={target.get_absolute_url()}"
        assert not Saved.objects.exists()

    def test_nobody_saves_what_is_not_there_for_them(self, client, mona):
        hidden = post("Hidden", published_at=None)
        for address in (f"/account/saved/{hidden.slug}/", "/account/saved/never-was/"):
            assert client.post(address).status_code == 404
            assert client.post(f"{address}removal/").status_code == 404
        kept = post("Kept")
        client.post(f"/account/saved/{kept.slug}/")
        Post.objects.filter(pk=kept.pk).update(published_at=None)
        assert kept.title not in client.get("/account/saved/").text
        assert "Save for later" not in page(Client(), post("Public"))


def cards(client: Client) -> str:
    return client.get("/posts/").text
