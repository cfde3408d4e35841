"""Finding it by the situation: the page, the ways to it, and the search that knows its words."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from courses.models import Situation, SituationPost
from tests import cast
from tests.library import members_post, post

pytestmark = pytest.mark.django_db


def situation(name: str = "Won’t sleep", words: str = "bedtime, up at night", *posts) -> Situation:
    slug = name.lower().replace(" ", "-").replace("’", "")
    made = Situation(name=name, slug=slug, words=words, introduction="It gets better.")
    made.full_clean()
    made.save()
    for rank, helping in enumerate(posts, 1):
        SituationPost.objects.create(situation=made, post=helping, rank=rank)
    return made


def cards(page: str) -> list[str]:
    return re.findall(r'data-card="([^"]+)"', page)


def test_its_page_has_what_helps_in_the_editors_order(client):
    one, two, draft = members_post("One"), post("Two"), post("Draft", published_at=None)
    made = situation("Won’t sleep", "", two, draft, one)
    situation("Another", "", one, two)
    page = client.get(made.get_absolute_url()).text
    assert cards(page) == ["two", "one"]
    assert "It gets better." in page
    client.force_login(cast.ed())
    assert cards(client.get(made.get_absolute_url()).text) == ["two", "draft", "one"]
    assert Client().get("/situations/never-was/").status_code == 404


def test_an_empty_one_leads_on(client):
    page = client.get(situation().get_absolute_url()).text
    assert "Go to the library" in page


def test_the_home_page_and_the_sitemap_lead_there(client):
    made = situation()
    assert f'href="{made.get_absolute_url()}">Won’t sleep</a>' in client.get("/").text
    assert made.get_absolute_url() in client.get("/sitemap-shelves.xml").text


@pytest.mark.parametrize(
    "typed, is_meant",
    [
        ("sleep", False),  # not all that tells of “won’t sleep”
        ("she won't sleep", True), ("my son wont sleep at all", True), ("bedtime", True), ("bedtimes!", True),
        ("night", True), ("up", False), ("", False), ("tantrum", False),
    ],
)  # fmt: skip
def test_a_search_for_its_words_leads_there(client, typed, is_meant):
    made = situation()
    page = client.get("/search/", {"q": typed}).text
    assert (made.get_absolute_url() in page) is is_meant


def test_words_that_tell_nothing_are_refused():
    with pytest.raises(ValidationError, match="says too little"):
        situation(words="bedtime, up to me")
