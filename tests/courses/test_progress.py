"""How far somebody has come: told by their browser, kept for their devices, and used on the pages."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.models import Post, Progress, SimilarPost
from tests import cast
from tests.library import members_post, post

pytestmark = pytest.mark.django_db


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
    return re.findall(r'class="similar-post" data-post="([^"]+)"', page(client, target))
