"""What members' text says, nobody else learns from the search: no hit, no number, no byte, no query."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from courses.models import Post, SearchWord
from courses.search import finding
from tests import cast
from tests.courses.shelf import on_the_shelf, worker_looked
from tests.library import CANARY, members_post, post

pytestmark = pytest.mark.django_db

SPOKEN = "onlymembersheareverything"
NOWHERE = "neverwrittenanywhere"
OUTSIDERS = {"visitor": None, "rui": cast.rui, "rex": cast.rex}
# A canary as it stands, with slips, begun, in a phrase, beside public words, through a synonym.
ASKED = [
    "{}", "{}s", "q{}", "{}e", '"the {} sings"', "quiet {}", "quiet waters {}", "waters {} run deep",
    "{} kind", "{}&page=2", "{}&access=free", "{}&kind=video",
]  # fmt: skip


def answer(client, query: str) -> str:
    text: str = client.get(f"/search/?q={query.replace(' ', '+')}").text
    return text


@pytest.fixture(params=OUTSIDERS)
def outsider(request, client):
    make = OUTSIDERS[request.param]
    if make:
        client.force_login(make())
    return client


@pytest.fixture
def secret() -> Post:
    made = on_the_shelf(members_post("Quiet waters", summary="They run deep."))
    worker_looked()
    return made


@pytest.mark.parametrize("query", ASKED)
@pytest.mark.parametrize("canary", [CANARY, SPOKEN])
def test_a_word_of_members_answers_like_a_word_that_never_was(outsider, secret, query, canary):
    there, nowhere = (answer(outsider, query.format(word)) for word in (canary, NOWHERE))
    assert there.replace(canary, NOWHERE) == nowhere


@pytest.mark.parametrize("wrong", ["canaryinthebdy", "canaryinhebody", "onlymembersheareverythin"])
def test_a_slip_of_a_word_of_members_is_not_mended(outsider, secret, wrong):
    page = answer(outsider, wrong)
    assert "data-card" not in page
    assert CANARY not in page
    assert SPOKEN not in page


def test_a_member_finds_them_all(client, secret):
    """Without this the others would prove nothing."""
    client.force_login(cast.mona())
    for query in (
        CANARY,
        "canaryinthebdy",
        "canaryin",
        '"the canaryinthebody sings"',
        "waters " + CANARY,
    ):
        assert 'data-card="quiet-waters"' in answer(client, query), query
    assert f"the <mark>{CANARY}</mark> sings" in answer(client, CANARY)
    assert "#t=7" in answer(client, SPOKEN)


def test_a_search_of_the_public_never_reads_what_members_have(outsider, secret):
    """So the time it takes cannot tell either."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        for query in (CANARY, "quiet waters", "waterz run deep", "zebra quiet"):
            answer(outsider, query)
    assert not [q for q in queries if "wholeentry" in q["sql"] or "'members'" in q["sql"]]


@pytest.mark.parametrize("out", [None, timedelta(days=1)])
@pytest.mark.parametrize("who", [None, cast.mona])
def test_what_is_not_out_yet_tells_nothing(client, out, who):
    """Not by a spelling, nor by an order: every answer is what it was before, to the byte."""
    if who:
        client.force_login(who())
    post("Zebras", summary="Striped.", body="<p>Zebras and a zephyr, by night.</p>")
    post("Nights", summary="Dark.", body="<p>A zephyr blows by night. And zebras sleep.</p>")
    worker_looked()
    asked = ["zebrax", "zebraq", "zeb", "zephyr", "zephyr night zebrax", "sleep zebraq night"]
    before = [answer(client, query) for query in asked]
    at = timezone.now() + out if out else None
    post("Zebrax", published_at=at, body="<p>Zebraq, zephyr, zephyr, zephyr.</p>")
    worker_looked()
    assert [answer(client, query) for query in asked] == before


def test_what_is_hidden_takes_no_place_among_the_newest(client, monkeypatch):
    monkeypatch.setattr(finding, "MOST", 3)
    post("Sleep")
    for number in range(4):
        post(f"Sleep {number}", published_at=None)
    worker_looked()
    assert 'data-card="sleep"' in answer(client, "sleep")


def test_a_spelling_is_told_only_while_it_finds_something(outsider):
    """A word is in the vocabulary until the worker comes; the answer is of this moment."""
    sold = post("Sold", body="<p>Hello.</p><p>The zephyr.</p>", summary="Still.")
    post("Sleep", summary="By night.", body="<p>Dreams. A zephyt.</p>")
    worker_looked()
    assert "zephyr sleep night" in answer(outsider, "zephyrr sleep night")
    assert 'q=zephyr"' in answer(outsider, "zephyx quiet")
    Post.objects.filter(pk=sold.pk).update(access=Post.Access.MEMBERS)
    page = answer(outsider, "zephyrr sleep night")
    assert 'data-card="sleep"' in page
    assert "zephyr " not in page.replace("zephyrr", "")
    assert "zephyr" not in answer(outsider, "zephyx quiet")


def test_what_was_free_is_closed_before_the_worker_comes(outsider):
    """The index still holds the text; the answer is of this moment."""
    soon = timezone.now() + timedelta(minutes=5)
    target = post("Quiet", access=Post.Access.FREE_UNTIL, free_until=soon, summary="Still.")
    sold = post("Sold", summary="Now for members.")
    worker_looked()
    assert answer(outsider, CANARY).count("data-card") == 2
    Post.objects.filter(pk=target.pk).update(free_until=timezone.now())
    Post.objects.filter(pk=sold.pk).update(access=Post.Access.MEMBERS)
    for query in (CANARY, "canaryinthebdy"):
        page = answer(outsider, query)
        assert "data-card" not in page
        assert "canaryinthebody" not in page.replace(f'value="{CANARY}"', "").replace(
            f"“{CANARY}”", ""
        ).replace(f"{CANARY} ·", "").replace(f"q={CANARY}", "")


def test_when_the_free_time_is_over_its_words_are_forgotten(client):
    soon = timezone.now() + timedelta(minutes=5)
    target = post("Quiet", access=Post.Access.FREE_UNTIL, free_until=soon)
    worker_looked()
    past = timezone.now() - timedelta(seconds=1)
    Post.objects.filter(pk=target.pk).update(free_until=past, index_due_at=past)  # time goes by
    worker_looked()
    assert "data-card" in answer(client, "quiet")
    assert "data-card" not in answer(client, CANARY)
    assert not SearchWord.objects.filter(audience="public", word=CANARY).exists()


WORDS = st.sampled_from(["bath", "storm", "apple", "river", "candle", "window"])
POSTS = st.lists(
    st.tuples(st.booleans(), WORDS, st.lists(WORDS, min_size=1, max_size=4)), min_size=1, max_size=5
)


class TestRandomLibraries(TestCase):
    """On any library, whatever is asked: what is found is there to be read, and all of it is found."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(POSTS, st.lists(WORDS, min_size=1, max_size=2, unique=True))
    def test_found_is_what_may_be_read(self, library, asked):
        readable: dict[bool, set[str]] = {False: set(), True: set()}
        for number, (is_free, title, body) in enumerate(library):
            slug = f"post-{number}"
            text = f"<p>Hello.</p><p>{' '.join(body)}</p>"
            access = Post.Access.FREE if is_free else Post.Access.MEMBERS
            post(title, slug=slug, summary="Short.", body=text, access=access)
            for may in (False, True):
                words = {title, *(body if may or is_free else [])}
                readable[may] |= {slug} if set(asked) <= words else set()
        worker_looked()
        member = Client()
        member.force_login(cast.mona())
        for may, client in ((False, Client()), (True, member)):
            page = answer(client, " ".join(asked))
            shown = re.findall('data-card="([^"]*)"', page)
            assert len(shown) == len(set(shown))
            assert set(shown) == readable[may]
